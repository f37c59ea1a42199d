#!/bin/sh
# SPDX-License-Identifier: MIT
# Idle is idle: no wake-up and no byte while nothing happens.
. tests/support/tmux.sh
terminal 100x30
type_line 'souk -U support_anna --tenant acme-bakery --open products & echo $! >pid; fg'
wait_for 'AB-00026'
wait_for 'rtt'
pid=$(cat "$work/pid")
wakeups() {
	awk '/ctxt_switches/ { n += $2 } END { print n }' "/proc/$pid/status"
}
# What the start began must have ended: the catalog is read while the rows are shown already.
n=0
until before=$(wakeups) && sleep 2 && [ "$(wakeups)" -eq "$before" ]; do
	n=$((n + 1))
	[ $n -lt 15 ] || fail "it never rests"
done
sleep 3
after=$(wakeups)
[ "$before" -eq "$after" ] || fail "$((after - before)) wake-ups in 5 idle seconds"

# Whose settings ask for no motion is shown a watched screen that waits to be asked.
type_text ':set reduced-motion yes'
keys Enter
type_text ':open shop-today'
keys Enter
wait_for 'paused, every 30 s'
keys p
wait_gone 'paused'
