#!/bin/sh
# SPDX-License-Identifier: MIT
# database: empty
# What a key press takes of the machine, counted and not timed: calls of the system, and instructions.
. tests/support/tmux.sh
# Those who watch (strace, valgrind) and the sanitizers do not go together.
! grep -qa __asan_init "$SOUK" || exit 0
# Systems without them (strace is Linux's) cannot count.
command -v strace >/dev/null && command -v callgrind_control >/dev/null || exit 0
terminal 120x40
psql -X -q -v ON_ERROR_STOP=1 -c "CREATE TABLE rolls (id int PRIMARY KEY, words text, more text, price numeric);
	INSERT INTO rolls SELECT i, 'bread and butter ' || i, repeat('jam ', 5), i / 7.0
	FROM generate_series(1, 2000) AS i; ANALYZE rolls" >/dev/null

# down_and_up N: the cursor N times down and N times up, each seen before the next
down_and_up() {
	for _ in $(seq "$1"); do
		keys j
		wait_for '▸ 2 '
		keys k
		wait_for '▸ 1 '
	done
}
begin() {
	wait_for '1–36 of ~2000'
	wait_for 'rtt'
	down_and_up 3
	# What the start began must have ended: nobody writes any more.
	until [ "${before:-}" = "${now:=$(wc -c <"$1")}" ]; do
		before=$now
		sleep 1
		now=$(wc -c <"$1")
	done
}

# A wait, a key read; what curses wrote, taken; written.
: >"$work/calls"
type_line "strace -qq -o '$work/calls' souk --open rolls"
begin "$work/calls"
before=$(wc -l <"$work/calls")
down_and_up 5
calls=$(($(wc -l <"$work/calls") - before))
# On a slow machine a timer or two more.
[ "$calls" -le 75 ] || {
	tail -n 12 "$work/calls"
	fail "10 key presses are $calls calls of the system, not 5 each and a timer"
}
type_line ':q!'
wait_gone 'rolls  '
type_line 'clear'

type_line "valgrind -q --tool=callgrind --callgrind-out-file='$work/cost.%p' souk --open rolls 2>/dev/null &
	echo \$! >'$work/pid'; fg"
begin /dev/null
pid=$(cat "$work/pid")
# The start: linking, all screens and questions read, the first page; no screen that lies behind it is made.
callgrind_control -d "$pid" >/dev/null 2>&1
cost=$(sed -n 's/^totals: //p' "$work"/cost.*.1)
[ $((cost / 1000000)) -le 72 ] || fail "the start takes $((cost / 1000000)) million instructions, not some 60"
callgrind_control -z "$pid" >/dev/null 2>&1
down_and_up 5
callgrind_control -d "$pid" >/dev/null 2>&1
cost=$(sed -n 's/^totals: //p' "$work"/cost.*.2)
[ $((cost / 10)) -le 550000 ] || fail "a key press takes $((cost / 10)) instructions, not some 400,000"
