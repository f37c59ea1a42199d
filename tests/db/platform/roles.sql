-- Who may do what.

-- test: operators are no members of the application role, nor of any that bypasses
SELECT t.equal('members', string_agg(r.rolname || ' of ' || g.rolname, ', '), NULL) FROM pg_roles r CROSS JOIN pg_roles g
 WHERE (r.rolname IN ('souk_support', 'souk_oncall') OR r.rolname IN (SELECT login FROM commerce.operators WHERE team IN ('support', 'oncall') AND login <> 'postgres'))
   AND g.rolname IN ('commerce_app', 'commerce_owner', 'commerce_steward', 'platform_admin') AND pg_has_role(r.oid, g.oid, 'MEMBER');
SELECT t.equal('bypass', string_agg(rolname, ', '), NULL) FROM pg_roles WHERE (rolbypassrls OR rolsuper) AND (rolname LIKE 'souk%' OR rolname LIKE 'commerce%' OR rolname = 'platform_admin');

-- test: nobody inherits platform_admin, and the DBA inherits nothing of the application
SELECT t.equal('inherit', string_agg(rolname, ', '), NULL) FROM pg_roles WHERE NOT rolsuper AND rolname <> 'platform_admin' AND pg_has_role(oid, 'platform_admin', 'USAGE');
SELECT t.is_true('may take its eyes', pg_has_role('dba_dora', 'commerce_app', 'MEMBER') AND NOT pg_has_role('dba_dora', 'commerce_app', 'USAGE'));

-- test: platform_admin reads every tenant without a scope, and writes nothing
DO $$
DECLARE
	r record;
	n bigint;
	all_rows bigint;
BEGIN
	FOR r IN SELECT * FROM t.tenant_tables() WHERE name <> 'customers_credentials' LOOP
		all_rows := t.count(format('SELECT FROM %s', r.rel));
		PERFORM t.be('platform_admin');
		n := t.count(format('SELECT FROM %s', r.rel));
		PERFORM t.fails(format('DELETE FROM %s', r.rel), '42501');
		PERFORM t.fails(format('UPDATE %s SET tenant_id = 1', r.rel), '42501');
		PERFORM t.be('postgres');
		PERFORM t.equal(r.name, n, all_rows);
	END LOOP;
END
$$;
SELECT t.be('platform_admin');
SELECT t.fails('SELECT password_hash FROM commerce.customers_credentials', '42501');

-- test: secrets are the application's
SELECT t.equal('who reads hashes', string_agg(r.rolname, ', ' ORDER BY r.rolname), 'commerce_app, commerce_owner') FROM pg_roles r
 WHERE NOT r.rolsuper AND r.rolname IN ('commerce_app', 'commerce_owner', 'commerce_steward', 'commerce_relay', 'souk_support', 'souk_dba', 'souk_oncall', 'platform_admin')
   AND has_column_privilege(r.oid, 'commerce.customers_credentials', 'password_hash', 'SELECT');

-- test: support sees the tenants it is granted, and chooses among them
-- as: support_anna
SELECT t.is_true('some', count(*) > 0), t.equal('all granted', bool_and(t.id IN (SELECT g.tenant_id FROM commerce.operator_grants g))::text, 'true') FROM commerce.tenancy_tenants t;
SELECT t.equal('only her own grants', bool_and(operator = 'support_anna')::text, 'true') FROM commerce.operator_grants;

