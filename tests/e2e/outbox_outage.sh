#!/bin/sh
# SPDX-License-Identifier: MIT
# database: none
# The dashboard of an outbox, of which another schema has one of the same name: its server is killed and comes back, somebody locks
# the table, and a standby shows the same without alarms of its own and refuses what changes something.
. tests/support/tmux.sh
primary=$(sh tests/support/cluster.sh new)
standby=
at_end() {
	[ -z "$standby" ] || sh tests/support/cluster.sh remove "$standby"
	sh tests/support/cluster.sh remove "$primary"
}
export PGHOST="$primary" PGUSER=postgres PGDATABASE=postgres
. tests/support/outbox.sh
psql -X -q -f tests/db/schemas/outbox_big.sql -c 'CALL fill(200)' -c 'CREATE SCHEMA other' \
	-c 'CREATE TABLE other.outbox_messages (LIKE outbox_messages INCLUDING ALL)'
terminal 100x30
hear_bytes no yes
type_line 'souk --open outbox'
# They stand in the order of their schemas; each says which it is.
wait_for 'Outbox other.outbox_messages'
wait_for 'nothing waits'
keys o
wait_for 'Outbox public.outbox_messages'
wait_for 'DUE 20'
wait_told '^]9;' 0

# Killed: the numbers stay, and are said to be old; nobody is alarmed by them.
sh tests/support/cluster.sh kill "$primary"
wait_for 'LOST'
expect 'DUE 20'
keys r
wait_for 'STALE'
expect 'DUE 20'
sh tests/support/cluster.sh start "$primary"
wait_gone 'LOST'
wait_gone 'STALE'
sql 'UPDATE outbox_messages SET processed_at = now() WHERE id > 190'
keys r
wait_for 'DUE 10'

# Locked by somebody: an answer in time, that says so; then it goes on.
session holder 8 'BEGIN; LOCK outbox_messages;'
keys r
wait_for 'canceling statement due to lock timeout'
wait_for 'STALE'
expect 'DUE 10'
sql "SELECT pg_terminate_backend($(pid_of holder))" >/dev/null
exec 8>&-
keys r
wait_gone 'STALE'
wait_gone 'lock timeout'
keys q
stop

# On a standby there are neither counters nor sessions of the primary.
standby=$(sh tests/support/cluster.sh standby "$primary")
PGHOST=$standby
terminal 180x50
type_line 'souk --armed --open outbox'
wait_for 'Outbox other.outbox_messages'
keys o
wait_for 'DUE 10'
wait_for 'on a standby: counters and sessions unknown'
wait_for 'unknown from here'
keys l
wait_for 'Waiting messages'
wait_for 'Event'
keys P
wait_for 'this server is a standby: messages are changed on the primary'
