-- Row-level security: who sees which tenant, and who may write.
--
-- Every policy fails closed: without a scope there is nothing to see and nothing can be written.
-- Scopes are asked for inside (SELECT …), so once per statement, and the result is an index condition.
-- A table has one policy per command and role: a second permissive one would be ORed and cost the index.
SELECT pg_catalog.set_config('role', 'commerce_owner', true),
       pg_catalog.set_config('search_path', 'commerce', true);
SELECT pg_catalog.set_config('citus.multi_shard_modify_mode', 'sequential', true)
 WHERE EXISTS (SELECT FROM pg_catalog.pg_extension e WHERE e.extname = 'citus');

-- The tenant that the session says it works for. Self-declared: it stops mistakes, not people.
CREATE FUNCTION scope_tenant() RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE AS $$
	SELECT NULLIF(pg_catalog.current_setting('app.tenant_id', true), '')::bigint
$$;

-- On Citus all but this one stay on the coordinator, where everybody connects: a worker would neither see what this
-- transaction grants to another role, nor the tables that stay here.
SELECT pg_catalog.set_config('citus.enable_ddl_propagation', 'off', true)
 WHERE EXISTS (SELECT FROM pg_catalog.pg_extension e WHERE e.extname = 'citus');

-- The same for an operator, who must also hold a grant: session_user cannot be chosen.
CREATE FUNCTION operator_tenant() RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE AS $$
	SELECT g.tenant_id FROM commerce.operator_grants g
	 WHERE g.tenant_id = NULLIF(pg_catalog.current_setting('app.tenant_id', true), '')::bigint
	   AND g.operator = session_user AND g.expires_at > pg_catalog.now()
$$;

CREATE FUNCTION operator_edit_tenant() RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE AS $$
	SELECT g.tenant_id FROM commerce.operator_grants g
	 WHERE g.tenant_id = NULLIF(pg_catalog.current_setting('app.tenant_id', true), '')::bigint
	   AND g.operator = session_user AND g.expires_at > pg_catalog.now() AND g.may_edit
$$;

-- Whether the login is one of the people in commerce.operators, and still works here.
CREATE FUNCTION operator_is_active() RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
	SELECT EXISTS (SELECT FROM commerce.operators o WHERE o.login = session_user AND o.is_active)
$$;

-- Whether this session has broken the glass, in an earlier transaction: one that was never
-- committed, and so left no trace, opens nothing.
CREATE FUNCTION glass_is_broken() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
	SELECT EXISTS (SELECT FROM commerce.break_glass_log l
	  JOIN commerce.operators o ON o.login = l.operator AND o.is_active
	 WHERE l.operator = session_user AND l.closed_at IS NULL AND l.opened_at < now() AND l.expires_at > now())
$$;

CREATE FUNCTION break_glass(p_reason text, p_minutes integer DEFAULT 15) RETURNS timestamptz
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
	INSERT INTO commerce.break_glass_log (reason, expires_at)
	VALUES (p_reason, now() + make_interval(mins => p_minutes)) RETURNING expires_at
$$;
COMMENT ON FUNCTION break_glass(text, integer) IS
	'A DBA sees the data of all tenants, from the next transaction on and for some minutes; the log is kept';

CREATE FUNCTION mend_glass() RETURNS integer
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
	WITH closed AS (
		UPDATE commerce.break_glass_log SET closed_at = now()
		 WHERE operator = session_user AND closed_at IS NULL AND expires_at > now() RETURNING 1)
	SELECT count(*)::integer FROM closed
$$;

