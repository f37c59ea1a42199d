#!/bin/sh
# SPDX-License-Identifier: MIT
# database: empty
# Wide, combining and hostile texts: columns stay aligned, nothing reaches the terminal that should not.
. tests/support/tmux.sh
psql -q -U postgres -v ON_ERROR_STOP=1 <<'SQL'
CREATE TABLE public.odd (id int PRIMARY KEY, t text, n numeric);
INSERT INTO public.odd VALUES
	(1, 'plain', 11), (2, '日本語', 22), (3, 'e' || chr(769) || 'x', 33), (4, '❤️ 👩‍💻', 44),
	(5, 'a' || chr(27) || '[31mred' || chr(7), 55), (6, 'rtl ' || chr(8238) || 'abc', 66),
	(7, repeat('x', 1000000), 77), (8, NULL, 1234567890123456789012345678901234567890), (9, 'two' || chr(10) || 'lines', 99);
SQL
terminal 100x30
type_line 'souk -U postgres --open public.odd'
wait_for 'plain'
expect '日本語'
expect 'a␛[31mred␇'
expect 'rtl <U+202E>abc'
expect 'two␊lines'
expect ' 1234567890123456789012345678901234567890'
# The last column ends at the same place in all rows, whatever stands before it.
column() {
	capture | grep -F "$1" | head -n 1 | sed "s/$2 *\$//" | LC_ALL=C.UTF-8 wc -m
}
[ "$(column plain 11)" -gt 10 ] || fail "no numbers"
[ "$(column plain 11)" -eq $(($(column '日本語' 22) + 3)) ] || fail "wide characters shift the columns"
[ "$(column plain 11)" -eq $(($(column 'x  ' 33) - 1)) ] || fail "combining characters shift the columns"
[ "$(column plain 11)" -eq "$(column 'red␇' 55)" ] || fail "marks shift the columns"
keys G k k
keys Right v
wait_for 'text, 1000000 bytes'
keys q
wait_for 'plain'
keys q q
wait_gone 'READ-ONLY'
stop

# Names of the database and of who one is: as wide as they are shown, and who one is is told whatever they are.
odd_db=$(printf '%s\033[31m\342\200\256\346\227\245\346\234\254' "$PGDATABASE")
odd_role=$(printf '%s\033[2J\303\251' "$PGDATABASE")
at_end() {
	tm kill-server 2>/dev/null || :
	psql -X -q -U postgres -d postgres -c "DROP DATABASE IF EXISTS \"$odd_db\" WITH (FORCE)" \
		-c "DROP ROLE IF EXISTS \"$odd_role\""
}
psql -X -q -U postgres -d postgres -c "CREATE DATABASE \"$odd_db\"" -c "CREATE ROLE \"$odd_role\" LOGIN SUPERUSER"
terminal 160x30 PGDATABASE="$odd_db" PGUSER="$odd_role"
type_line 'souk'
wait_for 'Screens'
wait_for "$PGDATABASE␛[31m<U+202E>日本@local  PostgreSQL"
expect "superuser $PGDATABASE␛[2Jé  "
resize 80x24
wait_for "superuser $(printf %s "$PGDATABASE" | cut -c1-3)"
expect 'READ-ONLY'
keys q
wait_gone 'READ-ONLY'
resize 160x30
type_line 'clear; LC_ALL=C souk'
wait_for "superuser $PGDATABASE^[[2J<U+00E9>  "
expect "<U+65E5><U+672C>@local  PostgreSQL"
