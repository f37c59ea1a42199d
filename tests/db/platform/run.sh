#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh - the tests of the commerce platform on a private server of their own.
# Prints one line per failure and "N passed, N failed" at the end; exits non-zero on any failure.
# PGBIN names another server's programs, to try another version of PostgreSQL.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
exec sh "$here/../../support/cluster.sh" run sh "$here/suite.sh" "$@"
