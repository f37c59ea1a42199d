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
