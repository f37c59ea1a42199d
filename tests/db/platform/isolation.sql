-- Isolation, for every table that the catalog says belongs to tenants.

-- test: every tenant table has rows of two tenants to try with
DO $$
DECLARE
	r record;
BEGIN
	PERFORM t.is_true('there are many', count(*) > 25) FROM t.tenant_tables();
	FOR r IN SELECT * FROM t.tenant_tables() LOOP
		PERFORM t.is_true(r.name || ' has rows of tenant ' || n,
			t.count(format('SELECT FROM %s WHERE tenant_id = %s', r.rel, t.tenant(n))) > 0) FROM generate_series(1, 2) n;
	END LOOP;
END
$$;

-- test: row-level security is enabled and forced on every table with a tenant, and on every partition
DO $$
DECLARE
	r record;
BEGIN
	FOR r IN SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity AS fine FROM pg_class c
		WHERE c.relnamespace = 'commerce'::regnamespace AND c.relkind IN ('r', 'p')
		  AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id') LOOP
		PERFORM t.is_true(r.relname, r.fine);
	END LOOP;
	PERFORM t.is_true('the directory', relrowsecurity AND relforcerowsecurity) FROM pg_class WHERE oid = 'commerce.tenancy_tenants'::regclass;
END
$$;

-- test: one tenant sees its own rows and no others, as application, owner and operator
DO $$
DECLARE
	r    record;
	who  text;
	mine bigint;
	seen bigint;
	own  bigint;
BEGIN
	FOR r IN SELECT * FROM t.tenant_tables() LOOP
		mine := t.count(format('SELECT FROM %s WHERE tenant_id = %s', r.rel, t.tenant(1)));
		FOREACH who IN ARRAY ARRAY['t_app', 'commerce_owner', 't_support'] LOOP
			PERFORM t.be(who, t.tenant(1));
			seen := t.count(format('SELECT FROM %s', r.rel));
			own := t.count(format('SELECT FROM %s WHERE tenant_id = %s', r.rel, t.tenant(1)));
			PERFORM t.be('postgres');
			PERFORM t.equal(r.name || ' as ' || who || ': others'' rows', seen - own, 0);
			CONTINUE WHEN who = 't_support' AND r.name IN ('customers_credentials', 'sales_order_counters', 'operator_grants');
			PERFORM t.equal(r.name || ' as ' || who || ': own rows', own, mine);
		END LOOP;
	END LOOP;
END
$$;

-- test: without a scope nothing is visible, as application, owner and operator
DO $$
DECLARE
	r    record;
	who  text;
	seen bigint;
BEGIN
	FOR r IN SELECT * FROM t.tenant_tables() WHERE name <> 'operator_grants' LOOP
		FOREACH who IN ARRAY ARRAY['t_app', 'commerce_owner', 't_support'] LOOP
			PERFORM t.be(who);
			seen := t.count(format('SELECT FROM %s', r.rel));
			PERFORM t.be('postgres');
			PERFORM t.equal(r.name || ' as ' || who, seen, 0);
		END LOOP;
	END LOOP;
END
$$;

-- test: without a scope nothing is visible when the setting was never made
-- as: app_web_1
SELECT t.equal('products', t.count('SELECT FROM commerce.catalog_products'), 0);
SELECT t.fails('SELECT commerce.next_order_number()', '42501', 'no tenant is in scope');

-- test: an operator without a grant for the tenant sees nothing, though the setting names it
DO $$
DECLARE
	r    record;
	seen bigint;
BEGIN
	FOR r IN SELECT * FROM t.tenant_tables() WHERE name <> 'operator_grants' LOOP
		PERFORM t.be('t_support', t.tenant(2));
		seen := t.count(format('SELECT FROM %s', r.rel));
		PERFORM t.be('postgres');
		PERFORM t.equal(r.name, seen, 0);
	END LOOP;
END
$$;

-- test: a grant that has expired opens nothing
UPDATE commerce.operator_grants SET expires_at = now() - INTERVAL '1 second' WHERE operator = 'postgres';
SELECT t.be('t_support', t.tenant(1));
SELECT t.equal('products', t.count('SELECT FROM commerce.catalog_products'), 0);

-- test: a row of another tenant cannot be inserted
DO $$
DECLARE
	r   record;
	who text;
	b   text;
BEGIN
	FOR r IN SELECT * FROM t.tenant_tables() WHERE name <> 'operator_grants' LOOP
		EXECUTE format('SELECT to_jsonb(x)::text FROM %s x WHERE tenant_id = %s LIMIT 1', r.rel, t.tenant(2)) INTO b;
		FOREACH who IN ARRAY ARRAY['t_app', 'commerce_owner', 't_support'] LOOP
			PERFORM t.be(who, t.tenant(1));
			PERFORM t.fails(format('INSERT INTO %1$s (%2$s) SELECT %2$s FROM jsonb_populate_record(NULL::%1$s, %3$L)',
				r.rel, t.plain_columns(r.rel), b), '42501', 'row-level security');
			PERFORM t.be('postgres');
		END LOOP;
	END LOOP;
