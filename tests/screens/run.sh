#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh FILE.script - run a script of console commands without a terminal and compare the screens
# that it saves (:save-screen NAME) with FILE.expected, one after the other under "== NAME".
#
# Comments in the script's first lines: # size: 100x30   # database: …   # args: --tenant acme
# What a run cannot repeat (times, process numbers) is made alike by normalize.sed.  GOLDENS=1
# rewrites the expectation, to be read by a person in the difference.
set -eu
. tests/support/surroundings.sh
surroundings "$1"
script=$root/$1
expected=$root/${1%.script}.expected
size=$(header "$script" size)
cd "$work/here"

status=0
# shellcheck disable=SC2046 # several arguments
timeout "${TEST_TIMEOUT:-60}" souk run "$script" --size "${size:-100x30}" $(header "$script" args) \
	>"$work/out" 2>"$work/err" || status=$?
{
	sed -n 's/^ *:*save-screen  *//p' "$script" | while read -r name; do
		echo "== $name"
		if [ -f "$name" ]; then
			cat "$name"
		else
			echo "(was not saved)"
		fi
	done
	[ ! -s "$work/out" ] || { echo "== output" && cat "$work/out"; }
	[ ! -s "$work/err" ] || { echo "== errors" && cat "$work/err"; }
	[ "$status" -eq 0 ] || echo "== exit status $status"
} | sed -E -f "$root/tests/screens/normalize.sed" >"$work/seen"
if [ -n "${GOLDENS:-}" ]; then
	cp "$work/seen" "$expected"
else
	[ -f "$expected" ] || echo "${1%.script}.expected is missing: make goldens writes it"
	diff -u "$expected" "$work/seen"
fi
