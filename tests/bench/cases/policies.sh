# shellcheck shell=sh disable=SC2154,SC2034
# SPDX-License-Identifier: MIT
# what is wrong with the isolation of very many tables with two policies each; splinter's SQL beside it,
# where SPLINTER names the file, which is not ours to bring: splinter.sql of github.com/supabase/splinter
#	SPLINTER=/path/splinter.sql make bench CASES=tests/bench/cases/policies.sh
# Roles anon and authenticated are its own, and are made here.
database policies "$here/policies.sql"
# A tenth of them is open: what is found is meant, so that the exit status tells of errors alone.
for id in R01 R13 R15 R16 R30 R65; do
	printf '[waiver %s]\nobject = *\nreason = seeded\nexpires = 2999-12-31\n' "$id"
done >"$work/waivers.ini"
for i in 1 2 3; do
	PGDATABASE=policies "$measure" run "$SOUK" rls check --fail-on blocker --waivers "$work/waivers.ini" --format csv | keep souk
	PGDATABASE=policies "$measure" run "$SOUK" profile | keep catalog
done
row "judge the policies of $tables tables" ms "$(median souk)" "reading the catalog alone" "$(median catalog)"
row "  memory" KiB "$(median souk 1 2)" "goal" 65536 "<= 1"
if [ -n "${SPLINTER:-}" ]; then
	psql -X -q -d policies -c 'CREATE ROLE anon' -c 'CREATE ROLE authenticated' -c "ALTER DATABASE policies SET pgrst.db_schemas = 'public'"
	for i in 1 2 3; do
		PGDATABASE=policies "$measure" run psql -X -A -t -f "$SPLINTER" | keep splinter
	done
	row "" ms "$(median souk)" "splinter's SQL" "$(median splinter)" "< 1"
else
	echo "splinter (SPLINTER=file)" >>"$work/missing"
fi
