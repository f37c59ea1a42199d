#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154  # here, root and work are the suite's
# Installing: as an ordinary owner, in another database of the cluster, and what is said when it cannot be.

# Roles are the cluster's: each of these needs a server without them.
fresh() {
	sh "$root/tests/support/cluster.sh" run sh -c "$1"
}

ordinary_owner() {
	fresh "
		psql -X -q -c 'CREATE ROLE installer LOGIN CREATEROLE' -c 'CREATE DATABASE ours OWNER installer' &&
		PGUSER=installer PGDATABASE=ours sh '$here/install.sh' &&
		psql -X -q -A -t -d ours -v ON_ERROR_STOP=1 -c \"
			DO \\\$\\\$ BEGIN
				IF (SELECT count(DISTINCT relowner) FROM pg_class WHERE relnamespace = 'commerce'::regnamespace AND relkind = 'r') <> 1 THEN RAISE 'owners'; END IF;
				IF (SELECT relowner::regrole::text FROM pg_class WHERE oid = 'commerce.catalog_products'::regclass) <> 'commerce_owner' THEN RAISE 'owner'; END IF;
				IF EXISTS (SELECT FROM commerce.schema_migrations WHERE applied_by <> 'installer') THEN RAISE 'applied by'; END IF;
			END \\\$\\\$\" &&
		psql -X -q -A -t -d ours -U installer -v ON_ERROR_STOP=1 -c 'SELECT count(*) FROM commerce.schema_migrations' >/dev/null &&
		PGDATABASE=ours psql -X -q -A -t -c \"SELECT string_agg(relname, ', ') FROM pg_class WHERE relnamespace = 'commerce'::regnamespace AND relowner::regrole::text = 'installer'\" | grep -q '^$'"
}
check "install: as an ordinary owner of the database who may create roles" ordinary_owner

second_database() {
	createdb second && PGDATABASE=second sh "$here/install.sh" && createdb -O postgres third &&
		PGDATABASE=third sh "$here/install.sh"
}
check "install: in a second and third database of the same cluster" second_database

no_right() {
	out=$(fresh "
		psql -X -q -c 'CREATE ROLE installer LOGIN' -c 'CREATE DATABASE ours OWNER installer'
		PGUSER=installer PGDATABASE=ours sh '$here/install.sh' 2>&1") && return 1
	echo "$out"
	echo "$out" | grep -q 'role installer may not create roles, and these are missing: commerce_owner' &&
		echo "$out" | grep -q 'ALTER ROLE installer CREATEROLE'
}
check "install: who may not create roles is told so" no_right

prepared_roles() {
	fresh "
		psql -X -q -c 'CREATE ROLE installer LOGIN' -c 'CREATE DATABASE ours OWNER installer' \
			-c 'CREATE ROLE commerce_owner; CREATE ROLE commerce_steward; CREATE ROLE commerce_app; CREATE ROLE commerce_relay' \
			-c 'CREATE ROLE souk_support; CREATE ROLE souk_dba NOINHERIT; CREATE ROLE souk_oncall; CREATE ROLE platform_admin NOINHERIT' \
			-c 'GRANT commerce_owner, commerce_steward TO installer' &&
		PGUSER=installer PGDATABASE=ours sh '$here/install.sh'"
}
check "install: without CREATEROLE where an administrator prepared the roles" prepared_roles

not_usable() {
	out=$(fresh "
		psql -X -q -c 'CREATE ROLE installer LOGIN' -c 'CREATE DATABASE ours OWNER installer' \
			-c 'CREATE ROLE commerce_owner; CREATE ROLE commerce_steward; CREATE ROLE commerce_app; CREATE ROLE commerce_relay' \
			-c 'CREATE ROLE souk_support; CREATE ROLE souk_dba NOINHERIT; CREATE ROLE souk_oncall; CREATE ROLE platform_admin NOINHERIT'
		PGUSER=installer PGDATABASE=ours sh '$here/install.sh' 2>&1") && return 1
	echo "$out"
	echo "$out" | grep -q 'role installer may not act as commerce_owner, commerce_steward'
}
check "install: who may not act as the owner is told so" not_usable

no_create() {
	out=$(fresh "
		psql -X -q -c 'CREATE ROLE installer LOGIN CREATEROLE' -c 'CREATE DATABASE theirs'
		PGUSER=installer PGDATABASE=theirs sh '$here/install.sh' 2>&1") && return 1
	echo "$out"
	echo "$out" | grep -q 'may not create a schema in database theirs'
}
check "install: who may not create a schema is told so" no_create
