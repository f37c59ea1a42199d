#!/bin/sh
# SPDX-License-Identifier: MIT
# docs.sh - every command that README.md and the man pages show is run by a case of tests/cli.
set -eu
status=0
commands=$(sed -n 's/^\$ \(souk .*\)/\1/p' README.md; sed -n 's/^\.Dl \$ \(souk .*\)/\1/p' man/*.[1-9])
echo "$commands" | sort -u >"${TMPDIR:-/tmp}/souk-docs-$$"
while IFS= read -r line; do
	[ -n "$line" ] || continue
	if ! grep -qF -- "  \$ $line" tests/cli/*.case; then
		echo "docs: no case in tests/cli runs: $line"
		status=1
	fi
done <"${TMPDIR:-/tmp}/souk-docs-$$"
rm -f "${TMPDIR:-/tmp}/souk-docs-$$"
exit $status