-- test: support edits what people edit, and not what the platform derives
-- as: support_anna
SELECT set_config('app.tenant_id', t.tenant(1)::text, true);
SELECT t.equal('a product', t.touched('UPDATE commerce.catalog_products SET price = 9.99, version = version + 1 WHERE id = (SELECT min(id) FROM commerce.catalog_products) AND version = (SELECT version FROM commerce.catalog_products ORDER BY id LIMIT 1)'), 1);
SELECT t.fails('UPDATE commerce.catalog_products SET tenant_id = tenant_id', '42501');
SELECT t.fails('UPDATE commerce.catalog_products SET public_id = gen_random_uuid()', '42501');
SELECT t.fails('DELETE FROM commerce.catalog_products', '42501');
SELECT t.fails('UPDATE commerce.pricing_coupons SET usage_count = 0', '42501');
SELECT t.fails('UPDATE commerce.sales_orders SET total_amount = 0', '42501');
SELECT t.fails('UPDATE commerce.payments_payments SET status = ''captured''', '42501');
SELECT t.fails('UPDATE commerce.operator_grants SET may_edit = true', '42501');
SELECT t.fails('INSERT INTO commerce.sales_order_status_history (tenant_id, order_id, to_status) VALUES (1, 1, ''delivered'')', '42501');
SELECT t.fails('SELECT commerce.outbox_claim(''anna'')', '42501');
SELECT t.fails('SELECT commerce.break_glass(''because I can'')', '42501');
SELECT t.is_true('xmin is readable', (SELECT xmin FROM commerce.catalog_products LIMIT 1) IS NOT NULL);

-- test: an operator's audit row bears his own name
-- as: support_anna
SELECT set_config('app.tenant_id', t.tenant(1)::text, true);
INSERT INTO commerce.audit_log (tenant_id, action, entity_type, entity_id, reason, save_id) VALUES (t.tenant(1), 'update', 'commerce.catalog_products', '1', 'SUP-1', gen_random_uuid());
SELECT t.equal('name', actor_id, 'support_anna') FROM commerce.audit_log WHERE reason = 'SUP-1' AND occurred_at = now();
SELECT t.fails('INSERT INTO commerce.audit_log (tenant_id, actor_id, action, entity_type, entity_id) VALUES (t.tenant(1), ''support_ben'', ''x'', ''x'', ''1'')', '42501');
SELECT t.fails('INSERT INTO commerce.audit_log (tenant_id, action, entity_type, entity_id) VALUES (t.tenant(2) + 1000, ''x'', ''x'', ''1'')', '42501');

-- test: an operator's movement, refund and message bear his name and the time they were made
-- as: support_anna
SELECT set_config('app.tenant_id', t.tenant(1)::text, true);
SELECT t.fails('INSERT INTO commerce.inventory_movements (tenant_id, actor) VALUES (1, ''support_ben'')', '42501', 'permission denied');
SELECT t.fails('INSERT INTO commerce.inventory_movements (tenant_id, occurred_at) VALUES (1, now())', '42501', 'permission denied');
SELECT t.fails('INSERT INTO commerce.payments_refunds (tenant_id, created_by) VALUES (1, ''support_ben'')', '42501', 'permission denied');
SELECT t.fails('INSERT INTO commerce.outbox_messages (tenant_id, processed_at) VALUES (1, now())', '42501', 'permission denied');
SELECT t.fails('INSERT INTO commerce.audit_log (tenant_id, occurred_at) VALUES (1, now())', '42501', 'permission denied');
SELECT t.is_true('a message', commerce.outbox_enqueue('Product', 1, 'ProductUpdated', '{}', 8) > 0);
SELECT t.equal('his stock', m.actor, 'support_anna') FROM (SELECT b.id FROM commerce.inventory_balances b ORDER BY b.id LIMIT 1) b, LATERAL commerce.stock_receive(b.id, 1, 'found')  r JOIN commerce.inventory_movements m ON m.id = r.movement_id;

-- test: a save and its history are found by an index
DO $$
DECLARE
	plan text := '';
	line text;
BEGIN
	PERFORM set_config('enable_seqscan', 'off', true);
	FOR line IN EXPLAIN SELECT FROM commerce.audit_log WHERE tenant_id = 1 AND save_id = gen_random_uuid() LOOP plan := plan || line; END LOOP;
	PERFORM t.is_true('save: ' || plan, plan LIKE '%save_i%Index Cond%save_id%');
	plan := '';
	FOR line IN EXPLAIN SELECT FROM commerce.audit_log WHERE tenant_id = 1 AND entity_type = 'x' AND entity_id = '1' LOOP plan := plan || line; END LOOP;
	PERFORM t.is_true('entity: ' || plan, plan LIKE '%Index Cond%entity_id%');
