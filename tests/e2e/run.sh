#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh FILE.sh - run one end-to-end test (see tests/support/tmux.sh) with a database of its own.
set -eu
. tests/support/surroundings.sh
surroundings "$1"
sh "$1"
