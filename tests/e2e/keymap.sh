#!/bin/sh
# SPDX-License-Identifier: MIT
# A person's own keymap: what it overrides holds everywhere (the key, the hint, help, the menu), what is wrong in it is
# told with its line and the rest holds.  Numbers before a key.
. tests/support/tmux.sh
mkdir -p "$work/home/config/souk"
cat >"$work/home/config/souk/keymap" <<'KEYS'
[grid]
Ctrl-E = edit-row
    change: my own word for it
e = none
j = move up
Frob = move down
F2 = count
F2 = describe
[nowhere]
x = quit
KEYS
terminal 120x30
type_line 'souk -U support_anna --tenant acme-bakery --open products'
wait_for '▸AB-00001'
# Lines that are wrong are told with their number, and the rest holds.
wait_for 'keymap:10: there is no section [nowhere]'
# The hint line, help and the menu of what can be done have the key in force.
keys Down
wait_for 'Ctrl-E change'
refuse 'e edit'
keys e Up
wait_for '▸AB-00001'
keys Down
wait_for '▸AB-00002'
keys j
wait_for '▸AB-00001'
keys C-e
wait_for 'guarded by version'
keys Escape
wait_gone 'guarded by version'
keys '?'
wait_for 'one row down'
keys /
type_text 'my own'
keys Enter
wait_for 'my own word for it'
expect 'Ctrl-E'
keys q
wait_gone 'my own word for it'
keys M-m
wait_for 'Esc leave'
type_text 'my own'
wait_for 'my own word for it'
keys Escape
wait_gone 'Esc leave'
keys m
wait_for 'keymap:6: unknown key "Frob"'
expect 'keymap:8: F2 was bound in [grid]'
keys q
wait_for '▸AB-00001'
# 5j in a person's fingers: so many, but for what takes no number; Esc drops one that was begun.
type_text '7'
keys Down
wait_for '▸AB-00008'
type_text '12'
wait_for ' 12  Enter open'
keys Escape
# Esc and an arrow in one piece are Alt and the arrow.
wait_gone ' 12  Enter open'
keys Down
wait_for '▸AB-00009'
type_text '3k'
wait_for '▸AB-00006'
type_text '50%'
wait_for '▸AB-0006'
type_text '0'
type_text '2'
keys PgDn
n=0
until capture | grep -qE '▸AB-00(1[01]|0[789])'; do
	n=$((n + 1))
	[ $n -lt 200 ] || fail 'two pages down from half way'
	sleep 0.05
done
# One that cannot be read is told by its name, and the keys are souk's own.
type_line ':q!'
wait_gone 'READ-ONLY'
rm "$work/home/config/souk/keymap"
mkdir "$work/home/config/souk/keymap"
type_line 'souk -U support_anna --tenant acme-bakery --open products'
wait_for 'souk/keymap: Is a directory'
keys e
wait_for 'guarded by version'