END
$$;

-- test: on-call sees the queue of all tenants without payloads, and touches it through functions only
-- as: oncall_omar
SELECT t.is_true('tenants', count(DISTINCT tenant_id) >= 3) FROM commerce.outbox_messages;
SELECT t.is_true('names', count(*) >= 3) FROM commerce.tenancy_tenants;
SELECT t.is_true('projection', count(*) > 0) FROM commerce.graph_projection_status;
SELECT t.is_true('offsets', count(*) > 0) FROM commerce.consumer_offsets;
SELECT t.fails('SELECT payload FROM commerce.outbox_messages', '42501');
SELECT t.fails('SELECT primary_contact_email FROM commerce.tenancy_tenants', '42501');
SELECT t.fails('UPDATE commerce.outbox_messages SET available_at = now()', '42501');
SELECT t.fails('DELETE FROM commerce.outbox_messages', '42501');
SELECT t.fails('SELECT name FROM commerce.catalog_products', '42501');
SELECT t.fails('SELECT commerce.outbox_complete(''x'', ''{}'', ''{}'', ''{}'')', '42501');

-- test: who is no active operator watches nothing
UPDATE commerce.operators SET is_active = false WHERE login = 'postgres';
SELECT t.be('souk_oncall');
SELECT t.equal('messages', count(*), 0) FROM (SELECT id FROM commerce.outbox_messages) q;
SELECT t.equal('tenants', count(*), 0) FROM (SELECT id FROM commerce.tenancy_tenants) q;
SELECT t.be('souk_dba');
SELECT t.equal('grants', count(*), 0) FROM commerce.operator_grants;
SELECT t.fails(format('INSERT INTO commerce.operator_grants (tenant_id, operator, may_edit, reason, expires_at) VALUES (%s, ''oncall_omar'', true, ''x'', now() + INTERVAL ''1 hour'')', t.tenant(1)), '42501', 'row-level security');

-- test: on-call sees sessions and locks, not what they say
-- as: oncall_omar
SELECT t.is_true('sessions', count(*) > 0), t.equal('what this very question says', count(*) FILTER (WHERE s::text LIKE '%this very question%'), 0)
  FROM commerce.server_sessions s;
SELECT t.is_true('with their times', bool_or(backend_start IS NOT NULL)) FROM commerce.server_sessions;
SELECT t.is_true('locks', count(*) > 0) FROM commerce.server_locks;
SELECT t.fails('SELECT query FROM commerce.server_sessions', '42703');
SELECT t.equal('texts of others', count(*), 0) FROM pg_stat_activity WHERE usename <> current_user AND query <> '<insufficient privilege>' AND backend_type = 'client backend';

-- test: a relay has functions and no table
-- as: relay_1
SELECT t.fails('SELECT id FROM commerce.outbox_messages', '42501');
SELECT t.fails('UPDATE commerce.outbox_messages SET processed_at = now()', '42501');
SELECT t.is_true('claims', count(*) >= 0) FROM commerce.outbox_claim('relay_1', 1);
SELECT t.fails('SELECT commerce.outbox_bury(1, ''{1}'', ''x'')', '42501');
SELECT t.equal('tables', count(*), 0) FROM pg_class c WHERE c.relnamespace = 'commerce'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm') AND has_table_privilege(c.oid, 'SELECT,INSERT,UPDATE,DELETE,TRUNCATE,REFERENCES,TRIGGER');

-- test: a DBA sees no data until the glass is broken, and then only from the next transaction on
-- as: dba_dora
SELECT t.equal('products', count(*), 0) FROM commerce.catalog_products;
SELECT t.is_true('tenants by name', count(*) >= 3) FROM commerce.tenancy_tenants;
SELECT t.fails('SELECT commerce.break_glass(''short'')', '23514');
SELECT t.fails('SELECT commerce.break_glass(''a good long reason'', 1000)', '23514');
SELECT commerce.break_glass('order 7 of a tenant', 5);
SELECT t.equal('the same transaction', count(*), 0) FROM commerce.catalog_products;
SELECT t.fails('DELETE FROM commerce.break_glass_log', '42501');
SELECT t.fails('UPDATE commerce.break_glass_log SET expires_at = now()', '42501');

