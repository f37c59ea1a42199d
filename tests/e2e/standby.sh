#!/bin/sh
# SPDX-License-Identifier: MIT
# On a hot standby, and through a pooler in transaction mode: the header says what it is, screens browse, and an edit
# on the standby is refused in words, with what was typed still there.
# database: empty
. tests/support/tmux.sh
psql -qc "CREATE TABLE things (id int PRIMARY KEY, name text)" \
	-c "INSERT INTO things SELECT g, 'thing ' || g FROM generate_series(1, 30) AS g"
standby=$(sh tests/support/cluster.sh standby "$CLUSTER")
at_end() {
	PGHOST=$CLUSTER sh tests/support/cluster.sh remove "$standby"
}
terminal 110x30
type_line "souk -h $standby --open things"
wait_for 'thing 1'
expect 'replica'
refuse 'primary'
# What came just now may not be replayed yet, of other databases too; then it is not behind.
not_behind() {
	n=0
	while capture | grep -q 'behind'; do
		n=$((n + 1))
		[ $n -lt 100 ] || fail 'a standby that has replayed everything is told to be behind'
		keys r
		sleep 0.2
	done
}
not_behind
keys G
wait_for 'thing 30'
while read -r screen title shown; do
	type_line ":open $screen"
	wait_for "▸ $title "
	wait_for "$shown"
	refuse 'error:'
done <<'END'
relations Relations things
indexes Indexes things_pkey
sessions Sessions souk
locks Locks Nobody waits
vacuum Vacuum things
sequences Sequences There are no sequences
END
keys :
type_line 'open things --sort id'
wait_for 'thing 1'
keys e
wait_for 'guarded by'
keys j Enter
keys C-a C-k
type_text 'mine'
keys Enter
wait_for 'was thing 1'
keys C-s
wait_for 'souk is read-only'
keys y
wait_for 'the server is read-only now (a standby, or set so): nothing was written'
expect 'mine'
# What the standby does not replay it does not show, and says how far it is behind.
keys q
wait_for 'Leave without saving'
keys y
wait_for 'thing 1'
psql -qc "CREATE TABLE replayed (id int)"
n=0
until PGHOST=$standby psql -qXAtc "SELECT pg_last_xact_replay_timestamp() IS NOT NULL" | grep -q t; do
	n=$((n + 1))
	[ $n -lt 600 ] || fail 'the standby replayed nothing'
	sleep 0.1
done
PGHOST=$standby psql -qXAtc "SELECT pg_wal_replay_pause()" >/dev/null
psql -qc "UPDATE things SET name = 'other ' || id"
n=0
until PGHOST=$standby psql -qXAtc "SELECT pg_last_wal_receive_lsn() > pg_last_wal_replay_lsn() AND
	clock_timestamp() - pg_last_xact_replay_timestamp() > interval '2 s'" | grep -q t; do
	n=$((n + 1))
	[ $n -lt 600 ] || fail 'the standby received nothing'
	sleep 0.1
done
keys r
wait_for 's behind'
expect 'thing 1'
PGHOST=$standby psql -qXAtc "SELECT pg_wal_replay_resume()" >/dev/null
n=0
until PGHOST=$standby psql -qXAtc "SELECT pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn()" | grep -q t; do
	n=$((n + 1))
	[ $n -lt 600 ] || fail 'the standby does not go on'
	sleep 0.1
done
keys r
wait_for 'other 1'
not_behind
# What the primary cleans up the standby may have to take from who reads it: that is said as what it is.
psql -qc "CREATE TABLE used (id int)" -c "INSERT INTO used SELECT generate_series(1, 100)" \
	-c "CREATE VIEW lengthy AS SELECT id, pg_sleep(0.5) IS NULL AS slept FROM used"
PGHOST=$standby psql -qXAtc "ALTER SYSTEM SET max_standby_streaming_delay = 0" -c "SELECT pg_reload_conf()" >/dev/null
n=0
until PGHOST=$standby psql -qXAtc "SELECT pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() AND
	to_regclass('lengthy') IS NOT NULL" | grep -q t; do
	n=$((n + 1))
	[ $n -lt 600 ] || fail 'the view does not come'
	sleep 0.1
done
keys :
type_line 'open lengthy'
wait_for 'running'
psql -qc "DELETE FROM used WHERE id > 50" -c "VACUUM used"
wait_for 'this replica was to remove what was being read'
keys :
type_line 'q!'
wait_gone 'ARMED'

# A pooler: another process for each transaction.
sh tests/support/cluster.sh pooler "$CLUSTER"
type_line "souk -p 6432 --open things --armed"
wait_for 'other 1'
expect 'primary'
keys :
type_line 'doctor'
wait_for 'in between'
keys q
wait_for 'other 1'
keys e
wait_for 'guarded by'
keys j Enter
keys C-a C-k
type_text 'by the pooler'
keys Enter
wait_for 'was other 1'
keys C-s
wait_for 'saved'
wait_for 'by the pooler'
keys q
