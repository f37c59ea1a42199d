#!/bin/sh
# SPDX-License-Identifier: MIT
# coverage.sh OBJECTS LAYER... - lines and branches that were run, per layer, from gcov's counts.
# Floors, which only rise: the merge takes every branch, base runs 95 lines of 100.
set -eu
objects=$1
shift
status=0
report=$(mktemp)
trap 'rm -f "$report"' EXIT
for layer in "$@"; do
	for object in "$objects/$layer"/*.o; do
		[ -e "${object%.o}.gcno" ] || continue
		# "file lines-% lines branches-% branches", one line per source file of ours
		gcov -bn "$object" 2>/dev/null | awk -v want="src/$layer/$(basename "$object" .o).c" '
			/^File / { file = $2; gsub("\047", "", file); lines = of = 0 }
			/^Lines executed:/ { split($2, a, /[:%]/); lines = a[2]; of = $NF }
			/^Taken at least once:/ { split($4, a, /[:%]/); taken = a[2]; branches = $NF }
			/^No branches/ { taken = 100; branches = 0 }
			/^(Taken|No branches)/ && file == want { print file, lines, of, taken, branches }'
	done
done >"$report"
[ -s "$report" ] || { echo "coverage: nothing was counted (gcc with gcov is needed)" >&2; exit 1; }

awk '
	BEGIN { floor["base"] = 95 }
	{
		split($1, part, "/")
		layer = part[2]
		if (!(layer in n)) order[++layers] = layer
		n[layer] += $3; hit[layer] += $2 * $3 / 100
		b[layer] += $5; taken[layer] += $4 * $5 / 100
		merge = $1 ~ /domain\/(merge[a-z_]*|tokens)\.c$/
		if (merge && ($4 < 100 || $2 < 100)) {
			printf "%s: %s %% of its lines, %s %% of its branches\n\trule: the merge is tested whole\n", $1, $2, $4 >"/dev/stderr"
			bad = 1
		}
	}
	END {
		for (i = 1; i <= layers; i++) {
			l = order[i]
			printf "coverage: %-8s %5.1f %% of %5d lines, %5.1f %% of %5d branches\n", l,
				100 * hit[l] / n[l], n[l], b[l] ? 100 * taken[l] / b[l] : 100, b[l]
			if (100 * hit[l] / n[l] < floor[l]) {
				printf "%s: less than %d %% of its lines are run by unit tests\n", l, floor[l] >"/dev/stderr"
				bad = 1
			}
		}
		exit bad
	}' "$report" || status=1
exit $status
