#!/bin/sh
# SPDX-License-Identifier: MIT
# cockroach.sh - the core tables (0002 to 0010) read by CockroachDB's own parser, fetched as a Go module.
# Only for who changes them: without go, or without the module's server, it says so and is content.
set -eu
command -v go >/dev/null || { echo "check-cockroach: skipped, go is not installed"; exit 0; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/main.go" <<'GO'
package main

import (
	"fmt"
	"os"

	"github.com/cockroachdb/cockroachdb-parser/pkg/sql/parser"
)

func main() {
	status := 0
	for _, file := range os.Args[1:] {
		text, err := os.ReadFile(file)
		if err == nil {
			_, err = parser.Parse(string(text))
		}
		if err != nil {
			fmt.Printf("%s: %v\n", file, err)
			status = 1
		}
	}
	os.Exit(status)
}
GO
for f in sql/migrations/000[2-9]_*.sql sql/migrations/0010_*.sql; do
	case $f in
	# What has no counterpart there: months, and the function that makes them (sql/README.md).
	*_ledgers.sql) sed -e '/^-- Months are/,$d' -e 's/) PARTITION BY RANGE (occurred_at);/);/' \
		-e '/PARTITION OF/d' -e '/ ON [a-z_]*_default (/d' "$f" ;;
	*) cat "$f" ;;
	esac >"$work/$(basename "$f")"
done
cd "$work"
parser=github.com/cockroachdb/cockroachdb-parser/pkg/sql/parser
if ! { go mod init core && go get "$parser@v0.25.2" && go build -o parse .; } >log 2>&1; then
	tail -n 2 log
	echo "check-cockroach: skipped, its parser could not be fetched and built"
	exit 0
fi
./parse 00*.sql
echo "check-cockroach: the core tables are within its grammar"