END
$$;

-- test: a row cannot be moved to another tenant
DO $$
DECLARE
	r   record;
	who text;
BEGIN
	FOR r IN SELECT * FROM t.tenant_tables() WHERE name <> 'operator_grants' LOOP
		EXECUTE format('ALTER TABLE %s DISABLE TRIGGER USER', r.rel);
		FOREACH who IN ARRAY ARRAY['t_app', 'commerce_owner'] LOOP
			PERFORM t.be(who, t.tenant(1));
			PERFORM t.fails(format('UPDATE %s SET tenant_id = %s', r.rel, t.tenant(2)), '42501', 'row-level security');
			PERFORM t.be('postgres');
		END LOOP;
	END LOOP;
END
$$;

-- test: an operator cannot move a row to another tenant, not even one granted
INSERT INTO commerce.operator_grants (tenant_id, operator, may_edit, reason, expires_at)
VALUES (t.tenant(2), 'postgres', true, 'tests', now() + INTERVAL '1 day');
DO $$
DECLARE
	r    record;
	left_over bigint;
BEGIN
	FOR r IN SELECT * FROM t.tenant_tables() x WHERE EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = x.rel AND p.polname LIKE '%_support_update') LOOP
		EXECUTE format('ALTER TABLE %s DISABLE TRIGGER USER', r.rel);
		PERFORM t.be('t_support', t.tenant(1));
		PERFORM t.fails(format('UPDATE %s SET tenant_id = %s', r.rel, t.tenant(2)), '42501', 'row-level security');
		PERFORM t.be('postgres');
	END LOOP;
END
$$;

-- test: rows of another tenant are not changed or deleted, not even blindly
DO $$
DECLARE
	r    record;
	who  text;
	before_b text;
	after_b  text;
	sums text := 'SELECT count(*) || '' '' || COALESCE(sum(hashtext(x::text)::bigint), 0) FROM %s x WHERE tenant_id = %s';
BEGIN
	SET CONSTRAINTS ALL DEFERRED;
	FOR r IN SELECT * FROM t.tenant_tables() WHERE name <> 'operator_grants' LOOP
		EXECUTE format('ALTER TABLE %s DISABLE TRIGGER ALL', r.rel);
		EXECUTE format(sums, r.rel, t.tenant(2)) INTO before_b;
		FOREACH who IN ARRAY ARRAY['t_app', 'commerce_owner', 't_support'] LOOP
			PERFORM t.be(who, t.tenant(1));
			PERFORM t.touched(format('UPDATE %s SET tenant_id = tenant_id', r.rel));
			PERFORM t.equal(r.name || ': update of B as ' || who, t.touched(format('UPDATE %s SET tenant_id = tenant_id WHERE tenant_id = %s', r.rel, t.tenant(2))), 0);
			PERFORM t.touched(format('DELETE FROM %s', r.rel));
			PERFORM t.be('postgres');
			EXECUTE format(sums, r.rel, t.tenant(2)) INTO after_b;
			PERFORM t.equal(r.name || ' of B after ' || who, after_b, before_b);
		END LOOP;
	END LOOP;
END
$$;

-- test: every policy of a tenant table reads its tenant once per statement, from an index
DO $$
DECLARE
	r    record;
	plan text;
	line text;
BEGIN
	PERFORM set_config('enable_seqscan', 'off', true);
	FOR r IN SELECT * FROM t.tenant_tables() WHERE name NOT IN ('operator_grants') LOOP
		PERFORM t.be('t_app', t.tenant(1));
		plan := '';
		FOR line IN EXECUTE format('EXPLAIN (COSTS OFF) SELECT tenant_id FROM %s', r.rel) LOOP
			plan := plan || line || E'\n';
		END LOOP;
		PERFORM t.be('postgres');
		PERFORM t.is_true(r.name || ' is found by an index: ' || plan, plan ~ 'Index Cond: \(tenant_id = ' AND plan ~ 'InitPlan');
		PERFORM t.is_true(r.name || ' filters nothing row by row: ' || plan, plan !~ 'Filter: ');
	END LOOP;
END
$$;

-- test: no table has two permissive policies for one command and role
SELECT t.equal('overlapping policies', string_agg(q.what, ', '), NULL) FROM (
	SELECT p.polrelid::regclass || ' ' || c.cmd::text || ' ' || r.role::regrole AS what
	  FROM pg_policy p CROSS JOIN LATERAL unnest(CASE p.polcmd WHEN '*' THEN '{r,a,w,d}'::"char"[] ELSE ARRAY[p.polcmd] END) c (cmd)
	 CROSS JOIN LATERAL unnest(p.polroles) r (role)
	 WHERE p.polpermissive AND p.polrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'commerce'::regnamespace)
	 GROUP BY p.polrelid, c.cmd, r.role HAVING count(*) > 1) q;

