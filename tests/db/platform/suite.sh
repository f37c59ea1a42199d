#!/bin/sh
# SPDX-License-Identifier: MIT
# suite.sh [WORD] - run by run.sh, with a server in PGHOST: every case whose name holds WORD.
#
# A case in a .sql file begins with "-- test: name"; "-- as: login" below it says who runs it. It
# fails when its SQL does; helpers.sql has the words to compare and to expect errors with. A .sh
# file is sourced; its cases call check NAME COMMAND….
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
word=${1:-}
work=$CLUSTER/work
mkdir -p "$work"
chmod 777 "$work"
results=$work/results
: >"$results"
export PGOPTIONS='-c client_min_messages=warning'
export root work

run_sql() {
	psql -X -q -A -t -v ON_ERROR_STOP=1 "$@"
}

# check NAME COMMAND…: the case passes when the command does; its output is shown when it does not.
check() {
	name=$1
	shift
	case $name in *"$word"*) ;; *) return 0 ;; esac
	if "$@" >"$work/out" 2>&1; then
		echo pass >>"$results"
	else
		echo fail >>"$results"
		echo "FAILED: $name"
		sed 's/^/	/' "$work/out" | head -20
	fi
}

# cases FILE: its "-- test:" parts, one after the other, each rolled back.
cases() {
	rm -f "$work"/case.*
	awk -v dir="$work" '/^-- test:/ { n++; f = sprintf("%s/case.%03d", dir, n) } n { print >f }' "$1"
	for c in "$work"/case.*; do
		login=$(sed -n 's/^-- as: //p' "$c" | head -1)
		{ echo 'BEGIN;'; cat "$c"; echo 'ROLLBACK;'; } >"$c.sql"
		check "$(basename "$1" .sql): $(sed -n '1s/^-- test: //p' "$c")" \
			run_sql -U "${login:-postgres}" -f "$c.sql"
	done
}

echo "PostgreSQL $(run_sql -c 'SHOW server_version')"
createdb shop
PGDATABASE=shop
export PGDATABASE
sh "$here/install.sh" demo
run_sql -c "SELECT step FROM commerce_demo.plan(0)" | while read -r step; do
	echo "PREPARE p AS $(grep -v '^--' "$root/sql/queries/demo_step.sql"); EXECUTE p($step, 0)" | run_sql >/dev/null
done
run_sql -c "SELECT commerce_demo.finish()" -f "$here/helpers.sql" >/dev/null

# Installing needs servers of its own: meanwhile the rest goes on.
(
	work=$CLUSTER/install
	mkdir "$work"
	. "$here/cases_install.sh"
) &
for f in "$here"/*.sql; do
	[ "$(basename "$f")" = helpers.sql ] || cases "$f"
done
. "$here/cases_queries.sh"
. "$here/cases_concurrency.sh"
wait

passed=$(grep -c pass "$results" || :)
failed=$(grep -c fail "$results" || :)
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
