-- The functions that policies ask: who is at work, and for which tenant. Asked by a superuser, whom
-- no policy shields from their mistakes.

-- test: a scope is what the setting says; nothing and the empty text are none
SELECT t.is_true('never set', commerce.scope_tenant() IS NULL);
SELECT set_config('app.tenant_id', '', true);
SELECT t.is_true('empty', commerce.scope_tenant() IS NULL AND commerce.operator_tenant() IS NULL AND commerce.operator_edit_tenant() IS NULL);
SELECT t.fails('SELECT commerce.scope_tenant_or_raise()', '42501', 'no tenant');
SELECT set_config('app.tenant_id', '17', true);
SELECT t.equal('set', commerce.scope_tenant(), 17);
SELECT t.equal('set', commerce.scope_tenant_or_raise(), 17);
SELECT set_config('app.tenant_id', 'acme', true);
SELECT t.fails('SELECT commerce.scope_tenant()', '22P02');
SELECT t.fails('SELECT t.count(''SELECT FROM commerce.catalog_products'') FROM t.be(''commerce_app'') WHERE set_config(''app.tenant_id'', ''acme'', true) IS NOT NULL', '22P02');

-- test: stock is moved in the scope, even by one whom nothing binds
SELECT set_config('app.tenant_id', t.tenant(1)::text, true);
SELECT t.fails(format('SELECT commerce.stock_receive(%s, 1, ''x'')', min(b.id)), 'P0002', 'no balance') FROM commerce.inventory_balances b WHERE b.tenant_id = t.tenant(2);

-- test: an operator has the tenant in scope while a grant of his own for it lasts
SELECT set_config('app.tenant_id', t.tenant(1)::text, true);
SELECT t.equal('granted', commerce.operator_tenant(), t.tenant(1));
SELECT t.equal('to edit', commerce.operator_edit_tenant(), t.tenant(1));
UPDATE commerce.operator_grants SET may_edit = false WHERE operator = 'postgres';
SELECT t.equal('granted', commerce.operator_tenant(), t.tenant(1));
SELECT t.is_true('not to edit', commerce.operator_edit_tenant() IS NULL);
UPDATE commerce.operator_grants SET may_edit = true, expires_at = now() WHERE operator = 'postgres';
SELECT t.is_true('over', commerce.operator_tenant() IS NULL AND commerce.operator_edit_tenant() IS NULL);

-- test: the grants of others open nothing, whatever role is taken
SELECT t.is_true('others are granted it', count(*) > 0) FROM commerce.operator_grants g WHERE g.tenant_id = t.tenant(2) AND g.operator <> 'postgres' AND g.may_edit AND g.expires_at > now();
SELECT t.is_true('not he', count(*) = 0) FROM commerce.operator_grants g WHERE g.tenant_id = t.tenant(2) AND g.operator = 'postgres';
SELECT set_config('app.tenant_id', t.tenant(2)::text, true);
SELECT t.is_true('nothing', commerce.operator_tenant() IS NULL AND commerce.operator_edit_tenant() IS NULL);
GRANT SELECT ON commerce.operator_grants TO support_anna;
SELECT t.be('support_anna', t.tenant(2));
SELECT t.equal('as another role, the same login', t.count('SELECT FROM commerce.catalog_products'), 0);

-- test: an active operator is a login in the list, who still works here
SELECT t.is_true('he is', commerce.operator_is_active());
UPDATE commerce.operators SET is_active = false WHERE login = 'postgres';
SELECT t.is_true('he was', NOT commerce.operator_is_active());

-- test: nobody else's name makes an active operator
-- as: app_web_1
RESET SESSION AUTHORIZATION;
SELECT t.fails('SELECT commerce.operator_is_active()', '42501');