-- test: every foreign key between tenant tables holds the tenant, and says what a delete does
SELECT t.equal('without tenant', string_agg(k.conname, ', '), NULL)
  FROM pg_constraint k JOIN t.tenant_tables() c ON c.rel = k.conrelid JOIN t.tenant_tables() p ON p.rel = k.confrelid
 WHERE k.contype = 'f' AND NOT EXISTS (
	SELECT FROM unnest(k.conkey, k.confkey) u (a, b)
	  JOIN pg_attribute x ON x.attrelid = k.conrelid AND x.attnum = u.a AND x.attname = 'tenant_id'
	  JOIN pg_attribute y ON y.attrelid = k.confrelid AND y.attnum = u.b AND y.attname = 'tenant_id');
SELECT t.equal('without a word', string_agg(k.conname, ', '), NULL) FROM pg_constraint k
 WHERE k.connamespace = 'commerce'::regnamespace AND k.contype = 'f' AND k.confdeltype NOT IN ('r', 'c');

-- test: every foreign key refuses the other tenant's row
DO $$
DECLARE
	k     record;
	tried integer := 0;
BEGIN
	FOR k IN
		SELECT c.conrelid::regclass AS child, c.confrelid::regclass AS parent, c.conname,
		       (SELECT a.attname FROM pg_attribute a WHERE a.attrelid = c.conrelid AND a.attnum = c.conkey[cardinality(c.conkey)]) AS col
		  FROM pg_constraint c JOIN t.tenant_tables() x ON x.rel = c.conrelid JOIN t.tenant_tables() y ON y.rel = c.confrelid
		 WHERE c.contype = 'f' ORDER BY c.conname
	LOOP
		EXECUTE format('ALTER TABLE %s DISABLE TRIGGER USER', k.child);
		PERFORM t.fails(format('UPDATE %1$s SET %2$I = (SELECT max(p.id) FROM %3$s p WHERE p.tenant_id = %4$s) WHERE ctid = (SELECT x.ctid FROM %1$s x WHERE x.tenant_id = %5$s AND %6$s LIMIT 1) AND tenant_id = %5$s',
			k.child, k.col, k.parent, t.tenant(2), t.tenant(1),
			CASE WHEN k.col = 'variant_id' THEN CASE WHEN k.child::text LIKE '%rules' THEN 'product_id IS NOT NULL' ELSE 'true' END
			     WHEN k.child::text LIKE '%pricing_rules' AND k.col = 'category_id' THEN 'product_id IS NULL'
			     WHEN k.child::text LIKE '%pricing_rules' AND k.col = 'product_id' THEN 'category_id IS NULL' ELSE 'true' END), '23503');
		tried := tried + 1;
	END LOOP;
	PERFORM t.is_true('many keys were tried', tried > 25);
END
$$;

-- test: every unique index of a tenant table begins with the tenant
SELECT t.equal('indexes', string_agg(i.indexrelid::regclass::text, ', '), NULL)
  FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
  JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attname = 'tenant_id'
 WHERE c.relnamespace = 'commerce'::regnamespace AND c.relkind IN ('r', 'p') AND i.indisunique AND i.indkey[0] <> a.attnum;

-- test: every foreign key has an index that leads with its columns
SELECT t.equal('keys', string_agg(k.conname, ', '), NULL) FROM pg_constraint k
 WHERE k.connamespace = 'commerce'::regnamespace AND k.contype = 'f' AND k.conparentid = 0 AND cardinality(k.conkey) > 1
   AND k.conname NOT LIKE 'outbox_messages_event%'
   AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = k.conrelid
	AND (i.indkey::smallint[])[0 : cardinality(k.conkey) - 1] @> k.conkey);

-- test: every table with a version grows it by exactly one, whatever the writer says
DO $$
DECLARE
	r    record;
	was  bigint;
	grew bigint;
	spot text;
	many integer := 0;
BEGIN
	FOR r IN SELECT c.oid::regclass AS rel FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'version'
		WHERE c.relnamespace = 'commerce'::regnamespace AND c.relkind = 'r' LOOP
		FOREACH spot IN ARRAY ARRAY['version = 999', 'version = version', 'version = version + 1', 'updated_at = ''epoch'''] LOOP
			EXECUTE format('SELECT version FROM %s WHERE ctid = (SELECT ctid FROM %1$s LIMIT 1)', r.rel) INTO was;
			EXECUTE format('UPDATE %s SET %s WHERE ctid = (SELECT ctid FROM %1$s LIMIT 1) RETURNING version', r.rel, spot) INTO grew;
			PERFORM t.equal(r.rel || ' after ' || spot, grew, was + 1);
		END LOOP;
		many := many + 1;
	END LOOP;
	PERFORM t.is_true('many tables', many >= 18);
	PERFORM t.equal('updated_at is now', max((updated_at = now())::integer), 1) FROM commerce.catalog_products;
END
$$;

-- test: every updated_at is kept by a trigger
SELECT t.equal('tables', string_agg(c.relname, ', '), NULL) FROM pg_class c
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'updated_at'
 WHERE c.relnamespace = 'commerce'::regnamespace AND c.relkind IN ('r', 'p')
   AND NOT EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid = c.oid AND g.tgtype & 19 = 19 AND NOT g.tgisinternal);
