#!/bin/sh
# SPDX-License-Identifier: MIT
# database: tests/db/schemas/outbox_big.sql
# The outbox on screen: a state that gets worse, or well again, rings and tells the terminal, once; why nothing leaves, and the key
# that goes there.  What else can jam it: outbox_jams.sh.
. tests/support/tmux.sh
. tests/support/outbox.sh
terminal 100x30
hear_bytes yes yes
type_line 'souk --open outbox'
wait_for 'nothing waits'
[ "$(told '^]9;')$(told '%')" = 00 ] || fail 'it was told before anything happened'
sql "INSERT INTO outbox_messages (event_type, aggregate_id, payload, available_at) VALUES ('Placed', 1, '{}', now() - interval '2 m')"
wait_for '● warning'
wait_told '^]9;' 1
wait_told '%' 1
sql "UPDATE outbox_messages SET available_at = now() - interval '10 m'"
wait_for '● critical'
wait_told '^]9;' 2
[ "$(told '^]9;souk: Outbox outbox_messages: oldest due critical')" = 1 ] || fail 'what is critical was not told'
sql "UPDATE outbox_messages SET processed_at = now()"
wait_for 'BACKLOG ok'
wait_told '^]9;souk: Outbox outbox_messages: ok again' 1
[ "$(told '^]9;')" = 3 ] || fail "told $(told '^]9;') times, not 3"

# A relay waits for somebody.
sql "UPDATE outbox_messages SET processed_at = NULL, available_at = now()"
session holder 8 'BEGIN; UPDATE outbox_messages SET attempts = 1;'
pid=$(pid_of holder)
PGAPPNAME=relay_1 psql -X -q -c 'UPDATE outbox_messages SET processed_at = now()' &
until_sql "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
keys r
wait_for "pid $pid (postgres, idle in transaction"
keys Enter
wait_for 'Sessions'
wait_for "pid=$pid"
wait_for 'idle in transaction'
keys X
wait_for 'End session'
keys y
exec 8>&-
wait_for 'Nobody else is here'
keys q
wait_for 'Outbox outbox_messages'
wait_gone 'blocks'
