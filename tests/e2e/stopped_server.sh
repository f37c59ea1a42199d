#!/bin/sh
# SPDX-License-Identifier: MIT
# database: empty
# user: postgres
# The server's processes stand still (kill -STOP) under a page, a save, an export and a :sql: the screen remains
# usable, what runs can be given up, and all comes back, whether they go on or not.
. tests/support/tmux.sh

. tests/support/halt.sh

sql "CREATE TABLE public.t (id int PRIMARY KEY, name text)"
sql "INSERT INTO public.t SELECT g, 'row ' || g FROM generate_series(1001, 1400) g"
sql "ANALYZE public.t"
terminal 120x30
type_line 'souk -U postgres --armed --open public.t'
wait_for '▸1001'

# A page: moves, help and Ctrl-C answer; what was typed ahead is not done to another row; the rows come back.
halt true
keys G
keys e
wait_for '1 key waits'
keys C-c
wait_for 'cancelled'
keys j
wait_for '▸1002'
keys '?'
wait_for 'one row down'
keys q
wait_gone 'one row down'
keys G
wait_for '▸1400'
refuse 'guarded by'
go_on

# One that goes on in time is only late.
keys g
wait_for '▸1001'
halt true
keys G
wait_for 'Ctrl-C cancels'
go_on
wait_for '▸1400'

# A save: given up, it is known that nothing was written; then it is.
keys e
wait_for 'guarded by'
keys Down Enter C-a C-k
type_text 'stood still'
keys Enter
wait_for 'was row 1400'
halt true
keys C-s
wait_for 'saving'
keys Escape
wait_for 'nothing was written'
expect 'stood still'
# A connection that is new is not armed.
wait_for 'READ-ONLY'
keys C-s
wait_for 'Arm it'
keys y
wait_sql 'stood still' 'SELECT name FROM public.t WHERE id = 1400'
wait_gone 'guarded by'
go_on

# An export: no file of its name.
type_line ':where pg_catalog.pg_sleep(0.05) IS NOT NULL'
wait_for 'pg_sleep'
wait_for '▸1001'
type_line ":export csv $work/out.csv"
halt "state = 'active' AND query LIKE '%pg_sleep%'"
keys j
wait_for '▸1002'
# Ctrl-C takes what one looks at, while that is reading, and then what runs behind it; the server takes neither.
n=0
while for file in "$work"/out*; do [ -e "$file" ]; done; do
	keys C-c
	n=$((n + 1))
	[ $n -lt 120 ] || fail "a file is left of the export"
	sleep 0.5
done
wait_gone 'running export'
go_on
keys BSpace
wait_gone 'pg_sleep'

# A result of one's own.
type_line ':sql SELECT pg_catalog.pg_sleep(600)'
halt "state = 'active' AND query LIKE '%pg_sleep(600)%'"
keys C-c
wait_for 'cancelled'
type_line ':sql SELECT 6 * 7 AS answer'
wait_for '42'
go_on