-- test: a DBA manages operators, and the server audits it
-- as: dba_dora
INSERT INTO commerce.operator_grants (tenant_id, operator, may_edit, reason, granted_by, expires_at) VALUES (t.tenant(2) , 'oncall_omar', false, 'incident 12', session_user, now() + INTERVAL '1 hour');
UPDATE commerce.operator_grants SET may_edit = true WHERE operator = 'oncall_omar';
DELETE FROM commerce.operator_grants WHERE operator = 'oncall_omar';
RESET SESSION AUTHORIZATION;
SELECT t.fails('SELECT commerce.report_refresh(''x'')', '42704');

-- test: changes of grants are in the audit log
INSERT INTO commerce.operator_grants (tenant_id, operator, may_edit, reason, expires_at) VALUES (t.tenant(2), 'oncall_omar', false, 'incident 12', now() + INTERVAL '1 hour');
UPDATE commerce.operator_grants SET may_edit = true WHERE operator = 'oncall_omar';
DELETE FROM commerce.operator_grants WHERE operator = 'oncall_omar';
SELECT t.equal('lines', string_agg(action, ' ' ORDER BY id), 'insert update delete') FROM commerce.audit_log WHERE entity_type = 'commerce.operator_grants' AND entity_id = 'oncall_omar' AND occurred_at = now();

-- test: partitions and reports are nobody's
SELECT t.equal('granted', string_agg(c.relname || ' to ' || r.rolname, ', '), NULL) FROM pg_class c CROSS JOIN pg_roles r
 WHERE c.relnamespace = 'commerce'::regnamespace AND ((c.relispartition AND c.relkind = 'r') OR c.relkind = 'm')
   AND r.rolname IN ('commerce_app', 'commerce_relay', 'souk_support', 'souk_dba', 'souk_oncall', 'platform_admin') AND has_table_privilege(r.oid, c.oid, 'SELECT,INSERT,UPDATE,DELETE');

-- test: reports show the application and the operator their own tenant, and a stranger nothing
SELECT t.be('commerce_app', t.tenant(1));
SELECT t.is_true('own', count(*) > 0), t.equal('others', count(*) FILTER (WHERE tenant_id <> t.tenant(1)), 0) FROM commerce.daily_sales;
SELECT t.is_true('own', count(*) > 0), t.equal('others', count(*) FILTER (WHERE tenant_id <> t.tenant(1)), 0) FROM commerce.product_ratings;
SELECT t.be('souk_support', t.tenant(1));
SELECT t.is_true('own', count(*) > 0), t.equal('others', count(*) FILTER (WHERE tenant_id <> t.tenant(1)), 0) FROM commerce.product_performance;
SELECT t.be('souk_support', t.tenant(2));
SELECT t.equal('without a grant', count(*), 0) FROM commerce.product_performance;
SELECT t.be('commerce_app');
SELECT t.equal('without a scope', count(*), 0) FROM commerce.daily_sales;
SELECT t.be('souk_dba', t.tenant(1));
SELECT t.equal('a DBA with whole glass', count(*), 0) FROM commerce.daily_sales;
SELECT t.be('platform_admin');
SELECT t.is_true('an audited job', count(DISTINCT tenant_id) >= 3) FROM commerce.daily_sales;

-- test: searching uses the index across words and stays in the tenant
SELECT t.be('commerce_app', t.tenant(1));
SELECT t.is_true('found', count(*) > 0), t.equal('others', count(*) FILTER (WHERE tenant_id <> t.tenant(1)), 0) FROM commerce.catalog_search('loaf');
SELECT t.is_true('by tag', count(*) > 0) FROM commerce.catalog_search(NULL, 'vegan');
SELECT t.be('commerce_app');
SELECT t.equal('without a scope', count(*), 0) FROM commerce.catalog_search('loaf');

