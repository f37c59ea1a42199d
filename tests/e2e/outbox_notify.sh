#!/bin/sh
# SPDX-License-Identifier: MIT
# database: tests/db/schemas/outbox_big.sql
# A state that gets worse, told to a terminal that has its own sequence for it (OSC 777); names are no sequences.
. tests/support/tmux.sh
. tests/support/outbox.sh
sql "ALTER TABLE outbox_messages RENAME TO U&\"out\\0007\\001B]9;x box_outbox\""
terminal 100x30
hear_bytes no yes
type_line 'TERM=rxvt-256color souk --open outbox'
wait_for 'nothing waits'
[ "$(told '^]777;')" = 0 ] || fail 'it was told before anything happened'
rings=$(told '%')
sql "INSERT INTO U&\"out\\0007\\001B]9;x box_outbox\" (event_type, aggregate_id, payload, available_at) VALUES ('Placed', 1, '{}', now() - interval '2 m')"
wait_for '● warning'
wait_told '^]777;notify;souk;.*oldest due warning' 1
# tmux hands on only what is wrapped for the terminal around it.
wait_told '^Ptmux;' 1
# Another dashboard of it, and the first one again, have nothing new to tell.
keys :
type_line 'open sessions'
wait_for 'Sessions'
keys :
type_line 'open outbox'
wait_for '● warning'
wait_for 'no session is named like a relay'
keys q
wait_gone '● warning'
keys q
wait_for '● warning'
keys r
wait_for 'no session is named like a relay'
[ "$(told '^]777;')" = 1 ] || fail 'it was told twice'
[ "$(told '^]9;')" = 0 ] || fail 'another sequence was written'
[ "$(told '%')" = "$rings" ] || fail 'it rang'
sql "UPDATE U&\"out\\0007\\001B]9;x box_outbox\" SET processed_at = now()"
wait_for 'BACKLOG ok'
wait_told '^]777;notify;souk;.*ok again' 1
