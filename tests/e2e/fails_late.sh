#!/bin/sh
# SPDX-License-Identifier: MIT
# A view without a key fails on a later row: what came before is as new as any row and is not called stale, how many
# rows there are is not known, and why there are no more is said.  One that fails when it is looked at again is old.
# database: empty
. tests/support/tmux.sh
psql -qc "CREATE TABLE wrong (i int)" -c "INSERT INTO wrong VALUES (3000)" \
	-c "CREATE VIEW late AS SELECT i, 1 / (i - (SELECT w.i FROM wrong AS w)) AS part FROM generate_series(1, 5000) AS i"
terminal 100x30
type_line 'souk'
wait_for 'Screens'
keys :
type_line 'late'
wait_for '1–26 of more than 2999'
wait_for 'the row after these failed: division by zero'
refuse 'STALE'
keys G
wait_for '▸2999'
refuse 'STALE'
keys g
wait_for '▸   1 '
psql -qc "UPDATE wrong SET i = 1"
keys r
wait_for 'STALE since'
wait_for 'division by zero'
psql -qc "UPDATE wrong SET i = 0"
keys r
wait_for '1–26 of 5000'
refuse 'STALE'
# One that failed before its first row has nothing to stay, and is asked again all the same.
keys q
wait_for 'Screens'
psql -qc "UPDATE wrong SET i = 1"
keys :
type_line 'late'
wait_for 'division by zero'
refuse '1–26 of'
keys r
wait_for 'division by zero'
psql -qc "UPDATE wrong SET i = 0"
keys r
wait_for '1–26 of 5000'
refuse 'division by zero'
keys q q
wait_gone 'READ-ONLY'
