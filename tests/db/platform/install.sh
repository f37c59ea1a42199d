#!/bin/sh
# SPDX-License-Identifier: MIT
# install.sh [demo] - apply the migrations to PGDATABASE as souk init does, each in a transaction of
# its own with its line in the record; with "demo" what souk demo adds, without its data.
# SOUK_BEFORE_KEYS names a query to run in the transaction of the foreign keys, before them.
set -eu
root=$(cd "$(dirname "$0")/../../.." && pwd)

apply() {
	name=$(basename "$1" .sql)
	{
		printf 'BEGIN;\n'
		case $name in *_foreign_keys) [ -z "${SOUK_BEFORE_KEYS:-}" ] || { cat "$SOUK_BEFORE_KEYS"; echo ';'; } ;; esac
		cat "$1"
		[ "$2" != record ] || printf "\nINSERT INTO commerce.schema_migrations (number, name, checksum)
			VALUES (%d, '%s', '%s');\n" "$(echo "${name%%_*}" | sed 's/^0*//')" "${name#*_}" \
			"$(sha256sum <"$1" | cut -d' ' -f1)"
		printf '\nCOMMIT;\n'
	} | PGOPTIONS="${PGOPTIONS:-} -c client_min_messages=warning" psql -X -q -A -t -v ON_ERROR_STOP=1 >/dev/null ||
		{ echo "in $1" >&2; exit 1; }
}

for f in "$root"/sql/migrations/[0-9]*.sql; do
	apply "$f" record
done
[ "${1:-}" = demo ] || exit 0
for f in "$root"/sql/demo/[0-9]*.sql; do
	apply "$f" plain
done