-- test: glass is broken by the one who broke it, for a time, while he works here, until it is mended
SELECT t.is_true('whole', NOT commerce.glass_is_broken());
INSERT INTO commerce.break_glass_log (operator, reason, opened_at, expires_at) VALUES ('postgres', 'a case of the tests', now() - INTERVAL '1 minute', now() + INTERVAL '1 minute');
SELECT t.is_true('broken', commerce.glass_is_broken());
SAVEPOINT s;
UPDATE commerce.break_glass_log SET operator = 'dba_dora';
SELECT t.is_true('by another', NOT commerce.glass_is_broken());
SELECT t.equal('another''s is not mended', commerce.mend_glass(), 0);
ROLLBACK TO s;
UPDATE commerce.break_glass_log SET expires_at = now();
SELECT t.is_true('expired', NOT commerce.glass_is_broken());
ROLLBACK TO s;
UPDATE commerce.break_glass_log SET opened_at = now();
SELECT t.is_true('in this transaction', NOT commerce.glass_is_broken());
ROLLBACK TO s;
UPDATE commerce.operators SET is_active = false WHERE login = 'postgres';
SELECT t.is_true('by one who left', NOT commerce.glass_is_broken());
ROLLBACK TO s;
SELECT t.equal('mended', commerce.mend_glass(), 1);
SELECT t.is_true('whole again', NOT commerce.glass_is_broken());
SELECT t.equal('written down', closed_at::text, now()::text) FROM commerce.break_glass_log WHERE operator = 'postgres';

-- test: broken glass shows all tenants, and lets nothing be changed
INSERT INTO commerce.break_glass_log (operator, reason, opened_at, expires_at) VALUES ('postgres', 'a case of the tests', now() - INTERVAL '1 minute', now() + INTERVAL '1 minute');
DO $$
DECLARE
	r    record;
	here bigint;
	seen bigint;
BEGIN
	FOR r IN SELECT x.* FROM t.tenant_tables() x WHERE EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = x.rel AND p.polname LIKE '%\_dba\_break\_glass') LOOP
		here := t.count(format('SELECT FROM %s', r.rel));
		PERFORM t.be('souk_dba');
		seen := t.count(format('SELECT FROM %s', r.rel));
		PERFORM t.fails(format('DELETE FROM %s', r.rel), '42501');
		PERFORM t.fails(format('UPDATE %s SET tenant_id = tenant_id', r.rel), '42501');
		PERFORM t.be('postgres');
		PERFORM t.equal(r.name, seen, here);
	END LOOP;
END
$$;

-- test: whole glass shows a DBA no tenant's row of any table, but who is granted what
DO $$
DECLARE
	r    record;
	seen bigint;
BEGIN
	FOR r IN SELECT * FROM t.tenant_tables() WHERE has_any_column_privilege('souk_dba', rel, 'SELECT') AND name <> 'operator_grants' LOOP
		PERFORM t.be('souk_dba', t.tenant(1));
		seen := t.count(format('SELECT tenant_id FROM %s', r.rel));
		PERFORM t.be('postgres');
		PERFORM t.equal(r.name, seen, 0);
	END LOOP;
END
$$;

-- test: an operator edits nothing where he may only read, in any table
UPDATE commerce.operator_grants SET may_edit = false WHERE operator = 'postgres';
DO $$
DECLARE
	r record;
	b text;
BEGIN
	FOR r IN SELECT * FROM t.tenant_tables() WHERE name NOT IN ('operator_grants', 'audit_log') LOOP
		EXECUTE format('ALTER TABLE %s DISABLE TRIGGER USER', r.rel);
		EXECUTE format('SELECT to_jsonb(x)::text FROM %s x WHERE tenant_id = %s LIMIT 1', r.rel, t.tenant(1)) INTO b;
		PERFORM t.be('t_support', t.tenant(1));
		PERFORM t.equal(r.name || ' changed', t.touched(format('UPDATE %s SET tenant_id = tenant_id', r.rel)), 0);
		PERFORM t.equal(r.name || ' removed', t.touched(format('DELETE FROM %s', r.rel)), 0);
		PERFORM t.fails(format('INSERT INTO %1$s (%2$s) SELECT %2$s FROM jsonb_populate_record(NULL::%1$s, %3$L)',
			r.rel, t.plain_columns(r.rel), b), '42501', 'row-level security');
		PERFORM t.be('postgres');
	END LOOP;
END
$$;

