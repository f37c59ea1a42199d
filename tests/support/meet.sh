#!/bin/sh
# SPDX-License-Identifier: MIT
# meet.sh RELATION SQL COMMAND… - run COMMAND while somebody else holds SQL on RELATION, not yet committed,
# and commit that as soon as COMMAND waits for it: the two meet on the same record, every time.
set -eu
relation=$1 sql=$2
shift 2
go=$(mktemp -u ./go-XXXXXX)
mkfifo "$go"
trap 'rm -f "$go"' EXIT

ask() {
	psql -X -A -t -U postgres -c "$1"
}

until_true() {
	n=0
	until [ "$(ask "$1")" = t ]; do
		n=$((n + 1))
		[ $n -lt 400 ] || { echo "meet.sh: they never met" >&2; return 1; }
		sleep 0.05
	done
}

{ echo "BEGIN; $sql;"; cat "$go"; } | psql -X -q -U postgres >/dev/null &
until_true "SELECT count(*) > 0 FROM pg_catalog.pg_locks WHERE granted AND mode = 'RowExclusiveLock'
	AND relation = '$relation'::pg_catalog.regclass"
{
	until_true "SELECT count(*) > 0 FROM pg_catalog.pg_locks WHERE NOT granted AND locktype = 'transactionid'" || :
	echo 'COMMIT;' >"$go"
} &
status=0
"$@" || status=$?
wait
exit $status
