#!/bin/sh
# SPDX-License-Identifier: MIT
# database: empty
# A dashboard of an outbox where there is none stays, says so, and finds the one that is made later.
. tests/support/tmux.sh
psql -qc 'CREATE TABLE public.accounts (id int PRIMARY KEY)' -c 'INSERT INTO public.accounts VALUES (1)'
terminal 100x24
type_line 'souk -U postgres'
wait_for 'Screens'
# Nobody is sent there, and it is said why.
wait_for 'Databases'
wait_gone 'Outbox'
type_text ':outbox st'
wait_for 'not here: no relation here has the shape of an outbox'
keys Escape
wait_gone ':outbox st'
type_text ':stock rec'
wait_for 'not here: the database does not have'
keys Escape
wait_gone ':stock rec'
type_line ':accounts'
wait_for '1–1 of 1'
type_line ':outbox'
wait_for 'no relation here has the shape of an outbox'
before=$(psql -qAtc "SELECT max(clock_timestamp()) FROM pg_stat_activity WHERE application_name LIKE 'souk%'
	AND pg_terminate_backend(pid)")
wait_sql t "SELECT count(*) > 0 FROM pg_stat_activity WHERE application_name LIKE 'souk%' AND state = 'idle'
	AND backend_start > '$before'"
expect 'no relation here has the shape of an outbox'
psql -qc "CREATE TABLE public.outbox_messages (id bigserial PRIMARY KEY, event_type text NOT NULL, payload jsonb NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now(), available_at timestamptz NOT NULL DEFAULT now(),
	attempts int NOT NULL DEFAULT 0, last_error text, processed_at timestamptz)"
type_line ':refresh'
wait_for 'Outbox outbox_messages'
wait_gone 'no relation here'