-- test: an operator adds no row to a tenant that is granted to him but not in scope
INSERT INTO commerce.operator_grants (tenant_id, operator, may_edit, reason, expires_at) VALUES (t.tenant(2), 'postgres', true, 'tests', now() + INTERVAL '1 day');
DO $$
DECLARE
	r record;
	b text;
BEGIN
	FOR r IN SELECT * FROM t.tenant_tables() WHERE name <> 'operator_grants' LOOP
		EXECUTE format('SELECT to_jsonb(x)::text FROM %s x WHERE tenant_id = %s LIMIT 1', r.rel, t.tenant(2)) INTO b;
		PERFORM t.be('t_support', t.tenant(1));
		PERFORM t.fails(format('INSERT INTO %1$s (%2$s) SELECT %2$s FROM jsonb_populate_record(NULL::%1$s, %3$L)',
			r.rel, t.plain_columns(r.rel), b), '42501', 'row-level security');
		PERFORM t.be('postgres');
	END LOOP;
END
$$;

-- test: the directory of tenants is kept by whom it concerns
SELECT t.be('t_app', t.tenant(1));
SELECT t.equal('the application sees its own', string_agg(id::text, ','), t.tenant(1)::text) FROM commerce.tenancy_tenants;
SELECT t.be('t_support', t.tenant(1));
SELECT t.equal('and edits its own only', t.touched('UPDATE commerce.tenancy_tenants SET name = name'), 1);
SELECT t.fails('UPDATE commerce.tenancy_tenants SET id = DEFAULT WHERE id = ' || t.tenant(1), '42501', 'row-level security');
SELECT t.equal('granted ones', string_agg(id::text, ','), t.tenant(1)::text) FROM commerce.tenancy_tenants;
SELECT t.be('postgres');
UPDATE commerce.operator_grants SET expires_at = now() WHERE operator = 'postgres';
SELECT t.be('t_support', t.tenant(1));
SELECT t.equal('none any more', count(*), 0) FROM commerce.tenancy_tenants;

-- test: an audit row is written in one's own name and tenant, whoever one is
SELECT t.be('commerce_app', t.tenant(1));
SELECT t.fails(format('INSERT INTO commerce.audit_log (tenant_id, action, entity_type, entity_id) VALUES (%s, ''x'', ''x'', ''1'')', t.tenant(2)), '42501');
SELECT t.be('souk_support', t.tenant(1));
INSERT INTO commerce.audit_log (tenant_id, action, entity_type, entity_id) VALUES (t.tenant(1), 'x', 'x', '1');
SELECT t.fails(format('INSERT INTO commerce.audit_log (tenant_id, actor_id, action, entity_type, entity_id) VALUES (%s, ''dba_dora'', ''x'', ''x'', ''1'')', t.tenant(1)), '42501');
SELECT t.fails(format('INSERT INTO commerce.audit_log (tenant_id, action, entity_type, entity_id) VALUES (%s, ''x'', ''x'', ''1'')', t.tenant(2)), '42501');

-- test: a search is for the application or an operator with a grant, of what is on sale
SELECT t.be('t_app', t.tenant(1));
CREATE TEMP TABLE hit ON COMMIT DROP AS SELECT p.id FROM commerce.catalog_products p WHERE p.name ILIKE '%loaf%' AND p.status = 'active' ORDER BY p.id LIMIT 1;
SELECT t.is_true('found', count(*) = 1) FROM commerce.catalog_search('loaf', NULL, 100000) JOIN hit USING (id);
SAVEPOINT s;
UPDATE commerce.catalog_products p SET status = 'inactive' FROM hit WHERE p.id = hit.id;
SELECT t.equal('not on sale', count(*), 0) FROM commerce.catalog_search('loaf', NULL, 100000) JOIN hit USING (id);
ROLLBACK TO s;
UPDATE commerce.catalog_products p SET deleted_at = now() FROM hit WHERE p.id = hit.id;
SELECT t.equal('deleted', count(*), 0) FROM commerce.catalog_search('loaf', NULL, 100000) JOIN hit USING (id);
