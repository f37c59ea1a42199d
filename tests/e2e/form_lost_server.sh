#!/bin/sh
# SPDX-License-Identifier: MIT
# database: none
# The server is killed under an open form, and under a query while the terminal changes its size all the time: what
# was typed stays, a save that cannot be says so, and goes through when the server is there again.
. tests/support/tmux.sh
server=$(sh tests/support/cluster.sh new)
at_end() {
	sh tests/support/cluster.sh remove "$server"
}
PGHOST=$server PGDATABASE=postgres PGUSER=postgres
export PGHOST PGDATABASE PGUSER
psql -q -c "CREATE TABLE public.t (id int PRIMARY KEY, name text, note text)" \
	-c "INSERT INTO public.t SELECT g, 'row ' || g FROM generate_series(1, 30) g"
terminal 100x30
type_line 'souk --open public.t'
wait_for 'row 26'
type_line ':arm'
wait_gone 'READ-ONLY'
keys e
wait_for 'guarded by'
keys j Enter
type_text ' as typed'
sh tests/support/cluster.sh stop "$server" immediate
wait_for 'LOST'
type_text ' later'
keys Enter
wait_for 'row 1 as typed later'
# Whoever connects anew has to arm anew.
keys C-s
wait_for 'Arm it'
keys y
wait_for 'error:'
expect 'row 1 as typed later'
sh tests/support/cluster.sh start "$server"
wait_gone 'LOST'
expect 'row 1 as typed later'
keys C-s
wait_for 'Arm it'
keys y
wait_sql 'row 1 as typed later' 'SELECT name FROM public.t WHERE id = 1'

# A query runs, the terminal changes its size, keys come, the server dies.
type_line ':sql SELECT pg_sleep(600)'
wait_sql 1 "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' AND state = 'active' AND pid <> pg_backend_pid()"
i=0
while [ $i -lt 50 ]; do
	resize $((40 + i * 37 % 140))x$((8 + i * 13 % 50))
	[ $((i % 9)) -ne 0 ] || keys j k
	i=$((i + 1))
done
resize 100x30
wait_for 'pg_sleep'
sh tests/support/cluster.sh stop "$server" immediate
wait_for 'LOST'
type_line ':q!'
wait_gone 'LOST'

# Who may connect but once is told so, in the server's words; what was typed is saved when there is room.
sh tests/support/cluster.sh start "$server"
psql -q -c 'CREATE ROLE lone LOGIN CONNECTION LIMIT 1' -c 'GRANT ALL ON public.t TO lone'
type_line 'clear; souk -U lone --armed --open public.t'
wait_for 'row 26'
keys e
wait_for 'guarded by'
keys j Enter
type_text ' alone'
keys Enter C-s
wait_for 'no connection for saves could be opened'
expect 'row 1 as typed later alone'
psql -q -c 'ALTER ROLE lone CONNECTION LIMIT 3'
# The first save may still be on its way to its refusal: Ctrl-S is then no second one.
n=0
until [ "$(psql -X -A -t -c 'SELECT name FROM public.t WHERE id = 1')" = 'row 1 as typed later alone' ]; do
	n=$((n + 1))
	[ $n -lt 200 ] || fail 'what was typed is not saved when there is room'
	keys C-s
	sleep 0.3
done
type_line ':q!'
