#!/bin/sh
# SPDX-License-Identifier: MIT
# database: empty
# How a person arranged a relation's columns is there the next day, and is no matter of another
# database's relation of the same name.
. tests/support/tmux.sh
terminal 100x30
there="${PGDATABASE}_too"
at_end() {
	psql -X -q -d postgres -c "DROP DATABASE IF EXISTS $there WITH (FORCE)"
}
make_table() {
	psql -X -q -d "$1" -c 'CREATE TABLE loaves (id int PRIMARY KEY, kind text, words text, price numeric)' \
		-c "INSERT INTO loaves VALUES (1, 'rye', 'good', 5.2)"
}
psql -X -q -d postgres -c "CREATE DATABASE $there"
make_table "$PGDATABASE"
make_table "$there"

type_line 'souk --open loaves'
wait_for '1–1 of 1'
type_line ':column hide kind'
wait_gone 'KIND'
type_line ':column right price'
wait_for 'WORDS  PRICE'
keys q q
wait_gone 'READ-ONLY'
type_line clear
wait_gone 'loaves'
type_line "souk -d $there --open loaves"
wait_for '1–1 of 1'
expect 'KIND  PRICE  WORDS'
type_line ':column hide words'
wait_gone 'WORDS'
keys q q
wait_gone 'READ-ONLY'
type_line clear
wait_gone 'loaves'
type_line 'souk --open loaves'
wait_for 'WORDS  PRICE'
refuse 'KIND'
keys q q
