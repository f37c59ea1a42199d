#!/bin/sh
# SPDX-License-Identifier: MIT
# database: empty
# Far places (50%, G), the question before a dear sort, marks of what changed, values seen whole
# (JSON folded, bytes), a statement written in the editor.
. tests/support/tmux.sh
cat >"$work/editor" <<'SH'
#!/bin/sh
# Keeps what it was given, and saves what lies beside.
cp "$1" "$WORK/given.sql"
[ ! -f "$WORK/saved.sql" ] || cp "$WORK/saved.sql" "$1"
SH
chmod +x "$work/editor"
terminal 100x30 "EDITOR=$work/editor" "WORK=$work"
psql -X -q -v ON_ERROR_STOP=1 -c "CREATE TABLE loaves (id int PRIMARY KEY, words text, facts jsonb, raw bytea);
	INSERT INTO loaves SELECT i, 'bread ' || i, jsonb_build_object('grain', 'rye', 'bakers',
		jsonb_build_array('Anna', 'Ben')), decode('00ff41', 'hex')
	FROM generate_series(1, 20000) AS i; ANALYZE loaves;
	CREATE TABLE crumbs (words text); INSERT INTO crumbs VALUES (repeat('crumb ', 5000))" >/dev/null
type_line 'souk --open loaves'
wait_for '1–26 of ~20 k'

# The middle and the end.
type_text '50%'
wait_for '~50 %'
wait_for '▸1000'
keys %
wait_for 'wants a number before it'
keys G
wait_for 'last 26 of ~20 k'
wait_for '▸20000'
keys k
wait_for '▸19999'
expect 'last 26 of ~20 k'
keys g
wait_for '1–26 of ~20 k'
keys '?'
wait_for 'go to N %'
keys q

# The gate: what it would cost, no is no, and yes sorts.
type_line ':set cost-gate 1'
type_line ':sort words'
wait_for 'This may take long'

expect 'Sort'
keys n
wait_gone 'This may take long'
expect '▸    1'
refuse 'sort words'
type_line ':sort -words'
wait_for 'This may take long'
keys y
wait_for '▸ 9999'
expect 'sort -words'
type_line ':sort'
wait_for '▸    1'

# What a refresh changed is marked, for a moment: nobody presses anything, and the mark goes.
psql -X -q -c "UPDATE loaves SET words = 'baked' WHERE id = 3"
keys r
wait_for '●baked'
wait_gone '●baked'
expect ' baked'

# A document folds under the cursor; bytes are bytes.
keys l l v
wait_for '"bakers": ['
keys g j j
keys f
wait_gone '"Anna"'
expect '"grain"'
keys f
wait_for '"Anna"'
keys x
wait_for 'this is no bytea value'
keys q
keys l v
wait_for '00 ff 41'
keys x
wait_for '\x00ff41'
keys x
wait_for '00 ff 41'
keys q

# \e: the statement in the editor; what is saved is run, and is what the editor gets next time.
type_line ':\e'
wait_for 'the statement is'
printf 'select i as answer\nfrom generate_series(41, 43) as i;\n' >"$work/saved.sql"
type_line ':\e'
wait_for 'ANSWER'
wait_for '1–3 of 3'
rm "$work/saved.sql"
type_line ':sql-edit'
wait_for 'the statement is as it was'
grep -q 'generate_series(41, 43)' "$work/given.sql" || fail 'the editor was not given the statement'

# What a function says beside its rows is said.
psql -X -q -c "CREATE FUNCTION ask() RETURNS int LANGUAGE plpgsql AS 'BEGIN RAISE NOTICE ''flour is low''; RETURN 41; END'" >/dev/null
type_line ':sql SELECT ask() + 1 AS answer'
wait_for 'the server says: flour is low'
wait_for 'answer'
# What a loop says does not drive the rest out of the log.
psql -X -q -c "CREATE FUNCTION count_up() RETURNS int LANGUAGE plpgsql
	AS 'BEGIN FOR i IN 1..1000 LOOP RAISE NOTICE ''sack %'', i; END LOOP; RETURN 1000; END'" >/dev/null
type_line ':sql SELECT count_up() AS sacks'
wait_for 'the server says: sack 1000'
until_logged '(the last of 981) the server says: sack 1000'
until_logged 'flour is low'

# Rows without a key are copied whole too.
type_line ":set clip 'cat >$work/clip'"
type_line ':open crumbs'
wait_for 'crumb crumb'
keys Y
wait_for 'copied 1 row'
[ "$(wc -c <"$work/clip")" -ge 30000 ] || fail "the copy has $(wc -c <"$work/clip") bytes"

# What was copied before says the same: the text is waited for, not its message alone.
wait_clip() {
	n=0
	until grep -qF -- "$1" "$work/clip"; do
		n=$((n + 1))
		[ $n -lt 1200 ] || fail "the copy is $(cat "$work/clip")"
		sleep 0.05
	done
}

# What is masked in a copy is told with it; a record's Y copies the record. The relation is younger than the console.
psql -X -q -v ON_ERROR_STOP=1 -c "CREATE TABLE guests (id int PRIMARY KEY, email text, town text);
	INSERT INTO guests VALUES (1, 'a@example.org', 'Ulm'), (2, 'b@example.org', 'Bonn')" >/dev/null
type_line ':open guests'
wait_for 'Bonn'
keys Y
wait_for 'copied 1 row; masked: email'
keys l y
wait_for 'copied ••••••; masked: email'
keys Enter
wait_for '▸ id'
keys Y
wait_for 'copied 1 row; masked: email'
wait_clip "$(printf '1\t••••••\tUlm')"
[ "$(wc -l <"$work/clip")" -le 1 ] || fail "the copy is $(cat "$work/clip")"
type_line ':copy row --as=json'
wait_clip '"town": "Ulm"'
keys q
wait_for '▸ 1'
type_line ':open nobodys'
wait_for 'nobodys: there is no such relation'
keys Escape
wait_gone '▸ 1'
keys q q q q q
