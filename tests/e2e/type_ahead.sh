#!/bin/sh
# SPDX-License-Identifier: MIT
# database: empty
# What is typed while a form waits for its record is done when the record is there; Esc and Ctrl-C leave at once.
. tests/support/tmux.sh

sql() {
	psql -X -q -A -t -U postgres -v ON_ERROR_STOP=1 -c "$1"
}

sql "CREATE TABLE public.t (id int PRIMARY KEY, name text, note text)"
sql "INSERT INTO public.t VALUES (1, 'one', 'first'), (2, 'two', 'second')"

# Nobody reads the table until `release`.
hold() {
	rm -f "$work/go"
	mkfifo "$work/go"
	{
		echo 'BEGIN; LOCK TABLE public.t IN ACCESS EXCLUSIVE MODE;'
		cat "$work/go"
	} | psql -X -q -U postgres >/dev/null &
	n=0
	until [ "$(sql "SELECT count(*) FROM pg_catalog.pg_locks WHERE granted AND mode = 'AccessExclusiveLock'
		AND relation = 'public.t'::pg_catalog.regclass")" = 1 ]; do
		n=$((n + 1))
		[ $n -lt 200 ] || fail "nobody holds the table"
		sleep 0.05
	done
}

release() {
	echo 'COMMIT;' >"$work/go"
	wait $!
}

terminal 100x30
type_line 'souk -U postgres --armed --open public.t'
wait_for 'second'
type_line ':set lock-timeout 60s'
wait_gone ':set'
hold
keys e
wait_for 'reading the record'
keys Down Enter C-a C-k
type_text 'typed ahead'
keys Enter
wait_for 'keys wait for it'
release
wait_for 'was one'
expect 'typed ahead'
keys C-s
wait_for 'saved'
[ "$(sql 'SELECT name FROM public.t WHERE id = 1')" = 'typed ahead' ] || fail 'it was not saved'

# With nothing typed one can leave; with something, too.
wait_for 'second'
hold
keys e
wait_for 'reading the record'
keys Escape
wait_gone 'reading the record'
keys e
wait_for 'reading the record'
type_text 'jj'
wait_for '2 keys wait'
keys C-c
wait_gone 'reading the record'
release
wait_for 'second'
stop

# What is typed before the first screen is there is for that screen, though the catalog that tells what it is has not
# come: a jump, a search, a command.
sql "INSERT INTO public.t SELECT g, 'row ' || g FROM generate_series(3, 400) g"
hold_catalog() {
	mkfifo "$work/sql"
	psql -X -q -U postgres <"$work/sql" >/dev/null &
	exec 8>"$work/sql"
	echo 'BEGIN; LOCK TABLE pg_catalog.pg_trigger IN ACCESS EXCLUSIVE MODE;' >&8
	wait_sql 1 "SELECT count(*) FROM pg_catalog.pg_locks WHERE granted AND mode = 'AccessExclusiveLock'
		AND relation = 'pg_catalog.pg_trigger'::pg_catalog.regclass"
}
release_catalog() {
	echo 'COMMIT;' >&8
	exec 8>&-
	rm "$work/sql"
}
begin() { # LINE: a server of which nothing is kept, until it is asked for the catalog
	rm -rf "$work/home/cache" "$work/home/.cache" "$work/home/state"
	hold_catalog
	terminal 100x30
	type_line "$1"
	wait_for 'READ-ONLY'
}
begin 'souk -U postgres --open public.t'
keys G
wait_for '1 key waits for what is being opened'
release_catalog
wait_for '▸400'
stop

begin 'souk -U postgres --open public.t'
type_text '/row 39'
keys Enter
type_line ':sort -id'
wait_for 'keys wait for what is being opened'
release_catalog
wait_for '▸399'
expect 'sort -id'
expect '/row 39'
stop

# Esc and Ctrl-C drop it; where there is no such place, so is what was for it, and that is said.
begin 'souk -U postgres --open public.nobodys'
keys G
wait_for '1 key waits'
keys Escape
wait_for 'dropped: it was given up'
keys G Enter
wait_for '2 keys wait'
release_catalog
wait_for 'dropped: nobodys: there is no such relation'
expect 'Screens'
stop
