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
in_bar ':set lock-timeout 60s'
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
