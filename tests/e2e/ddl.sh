#!/bin/sh
# SPDX-License-Identifier: MIT
# The schema changes while a grid shows it: it notices, reads anew and says what became of the columns.
# database: empty
. tests/support/tmux.sh
psql -qc "CREATE TABLE t (id int PRIMARY KEY, a text DEFAULT 'in a', b text DEFAULT 'in b', c int DEFAULT 7)" \
	-c "INSERT INTO t (id) SELECT generate_series(1, 30)"
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
psql -qc "ALTER TABLE t RENAME TO old" -c "CREATE TABLE t (z text DEFAULT 'new z', id int PRIMARY KEY)" \
	-c "INSERT INTO t (id) SELECT generate_series(1, 5)"
keys r
wait_for 'another relation has this name now'
wait_for 'new z'
refuse 'in a'
psql -qc "DROP TABLE t"
keys r
wait_for 't is gone'
wait_for 'STALE'
keys q q
wait_gone 'READ-ONLY'
