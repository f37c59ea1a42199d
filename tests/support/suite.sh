#!/bin/sh
# SPDX-License-Identifier: MIT
# suite.sh REPORTS NAME PROGRAM... - run Criterion programs as one suite; the last line says
# "N passed, N failed", which is also left in REPORTS/NAME.result for the grand total.
#
# Criterion counts a test that leaks as passed, because the leak is reported after the test has:
# hence the log folder, where any sanitizer report fails the suite.
set -u
reports=$1
name=$2
shift 2
dir=$reports/$name
rm -rf "$dir" && mkdir -p "$dir/san"
here=$(pwd)
asan=log_path=$here/$dir/san/report:abort_on_error=0
# LeakSanitizer needs ptrace, which some containers forbid.
[ -e "$reports/no-leaks" ] && asan=$asan:detect_leaks=0
passed=0
failed=0
leaks=0
for t in "$@"; do
	log=$dir/$(basename "$t").log
	ASAN_OPTIONS=$asan UBSAN_OPTIONS=print_stacktrace=1:log_path=$here/$dir/san/report \
		"$t" -j2 --timeout 60 >"$log" 2>&1
	status=$?
	# [====] Synthesis: Tested: 9 | Passing: 9 | Failing: 0 | Crashing: 0
	line=$(sed 's/\x1b\[[0-9;]*m//g' "$log" | grep 'Synthesis:' | tail -n 1)
	p=$(echo "$line" | sed -n 's/.*Passing: *\([0-9]*\).*/\1/p')
	tested=$(echo "$line" | sed -n 's/.*Tested: *\([0-9]*\).*/\1/p')
	if [ -z "$line" ]; then
		p=0
		tested=1
		echo "$t: ended with status $status before its summary"
	elif [ "$status" -ne 0 ] && [ "$p" = "$tested" ]; then
		tested=$((tested + 1))
		echo "$t: status $status though every test passed"
	fi
	passed=$((passed + p))
	failed=$((failed + tested - p))
	[ "$status" -eq 0 ] || cat "$log"
done
# (A test that fails in the middle leaks too: one complaint is enough.)
for r in "$dir"/san/*; do
	if [ ! -e "$r" ] || [ "$failed" -gt 0 ]; then
		continue
	fi
	cat "$r"
	leaks=$((leaks + 1))
done
failed=$((failed + leaks))
echo "$passed $failed" >"$reports/$name.result"
echo "$name: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