-- test: an operator without any grant finds nothing, by whatever way
-- as: t_stranger
SELECT set_config('app.tenant_id', t.tenant(1)::text, true);
SELECT t.equal('by searching', count(*), 0) FROM commerce.catalog_search('loaf');
SELECT t.equal('by looking', count(*), 0) FROM commerce.catalog_products;
SELECT t.equal('by a report', count(*), 0) FROM commerce.product_performance;
SELECT t.equal('tenants', count(*), 0) FROM commerce.tenancy_tenants;
SELECT t.fails('SELECT commerce.stock_receive(1, 1, ''x'')', 'P0002');
SELECT t.fails('SELECT commerce.outbox_enqueue(''Product'', 1, ''ProductUpdated'', ''{}'')', '42501', 'row-level security');

-- test: views over tenant tables ask the reader's rights, or filter
SELECT t.equal('views', string_agg(c.relname, ', '), NULL) FROM pg_class c WHERE c.relnamespace = 'commerce'::regnamespace AND c.relkind = 'v'
   AND NOT COALESCE(c.reloptions && ARRAY['security_invoker=true', 'security_barrier=true'], false);

-- test: functions of others' rights have a fixed search path, and nothing is executable by everybody
SELECT t.equal('search path', string_agg(p.proname, ', '), NULL) FROM pg_proc p WHERE p.pronamespace = 'commerce'::regnamespace AND p.prosecdef
   AND NOT COALESCE(p.proconfig && ARRAY['search_path=pg_catalog, pg_temp'], false);
SELECT t.equal('public', string_agg(p.proname, ', '), NULL) FROM pg_proc p WHERE p.pronamespace = 'commerce'::regnamespace
   AND EXISTS (SELECT FROM aclexplode(COALESCE(p.proacl, acldefault('f', p.proowner))) a WHERE a.grantee = 0);
SELECT t.equal('owners', string_agg(DISTINCT p.proowner::regrole::text, ', ' ORDER BY p.proowner::regrole::text), 'commerce_owner, commerce_steward') FROM pg_proc p WHERE p.pronamespace = 'commerce'::regnamespace;

-- test: the steward and the owner are nobody's in the demo
SELECT t.equal('members', string_agg(m.member::regrole::text, ', '), NULL) FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member
 WHERE m.roleid IN ('commerce_owner'::regrole, 'commerce_steward'::regrole, 'platform_admin'::regrole) AND NOT r.rolsuper;

-- test: order steps are guarded and written down
SELECT t.be('commerce_app', t.tenant(1));
SELECT set_config('app.reason', 'customer called', true);
INSERT INTO commerce.sales_orders (tenant_id, order_number, customer_id, currency, subtotal, total_amount, shipping_address, billing_address, region)
SELECT t.tenant(1), 'STEP', min(id), 'USD', 0, 0, '{}', '{}', 'eu-west' FROM commerce.customers_customers;
CREATE TEMP TABLE o ON COMMIT DROP AS SELECT id FROM commerce.sales_orders WHERE order_number = 'STEP';
SELECT t.fails('UPDATE commerce.sales_orders SET status = ''delivered'' WHERE id = (SELECT id FROM o)', '23514', 'cannot become');
UPDATE commerce.sales_orders SET status = 'confirmed' WHERE id = (SELECT id FROM o);
SELECT t.equal('history', h.from_status || '>' || h.to_status || ' ' || h.reason, 'pending>confirmed customer called') FROM commerce.sales_order_status_history h JOIN o ON o.id = h.order_id WHERE h.from_status IS NOT NULL;
SELECT t.equal('from the beginning', count(*), 2) FROM commerce.sales_order_status_history h JOIN o ON o.id = h.order_id;
SELECT t.is_true('time', confirmed_at = now()) FROM commerce.sales_orders JOIN o USING (id);
SELECT t.fails('INSERT INTO commerce.sales_order_status_history (tenant_id, order_id, to_status) SELECT t.tenant(1), id, ''delivered'' FROM o', '42501');

