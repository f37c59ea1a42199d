#!/bin/sh
# SPDX-License-Identifier: MIT
# database: empty
# A question that takes long: keys answer meanwhile, Ctrl-C ends it, on the server too.
. tests/support/tmux.sh
psql -q -U postgres -v ON_ERROR_STOP=1 <<'SQL'
CREATE TABLE public.t AS SELECT g AS id, 'row ' || g AS name FROM generate_series(1, 300) g;
ALTER TABLE public.t ADD PRIMARY KEY (id);
CREATE FUNCTION public.slow(text) RETURNS boolean LANGUAGE sql VOLATILE COST 1
	AS $$ SELECT pg_catalog.pg_sleep(60) IS NOT NULL $$;
SQL
terminal 100x30
type_line 'souk -U postgres --open public.t'
wait_for 'row 26'
type_text ':where public.slow(name)'
keys Enter
wait_for 'Ctrl-C cancels'
keys '?'
wait_for 'one row down'
keys q
wait_for 'Ctrl-C cancels'
keys C-c
wait_for 'cancelled'
n=0
while [ "$(psql -U postgres -Atc "select count(*) from pg_stat_activity where query like '%slow(name)%' and state = 'active' and pid <> pg_backend_pid()")" != 0 ]; do
	n=$((n + 1))
	[ $n -lt 100 ] || fail "the server still works on it"
	sleep 0.1
done
keys BSpace
wait_gone 'slow(name)'
wait_for 'row 26'