-- Protects a tenant table: enabled, forced, isolated, with the bypass for audited jobs.
-- p_operators: which commands souk_support has there, of 'ruad' (read, update, add, delete).
-- On Citus a policy takes no sub-query: the scope is asked for plainly and operators are left out.
CREATE FUNCTION protect_table(p_table regclass, p_operators text DEFAULT '', p_column name DEFAULT 'tenant_id')
RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	t     name := (SELECT c.relname FROM pg_class c WHERE c.oid = p_table);
	mine  text := format('%I = (SELECT NULLIF(current_setting(''app.tenant_id'', true), '''')::bigint)', p_column);
	read  text := format('%I = (SELECT commerce.operator_tenant())', p_column);
	edit  text := format('%I = (SELECT commerce.operator_edit_tenant())', p_column);
	plain text := format('%I = commerce.scope_tenant()', p_column);
BEGIN
	EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', p_table);
	IF commerce.is_distributed(p_table) THEN
		EXECUTE format('CREATE POLICY %I ON %s TO commerce_app, commerce_owner USING (%s) WITH CHECK (%3$s)',
			t || '_tenant_isolation', p_table, plain);
		EXECUTE format('CREATE POLICY %I ON %s FOR SELECT TO platform_admin USING (true)',
			t || '_platform_admin_bypass', p_table);
		RETURN;
	END IF;
	EXECUTE format('CREATE POLICY %I ON %s TO commerce_app, commerce_owner USING (%s) WITH CHECK (%3$s)',
		t || '_tenant_isolation', p_table, mine);
	EXECUTE format('CREATE POLICY %I ON %s FOR SELECT TO platform_admin USING (true)',
		t || '_platform_admin_bypass', p_table);
	IF p_operators <> '' THEN
		EXECUTE format('CREATE POLICY %I ON %s FOR SELECT TO souk_dba USING ((SELECT commerce.glass_is_broken()))',
			t || '_dba_break_glass', p_table);
		EXECUTE format('CREATE POLICY %I ON %s FOR SELECT TO souk_support USING (%s)',
			t || '_support_read', p_table, read);
	END IF;
	IF p_operators LIKE '%u%' THEN
		EXECUTE format('CREATE POLICY %I ON %s FOR UPDATE TO souk_support USING (%s) WITH CHECK (%3$s)',
			t || '_support_update', p_table, edit);
	END IF;
	IF p_operators LIKE '%a%' THEN
		EXECUTE format('CREATE POLICY %I ON %s FOR INSERT TO souk_support WITH CHECK (%s)',
			t || '_support_add', p_table, edit);
	END IF;
	IF p_operators LIKE '%d%' THEN
		EXECUTE format('CREATE POLICY %I ON %s FOR DELETE TO souk_support USING (%s)',
			t || '_support_delete', p_table, edit);
	END IF;
END
$$;

SELECT pg_catalog.set_config('citus.enable_ddl_propagation', 'on', true)
 WHERE EXISTS (SELECT FROM pg_catalog.pg_extension e WHERE e.extname = 'citus');
SELECT protect_table(t::regclass, o) FROM (VALUES
	('tenancy_settings', 'ruad'), ('catalog_brands', 'rua'), ('catalog_categories', 'rua'),
	('catalog_products', 'rua'), ('catalog_variants', 'rua'), ('catalog_reviews', 'ru'),
	('pricing_rules', 'ruad'), ('pricing_coupons', 'rua'), ('pricing_coupon_redemptions', 'r'),
	('customers_customers', 'ru'), ('customers_credentials', ''), ('customers_addresses', 'ruad'),
	('inventory_warehouses', 'rua'), ('inventory_lots', 'rua'), ('inventory_balances', 'rua'),
	('inventory_movements', 'ra'), ('inventory_reservations', 'rua'),
	('sales_carts', 'r'), ('sales_cart_items', 'r'), ('sales_order_counters', ''),
	('sales_orders', 'ru'), ('sales_order_items', 'r'), ('sales_order_status_history', 'r'),
	('payments_payments', 'r'), ('payments_refunds', 'ra'), ('outbox_messages', 'ra'),
	('graph_projection_status', 'r'), ('idempotency_keys', 'ru'), ('audit_log', 'r'),
	('operator_grants', '')) AS x (t, o);

-- The directory: the tenant itself for the application, every granted one for an operator (to
-- choose from), names for those who watch all.
SELECT protect_table('tenancy_tenants', '', 'id');
CREATE POLICY tenancy_tenants_steward ON tenancy_tenants TO commerce_steward USING (true) WITH CHECK (true);

-- Leaves are not for anybody: no grants, and no policy that would let a row through.
DO $$
DECLARE
	leaf regclass;
BEGIN
	FOR leaf IN SELECT c.oid FROM pg_catalog.pg_class c
		WHERE c.relnamespace = 'commerce'::regnamespace AND c.relispartition AND c.relkind = 'r'
	LOOP
		EXECUTE pg_catalog.format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', leaf);
	END LOOP;
END
$$;

-- The steward's functions see what the relays, on-call and the reports need.
CREATE POLICY outbox_messages_steward ON outbox_messages TO commerce_steward USING (true) WITH CHECK (true);
CREATE POLICY graph_projection_status_steward ON graph_projection_status TO commerce_steward
	USING (true) WITH CHECK (true);
CREATE POLICY audit_log_steward ON audit_log FOR INSERT TO commerce_steward WITH CHECK (true);
CREATE POLICY sales_orders_steward ON sales_orders FOR SELECT TO commerce_steward USING (true);
CREATE POLICY sales_order_items_steward ON sales_order_items FOR SELECT TO commerce_steward USING (true);
CREATE POLICY catalog_products_steward ON catalog_products FOR SELECT TO commerce_steward USING (true);
CREATE POLICY catalog_reviews_steward ON catalog_reviews FOR SELECT TO commerce_steward USING (true);
GRANT SELECT ON sales_orders, sales_order_items, catalog_products, catalog_reviews, event_types, consumers
	TO commerce_steward;
GRANT SELECT, INSERT ON tenancy_tenants TO commerce_steward;
GRANT SELECT, INSERT, UPDATE, DELETE ON outbox_messages, graph_projection_status, consumer_offsets TO commerce_steward;
GRANT INSERT ON audit_log TO commerce_steward;

-- On-call: the queue and its readers of all tenants, not what the messages say.
GRANT SELECT (id, public_id, slug, name, kind, plan, status, region, time_zone, currency, version, created_at, updated_at, xmin)
	ON tenancy_tenants TO souk_oncall, souk_dba;
GRANT SELECT (id, event_id, tenant_id, aggregate_type, aggregate_id, aggregate_public_id, aggregate_version, event_type,
	event_version, actor, trace_id, occurred_at, available_at, attempts, claimed_by, claimed_until, last_error,
	processed_at, dead_at, xmin) ON outbox_messages TO souk_oncall;
GRANT SELECT ON graph_projection_status, consumer_offsets, consumers, event_types TO souk_oncall;

-- The application: its own tenant, whole; balances, counters of coupons and history by trigger only.
GRANT SELECT, INSERT, UPDATE, DELETE ON tenancy_settings, catalog_brands, catalog_categories, catalog_products,
	catalog_variants, catalog_reviews, pricing_rules, customers_customers, customers_credentials, customers_addresses,
	inventory_warehouses, inventory_lots, sales_carts, sales_cart_items, sales_orders, sales_order_items,
	payments_payments, idempotency_keys TO commerce_app;
GRANT SELECT, INSERT, UPDATE ON inventory_reservations, sales_order_counters TO commerce_app;
GRANT SELECT, INSERT ON inventory_movements, pricing_coupon_redemptions, payments_refunds, outbox_messages, audit_log
	TO commerce_app;
GRANT SELECT ON tenancy_tenants, tenancy_regions, pricing_coupons, inventory_balances, sales_order_status_history,
	event_types, consumers TO commerce_app;
GRANT INSERT (public_id, tenant_id, code, type, value, currency, minimum_amount, maximum_discount, usage_limit, valid_from,
	valid_until, is_active), UPDATE (code, type, value, currency, minimum_amount, maximum_discount, usage_limit, valid_from,
	valid_until, is_active, version) ON pricing_coupons TO commerce_app, souk_support;
GRANT INSERT (tenant_id, warehouse_id, product_id, variant_id, lot_id, incoming, reorder_point, reorder_quantity),
	UPDATE (incoming, reorder_point, reorder_quantity, version) ON inventory_balances TO commerce_app, souk_support;

-- Operators for support: what a person edits, never keys, never figures that others derive.
DO $$
BEGIN
	IF commerce.is_distributed('commerce.catalog_products') THEN
		RAISE NOTICE 'distributed: a policy takes no sub-query there, so operators (souk_support) and broken glass (souk_dba) see no tenant';
		CREATE POLICY tenancy_tenants_watch ON commerce.tenancy_tenants FOR SELECT TO souk_oncall, souk_dba USING (true);
		CREATE POLICY outbox_messages_watch ON commerce.outbox_messages FOR SELECT TO souk_oncall USING (true);
		CREATE POLICY graph_projection_status_watch ON commerce.graph_projection_status FOR SELECT TO souk_oncall
			USING (true);
		CREATE POLICY operator_grants_dba ON commerce.operator_grants TO souk_dba USING (true) WITH CHECK (true);
		-- No trigger moves the balance there: stock_move() does.
		GRANT UPDATE (on_hand, reserved) ON commerce.inventory_balances TO commerce_app;
		RETURN;
	END IF;
	-- Who watches all tenants is a person too: one that is known and active.
	CREATE POLICY tenancy_tenants_watch ON commerce.tenancy_tenants FOR SELECT TO souk_oncall, souk_dba
		USING ((SELECT commerce.operator_is_active()));
	CREATE POLICY outbox_messages_watch ON commerce.outbox_messages FOR SELECT TO souk_oncall
		USING ((SELECT commerce.operator_is_active()));
	CREATE POLICY graph_projection_status_watch ON commerce.graph_projection_status FOR SELECT TO souk_oncall
		USING ((SELECT commerce.operator_is_active()));
	CREATE POLICY operator_grants_dba ON commerce.operator_grants TO souk_dba
		USING ((SELECT commerce.operator_is_active())) WITH CHECK ((SELECT commerce.operator_is_active()));
	CREATE POLICY tenancy_tenants_support_read ON commerce.tenancy_tenants FOR SELECT TO souk_support
		USING (id IN (SELECT g.tenant_id FROM commerce.operator_grants g
			WHERE g.operator = session_user AND g.expires_at > now()));
	CREATE POLICY tenancy_tenants_support_update ON commerce.tenancy_tenants FOR UPDATE TO souk_support
		USING (id = (SELECT commerce.operator_edit_tenant())) WITH CHECK (id = (SELECT commerce.operator_edit_tenant()));
	CREATE POLICY audit_log_support_add ON commerce.audit_log FOR INSERT TO souk_support
		WITH CHECK (tenant_id = (SELECT commerce.operator_tenant()) AND actor_id = session_user);
END
$$;
CREATE POLICY operator_grants_own ON operator_grants FOR SELECT TO souk_support USING (operator = session_user);
GRANT SELECT ON tenancy_tenants, tenancy_regions, tenancy_settings, operator_grants, catalog_brands, catalog_categories,
	catalog_products, catalog_variants, catalog_reviews, pricing_rules, pricing_coupons, pricing_coupon_redemptions,
	customers_customers, customers_addresses, inventory_warehouses, inventory_lots, inventory_balances,
	inventory_movements, inventory_reservations, sales_carts, sales_cart_items, sales_orders, sales_order_items,
	sales_order_status_history, payments_payments, payments_refunds, outbox_messages, graph_projection_status,
	consumers, event_types, idempotency_keys, audit_log TO souk_support;
GRANT UPDATE (name, kind, plan, status, region, currency, time_zone, primary_contact_email, version)
	ON tenancy_tenants TO souk_support;
GRANT INSERT (tenant_id, key, value, description), UPDATE (value, description, version), DELETE
	ON tenancy_settings TO souk_support;
GRANT INSERT (public_id, tenant_id, name, slug), UPDATE (name, slug, version) ON catalog_brands TO souk_support;
GRANT INSERT (public_id, tenant_id, parent_id, name, slug, description, image_url, sort_order, is_active),
	UPDATE (parent_id, name, slug, description, image_url, sort_order, is_active, version)
	ON catalog_categories TO souk_support;
GRANT INSERT (public_id, tenant_id, sku, name, slug, description, short_description, brand_id, category_id, price,
	compare_at_price, cost, currency, status, is_digital, requires_shipping, weight, dimensions, tags, metadata),
	UPDATE (sku, name, slug, description, short_description, brand_id, category_id, price, compare_at_price, cost, currency,
	status, is_digital, requires_shipping, weight, dimensions, tags, metadata, version, deleted_at)
	ON catalog_products TO souk_support;
GRANT INSERT (public_id, tenant_id, product_id, sku, name, price, compare_at_price, attributes, image_url, sort_order, is_active),
	UPDATE (sku, name, price, compare_at_price, attributes, image_url, sort_order, is_active, version)
	ON catalog_variants TO souk_support;
GRANT UPDATE (title, review_text, is_verified, is_approved, version) ON catalog_reviews TO souk_support;
GRANT INSERT (public_id, tenant_id, name, channel, product_id, variant_id, category_id, method, desired_sell_price,
	percent_off, amount_off, priority, starts_at, ends_at, is_active),
	UPDATE (name, channel, product_id, variant_id, category_id, method, desired_sell_price, percent_off, amount_off,
	priority, starts_at, ends_at, is_active, version), DELETE ON pricing_rules TO souk_support;
GRANT UPDATE (email, username, first_name, last_name, phone, status, region, notes, version)
	ON customers_customers TO souk_support;
GRANT INSERT (public_id, tenant_id, customer_id, address_type, street_address, city, state, postal_code, country, is_default),
	UPDATE (address_type, street_address, city, state, postal_code, country, is_default, version), DELETE
	ON customers_addresses TO souk_support;
GRANT INSERT (public_id, tenant_id, code, name, region, is_active), UPDATE (code, name, region, is_active, version)
	ON inventory_warehouses TO souk_support;
GRANT INSERT (public_id, tenant_id, product_id, lot_code, expires_on), UPDATE (lot_code, expires_on, version)
	ON inventory_lots TO souk_support;
GRANT INSERT, UPDATE (state, version) ON inventory_reservations TO souk_support;
GRANT UPDATE (status, payment_status, fulfillment_status, shipping_address, billing_address, notes, confirmed_at, version)
	ON sales_orders TO souk_support;
GRANT UPDATE (state, status_code, response, completed_at) ON idempotency_keys TO souk_support;
-- Who it was and when is for the server to say, in the ledger, in refunds, messages and the audit.
GRANT INSERT (tenant_id, balance_id, warehouse_id, product_id, variant_id, lot_id, movement_type, on_hand_delta, reserved_delta,
	reference_type, reference_id, reason) ON inventory_movements TO souk_support;
GRANT INSERT (public_id, tenant_id, payment_id, amount, reason) ON payments_refunds TO souk_support;
GRANT INSERT (event_id, tenant_id, aggregate_type, aggregate_id, aggregate_public_id, aggregate_version, event_type, event_version,
	payload, actor, trace_id, available_at) ON outbox_messages TO souk_support;
GRANT INSERT (tenant_id, actor_type, actor_id, actor_role, action, entity_type, entity_id, before, after, reason, save_id, trace_id)
	ON audit_log TO souk_support;

-- The DBA manages operators, reads the log of the glass, and data once it is broken.
GRANT SELECT, INSERT, UPDATE, DELETE ON operators, operator_grants TO souk_dba;
GRANT SELECT ON break_glass_log, tenancy_regions, tenancy_settings, catalog_brands, catalog_categories,
	catalog_products, catalog_variants, catalog_reviews, pricing_rules, pricing_coupons, pricing_coupon_redemptions,
	customers_customers, customers_addresses, inventory_warehouses, inventory_lots, inventory_balances,
	inventory_movements, inventory_reservations, sales_carts, sales_cart_items, sales_orders, sales_order_items,
	sales_order_status_history, payments_payments, payments_refunds, outbox_messages, graph_projection_status,
	consumer_offsets, consumers, event_types, idempotency_keys, audit_log TO souk_dba;
GRANT SELECT ON operators TO souk_support, souk_oncall;

-- Audited jobs across tenants read everything but the secrets.
GRANT SELECT ON ALL TABLES IN SCHEMA commerce TO platform_admin;
DO $$
DECLARE
	leaf regclass;
BEGIN
	FOR leaf IN SELECT c.oid FROM pg_catalog.pg_class c
		WHERE c.relnamespace = 'commerce'::regnamespace AND c.relkind = 'r'
		  AND (c.relispartition OR c.relname = 'customers_credentials')
	LOOP
		EXECUTE pg_catalog.format('REVOKE ALL ON %s FROM platform_admin', leaf);
	END LOOP;
END
$$;

GRANT EXECUTE ON FUNCTION scope_tenant()
	TO commerce_app, commerce_steward, souk_support, souk_dba, souk_oncall, platform_admin;
GRANT EXECUTE ON FUNCTION operator_tenant(), operator_edit_tenant() TO souk_support, commerce_steward;
GRANT EXECUTE ON FUNCTION operator_is_active() TO souk_oncall, souk_dba;
GRANT EXECUTE ON FUNCTION glass_is_broken() TO souk_dba, souk_support, commerce_steward;
GRANT EXECUTE ON FUNCTION break_glass(text, integer), mend_glass() TO souk_dba;
GRANT EXECUTE ON FUNCTION order_may_become(text, text) TO commerce_app, souk_support;
GRANT EXECUTE ON FUNCTION is_distributed(regclass)
	TO commerce_app, commerce_steward, souk_support, souk_dba;
