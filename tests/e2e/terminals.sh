#!/bin/sh
# SPDX-License-Identifier: MIT
# Every kind of terminal: lines or ASCII by locale, a sentence where it cannot be, nothing raw left behind.
. tests/support/tmux.sh

# The fonts of the Linux console have few signs.
for kind in xterm-256color screen-256color screen linux vt100 vt220; do
	mark='▸'
	[ $kind != linux ] || mark='>'
	terminal 90x28 TERM=$kind
	type_line 'stty -a | md5sum >before; souk -U support_anna --tenant acme-bakery --open products'
	wait_for "${mark}AB-00001"
	expect 'READ-ONLY'
	keys j
	wait_for "${mark}AB-00002"
	keys G
	wait_for "${mark}AB-00120"
	keys Enter
	wait_for 'Variants'
	keys q
	wait_for "${mark}AB-00120"
	keys q q
	wait_gone 'READ-ONLY'
	type_line 'clear; stty -a | md5sum | cmp - before && echo s""ame'
	wait_for 'same'
	stop
done

# A locale without UTF-8: every sign is ASCII, and what is not in the data is told as a mark.
terminal 90x28 LC_ALL=C
type_line 'souk -U support_anna --tenant acme-bakery --open products'
wait_for '>AB-00001'
! capture | LC_ALL=C grep -q '[^ -~]' || fail "not ASCII alone"
keys Enter
wait_for 'Variants'
! capture | LC_ALL=C grep -q '[^ -~]' || fail "not ASCII alone in the record"
stop

# A terminal that nobody knows is an xterm, and that is said.
terminal 90x28
type_line 'TERM=nobody-knows souk -U support_anna --tenant acme-bakery --open products'
wait_for 'TERM=nobody-knows is not known here, using xterm'
wait_for 'AB-00001'
keys q q
wait_gone 'READ-ONLY'
# Terminals whose descriptions may be missing here, and one that is broken.
mkdir -p "$work/terminfo/b"
printf 'not a description' >"$work/terminfo/b/broken"
for kind in foot foot-direct xterm-kitty alacritty alacritty-direct wezterm ghostty konsole-256color \
	xterm-direct broken; do
	type_line "clear; TERMINFO=$work/terminfo TERM=$kind souk -U support_anna --tenant acme-bakery --open products"
	wait_for 'AB-00001'
	keys j
	wait_for '▸AB-00002'
	keys q q
	wait_gone 'READ-ONLY'
done
type_line 'clear; TERM=wezterm souk -U support_anna --tenant acme-bakery --open products'
wait_for 'TERM=wezterm is not known here, using xterm-256color'
keys q q
wait_gone 'READ-ONLY'
type_line 'clear; TERM=putty souk -U support_anna --tenant acme-bakery --open products'
wait_for 'AB-00001'
keys q q
wait_gone 'READ-ONLY'
# One that cannot place text is refused in words, and so is none at all.
type_line 'clear; TERM=dumb souk -U support_anna; echo status $?'
wait_for 'status 1'
expect 'this terminal cannot place text'
expect 'souk list'
type_line 'clear; TERM= souk -U support_anna; echo over $?'
wait_for 'over 1'
expect 'TERM: is not set'
type_line 'clear; setsid -w souk -U support_anna </dev/null 2>&1 | cat; echo end $?'
wait_for 'end 0'
expect 'needs a terminal'
! capture -e | grep -q '\[?1049' || fail "escape sequences without a terminal"
