#!/bin/sh
# SPDX-License-Identifier: MIT
# A table that somebody else has locked: the screen says so and how to go on, its rows stay; they are old only when they
# were to be looked at again, not when the count beside them failed.
# database: empty
. tests/support/tmux.sh
psql -qc "CREATE TABLE t (id int PRIMARY KEY, a text DEFAULT 'in a')" \
	-c "INSERT INTO t SELECT generate_series(1, 400)" -c "ANALYZE t"
terminal 100x30
type_line 'souk --open t'
wait_for '1–26 of'
in_bar ':set lock-timeout 200ms'
mkfifo "$work/holder"
psql -X -q -v ON_ERROR_STOP=1 <"$work/holder" >/dev/null 2>&1 &
holder=$!
exec 8>"$work/holder"
echo "BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE;" >&8
until [ "$(psql -X -A -t -c "SELECT count(*) FROM pg_locks
	WHERE relation = 't'::regclass AND mode = 'AccessExclusiveLock' AND granted")" = 1 ]; do sleep 0.05; done
in_bar ':count'
wait_for 'somebody else has locked it for longer than the 200ms of lock-timeout'
expect 'the screen locks tells who'
refuse 'STALE'
keys r
wait_for 'STALE since'
expect 'in a'
echo 'ROLLBACK;' >&8
exec 8>&-
wait $holder || :
keys r
wait_gone 'STALE'
wait_gone 'somebody else'
expect 'in a'
keys q q
