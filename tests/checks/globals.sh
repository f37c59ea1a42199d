#!/bin/sh
# SPDX-License-Identifier: MIT
# globals.sh ARCHIVE... - no mutable variable outlives its function, neither global nor static.
# Exceptions: src/base/loop.c, src/base/alloc.c (before-exit hook), src/ui/lineedit.c (readline has
# one global state), src/ui/term.c (what must be restored from a signal handler), src/base/buf.c (the
# shared empty text, which nobody writes), src/base/log.c (the log belongs to the process).
set -eu
out=$(for lib in "$@"; do
	layer=${lib##*/lib}
	layer=${layer%.a}
	objdump -t "$lib" 2>/dev/null | awk -v layer="$layer" '
		/^[^ ]+\.o: / { obj = $1; sub(/\.o:$/, "", obj); next }
		$0 ~ / O \.(data|bss|tbss|tdata)(\.[^ \t]*)?[ \t]/ && $0 !~ /\.data\.rel\.ro/ {
			name = $NF
			if (name ~ /^\.|^__/) next
			print layer, obj, name
		}'
done | while read -r layer obj name; do
	f=src/$layer/$obj.c
	case $f in
	src/base/loop.c | src/base/alloc.c | src/base/buf.c | src/base/log.c | src/ui/lineedit.c | src/ui/term.c) continue ;;
	esac
	line=$(grep -nw -- "${name%%.*}" "$f" 2>/dev/null | head -n 1 | cut -d: -f1)
	printf '%s:%s: %s is a mutable variable that outlives its function\n\trule: state hangs from a struct that main makes\n\tway out: const, or move it into the struct it belongs to\n' "$f" "${line:-1}" "$name"
done)
[ -z "$out" ] || { printf '%s\n' "$out" >&2; exit 1; }
