#!/bin/sh
# SPDX-License-Identifier: MIT
# total.sh REPORTS... - the last line of `make check`: N passed, N failed, over all suites.
set -eu
for r in "$@"; do
	cat "$r"/*.result 2>/dev/null || :
done | awk '
	{ passed += $1; failed += $2 }
	END {
		printf "%d passed, %d failed\n", passed, failed
		exit failed > 0 || passed == 0
	}'
