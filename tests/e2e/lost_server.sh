#!/bin/sh
# SPDX-License-Identifier: MIT
# database: none
# The server goes away and comes back: the rows stay, are said to be stale, and come anew by themselves.
. tests/support/tmux.sh
server=$(sh tests/support/cluster.sh new)
at_end() {
	sh tests/support/cluster.sh remove "$server"
}
PGHOST=$server psql -q -U postgres -d postgres -c "CREATE TABLE public.t AS SELECT g AS id, 'row ' || g AS name FROM generate_series(1, 30) g; ALTER TABLE public.t ADD PRIMARY KEY (id)"
PGHOST=$server PGDATABASE=postgres
export PGHOST PGDATABASE
terminal 100x30
type_line 'souk -U postgres --open public.t'
wait_for 'row 26'
sh tests/support/cluster.sh stop "$server" fast
wait_for 'LOST'
expect 'row 26'
keys r
wait_for 'STALE'
expect 'row 26'
keys j
wait_for '▸ 2'
sh tests/support/cluster.sh start "$server"
wait_gone 'LOST'
wait_gone 'STALE'
PGHOST=$server psql -q -U postgres -d postgres -c "UPDATE public.t SET name = 'new 1' WHERE id = 1"
keys r
wait_for 'new 1'
