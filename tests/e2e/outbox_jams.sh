#!/bin/sh
# SPDX-License-Identifier: MIT
# database: tests/db/schemas/outbox_big.sql
# What can be wrong with an outbox, brought about and looked at: on the dashboard and on the screen of causes, in a small
# and in a large terminal; what is not wrong alarms nobody.
. tests/support/tmux.sh
. tests/support/outbox.sh
export LC_ALL=C.UTF-8

# Panels are read one after the other: the last one that alarmed may be looked at again a little later.
calm() {
	n=0
	while capture | grep -qE 'warning|critical|unknown:'; do
		n=$((n + 1))
		[ $n -lt 400 ] || fail 'it alarms'
		sleep 0.05
	done
}
# cause DOWN NAME STATE SENTENCE: the cause that stands DOWN rows below the first one, on both screens in both sizes
cause() {
	for size in 80x24 160x50; do
		resize $size
		keys r g
		wait_flat "$2 +$3"
		at "$1"
		keys v
		wait_flat "cause $2 state $3 detail $4"
		keys q
		wait_for 'BY EVENT TYPE'
		keys w
		wait_for 'Why outbox_messages'
		wait_flat "$2 +$3"
		keys g
		at "$1"
		keys v
		wait_flat "cause $2 state $3 detail $4"
		keys q
		wait_for 'BACKLOG'
		keys q
		wait_for 'BY EVENT TYPE'
	done
}
at() {
	i=0
	while [ $i -lt "$1" ]; do
		keys Down
		i=$((i + 1))
	done
}
# state TEXT: in both sizes
state() {
	for size in 80x24 160x50; do
		resize $size
		keys r
		wait_flat "$1"
	done
}

sql 'CREATE TABLE consumer_offsets (consumer text, event_type text, last_processed_id bigint NOT NULL, updated_at timestamptz,
	PRIMARY KEY (consumer, event_type))'
terminal 80x24
type_line 'souk --open outbox'

# Nothing in it.
state 'DUE 0 .* OLDEST none .*BACKLOG ok .*nothing waits'
cause 0 relay ok 'no session is named like a relay'
calm

# Its relay is there, then it is killed.
session relay_1 7 'SELECT 1;'
sql "INSERT INTO outbox_messages (event_type, aggregate_id, payload) SELECT 'Placed', g, '{}' FROM generate_series(1, 30) AS g"
state 'DUE 30 '
cause 0 relay ok 'one session is named like a relay'
calm
sql "UPDATE outbox_messages SET available_at = now() - interval '2 h'"
sql "SELECT pg_terminate_backend($(pid_of relay_1))" >/dev/null
exec 7>&-
state 'OLDEST 2 h ● critical'
cause 0 relay critical 'no session is named like a relay, and what is due waits for 2 h [0-9]+ m'

# Back, and stuck on a lock.
session holder 8 'BEGIN; UPDATE outbox_messages SET attempts = attempts;'
session relay_2 7 'SELECT 1;'
echo 'UPDATE outbox_messages SET processed_at = now();' >&7
until_sql "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
cause 0 lock critical "pid $(pid_of holder) \(postgres, idle in transaction [0-9 ms]*\) blocks 1: postgres"
sql "SELECT pg_cancel_backend($(pid_of relay_2)); SELECT pg_terminate_backend($(pid_of holder))" >/dev/null
exec 8>&-

# A poison message.
sql "UPDATE outbox_messages SET available_at = now(); UPDATE outbox_messages SET attempts = 8, last_error = 'HTTP 422 from the broker: the schema registry does not know version 3' WHERE id = 1"
cause 0 poison warning 'message 1 at the head failed 8 times: HTTP 422 from the broker: the schema registry does not know version 3 '
wait_for 'HTTP # from the'

# A consumer stopped; another did not.
sql "UPDATE outbox_messages SET processed_at = now(), attempts = 0, last_error = NULL, occurred_at = now() - interval '3 h'"
state 'DUE 0 .*BACKLOG ok'
calm
sql "INSERT INTO consumer_offsets VALUES ('graph', 'Placed', 20, now() - interval '3 h'), ('search', 'Placed', 30, now())"
cause 0 consumer warning 'graph is 3 h behind, moved last 3 h [0-9]+ m ago'
resize 160x50
wait_for 'lag 0 s, 0 behind'
wait_for 'lag 3 h, > 8 behind'
# Where it is narrow a sign stands for the state, so that the lag is seen.
resize 80x24
wait_flat 'graph +! +lag 3 h.* search +ok +lag 0 s'
sql 'UPDATE consumer_offsets SET last_processed_id = 30'

# Far in the future.
sql "UPDATE outbox_messages SET processed_at = NULL, available_at = now() + interval '300 years'"
state 'DUE 0 .* OLDEST none .*BACKLOG ok .*delayed 30'
cause 2 schedule ok 'nothing is due; the first of those that wait comes on 2'
calm

# Another table takes its name.
sql 'ALTER TABLE outbox_messages RENAME TO outbox_old; CREATE TABLE outbox_messages (LIKE outbox_old INCLUDING ALL)'
state 'BACKLOG ok (swapped|another table has this name now)'
state 'delayed 0'
