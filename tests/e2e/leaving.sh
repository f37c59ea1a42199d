#!/bin/sh
# SPDX-License-Identifier: MIT
# database: empty
# What acts on a row waits while the cursor is on its way to another one, and never acts on the one before.
. tests/support/tmux.sh

sql() {
	psql -X -q -A -t -U postgres -v ON_ERROR_STOP=1 -c "$1"
}

sql "CREATE TABLE public.t (id int PRIMARY KEY, name text, n int)"
sql "INSERT INTO public.t SELECT g, 'row ' || g, 100000 - g FROM generate_series(1001, 1400) g"
sql "CREATE INDEX ON public.t (n)"
sql "ANALYZE public.t"

# Nobody reads the table until `release`.
hold() {
	rm -f "$work/go"
	mkfifo "$work/go"
	{
		echo 'BEGIN; LOCK TABLE public.t IN ACCESS EXCLUSIVE MODE;'
		cat "$work/go"
	} | psql -X -q -U postgres >/dev/null &
	until [ "$(sql "SELECT count(*) FROM pg_catalog.pg_locks WHERE granted AND mode = 'AccessExclusiveLock'
		AND relation = 'public.t'::pg_catalog.regclass")" = 1 ]; do
		sleep 0.05
	done
}

release() {
	echo 'COMMIT;' >"$work/go"
	wait $!
}

# Somebody waits for it.
under_way() {
	n=0
	until [ "$(sql "SELECT count(*) > 0 FROM pg_catalog.pg_locks WHERE NOT granted
		AND relation = 'public.t'::pg_catalog.regclass")" = t ]; do
		n=$((n + 1))
		[ $n -lt 400 ] || fail "nobody asks for rows"
		sleep 0.05
	done
}

terminal 120x30
type_line 'souk -U postgres --armed --open public.t'
wait_for '▸1001'
in_bar ':set lock-timeout 10m'
in_bar ':set statement-timeout 10m'

# The record at the end is edited, not the one that was under the cursor; what is typed behind waits too.
hold
keys G
under_way
keys e
wait_for '1 key waits for its row'
keys Down Enter
wait_for '3 keys wait'
expect '▸1001'
release
wait_for 'row 1400'
keys C-a C-k
type_text 'the last'
keys Enter C-s
wait_for 'saved'
[ "$(sql "SELECT id FROM public.t WHERE name = 'the last'")" = 1400 ] || fail 'another record was changed'

# Moves are made at once in the rows that are here, and again from where it arrives.
wait_for '▸1400'
keys g
wait_for '▸1001'
hold
keys G
under_way
keys j
wait_for '▸1002'
keys k k k
wait_for '▸1001'
type_line ':copy'
wait_for '1 key waits'
release
wait_for 'copied 1398'
expect '▸1398'

# Another jump takes its place at once, where its rows are here.
keys g
wait_for '▸1001'
hold
keys G
under_way
keys j g
wait_for '▸1001'
keys y
wait_for 'copied 1001'
refuse 'wait'
release

# Esc gives both up: the keys and the jump.
hold
keys G
under_way
keys d v
wait_for '2 keys wait'
keys Escape
wait_for 'what was typed ahead is dropped'
refuse 'wait'
keys y
wait_for 'copied 1001'
release

# What is pointed at is meant.
hold
keys G
under_way
keys e
wait_for '1 key waits'
click '1004'
wait_for '▸1004'
refuse 'wait'
release
keys y
wait_for 'copied 1004'

# Another order, another filter: the first row of what comes.
keys l l
hold
keys s
under_way
keys y
wait_for '1 key waits'
release
wait_for 'copied 98600'
wait_for '▸1400'
hold
type_line ':filter id < 1300'
under_way
type_text '2jy'
wait_for '1 key waits'
release
wait_for 'copied 98703'
wait_for '▸1297'

# Where nothing comes they are dropped, and that is said.
hold
keys G
under_way
keys e
wait_for '1 key waits'
sql "SELECT pg_catalog.pg_terminate_backend(l.pid) FROM pg_catalog.pg_locks AS l
	WHERE NOT l.granted AND l.relation = 'public.t'::pg_catalog.regclass" >/dev/null
wait_for 'the row that it was for did not come'
release
keys y
wait_for 'copied 98703'

# The first page that is on its way is waited for as well; Enter that came twice is not for it.
keys q
wait_for 'Screens'
hold
type_line ':public.t'
under_way
keys Enter Down y
wait_for '1 key waits'
release
wait_for 'copied 1002'
