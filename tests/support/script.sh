#!/bin/sh
# SPDX-License-Identifier: MIT
# script.sh REPORTS NAME FILE.sh... - run scripts that count for themselves: the last line of each
# says "N passed, N failed".  Figures as in suite.sh.
set -u
reports=$1
name=$2
shift 2
mkdir -p "$reports"
export XDG_CACHE_HOME="$PWD/$reports/$name-cache"
passed=0
failed=0
for f in "$@"; do
	log=$reports/$name.log
	sh "$f" >"$log" 2>&1
	status=$?
	line=$(grep -E '[0-9]+ passed, [0-9]+ failed' "$log" | tail -n 1)
	p=$(echo "$line" | sed -n 's/.*\b\([0-9][0-9]*\) passed.*/\1/p')
	n=$(echo "$line" | sed -n 's/.*\b\([0-9][0-9]*\) failed.*/\1/p')
	[ "$status" -eq 0 ] || [ "${n:-0}" -gt 0 ] || n=1
	[ -n "$line" ] || n=1
	passed=$((passed + ${p:-0}))
	failed=$((failed + ${n:-0}))
	[ "${n:-0}" -eq 0 ] || cat "$log"
done
rm -rf "$XDG_CACHE_HOME"
echo "$passed $failed" >"$reports/$name.result"
echo "$name: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
