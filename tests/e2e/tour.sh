#!/bin/sh
# SPDX-License-Identifier: MIT
# database: none
# The demo's first run says what to try, step by step; it ends for good when it is ignored.  Panes grow and
# shrink.
. tests/support/tmux.sh
umask 022
chmod 755 "$work"
terminal 100x30
type_line "souk demo --scale 0 --dir $work/demo"
n=0
until capture | grep -qF 'tour 1 of 7'; do
	n=$((n + 1))
	[ $n -lt 1200 ] || fail 'no tour'
	sleep 0.05
done
wait_for 'acme-bakery'
keys Enter
wait_for 'tour 2 of 7'
wait_for 'AB-00001'
keys /
keys C-g
wait_for 'tour 3 of 7'
keys j k j k j k j k
wait_gone 'tour 3 of 7'
refuse 'tour'
[ -e "$work/home/state/souk/toured" ] || fail 'it will come again'
keys g
keys Enter
wait_for 'MAIN' # what the pane needs is known
line() {
	capture | grep -n 'Variants' | head -n 1 | cut -d: -f1
}
before=$(line)
keys '{' '{'
n=0
until [ "$(line)" -eq $((before - 4)) ]; do
	n=$((n + 1))
	[ $n -lt 100 ] || fail "the pane begins at $(line), not four lines above $before"
	sleep 0.05
done
type_line ':q!'
wait_gone 'READ-ONLY'

# Each of its people is shown what they would do, in a line that fits; Enter to a step is no step of another's.
rm "$work/home/state/souk/toured"
resize 80x24
type_line "clear; souk demo --as=oncall --dir $work/demo"
wait_for 'tour 1 of 6: w tells what keeps the messages, and what helps'
wait_for 'OLDEST'
keys w
wait_for 'tour 2 of 6'
keys q
wait_for 'tour 3 of 6: l lists what waits; R retries it, once :arm allows it'
keys l
wait_for 'tour 4 of 6'
type_line ':q!'
wait_gone 'READ-ONLY'
type_line "clear; souk demo --as=dba --dir $work/demo"
wait_for 'tour 1 of 7: j and k move, Enter opens a relation with all that is on it'
wait_for '▸audit_log'
keys Enter
wait_for 'tour 2 of 7'
wait_for 'Owner'
keys q
wait_for 'tour 3 of 7: :rls tells how tenants are kept apart, :lint what is wrong'
type_line ':rls'
wait_for 'tour 4 of 7: :locks shows who waits for whom, :activity every session'
type_line ':locks'
wait_for 'tour 5 of 7: E shows the SQL of a screen, :sql runs one of your own'
wait_for 'Nobody waits for anybody'
keys E
wait_for 'tour 6 of 7'
