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

# Roles that were there before, with what would undo row-level security.
strong_role() {
	out=$(fresh "
		psql -X -q -c 'CREATE ROLE commerce_app $1' -c 'CREATE ROLE souk_support; CREATE ROLE souk_dba NOINHERIT' -c '$2' -c 'CREATE DATABASE ours'
		PGDATABASE=ours sh '$here/install.sh' 2>&1") && return 1
	echo "$out"
	echo "$out" | grep -q "$3"
}
check "install: a role of ours that row-level security does not bind is refused" \
	strong_role BYPASSRLS 'SELECT 1' 'row-level security does not bind commerce_app'
check "install: an operators' role that is in the application's is refused" \
	strong_role NOLOGIN 'GRANT commerce_app TO souk_support' 'souk_support in commerce_app'
check "install: a DBAs' role that inherits is refused" \
	strong_role NOLOGIN 'ALTER ROLE souk_dba INHERIT' 'souk_dba inherits'

# What a database gives away by default of everything that is made in it, it does not give of ours.
generous() {
	fresh "
		psql -X -q -c 'CREATE ROLE commerce_owner; CREATE ROLE commerce_steward; CREATE ROLE nobody_special' -c 'CREATE DATABASE ours' &&
		psql -X -q -d ours -c 'ALTER DEFAULT PRIVILEGES FOR ROLE commerce_owner, commerce_steward GRANT ALL ON TABLES TO PUBLIC, nobody_special' \
			-c 'ALTER DEFAULT PRIVILEGES FOR ROLE commerce_owner, commerce_steward GRANT ALL ON SEQUENCES TO PUBLIC' \
			-c 'ALTER DEFAULT PRIVILEGES FOR ROLE commerce_owner, commerce_steward GRANT EXECUTE ON FUNCTIONS TO nobody_special' \
			-c 'ALTER DEFAULT PRIVILEGES FOR ROLE commerce_owner GRANT ALL ON SCHEMAS TO PUBLIC' &&
		PGDATABASE=ours sh '$here/install.sh' &&
		psql -X -q -A -t -d ours -f '$here/grants.query'" >"$work/generous" || return 1
	diff "$here/grants.expected" "$work/generous"
}
check "install: default privileges of the database give nothing away" generous

# Names mean what they mean, whoever has put others in the way.
search_path() {
	fresh "
		psql -X -q -c 'CREATE DATABASE ours' -c \"ALTER DATABASE ours SET search_path = 'evil, public, pg_catalog'\" \
			-c \"ALTER DATABASE ours SET datestyle = 'German, DMY'\" -c \"ALTER DATABASE ours SET timezone = 'Asia/Kathmandu'\" \
			-c \"ALTER DATABASE ours SET default_transaction_isolation = 'serializable'\" &&
		psql -X -q -d ours -c 'CREATE SCHEMA evil' -c 'CREATE FUNCTION evil.now() RETURNS timestamptz LANGUAGE sql AS \$\$ SELECT NULL::timestamptz \$\$' \
			-c 'CREATE FUNCTION evil.format(text, text) RETURNS text LANGUAGE sql AS \$\$ SELECT NULL::text \$\$' \
			-c 'CREATE OPERATOR public.= (leftarg = text, rightarg = text, function = pg_catalog.textne)' &&
		PGDATABASE=ours sh '$here/install.sh' &&
		PGOPTIONS='-c search_path=pg_catalog' psql -X -q -A -t -d ours -f '$here/grants.query'" >"$work/evil" || return 1
	diff "$here/grants.expected" "$work/evil"
}
check "install: a hostile search path and odd settings change nothing" search_path

# No Citus here: its catalog and two of its functions are imitated, and citus.sql judges each statement by
# what the engine is known to refuse. What it makes of them itself is seen on a cluster only.
distributed() {
	createdb spread || return 1
	export PGDATABASE=spread
	run_sql -f "$root/tests/support/citus.sql" || return 1
	SOUK_BEFORE_KEYS=$root/sql/queries/migrate_distribute.sql sh "$here/install.sh" || return 1
	run_sql <<-'SQL' || return 1
		CREATE SCHEMA u;
		CREATE FUNCTION u.same(p_what text, p_is text, p_wanted text) RETURNS void LANGUAGE plpgsql AS $$
		BEGIN IF p_is IS DISTINCT FROM p_wanted THEN RAISE '%: is %, wanted %', p_what, p_is, p_wanted; END IF; END $$;
		GRANT USAGE ON SCHEMA u TO PUBLIC;
		SELECT u.same('tables', count(*)::text, (SELECT count(*) FROM pg_class WHERE relnamespace = 'commerce'::regnamespace AND relkind IN ('r', 'p')
			AND NOT relispartition AND relname NOT IN ('schema_migrations', 'break_glass_log', 'report_refreshes'))::text) FROM pg_dist_partition;
		SELECT u.same('policies with a sub-query', string_agg(polname, ', '), NULL) FROM pg_policy p
		 WHERE pg_get_expr(polqual, polrelid) LIKE '%SELECT%' OR pg_get_expr(polwithcheck, polrelid) LIKE '%SELECT%';
		SELECT u.same('triggers that touch other rows', string_agg(tgname, ', '), NULL) FROM pg_trigger g
		 WHERE NOT tgisinternal AND tgfoid::regproc::text NOT IN ('commerce.bump_version_on_update', 'commerce.touch_updated_at', 'commerce.refuse_change');
		SELECT commerce.tenant_create('one', 'One', 'eu-west') AS tenant \gset
		SELECT set_config('app.tenant_id', :'tenant', false), set_config('role', 'commerce_app', false);
		INSERT INTO commerce.catalog_products (tenant_id, sku, name, slug, price, currency) VALUES (:tenant, 'A', 'A', 'a', 1, 'EUR');
		INSERT INTO commerce.inventory_warehouses (tenant_id, code, name, region) VALUES (:tenant, 'W', 'W', 'eu-west');
		SELECT commerce.stock_open(w.id, p.id) AS b FROM commerce.inventory_warehouses w, commerce.catalog_products p \gset
		SELECT commerce.stock_receive(:b, 5, 'x'), commerce.stock_reserve(:b, 'order:1', 2);
		SELECT u.same('balance', on_hand || ' ' || reserved, '5 2') FROM commerce.inventory_balances;
		SELECT u.same('drift', count(*)::text, '0') FROM commerce.stock_drift;
		SELECT set_config('app.tenant_id', '', false);
		SELECT u.same('without a scope', count(*)::text, '0') FROM commerce.catalog_products;
		SELECT set_config('role', 'commerce_relay', false);
		SELECT u.same('claimed', count(*)::text, '1') FROM commerce.outbox_claim_of(:tenant, 'r');
		RESET role;
		SELECT set_config('role', 'commerce_owner', false);
		SELECT u.same('a month more', count(*)::text, '4') FROM commerce.partitions_ensure(0, 4);
		RESET role;
		SELECT u.same('messages of the judge', string_agg(what, '; '), NULL) FROM judge.faults;
		SELECT u.same('it judged', (count(*) > 500)::text, 'true') FROM judge.seen;
		SELECT u.same('rows are locked, changed and read tenant by tenant', string_agg(f, '; '), NULL) FROM judge.bodies() f;
	SQL
	{
		echo "ANALYZE commerce.break_glass_log;"
		echo "SELECT u.same('sizes are the engine''s, where it has the table', string_agg(concat_ws(' ', name, bytes - oid::bigint = 700000,
			bytes < 700000, index_bytes >= 0, estimate), ',' ORDER BY name), 'break_glass_log f t t 0,catalog_products t f') FROM ("
		cat "$root/sql/queries/relations.sql"
		echo ") s WHERE name IN ('break_glass_log', 'catalog_products')"
	} | run_sql
}
check "install: what differs on a distributed engine, on an imitation of its catalog" distributed
