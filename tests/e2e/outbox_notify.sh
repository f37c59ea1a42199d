#!/bin/sh
# SPDX-License-Identifier: MIT
# database: tests/db/schemas/outbox_big.sql
# A state that gets worse, told to a terminal that has its own sequence for it (OSC 777); names are no sequences.
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
sql "ALTER TABLE outbox_messages RENAME TO U&\"out\\0007\\001B]9;x box_outbox\""
terminal 100x30
mkdir -p "$work/home/config/souk"
printf '[settings]\nbell = no\nnotify = yes\n' >"$work/home/config/souk/souk.conf"
tm pipe-pane -o "cat >$work/bytes"
type_line 'TERM=rxvt-256color souk --open outbox'
wait_for 'nothing waits'
[ "$(told '^]777;')" = 0 ] || fail 'it was told before anything happened'
rings=$(told '%')
sql "INSERT INTO U&\"out\\0007\\001B]9;x box_outbox\" (event_type, aggregate_id, payload, available_at) VALUES ('Placed', 1, '{}', now() - interval '2 m')"
wait_for '● warning'
wait_told '^]777;notify;souk;.*oldest due warning' 1
[ "$(told '^]9;')" = 0 ] || fail 'another sequence was written'
[ "$(told '%')" = "$rings" ] || fail 'it rang'
sql "UPDATE U&\"out\\0007\\001B]9;x box_outbox\" SET processed_at = now()"
wait_for 'STATE ok'
wait_told '^]777;notify;souk;.*ok again' 1
