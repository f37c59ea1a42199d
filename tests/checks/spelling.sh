#!/bin/sh
# SPDX-License-Identifier: MIT
# spelling.sh - codespell over what people read; tests/checks/words lists what it must not mend.
set -eu
command -v codespell >/dev/null || { echo "spelling: codespell is missing (make deps-test)"; exit 0; }
paths=
for p in README.md Makefile include src screens sql tests man; do
	[ ! -e "$p" ] || paths="$paths $p"
done
# shellcheck disable=SC2086
codespell -I tests/checks/words --skip='sql/demo,*.expected,corpus' $paths
