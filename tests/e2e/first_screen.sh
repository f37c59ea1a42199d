#!/bin/sh
# SPDX-License-Identifier: MIT
# database: empty
# The first screen is asked for before anything is known of the server: what needs its version or its catalog waits.
. tests/support/tmux.sh
psql -qc 'CREATE TABLE public.accounts (id int PRIMARY KEY)' -c 'CREATE TABLE public.ledger (id int PRIMARY KEY)'
terminal 100x24
for screen in bypass role-members; do
	type_line "souk -U postgres --open $screen"
	wait_for '1–'
	refuse '42703'
	type_line ':q!'
	wait_gone 'READ-ONLY'
done
type_line "souk -U postgres --open 'relation ledger'"
wait_for 'Owner'
expect 'ledger'
refuse 'accounts'
type_line ':q!'
wait_gone 'READ-ONLY'
type_line "souk -U postgres --open 'relation nowhere'"
wait_for 'nowhere'
stop

# A relation that is asked for while the catalog is still being read.
mkfifo "$work/sql"
psql -X -q -U postgres <"$work/sql" >/dev/null &
exec 8>"$work/sql" # its end is that of psql, too
echo 'BEGIN; LOCK TABLE pg_catalog.pg_trigger IN ACCESS EXCLUSIVE MODE;' >&8
wait_sql 1 "SELECT count(*) FROM pg_catalog.pg_locks WHERE granted AND mode = 'AccessExclusiveLock'
	AND relation = 'pg_catalog.pg_trigger'::pg_catalog.regclass"
terminal 100x24
type_line 'souk -U postgres'
wait_for 'Screens'
type_line ':describe ledger'
type_line ':messages'
wait_for 'Messages'
refuse 'error'
echo 'COMMIT;' >&8
wait_for 'Owner'
expect 'ledger'
stop
