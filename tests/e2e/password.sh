#!/bin/sh
# SPDX-License-Identifier: MIT
# database: empty
# A password is asked for in the console: a wrong one again, a right one once for all connections, and
# it is nowhere on the screen, in the history or in the process's arguments.
. tests/support/tmux.sh
secret='dry Sahara 17'
psql -q -U postgres -v ON_ERROR_STOP=1 -v secret="$secret" <<'SQL'
DROP ROLE IF EXISTS pw_scram;
CREATE ROLE pw_scram LOGIN PASSWORD :'secret';
CREATE TABLE public.t AS SELECT g AS id, 'row ' || g AS name FROM generate_series(1, 30) g;
ALTER TABLE public.t ADD PRIMARY KEY (id);
GRANT SELECT, UPDATE ON public.t TO PUBLIC;
SQL
terminal 100x30
type_line 'souk -U pw_scram --open public.t'
wait_for 'The server asks for a password.'
expect 'password wanted'
type_text 'not-it'
wait_for '******'
refuse 'not-it'
keys Enter
wait_for 'That was not it.'
type_text "$secret"
keys Enter
wait_for 'row 26'
refuse "$secret"
# Another connection (of the edits) does not ask again.
keys e
wait_for 'guarded by'
refuse 'password'
! grep -rqF "$secret" "$work/home" || fail "the password is in a file"
! tr '\0' ' ' <"/proc/$(pgrep -s "$(tm list-panes -F '#{pane_pid}')" -x souk)/cmdline" |
	grep -qF "$secret" || fail "the password is in the arguments"
keys q
wait_for 'row 26'
keys q
wait_for 'Screens'
keys q
wait_gone 'READ-ONLY'
# Esc gives up: a sentence, status 2, the terminal as it was.
type_line 'clear; souk -U pw_scram; echo status $?'
wait_for 'The server asks for a password.'
keys Escape
wait_for 'status 2'
expect 'password'
# -w never asks.
type_line 'clear; souk -w -U pw_scram; echo over $?'
wait_for 'over 2'
psql -q -U postgres -c 'DROP OWNED BY pw_scram' -c 'DROP ROLE pw_scram' 2>/dev/null || :
