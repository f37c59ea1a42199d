#!/bin/sh
# SPDX-License-Identifier: MIT
# The schema changes while a form is open: a save writes no other column than was meant, nothing that was typed is
# lost, and the form says what became of the relation.
# database: empty
. tests/support/tmux.sh
for t in renamed swapped dropped others key another moved gone; do
	psql -qc "CREATE TABLE $t (id int PRIMARY KEY, a text DEFAULT 'in a', b text DEFAULT 'in b', c int DEFAULT 7)" \
		-c "INSERT INTO $t (id) SELECT generate_series(1, 30)"
done
psql -qc "UPDATE moved SET b = 'b' || id" -c 'ALTER TABLE moved ALTER b SET NOT NULL, ADD UNIQUE (b)'
# A form on the third record of a table, with another value in a; what happens then to the table is $2.
meanwhile() {
	in_bar ":open $1 --sort id"
	wait_for " $1  "
	wait_for ' 30 '
	keys j j e
	wait_for 'guarded by xmin'
	keys j Enter
	keys C-a C-k
	type_text "mine of $1"
	keys Enter
	wait_for 'was in a'
	psql -qc "$2"
	keys C-s
}
again() {
	keys C-s
	wait_for 'saved'
	keys q
}
terminal 100x40
type_line 'souk --armed'
wait_for 'Screens'

meanwhile renamed 'ALTER TABLE renamed RENAME a TO z'
wait_for 'renamed changed: a is called z'
wait_for 'Z         mine of renamed  was in a'
again
wait_sql 'mine of renamed|in b' "SELECT z, b FROM renamed WHERE id = 3"

# The names exist both: only their numbers tell that they are each other's now.
meanwhile swapped 'ALTER TABLE swapped RENAME a TO x; ALTER TABLE swapped RENAME b TO a; ALTER TABLE swapped RENAME x TO b'
wait_for 'swapped changed: a is called b, b is called a'
wait_for 'B         mine of swapped  was in a'
wait_sql 0 "SELECT count(*) FROM swapped WHERE a <> 'in b' OR b <> 'in a'"
again
wait_sql 'in b|mine of swapped' "SELECT a, b FROM swapped WHERE id = 3"

meanwhile dropped 'ALTER TABLE dropped DROP a'
wait_for 'a cannot be changed here: what you typed stays in :drafts'
keys q
wait_for ' B     C'
keys :
type_line 'drafts'
wait_for 'public.dropped 3: a'
keys Escape
wait_gone 'Esc leave'

meanwhile others "ALTER TABLE others DROP b; ALTER TABLE others ALTER c TYPE text; ALTER TABLE others ADD d int DEFAULT 4"
wait_for 'others changed: b is gone, c is now text, d is new'
# The list behind says so too: the form's own fields are those of now.
wait_for ' D  '
again
wait_sql 'mine of others|7|4' "SELECT a, c, d FROM others WHERE id = 3"

meanwhile key 'ALTER TABLE key RENAME id TO ident'
wait_for 'key changed: id is called ident'
wait_for 'Ident*'
again
wait_sql 3 "SELECT ident FROM key WHERE a = 'mine of key'"

meanwhile another "ALTER TABLE another RENAME TO before; CREATE TABLE another (b text DEFAULT 'new b', a text DEFAULT 'in a',
	id int PRIMARY KEY); INSERT INTO another (id) SELECT generate_series(1, 5)"
wait_for 'another changed: another relation has this name now'
wait_for 'mine of another  was in a'
wait_for ' new b'
wait_sql 0 "SELECT (SELECT count(*) FROM before WHERE a <> 'in a') + (SELECT count(*) FROM another WHERE a <> 'in a')"
again
wait_sql 'mine of another|new b' "SELECT a, b FROM another WHERE id = 3"

# Known by another unique key: which record it is now is told, and its changes are merged.
meanwhile moved 'UPDATE moved SET id = 77 WHERE id = 3'
wait_for 'no record has the key 3 any more; the one with the same b is now 77'
wait_for 'changed while you were editing'
keys C-s
# That it was saved may be said no longer than until the list finds 3 gone.
wait_for '77  mine of moved'
wait_sql 'mine of moved' "SELECT a FROM moved WHERE id = 77"
keys q

meanwhile gone 'DROP TABLE gone'
wait_for 'gone is gone: dropped, renamed or not yours to see; what you typed is kept as a draft'
wait_for 'mine of gone'
keys :
type_line 'q!'
