#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh MEASURE [CASE…] - souk beside the tools that people use today: run by make bench with a
# server in PGHOST.  Each file of cases/ measures one thing and says "row …"; the table comes at the
# end.  Nothing here fails because of a time: only ratios of one run on one machine mean anything.
#
# SPLINTER: a file of its lints, measured beside our findings (cases/policies.sh)
# BENCH_TIMES: how often (7)   BENCH_SCALE: of the shop (1)   BENCH_TABLES: of the large catalog (10000)
set -eu
# shellcheck disable=SC2034 # the cases use it
measure=$1
# shellcheck disable=SC2034
floor=$(dirname "$1")/floor
# shellcheck disable=SC2034
far=$(dirname "$1")/far
shift
here=$(cd "$(dirname "$0")" && pwd)
root=$(pwd)
times=${BENCH_TIMES:-7}
scale=${BENCH_SCALE:-1}
tables=${BENCH_TABLES:-10000}
work=$(mktemp -d /tmp/souk-bench-XXXXXX)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' HUP INT TERM
SOUK=${SOUK:-$root/build/souk}
# The same surroundings for all, and nothing of the person's settings.
HOME=$work XDG_CONFIG_HOME=$work XDG_STATE_HOME=$work XDG_CACHE_HOME=$work/.cache TERM=xterm-256color LC_ALL=C.UTF-8
export SOUK HOME XDG_CONFIG_HOME XDG_STATE_HOME XDG_CACHE_HOME TERM LC_ALL
unset LESS PAGER PSQLRC PSQL_PAGER
: >"$work/rows"
: >"$work/missing"

# peer PROGRAM: whether it is installed; what is not is named at the end.
peer() {
	command -v "$1" >/dev/null && return
	grep -qx "$1" "$work/missing" || echo "$1" >>"$work/missing"
	return 1
}

# keep NAME: standard input is one run's figures.  median NAME [LINE [WORD]]: the middle of all runs.
keep() {
	cat >"$work/$case.$1.$(find "$work" -name "$case.$1.*" | wc -l)"
}
median() {
	for f in "$work/$case.$1".*; do
		sed -n "${2:-1}p" "$f" | cut -d ' ' -f "${3:-1}"
	done | sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}

# row WHAT UNIT SOUK PEER FIGURE [GOAL]: the goal is the ratio that performance is judged by
row() {
	printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "${4:-}" "${5:-}" "${6:-}" >>"$work/rows"
}

repeat() {
	seq "$times"
}

# database NAME FILE.sql…: made once
database() {
	name=$1
	shift
	psql -XAtqc "create database \"$name\"" postgres
	for f in "$@"; do
		psql -X -q -v ON_ERROR_STOP=1 -v scale="$scale" -v tables="$tables" -d "$name" -f "$f" >/dev/null
	done
}

echo "preparing a shop of scale $scale" >&2
database shop
PGDATABASE=shop "$SOUK" init >/dev/null
for f in sql/demo/[0-9]*.sql; do
	psql -X -q -v ON_ERROR_STOP=1 -1 -d shop -f "$f" >/dev/null
done
psql -XAtq -d shop -c "select format('select commerce_demo.run_step(%s, $scale);', step)
	from commerce_demo.plan($scale) order by step" | psql -XAtq -d shop -o /dev/null
psql -XAtq -d shop -o /dev/null -c 'select commerce_demo.finish()'
PGDATABASE=shop
export PGDATABASE
# shellcheck disable=SC2034 # as above
sku=$(psql -XAtqc 'select min(sku) from commerce.catalog_products where tenant_id = 1')

[ $# -gt 0 ] || set -- "$here"/cases/*.sh
for file in "$@"; do
	case=$(basename "$file" .sh)
	echo "measuring: $(sed -n '3s/^# //p' "$file")" >&2
	# shellcheck disable=SC1090 # one of several
	. "$file"
done

awk -F '\t' '
	# "<= 1" is of the ratio, "<= 300 bytes" of the figure, "0" of both; other words are for people.
	function verdict(goal, value, ratio,  w, n) {
		n = split(goal, w, " ")
		if (goal == "0")
			return value == 0 ? "met" : "NOT MET"
		if (w[1] !~ /^<=?$/ || w[2] !~ /^[0-9.]+:?$/)
			return ""
		if (n == 2 || w[2] ~ /:$/)
			value = ratio
		return value < w[2] + 0 || (w[1] == "<=" && value == w[2] + 0) ? "met" : "NOT MET"
	}
	BEGIN { printf "%-44s %-7s %10s  %-22s %10s %7s  %s\n", "", "", "souk", "beside", "", "ratio", "goal" }
	{
		ratio = $5 > 0 ? sprintf("%.2f", $3 / $5) : "-"
		v = $6 == "" ? "" : verdict($6, $3 + 0, ratio + 0)
		printf "%-44s %-7s %10s  %-22s %10s %7s  %s%s\n", $1, $2, $3, $4, $5, ratio, $6, v == "" ? "" : ": " v
	}
' "$work/rows"
[ ! -s "$work/missing" ] || echo "not installed, so left out: $(tr '\n' ' ' <"$work/missing")"
