#!/bin/sh
# SPDX-License-Identifier: MIT
# man.sh - mandoc's own opinion of the man pages.
set -eu
set -- man/*.[1-9]
[ -e "$1" ] || exit 0
command -v mandoc >/dev/null || { echo "man: mandoc is missing (make deps-test)"; exit 0; }
mandoc -T lint -W warning "$@"
