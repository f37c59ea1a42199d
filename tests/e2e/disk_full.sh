#!/bin/sh
# SPDX-License-Identifier: MIT
# database: none
# A server whose disk is full, for real: an edit, an insert of many and a COMMIT are refused in words, nothing of
# them is there, and once there is space again the same is done once.  Needs a small disk, which only root can mount.
set -eu
if [ "${1:-}" != inside ]; then
	if [ "$(id -u)" -ne 0 ] || ! unshare -m true 2>/dev/null; then
		echo "not tried: a small disk can only be mounted by root"
		exit 0
	fi
	exec unshare -m sh "$0" inside
fi
work=$(mktemp -d /tmp/souk-e2e-XXXXXX)
chmod 755 "$work"
mkdir "$work/small"
mount -t tmpfs -o size=4m tmpfs "$work/small"
server=$(sh tests/support/cluster.sh new)
trap 'sh tests/support/cluster.sh remove "$server"; umount -l "$work/small"; rm -rf "$work"' EXIT
chown --reference="$server/data" "$work/small"
export PGHOST="$server" PGUSER=postgres PGDATABASE=postgres

fail() {
	echo "FAILED: $*"
	cat "$work/out"
	exit 1
}
sql() { psql -X -q -A -t -v ON_ERROR_STOP=1 -c "$1"; }
says() { grep -qF -- "$1" "$work/out" || fail "no '$1'"; }
is() { [ "$(sql "$1")" = "$2" ] || fail "$1: $(sql "$1"), not $2"; }
fill() { # until nothing more fits
	sql "CREATE TABLE ballast (b text) TABLESPACE small; ALTER TABLE ballast ALTER b SET STORAGE PLAIN"
	while sql "INSERT INTO ballast SELECT repeat('x', 7000) FROM generate_series(1, 20)" 2>/dev/null; do :; done
	while sql "INSERT INTO ballast VALUES (repeat('x', 7000))" 2>/dev/null; do :; done
}
make_room() { sql 'DROP TABLE ballast'; }

sql "CREATE TABLESPACE small LOCATION '$work/small'"
sql "CREATE TABLE docs (id int PRIMARY KEY, body text, version bigint NOT NULL DEFAULT 0) TABLESPACE small"
sql "ALTER TABLE docs ALTER body SET STORAGE EXTERNAL"
sql "INSERT INTO docs SELECT g, 'as it was' FROM generate_series(1, 3) AS g"
# What is written at COMMIT only.
sql "CREATE TABLE late (id int PRIMARY KEY, name text, version bigint NOT NULL DEFAULT 0);
	INSERT INTO late VALUES (1, 'as it was');
	CREATE TABLE trail (b text) TABLESPACE small; ALTER TABLE trail ALTER b SET STORAGE PLAIN;
	CREATE FUNCTION leave_trail() RETURNS trigger LANGUAGE plpgsql AS
	\$\$ BEGIN INSERT INTO trail SELECT repeat('t', 7000) FROM generate_series(1, 40); RETURN NULL; END \$\$;
	CREATE CONSTRAINT TRIGGER trail AFTER UPDATE ON late DEFERRABLE INITIALLY DEFERRED
	FOR EACH ROW EXECUTE FUNCTION leave_trail()"
body=$(head -c 100000 /dev/zero | tr '\0' b)
{
	echo id,body
	seq 10 400 | sed "s/\$/,$(echo "$body" | head -c 6000)/"
} >"$work/many.csv"

fill
! souk edit public.docs 1 --set "body=$body" --armed >"$work/out" 2>&1 || fail "it was written"
says 'No space left on device'
says '(53100)'
is "SELECT body || version FROM docs WHERE id = 1" 'as it was0'
! souk edit public.late 1 --set name=new --armed >"$work/out" 2>&1 || fail "it was committed"
says 'No space left on device'
is "SELECT name || version FROM late WHERE id = 1" 'as it was0'
! souk import public.docs "$work/many.csv" --armed --batch 50 >"$work/out" 2>&1 || fail "there was space"
says 'No space left on device'
make_room

souk edit public.docs 1 --set "body=$body" --armed >"$work/out" 2>&1 || fail "it was refused"
is "SELECT length(body) || ' ' || version FROM docs WHERE id = 1" '100000 1'
souk edit public.late 1 --set name=new --armed >"$work/out" 2>&1 || fail "it was refused"
is "SELECT name || version FROM late WHERE id = 1" new1

# It becomes full on the way: what is in is told, and the rest goes in later, each once.
sql "CREATE TABLE ballast AS SELECT 1; DROP TABLE ballast;
	CREATE TABLE ballast (b text) TABLESPACE small; ALTER TABLE ballast ALTER b SET STORAGE PLAIN;
	INSERT INTO ballast SELECT repeat('x', 7000) FROM generate_series(1, 180)"
! souk import public.docs "$work/many.csv" --armed --batch 50 >"$work/out" 2>&1 || fail "there was space"
says 'No space left on device'
says 'records are done; go on with --resume'
[ "$(sql 'SELECT count(*) FROM docs WHERE id >= 10')" -gt 0 ] || fail "nothing went in"
make_room
souk import public.docs "$work/many.csv" --armed --batch 50 --resume >"$work/out" 2>&1 || fail "it did not go on"
is "SELECT count(*) || ' ' || count(DISTINCT id) || ' ' || max(version) FROM docs WHERE id >= 10" '391 391 0'
