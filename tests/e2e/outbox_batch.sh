#!/bin/sh
# SPDX-License-Identifier: MIT
# database: tests/db/schemas/outbox_big.sql
# Many messages at once from the console: counted, asked for a reason, on the way told how far it is; Ctrl-C
# ends it between two batches and tells how many were done.
. tests/support/tmux.sh
sql() {
	psql -X -q -A -t -v ON_ERROR_STOP=1 -c "$1"
}
sql 'CALL fill(30000)'
sql "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.001); RETURN NEW; END'"
sql 'CREATE TRIGGER slow BEFORE UPDATE ON outbox_messages FOR EACH ROW EXECUTE FUNCTION slow()'
postponed() {
	sql "SELECT count(*) FROM outbox_messages WHERE available_at > now() + interval '90 m'"
}
terminal 100x30
type_line 'souk --armed --open outbox-messages'
wait_for 'Event'
keys :
type_line 'outbox postpone 2h --all'
wait_for 'a time: 3000'
refuse 'messages counted'
type_line 'the broker is away'
wait_for 'messages changed'
until [ "$(postponed)" -gt 0 ]; do sleep 0.05; done
keys C-c
wait_for 'of 3000 messages were changed, the others are as they were'
told=$(capture | sed -n 's/.*cancelled: \([0-9]*\) of 3000.*/\1/p' | head -n 1)
[ "$told" -gt 0 ] || fail "told $told"
[ "$told" -lt 3000 ] || fail "told $told"
[ "$(postponed)" = "$told" ] || fail "told $told, postponed are $(postponed)"
refuse 'messages changed'
# The key of the screen lets one message wait.
sql 'DROP TRIGGER slow ON outbox_messages'
before=$(postponed)
keys :
type_line 'sort id'
wait_for 'sort ID'
keys G
wait_for '▸30000'
keys P
wait_for '30000 of public'
type_line 'one more'
wait_for '1 of 1 messages'
now=$(sql "SELECT count(*) FROM outbox_messages WHERE available_at > now() + interval '50 m'")
[ "$now" = $((before + 1)) ] || fail "$before were postponed, now $now"
