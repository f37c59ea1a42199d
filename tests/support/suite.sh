#!/bin/sh
# SPDX-License-Identifier: MIT
# suite.sh REPORTS NAME PROGRAM... - run Criterion programs as one suite; the last line says
# "NAME: N passed, N failed", and REPORTS/NAME.result keeps the figures for the grand total.
set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$here/sanitizers.sh"
reports=$1
name=$2
shift 2
dir=$(pwd)/$reports/$name
rm -rf "$dir" && mkdir -p "$dir"
san_begin "$dir/sanitizers"
# What souk keeps of catalogs, not among the person's own.
export XDG_CACHE_HOME="$dir/cache"
passed=0
failed=0

# once PROGRAM JOBS: run it; sets tested and p (passed)
once() {
	"$1" -j"$2" --timeout "${TEST_TIMEOUT:-60}" >"$log" 2>&1
	status=$?
	# [====] Synthesis: Tested: 9 | Passing: 9 | Failing: 0 | Crashing: 0
	line=$(sed 's/\x1b\[[0-9;]*m//g' "$log" | grep -a 'Synthesis:' | tail -n 1)
	tested=$(echo "$line" | sed -n 's/.*Tested: *\([0-9]*\).*/\1/p')
	p=$(echo "$line" | sed -n 's/.*Passing: *\([0-9]*\).*/\1/p')
	if [ -z "$line" ]; then
		tested=1
		p=0
		echo "$1: ended with status $status before its summary" >>"$log"
	elif [ "$status" -ne 0 ] && [ "$p" = "$tested" ] &&
		! san_excuses "$dir/sanitizers" "$dir/mark"; then
		tested=$((tested + 1))
		echo "$1: status $status though every test passed" >>"$log"
	fi
}

for t in "$@"; do
	log=$dir/$(basename "$t").log
	: >"$dir/mark"
	once "$t" 2
	if [ "$p" != "$tested" ]; then
		# On a loaded machine a test may run out of time: once more, alone.  What fails twice fails.
		cp "$log" "$log.first"
		san_forget "$dir/sanitizers" "$dir/mark" >>"$log.first"
		once "$t" 1
		[ "$p" != "$tested" ] || {
			echo "$name: $(basename "$t") passed only at its second try:"
			grep -aE 'FAIL|Assertion|ended with|SUMMARY' "$log.first" | head -n 5
		}
	fi
	passed=$((passed + p))
	failed=$((failed + tested - p))
	[ "$p" = "$tested" ] || cat "$log"
done
# A test that fails in the middle leaks too: then one complaint is enough.
if [ "$failed" -eq 0 ]; then
	san_end "$dir/sanitizers"
	failed=${san_reports:-1}
fi
rm -rf "$XDG_CACHE_HOME"
echo "$passed $failed" >"$reports/$name.result"
echo "$name: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
