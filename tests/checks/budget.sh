#!/bin/sh
# SPDX-License-Identifier: MIT
# budget.sh - size limits of files and functions, and the figures, so that drift is seen.
set -eu
status=0
files=$(find src -name '*.c' 2>/dev/null | sort)
[ -n "$files" ] || exit 0

# shellcheck disable=SC2086 # our own file names have no blanks
wc -l $files | awk '
	$2 == "total" { next }
	{ n++; if ($1 > 400) over++ }
	$1 > 800 {
		printf "%s:800: %d lines\n\trule: a file has at most 800, 400 wanted\n\tway out: split it by subject\n", $2, $1 >"/dev/stderr"
		bad = 1
	}
	END { printf "budget: %d files, %d over 400 lines\n", n, over + 0; exit bad }' || status=1

if command -v pmccabe >/dev/null; then
	# shellcheck disable=SC2086
	pmccabe $files 2>/dev/null | sort -t '	' -n -k 5 | awk -F '\t' '
		{ len[++n] = $5; if ($5 > 40) over++ }
		$5 > 100 {
			where = $6; sub(/\(/, ":", where); sub(/\):/, ":", where)
			printf "%s: %d lines\n\trule: a function has at most 100, 40 wanted\n\tway out: name its parts and make them functions\n", where, $5 >"/dev/stderr"
			bad = 1
		}
		END {
			if (n) printf "budget: %d functions, median %d, p90 %d, longest %d lines, %d over 40\n",
				n, len[int((n + 1) / 2)], len[int(n * 0.9 + 0.5)], len[n], over + 0
			exit bad
		}' || status=1
else
	echo "budget: pmccabe is missing, functions not measured (make deps-test)"
fi
exit $status
