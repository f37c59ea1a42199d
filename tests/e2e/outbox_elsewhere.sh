#!/bin/sh
# SPDX-License-Identifier: MIT
# database: tests/db/schemas/outbox_big.sql tests/db/schemas/outbox_jam.sql
# An outbox looked at on a hot standby, and by a role that may read neither bodies nor errors nor what others do, in a small
# and in a large terminal: it says what cannot be known from there, and nothing of that alarms.
. tests/support/tmux.sh
. tests/support/outbox.sh
standby=$(sh tests/support/cluster.sh standby "$CLUSTER")
trap 'PGHOST=$CLUSTER sh tests/support/cluster.sh remove "$standby"; finish' EXIT

# see TEXT…: in both sizes, wrapped or not
see() {
	for size in 80x24 160x50; do
		resize $size
		keys r
		for text in "$@"; do
			wait_flat "$text"
		done
	done
}

sql "CREATE ROLE ${PGDATABASE}_poor LOGIN; GRANT SELECT (id, event_type, aggregate_id, occurred_at, available_at, attempts, processed_at, dead_at) ON outbox_messages TO ${PGDATABASE}_poor"
until_sql "SELECT 1 FROM pg_stat_replication WHERE replay_lsn >= pg_current_wal_lsn()"

terminal 80x24
type_line "souk -h $standby --open outbox"
see 'oldest due ● critical a standby: counters and sessions unknown' 'DUE 40 ' 'OLDEST 10 h' 'retrying 1'
keys w
wait_for 'Why outbox_messages'
see 'poison +warning' 'relay +unknown' 'vacuum +unknown' 'locks and snapshots|locks and +unknown' 'unknown from here: relays'
! capture | grep -qE '(relay|vacuum|slot|snapshot) +(warning|critical)' || fail 'what is not known alarms'
keys q
wait_for 'BY EVENT TYPE'
keys l
wait_for 'Messages that wait'
keys Enter
wait_for 'Payload'
keys q
wait_for 'Messages that wait'
keys R
wait_for 'read'
refuse 'due now?'
keys C-c
stop

terminal 80x24
type_line "souk -U ${PGDATABASE}_poor --open outbox"
see 'oldest due ● critical' 'DUE 40 ' 'BY EVENT TYPE OrderPlaced|OrderPlaced 40'
keys w
wait_for 'Why outbox_messages'
see 'message 1 at the head failed|message 1 at' 'unknown from here: what'
refuse 'schema registry'
keys q
wait_for 'BY EVENT TYPE'
keys l
wait_for 'Messages that wait'
keys Enter
wait_for 'Payload'
see 'Payload +none, or not to be read by this role'
sql "DROP OWNED BY ${PGDATABASE}_poor; DROP ROLE ${PGDATABASE}_poor"
