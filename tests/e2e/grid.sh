#!/bin/sh
# SPDX-License-Identifier: MIT
# database: empty
# What one does with rows all day: filter, edit the filter, keep it, mark, copy, wrap, find a column,
# export behind the screen, cancel, and what a broken or slow filter says.
. tests/support/tmux.sh
terminal 100x30
psql -X -q -v ON_ERROR_STOP=1 -c "CREATE TABLE loaves (id int PRIMARY KEY, kind text, words text, price numeric);
	INSERT INTO loaves SELECT i, 'kind' || i % 9, repeat('bread ' || i || ' ', 30), i / 4.0
	FROM generate_series(1, 20000) AS i; ANALYZE loaves;
	CREATE TABLE shelves (shop int, place text, more jsonb, PRIMARY KEY (shop, place));
	INSERT INTO shelves SELECT i / 100, 'p' || i % 100, jsonb_build_object('a', i, 'b', repeat('x', i % 100))
	FROM generate_series(1, 2000) AS i; ANALYZE shelves;
	CREATE TABLE jars (id int PRIMARY KEY, word text, seal bytea, list text);
	INSERT INTO jars VALUES (1, NULL, repeat('salt', 5)::bytea, (SELECT string_agg('jar ' || i, E'\n') FROM generate_series(1, 90) AS i)),
	(2, 'NULL', '', '')" >/dev/null
type_line 'souk --open loaves'
wait_for '1–26 of ~20 k'

# A key that begins a command has its blank, and what is typed goes on from there.
keys F4
type_line 'id = 7'
wait_for '1–1 of 1'
keys BSpace M-g
type_line '5002'
wait_for '▸5002'
keys g
wait_for '1–26 of ~20 k'

# Where a key lies is known of statistics; of what is no key it is told, and the rows are as true as before.
type_line ':goto 5001'
wait_for '~25 % of ~20 k'
type_line ':goto abc'
wait_for 'goto: invalid input syntax'
refuse 'STALE'
type_line ':sort -price'
type_line ':goto 5001'
wait_for '~74 % of ~20 k'
type_line ':goto abc'
wait_for 'goto: invalid input syntax'
refuse 'STALE'
# The beginning of a key is a place where rows stand in its order; elsewhere it is told what a key is.
type_line ':open shelves'
wait_for 'of ~2000'
type_line ':goto 17'
wait_for '▸  17  p0'
# However long a value is, it is the same short form: a beginning of JSON is no form of it.
expect '{2 keys}'
refuse '{"a": '
type_line ':sort more'
wait_gone '▸  17  p0'
wait_for 'sort more'
type_line ':goto 17'
wait_for 'a key here is shop,place'
keys Escape
wait_gone 'a key here'
keys q
wait_for '▸ 5001'
keys q
wait_for 'Screens'
type_line ':open loaves'
wait_for '1–26 of ~20 k'

# A value whole: none is not the word, bytes are counted and found as such, a search goes round.
type_line ':open jars'
wait_for '1–2 of 2'
keys l v
wait_for 'jars ▸ word'
expect 'no value'
refuse 'text, 4 bytes'
keys q
wait_for '1–2 of 2'
keys j v
wait_for 'text, 4 bytes'
keys q
wait_for '1–2 of 2'
keys k '$' v
wait_for ' 20 bytes'
expect ' |saltsaltsaltsalt|'
type_line '/7473616c7473'
wait_for '/7473616c7473'
refuse 'is not here'
type_line '/7474'
wait_for '"7474" is not here'
keys q
wait_for '1–2 of 2'
keys h v
wait_for '1–27 of 90'
type_line '/JAR 89'
wait_for '64–90 of 90'
keys n
wait_for 'from the beginning again'
# What was searched for is at hand again, and nothing else of what was typed.
keys / Up
wait_for '/JAR 89'
keys Up
wait_for '/7474'
keys Escape
wait_gone '/7474'
keys q
wait_for '1–2 of 2'
keys q
wait_for '1–26 of ~20 k'

