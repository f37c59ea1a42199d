#!/bin/sh
# SPDX-License-Identifier: MIT
# --plain: told in lines on any terminal, one that cannot place text among them; nothing is written but text,
# nothing moves by itself, and idle is silence.
. tests/support/tmux.sh
# rest: until nothing was written for a second; size is what was written by then
rest() {
	until size=$(wc -c <"$work/bytes") && sleep 1 && [ "$(wc -c <"$work/bytes")" -eq "$size" ]; do :; done
}
terminal 80x24 TERM=dumb
tm pipe-pane "cat >>'$work/bytes'"
type_line 'stty -a | md5sum >before; souk --plain -U support_anna --tenant acme-bakery --open products'
wait_for 'SKU AB-00001, Name'
keys j
wait_for 'SKU AB-00002, Name'
keys l
wait_for 'SKU AB-00002, Price'
type_text ':filtr'
keys Enter
wait_for 'did you mean "filter"?'
keys C-c Enter
wait_for 'ID: 2'
keys q
type_text ':set drafts no'
keys Enter e
wait_for 'guarded by version'
keys Down Enter
type_text ' X'
keys BSpace Enter Escape
wait_for 'Leave without saving'
keys y
# Two people edit one record: the merge is told field by field, and a choice in words.
sql() { psql -X -q -v ON_ERROR_STOP=1 -c "SELECT set_config('app.tenant_id', '1', false)" -c "$1" >/dev/null; }
keys j
wait_for 'SKU AB-00003'
keys e
wait_for 'SKU*, AB-00003'
keys Down Enter
keys C-a C-k
type_text 'My loaf'
keys Enter
wait_for 'My loaf, was'
sql "UPDATE commerce.catalog_products SET name = 'Their loaf' WHERE sku = 'AB-00003'"
keys C-s
wait_for 'souk is read-only'
keys y
wait_for 'A reason for the audit'
type_text 'tests'
keys Enter
wait_for 'Their loaf, My loaf, ?, CONFLICT'
keys m
wait_for 'result My loaf'
keys C-s
wait_for 'saved as version'
# What is watched waits to be asked.
type_text ':shop-today'
keys Enter
wait_for 'paused, every 30 s'
rest
sleep 2
[ "$(wc -c <"$work/bytes")" -eq "$size" ] || fail "something is said while nothing happens"
# The panels of a dashboard are gone through, and what the cursor is on is told.
type_text ':outbox'
keys Enter
wait_for 'WORST AGGREGATES'
n=0
until capture | grep -qF 'BY EVENT TYPE, ProductUpdated, 1, 1 of 2'; do
	size=$(wc -c <"$work/bytes")
	keys Tab
	while [ "$(wc -c <"$work/bytes")" -eq "$size" ]; do
		n=$((n + 1))
		[ $n -lt 1200 ] || fail "the panels are not told"
		sleep 0.05
	done
done
keys j
wait_for ', 1, 2 of 2'
keys q q q q
wait_for '$'
! grep -q "$(printf '\033')" "$work/bytes" || fail "escape sequences"
type_line 'clear; stty -a | md5sum | cmp - before && echo s""ame'
wait_for 'same'
stop

# Elsewhere a paste is marked as such, suspended and resumed, and the modes are given back.
terminal 100x30
type_line 'bash --norc --noprofile'
wait_for 'bash'
type_line 'stty -a | md5sum >before; souk --plain -U support_anna --tenant acme-bakery --open products'
wait_for 'SKU AB-00001, Name'
expect 'souk --plain' # what was there before stays: no screen of its own
printf 'filter status = active\n' | tm load-buffer -
type_text :
tm paste-buffer -p
wait_for ':filter status = active'
keys C-c C-z
wait_for 'Stopped'
type_line 'clear; stty -a | md5sum | cmp - before && echo s""ame; fg'
wait_for 'same'
keys j
wait_for 'SKU AB-00002'
# Who leaves from the bar leaves a whole line: the shell's prompt begins one of its own.
type_text ':q!'
wait_for ':q!'
keys Enter
n=0
until capture | grep -qx ':q!'; do
	n=$((n + 1))
	[ $n -lt 100 ] || fail "the line of the bar was not ended"
	sleep 0.05
done
n=0
while pgrep -s "$(tm list-panes -F '#{pane_pid}')" -x souk >/dev/null; do
	n=$((n + 1))
	[ $n -lt 200 ] || fail "souk stays"
	sleep 0.05
done
type_line clear
wait_gone 'AB-00001'
type_line 'souk --plain -U support_anna --tenant acme-bakery --open products'
wait_for 'SKU AB-00001, Name'
pid=$(pgrep -s "$(tm list-panes -F '#{pane_pid}')" -x souk)
kill -TERM "$pid"
n=0
while kill -0 "$pid" 2>/dev/null; do
	n=$((n + 1))
	[ $n -lt 200 ] || fail "souk goes on"
	sleep 0.05
done
type_line 'clear; stty -a | md5sum | cmp - before && echo as" "before'
wait_for 'as before'
