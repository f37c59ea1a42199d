#!/bin/sh
# SPDX-License-Identifier: MIT
# A terminal that takes nothing holds up nobody: keys and signals are heard, what was missed is painted in one go.
. tests/support/tmux.sh
terminal 120x40
type_line 'souk -U support_anna --tenant acme-bakery --open products & echo $! >pid; fg'
wait_for 'AB-00036'
pid=$(cat "$work/pid")
server=$(tm display-message -p '#{pid}')
at_end() {
	kill -CONT "$server"
}

# Each time it is continued it paints everything; far more than a terminal keeps.
paint_much() {
	n=0
	while [ $n -lt 60 ]; do
		kill -CONT "$pid"
		until grep -q '^State:[[:space:]]*S' "/proc/$pid/status"; do
			kill -0 "$pid"
			sleep 0.01
		done
		n=$((n + 1))
	done
}

kill -STOP "$server"
paint_much
kill -CONT "$server"
keys NPage
wait_for 'AB-00072'
wait_gone 'AB-00001'
expect 'READ-ONLY'
expect 'SKU'

# It ends when it is told to, its terminal stuck or not.
kill -STOP "$server"
paint_much
kill -TERM "$pid"
n=0
while kill -0 "$pid" 2>/dev/null && [ $n -lt 200 ]; do
	# The shell that would bury it may be stuck as well.
	! grep -q '^State:[[:space:]]*Z' "/proc/$pid/status" 2>/dev/null || break
	n=$((n + 1))
	sleep 0.05
done
kill -CONT "$server"
[ $n -lt 200 ] || fail 'told to end it waits for its terminal'
