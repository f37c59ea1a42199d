#!/bin/sh
# SPDX-License-Identifier: MIT
# man.sh PAGE… - mandoc's own opinion of the man pages.
set -eu
command -v mandoc >/dev/null || { echo "man: mandoc is missing (make deps-test)"; exit 0; }
mandoc -T lint -W warning "$@"
