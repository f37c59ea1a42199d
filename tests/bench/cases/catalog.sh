# shellcheck shell=sh disable=SC2154,SC2034
# SPDX-License-Identifier: MIT
# the catalog of a database with very many tables of 12 columns
database many "$here/many.sql"
# The same questions, their rows fetched by psql; whether they have changed is souk's own question.
held=$(awk '/^-- fragment: / { on = $3 == "held"; next } on && !/^--/' sql/fragments/lock.sql)
{
	echo "begin isolation level repeatable read read only;"
	for q in sql/queries/catalog_*.sql; do
		case $q in */catalog_state.sql | */catalog_rest.sql) continue ;; esac
		sed 's/^--.*//' "$q"
		echo ";"
	done
} >"$work/catalog.sql"
for i in 1 2 3; do
	PGDATABASE=many "$measure" run "$SOUK" profile | keep souk
	PGDATABASE=many "$measure" run psql -X -A -t -v ON_ERROR_STOP=1 -v held="$held" \
		-f "$work/catalog.sql" | keep psql
done
PGDATABASE=many "$measure" run pg_dump --schema-only -f /dev/null | keep dump
row "read the catalog of $tables tables" ms "$(median souk)" "psql -A -t, same questions" "$(median psql)" "<= 1.2"
row "" ms "$(median souk)" "pg_dump --schema-only" "$(median dump)"
row "  memory" KiB "$(median souk 1 2)" "goal" 98304 "<= 1"
for i in 1 2 3; do
	PGDATABASE=many "$measure" screen until postgres until pg_ -- "$SOUK" --open roles | keep page
done
row "first page beside it" ms "$(median page 2)" "the catalog" "$(median souk)" "< 1: not in its way"
