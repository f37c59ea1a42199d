#!/bin/sh
# SPDX-License-Identifier: MIT
# database: tests/db/schemas/save.sql
# On production a name is typed before anything is written: to arm, and for several rows at once; what was done goes
# back as one, and is done again.
. tests/support/tmux.sh

amounts() {
	psql -X -A -t -U postgres -c "SELECT string_agg(amount::text, ' ' ORDER BY id) FROM public.plain WHERE id <= 4"
}

# wait_amounts 'A B C D'
wait_amounts() {
	n=0
	until [ "$(amounts)" = "$1" ]; do
		n=$((n + 1))
		[ $n -lt 200 ] || fail "they are $(amounts), not $1"
		sleep 0.05
	done
}

mkdir -p "$work/home/config/souk/profiles"
printf '[profile]\nenvironment = production\n' >"$work/home/config/souk/profiles/live.ini"
terminal 100x30
type_line 'souk -U saver --profile live --open public.plain'
wait_for 'n3'
expect 'PRODUCTION'
type_line ':arm'
wait_for 'Arm on production'
type_text 'wrong'
keys Enter
wait_gone 'Arm on production'
expect 'READ-ONLY'
type_line ':arm'
wait_for 'Arm on production'
type_text "$PGDATABASE"
keys Enter
wait_for 'ARMED'

# All rows of the filters in force, whether they are marked or not.
type_line ':filter id<=3'
wait_for '1–3'
type_line ':set amount=30 --filtered'
wait_for 'Change 3 of 3 rows'
keys Down Down Enter
wait_for 'type the database'
type_text 'wrong'
keys Enter
wait_gone 'type the database'
wait_for 'n3'
[ "$(amounts)" = '1 2 3 4' ] || fail "written without the name: $(amounts)"
type_line ':set amount=30 --filtered'
wait_for 'Change 3 of 3 rows'
keys Down Down Enter
wait_for 'type the database'
type_text "$PGDATABASE"
keys Enter
wait_for 'OUTCOME'
wait_amounts '30 30 30 4'
keys Escape
wait_gone 'OUTCOME'
type_line ':undo-save'
wait_for 'Take back all 3'
capture >"$work/undo"
if grep -qF 'type the database' "$work/undo"; then type_text "$PGDATABASE"; fi
keys y
wait_amounts '1 2 3 4'
wait_for 'undone'
type_line ':redo-save'
wait_for 'again'
keys y
wait_amounts '30 30 30 4'
