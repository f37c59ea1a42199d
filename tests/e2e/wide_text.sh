#!/bin/sh
# SPDX-License-Identifier: MIT
# database: empty
# Letters of two columns whose halves stand where others stood before: what is painted bit by bit is what is
# painted whole.
. tests/support/tmux.sh
terminal 80x24
psql -X -q -v ON_ERROR_STOP=1 -c "CREATE TABLE teas (id int PRIMARY KEY, tea text, kind text);
	INSERT INTO teas SELECT i, repeat('x', i % 5) || '日本' || repeat('y', i % 3) || '茶葉', repeat('z', i * 7 % 4) || '緑茶'
	FROM generate_series(1, 60) AS i;
	CREATE TABLE \"日\" (\"本 a\" int); CREATE TABLE \"a日本\" (b int); CREATE TABLE \"ab\" (c int); ANALYZE" >/dev/null

# Nothing more is painted.
quiet() {
	same=0
	: >"$work/bit_by_bit"
	while [ $same -lt 6 ]; do
		capture >"$work/now"
		cmp -s "$work/now" "$work/bit_by_bit" && same=$((same + 1)) || same=0
		mv "$work/now" "$work/bit_by_bit"
		sleep 0.05
	done
}

# Until it is another screen than $work/before; 2 s, since some keys change none.
changed() {
	n=0
	while capture -e | cmp -s - "$work/before" && [ $n -lt 40 ]; do
		n=$((n + 1))
		sleep 0.05
	done
}

# at RELATION: it is the last of the places, and what it holds is there
at() {
	n=0
	until capture | sed -n 2p | grep -qE " $1( {3}|\$)" && capture | grep -qE 'No rows\.|茶葉'; do
		n=$((n + 1))
		[ $n -lt 1200 ] || fail "$1 is not there"
		sleep 0.05
	done
}

whole() { # what was done
	quiet
	keys C-l
	n=0
	until capture >"$work/whole" && cmp -s "$work/bit_by_bit" "$work/whole"; do
		n=$((n + 1))
		[ $n -lt 40 ] || {
			diff "$work/bit_by_bit" "$work/whole"
			fail "$1: painted whole it is another screen"
		}
		sleep 0.05
	done
}

type_line 'souk --open teas'
wait_for '▸ 1'
for k in C-d C-f '}' '}' C-b '{' l z; do
	capture -e >"$work/before"
	keys "$k"
	changed
	whole "$k"
done
# The places one has been to move under each other.
for r in '"日"' '"a日本"' ab '"日"' teas '"a日本"' '"日"' ab ab '"a日本"' teas; do
	in_bar ":open $r"
	at "$(echo "$r" | tr -d '"')"
	whole "$r"
done
