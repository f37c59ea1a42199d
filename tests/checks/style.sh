#!/bin/sh
# SPDX-License-Identifier: MIT
# style.sh - what a reader trips over: long lines, trailing blanks, licence lines, include guards.
set -eu
status=0
out=$(find src include tests -name '*.[ch]' 2>/dev/null | sort | while IFS= read -r f; do
	# In a header a comment may stand beside what it explains.
	case $f in *.h) max=120 ;; *) max=100 ;; esac
	expand -t 8 "$f" | LC_ALL=C.UTF-8 awk -v f="$f" -v max=$max '
		length($0) > max {
			printf "%s:%d: %d columns\n\trule: at most %d\n\tway out: break the line\n",
				f, FNR, length($0), max
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
