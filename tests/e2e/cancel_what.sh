#!/bin/sh
# SPDX-License-Identifier: MIT
# database: empty
# Ctrl-C ends what is told to be under way: an export, whatever page is fetched behind it for a moment.
. tests/support/tmux.sh
psql -X -q -v ON_ERROR_STOP=1 <<'SQL'
CREATE TABLE public.drops (id int PRIMARY KEY, word text NOT NULL);
INSERT INTO public.drops SELECT g, 'drop ' || g FROM generate_series(1, 60000) g;
-- Late rows fall slowly, so that the export is never done.
CREATE FUNCTION public.falls(int) RETURNS boolean LANGUAGE plpgsql VOLATILE COST 1
	AS $$ BEGIN IF $1 > 20000 THEN PERFORM pg_sleep(0.05); END IF; RETURN true; END $$;
ANALYZE public.drops;
DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET enable_sort = off', current_database()); END $$;
SQL
terminal 110x24
type_line 'souk --open public.drops'
wait_for 'drop 12'
type_line ':where public.falls(id)'
wait_for 'falls(id)'
type_line ':refresh 3s'
wait_for 'every 3 s'
type_line ":export csv $work/drops.csv"
wait_for 'drops.csv: 2'
wait_for 'Ctrl-C cancels'
ls "$work"/drops.csv.unfinished-* >/dev/null || fail 'the export is not under way'
keys C-c
wait_for 'cancelled: export csv'
wait_gone 'Ctrl-C cancels'
! ls "$work"/drops.csv* 2>/dev/null || fail 'the export left a file behind'
expect 'drop 12'
wait_sql 0 "select count(*) from pg_stat_activity where state = 'active' and query like '%falls%' and pid <> pg_backend_pid()"
# With nothing else under way it is the rows that are awaited.
type_line ':where pg_sleep(60) is not null'
wait_for ' s, Ctrl-C cancels'
keys C-c
wait_for 'cancelled'
keys C-c
wait_for 'nothing is running'