# Conditions stack; the editor has them all, and what comes back takes their place.
type_line ':filter (kind = kind3)or(kind = kind4)'
wait_for 'of ~4'
type_line ':filter price > 100'
wait_for 'kind4)  price > 100'
keys M-f
wait_for ':filter --instead ((kind = kind3)or(kind = kind4)) and price > 100'
type_line '0'
wait_for 'and price > 1000'
type_line ':filter-keep dear'
wait_for 'kept: filter @dear'
# A name of several words.
type_line ':filter-keep dear and odd'
wait_for 'kept: filter @dear and odd'
# One that nobody kept leaves the filters as they are.
type_line ':filter @dead'
wait_for 'no filter of this screen has this name'
keys Escape
wait_gone ':filter @dead'
expect 'and price > 1000'
type_line ':unfilter all'
wait_for 'of ~20 k'
type_line ':filter @dear and odd'
wait_for 'and price > 1000'
keys BSpace
wait_for 'of ~20 k'
keys @
wait_for 'Filters'
expect 'dear and odd'
keys Enter
wait_gone 'of ~20 k'
wait_for 'and price > 1000'

# Watched until it is said that it is off.
type_line ':refresh 30s'
wait_for 'every 30 s'
type_line ':refresh off'
wait_gone 'every 30 s'
type_line ':refresh of'
wait_for 'interval must be a duration such as 500ms, 5s or 2m, or off'
keys Escape
wait_gone ':refresh of'

# Words for what does not work; the rows and the question before stay.
type_line ':where nonsense = 1'
wait_for 'column "nonsense" does not exist'
expect 'and price > 1000'
refuse 'STALE'
keys Escape
wait_gone ':where nonsense'
type_line ':set statement-timeout 1s'
type_line ':where pg_sleep(0.1) is not null'
wait_for 'longer than the 1s of statement-timeout'
refuse 'STALE'
type_line ':set statement-timeout 60s'
type_line ':where pg_sleep(0.2) is not null'
wait_for 'Ctrl-C cancels'
keys j
wait_for '▸4009'
keys C-l C-c
wait_for 'cancelled'
refuse 'STALE'

# Marked rows go whole to the clipboard's command, from wherever they are.
type_line ':unfilter all'
wait_for 'of ~20 k'
type_line ":set clip 'cat >$work/clip'"
keys g Space G
wait_for '▸20000'
keys Space
wait_for '2 marked'
type_line ':copy marked --as=csv'
wait_for 'copied 2 rows'
[ "$(wc -l <"$work/clip")" -eq 3 ] || fail "the clipboard has $(wc -l <"$work/clip") lines"
[ "$(grep '^20000,kind2' "$work/clip" | wc -c)" -gt 380 ] || fail 'a copied row is not whole'
type_line ':mark none'

# The value under the cursor in lines below, and a column found by its name.
keys w c
wait_for 'Columns'
type_line 'wor'
wait_for '── words'
# What is cut is fetched whole.
wait_gone 'v shows all'
keys w
wait_gone '── words'

# Columns are hidden, but for the last one: of an empty grid nobody could tell what it is.
type_line ':open jars'
wait_for '1–2 of 2'
keys Z Z Z
wait_gone 'LIST'
expect 'SEAL'
keys Z
wait_for 'the last one stays'
expect 'SEAL'
keys q
wait_for 'of ~20 k'

# Rows are marked in a list that is watched: both are told.
type_line ':refresh 90s'
wait_for 'every 1 m 30 s'
keys Space
wait_for '1 marked, every 1 m 30 s'
keys Space
wait_gone 'marked'
type_line ':refresh 0'
wait_gone 'every 1 m'

# An export goes on behind the screen; the file has its name when it is whole.
type_line ":export $work/all.csv"
keys q
wait_for "20000 rows written to $work/all.csv"
[ "$(wc -l <"$work/all.csv")" -eq 20001 ] || fail 'the file has not all rows'

# The plan of a statement, and its rows as a grid.
type_line ':explain --analyze select count(*) from loaves'
wait_for 'Seq Scan on loaves'
expect 'most'
keys q
type_line ':sql select i, i * i as square from generate_series(1, 30) as i'
wait_for 'SQUARE'
wait_for '1–26 of 30'
keys q q q
