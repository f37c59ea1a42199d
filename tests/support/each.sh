#!/bin/sh
# SPDX-License-Identifier: MIT
# each.sh REPORTS NAME RUNNER FILE... - run `sh RUNNER FILE` for each file, some at a time; a file
# passes when that exits 0, and what it printed is shown when it does not.  Figures as in suite.sh.
# JOBS: how many at a time (2).
set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$here/sanitizers.sh"

if [ "$1" = --one ]; then # dir runner file
	log=$2/$(basename "$4").log
	# On a loaded machine a test may run out of time: once more.  What fails twice fails.
	if sh "$3" "$4" >"$log" 2>&1 </dev/null; then
		echo ok >"$log.status"
	elif [ -z "${GOLDENS:-}" ] && sh "$3" "$4" >"$log.second" 2>&1 </dev/null; then
		echo ok >"$log.status"
		echo "$4 passed only at its second try:"
		head -n 40 "$log"
	else
		echo "--- $4"
		cat "$log"
	fi
	exit 0
fi

reports=$1
name=$2
runner=$3
shift 3
dir=$(pwd)/$reports/$name
rm -rf "$dir" && mkdir -p "$dir"
san_begin "$dir/sanitizers"
printf '%s\n' "$@" | xargs -P "${JOBS:-2}" -I FILE sh "$0" --one "$dir" "$runner" FILE
passed=$(find "$dir" -name '*.log.status' | wc -l)
failed=$(($# - passed))
if [ "$failed" -eq 0 ]; then
	san_end "$dir/sanitizers"
	failed=${san_reports:-1}
fi
echo "$passed $failed" >"$reports/$name.result"
echo "$name: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