-- test: refunds never exceed the payment
SELECT t.be('commerce_app', t.tenant(1));
CREATE TEMP TABLE p ON COMMIT DROP AS SELECT p.id, p.amount FROM commerce.payments_payments p WHERE p.status = 'captured' AND p.amount > 2 AND NOT EXISTS (SELECT FROM commerce.payments_refunds r WHERE r.payment_id = p.id) LIMIT 1;
INSERT INTO commerce.payments_refunds (tenant_id, payment_id, amount, reason) SELECT t.tenant(1), id, amount - 1, 'part' FROM p;
SELECT t.fails('INSERT INTO commerce.payments_refunds (tenant_id, payment_id, amount, reason) SELECT t.tenant(1), id, 1.01, ''rest'' FROM p', '23514', 'went back');
INSERT INTO commerce.payments_refunds (tenant_id, payment_id, amount, reason) SELECT t.tenant(1), id, 1, 'rest' FROM p;
INSERT INTO commerce.payments_payments (tenant_id, order_id, provider, provider_ref, status, amount, currency)
SELECT t.tenant(1), min(id), 'stripe', 'held', 'authorized', 5, 'USD' FROM commerce.sales_orders;
SELECT t.fails('INSERT INTO commerce.payments_refunds (tenant_id, payment_id, amount, reason) SELECT t.tenant(1), (SELECT id FROM commerce.payments_payments WHERE status <> ''captured'' LIMIT 1), 1, ''x''', '23514', 'only a captured');

-- test: a new tenant comes with its event
SELECT t.be('souk_dba');
CREATE TEMP TABLE n ON COMMIT DROP AS SELECT commerce.tenant_create('new-stall', 'New Stall', 'eu-west', 'EUR', 'Europe/Vienna') AS id;
SELECT t.fails('SELECT commerce.tenant_create(''x'', ''X'', ''eu-west'', ''EUR'', ''Mars/Olympus'')', '22023', 'time zone');
SELECT t.be('postgres');
SELECT t.equal('event', o.event_type, 'TenantCreated') FROM commerce.outbox_messages o JOIN n ON n.id = o.tenant_id;

-- test: a stuck idempotency key is listed
SELECT t.be('commerce_app', t.tenant(1));
SELECT t.is_true('stuck', count(*) > 0) FROM commerce.idempotency_stuck;
SELECT t.fails(format('INSERT INTO commerce.idempotency_keys (tenant_id, scope, key, request_hash) VALUES (%s, ''a'', ''b'', ''short'')', t.tenant(1)), '23514');

-- test: expired idempotency keys are purged by the DBA, all tenants', pending ones a week later
INSERT INTO commerce.idempotency_keys (tenant_id, scope, key, request_hash, state, completed_at, created_at, expires_at)
SELECT t.tenant(x.tenant), 'purge', x.key, repeat('a', 64), x.state, CASE WHEN x.state <> 'pending' THEN now() END,
       now() - INTERVAL '30 days', now() - x.age
  FROM (VALUES (1, 'done', 'completed', INTERVAL '2 days'), (2, 'failed', 'failed', INTERVAL '2 days'), (1, 'fresh', 'completed', -INTERVAL '1 hour'),
	(1, 'today', 'completed', INTERVAL '2 hours'), (1, 'stuck', 'pending', INTERVAL '2 days'), (2, 'old', 'pending', INTERVAL '8 days')) x (tenant, key, state, age);
SELECT t.be('souk_dba');
CREATE TEMP TABLE dry ON COMMIT DROP AS SELECT commerce.idempotency_purge(INTERVAL '1 day', 10000, true) AS n;
SELECT t.is_true('dry: ' || n, n >= 3) FROM dry;
SELECT t.equal('as foretold', commerce.idempotency_purge(), n) FROM dry;
SELECT t.fails('SELECT commerce.idempotency_purge(-INTERVAL ''2 days'')', '22023', 'not expired');
SELECT t.be('postgres');
SELECT t.equal('kept', string_agg(key, ',' ORDER BY key), 'fresh,stuck,today') FROM commerce.idempotency_keys WHERE scope = 'purge';
SELECT t.be('commerce_app', t.tenant(1));
SELECT t.fails('SELECT commerce.idempotency_purge()', '42501');

