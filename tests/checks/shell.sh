#!/bin/sh
# SPDX-License-Identifier: MIT
# shell.sh - shellcheck over every script of ours.
set -eu
command -v shellcheck >/dev/null || { echo "shell: shellcheck is missing (make deps-test)"; exit 0; }
files=$(git ls-files -co --exclude-standard '*.sh' '.ci/run' '.ci/deps' 2>/dev/null || find . -name '*.sh')
for f in $files; do
	[ -f "$f" ] && printf '%s\n' "$f"
done | xargs -r shellcheck -f gcc -S style -e SC1091,SC2119,SC2120,SC2317
