#!/bin/sh
# SPDX-License-Identifier: MIT
# The schema changes while one record and the rows that belong to it are shown: columns that are added, dropped,
# renamed and of another type, the key among them, the child's key too, and another relation of the name.
# database: empty
. tests/support/tmux.sh
psql -qc "CREATE TABLE mum (id int PRIMARY KEY, a text DEFAULT 'in a', b text DEFAULT 'in b', c int DEFAULT 7)" \
	-c "CREATE TABLE kid (kid_id int PRIMARY KEY, mum_id int NOT NULL REFERENCES mum, word text DEFAULT 'of kid')" \
	-c "INSERT INTO mum (id) SELECT generate_series(1, 30)" \
	-c "INSERT INTO kid SELECT g, g % 30 + 1 FROM generate_series(1, 90) AS g"
terminal 120x30
type_line 'souk'
wait_for 'Screens'
keys :
type_line 'public.mum.record id=3'
wait_for 'in b'
wait_for 'of kid'
psql -qc "ALTER TABLE mum DROP b, ALTER c TYPE text; ALTER TABLE mum RENAME a TO z; ALTER TABLE mum ADD d int DEFAULT 4"
keys r
wait_for 'mum changed: a is called z, b is gone, c is now text, d is new'
wait_gone 'in b'
wait_for 'of kid'
psql -qc "ALTER TABLE mum RENAME id TO mother" -c "ALTER TABLE kid RENAME mum_id TO of_mum"
keys r
wait_for 'mother  3'
wait_for 'of kid'
wait_for 'mum_id is called of_mum'
refuse 'STALE'
psql -qc "DROP TABLE kid"
keys Tab
keys r
wait_gone 'of kid'
wait_for 'in a'
psql -qc "ALTER TABLE mum RENAME TO old" -c "CREATE TABLE mum (z text DEFAULT 'new z', mother int PRIMARY KEY)" \
	-c "INSERT INTO mum (mother) SELECT generate_series(1, 5)"
keys r
wait_for 'another relation has this name now'
wait_for 'new z'
refuse 'in a'
psql -qc "DROP TABLE mum"
keys r
wait_for 'mum is gone'
wait_for 'STALE'
keys q q
wait_gone 'READ-ONLY'
