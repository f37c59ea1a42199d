#!/bin/sh
# SPDX-License-Identifier: MIT
# database: tests/db/schemas/outbox_big.sql
# The outbox on screen: a state that gets worse, or well again, rings and tells the terminal, once; why nothing leaves, and the key
# that goes there.
. tests/support/tmux.sh
sql() {
	psql -X -q -A -t -v ON_ERROR_STOP=1 -c "$1"
}
# told BYTES: how often the program wrote them
told() {
	tr '\033\007' '\n%' <"$work/bytes" | grep -ac "$1" || :
}
wait_told() { # BYTES TIMES
	n=0
	until [ "$(told "$1")" -ge "$2" ]; do
		n=$((n + 1))
		[ $n -lt 200 ] || fail "$1 was written $(told "$1") times, not $2"
		sleep 0.1
	done
}
terminal 100x30
mkdir -p "$work/home/config/souk"
printf '[settings]\nbell = yes\nnotify = yes\n' >"$work/home/config/souk/souk.conf"
tm pipe-pane -o "cat >$work/bytes"
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
wait_for 'STATE ok'
wait_told '^]9;souk: Outbox outbox_messages: ok again' 1
[ "$(told '^]9;')" = 3 ] || fail "told $(told '^]9;') times, not 3"

# A relay waits for somebody.
sql "UPDATE outbox_messages SET processed_at = NULL, available_at = now()"
mkfifo "$work/holder"
psql -X -q <"$work/holder" >/dev/null 2>&1 &
holder=$!
exec 8>"$work/holder"
echo 'BEGIN; UPDATE outbox_messages SET attempts = 1;' >&8
until [ -n "$(sql "SELECT 1 FROM pg_stat_activity WHERE state = 'idle in transaction'")" ]; do sleep 0.1; done
pid=$(sql "SELECT pid FROM pg_stat_activity WHERE state = 'idle in transaction'")
PGAPPNAME=relay_1 psql -X -q -c 'UPDATE outbox_messages SET processed_at = now()' &
until [ -n "$(sql 'SELECT 1 FROM pg_locks WHERE NOT granted')" ]; do sleep 0.1; done
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
wait $holder || :
wait_for 'Nobody else is here'
keys q
wait_for 'Outbox outbox_messages'
wait_gone 'blocks'

# Swapped under its feet.
sql 'ALTER TABLE outbox_messages RENAME TO outbox_old; CREATE TABLE outbox_messages (LIKE outbox_old INCLUDING ALL)'
wait_for 'another table has this name now'
