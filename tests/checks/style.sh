#!/bin/sh
# SPDX-License-Identifier: MIT
# style.sh - what a reader trips over: long lines, trailing blanks, licence lines, include guards.
set -eu
status=0
out=$(find src include tests -name '*.[ch]' 2>/dev/null | sort | while IFS= read -r f; do
	expand -t 8 "$f" | LC_ALL=C.UTF-8 awk -v f="$f" '
		length($0) > 100 {
			printf "%s:%d: %d columns\n\trule: at most 100\n\tway out: break the line\n", f, FNR, length($0)
		}'
	grep -nE '[ 	]+$' "$f" | sed "s|^\([0-9]*\):.*|$f:\1: blanks at the end of the line|" || :
	[ "$(head -n 1 "$f")" = '/* SPDX-License-Identifier: MIT */' ] ||
		echo "$f:1: the first line is not /* SPDX-License-Identifier: MIT */"
	case $f in
	include/*.h)
		guard=$(printf %s "${f#include/}" | tr 'a-z/.-' 'A-Z___')
		grep -q "^#ifndef $guard\$" "$f" ||
			echo "$f:1: the include guard is not the path: wanted #ifndef $guard"
		;;
	esac
done)
[ -z "$out" ] || { printf '%s\n' "$out" >&2; status=1; }
exit $status
