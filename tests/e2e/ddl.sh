#!/bin/sh
# SPDX-License-Identifier: MIT
# The schema changes while a grid shows it: it notices, reads anew and says what became of the columns.
# database: empty
. tests/support/tmux.sh
psql -qc "CREATE TABLE t (id int PRIMARY KEY, a text DEFAULT 'in a', b text DEFAULT 'in b', c int DEFAULT 7)" \
	-c "INSERT INTO t (id) SELECT generate_series(1, 30)"
psql -qc "CREATE TABLE u (id int PRIMARY KEY, a text DEFAULT 'in u', b text DEFAULT 'u b')" \
	-c "INSERT INTO u SELECT generate_series(1, 400)" -c "ANALYZE u"
terminal 100x30
type_line 'souk'
wait_for 'Screens'
keys :
type_line 't'
wait_for 'in b'
psql -qc "ALTER TABLE t DROP b, ALTER c TYPE text; ALTER TABLE t RENAME a TO z; ALTER TABLE t ADD d int DEFAULT 4"
keys r
wait_for 't changed: a is called z, b is gone, c is now text, d is new'
wait_for ' ID  Z '
refuse 'in b'
# One that came since is in no reply: who looks again is told all the same.
psql -qc "ALTER TABLE t ADD e text DEFAULT 'in e'"
keys r
wait_for 't changed: e is new'
wait_for 'in e'
# So is who opens a table that was made since.
psql -qc "CREATE TABLE young (id int PRIMARY KEY, a text DEFAULT 'in young')" -c "INSERT INTO young VALUES (1)"
keys :
type_line 'open young id=1'
wait_for 'in young'
keys q
wait_for 'in e'
psql -qc "ALTER TABLE t RENAME TO old" -c "CREATE TABLE t (z text DEFAULT 'new z', id int PRIMARY KEY)" \
	-c "INSERT INTO t (id) SELECT generate_series(1, 5)"
keys r
wait_for 'another relation has this name now'
wait_for 'new z'
refuse 'in a'
# The cursor stays on its row, in its line, when a column goes; a key of another type is gone on from all the same.
keys :
type_line 'u'
wait_for '1–26 of'
keys NPage
wait_for '27–52 of'
keys j j
wait_for '▸29 '
psql -qc "DELETE FROM u WHERE id < 11" -c "ALTER TABLE u DROP b"
keys r
wait_for 'u changed: b is gone'
wait_for '17–42 of'
wait_for '▸29 '
psql -qc "ALTER TABLE u ALTER id TYPE text USING to_char(id, '000')"
keys G
wait_for '▸ 400 '
keys g
wait_for '▸ 011 '
keys NPage NPage NPage NPage NPage
wait_for '131–156 of'
refuse 'does not exist'
keys q
wait_for 'new z'
psql -qc "DROP TABLE t"
keys r
wait_for 't is gone'
wait_for 'STALE'

# A word alone may be a mistyped one: that is told at once, the line stays, and the server is looked at meanwhile.
psql -qc "CREATE TABLE zzyzx (id int PRIMARY KEY, a text DEFAULT 'in zzyzx')" -c "INSERT INTO zzyzx VALUES (1)"
keys :
type_line 'zzyzx'
wait_for 'is known when asked again'
expect ':zzyzx'
# Until it has looked, Enter says the same again.
n=0
until capture | grep -qF 'in zzyzx'; do
	n=$((n + 1))
	[ "$n" -lt 200 ] || fail "zzyzx is not known"
	keys Enter
	sleep 0.1
done
keys F10
wait_gone 'READ-ONLY'
