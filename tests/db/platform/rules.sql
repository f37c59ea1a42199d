-- What a row may hold and what it may refer to. The lists are written down here, not read from the
-- catalog: what is dropped is missed. What is new in the catalog and not in a list is missed, too.

-- test: every CHECK refuses what it is there for, and none is without a case
CREATE TEMP TABLE refusals (rel text, name text, change text) ON COMMIT DROP;
INSERT INTO refusals VALUES
	('audit_log', 'audit_log_actor_check', 'actor_type = ''ghost'''),
	('break_glass_log', 'break_glass_log_reason_check', 'reason = ''because'''),
	('break_glass_log', 'break_glass_log_span_check', 'expires_at = opened_at'),
	('break_glass_log', 'break_glass_log_span_check', 'expires_at = opened_at + INTERVAL ''5 hours'''),
	('catalog_brands', 'catalog_brands_name_check', 'name = '''''),
	('catalog_brands', 'catalog_brands_name_check', 'name = repeat(''x'', 101)'),
	('catalog_brands', 'catalog_brands_name_check', 'slug = repeat(''x'', 256)'),
	('catalog_categories', 'catalog_categories_length_check', 'image_url = repeat(''x'', 501)'),
	('catalog_categories', 'catalog_categories_length_check', 'slug = repeat(''x'', 256)'),
	('catalog_categories', 'catalog_categories_name_check', 'name = '''''),
	('catalog_categories', 'catalog_categories_parent_check', 'parent_id = id'),
	('catalog_products', 'catalog_products_compare_at_price_check', 'compare_at_price = -1'),
	('catalog_products', 'catalog_products_cost_check', 'cost = -0.01'),
	('catalog_products', 'catalog_products_currency_check', 'currency = ''eur'''),
	('catalog_products', 'catalog_products_digital_check', 'is_digital = true, requires_shipping = true'),
	('catalog_products', 'catalog_products_name_check', 'name = repeat(''x'', 256)'),
	('catalog_products', 'catalog_products_price_check', 'price = -0.01'),
	('catalog_products', 'catalog_products_sku_check', 'sku = repeat(''x'', 101)'),
	('catalog_products', 'catalog_products_slug_check', 'slug = repeat(''x'', 256)'),
	('catalog_products', 'catalog_products_status_check', 'status = ''sold out'''),
	('catalog_products', 'catalog_products_weight_check', 'weight = -1'),
	('catalog_reviews', 'catalog_reviews_helpful_check', 'helpful_count = -1'),
	('catalog_reviews', 'catalog_reviews_rating_check', 'rating = 0'),
	('catalog_reviews', 'catalog_reviews_rating_check', 'rating = 6'),
	('catalog_reviews', 'catalog_reviews_title_check', 'title = repeat(''x'', 256)'),
	('catalog_reviews', 'catalog_reviews_verified_check', 'is_verified = true, order_id = NULL'),
	('catalog_variants', 'catalog_variants_compare_at_price_check', 'compare_at_price = -1'),
	('catalog_variants', 'catalog_variants_image_check', 'image_url = repeat(''x'', 501)'),
	('catalog_variants', 'catalog_variants_name_check', 'name = '''''),
	('catalog_variants', 'catalog_variants_price_check', 'price = -1'),
	('catalog_variants', 'catalog_variants_sku_check', 'sku = '''''),
	('customers_addresses', 'customers_addresses_length_check', 'city = repeat(''x'', 101)'),
	('customers_addresses', 'customers_addresses_length_check', 'postal_code = repeat(''x'', 21)'),
	('customers_addresses', 'customers_addresses_type_check', 'address_type = ''holiday'''),
	('customers_credentials', 'customers_credentials_hash_check', 'password_hash = ''secret123'''),
	('customers_customers', 'customers_customers_email_check', 'email = ''nobody'''),
	('customers_customers', 'customers_customers_length_check', 'phone = repeat(''1'', 21)'),
	('customers_customers', 'customers_customers_length_check', 'first_name = repeat(''x'', 101)'),
	('customers_customers', 'customers_customers_status_check', 'status = ''gone'''),
	('customers_customers', 'customers_customers_username_check', 'username = '''''),
	('event_types', 'event_types_name_check', 'event_type = ''ConfirmOrder'', aggregate_type = ''Order'''),
	('event_types', 'event_types_version_check', 'event_version = 0'),
	('graph_projection_status', 'graph_projection_status_check', 'status = ''lost'''),
	('idempotency_keys', 'idempotency_keys_done_check', 'state = ''pending'', completed_at = now()'),
	('idempotency_keys', 'idempotency_keys_hash_check', 'request_hash = ''abc'''),
	('idempotency_keys', 'idempotency_keys_state_check', 'state = ''odd'', completed_at = now()'),
	('inventory_balances', 'inventory_balances_nonneg_incoming', 'incoming = -1'),
	('inventory_balances', 'inventory_balances_nonneg_on_hand', 'on_hand = -1, reserved = 0'),
	('inventory_balances', 'inventory_balances_nonneg_reorder', 'reorder_point = -1'),
	('inventory_balances', 'inventory_balances_nonneg_reserved', 'on_hand = 0, reserved = -1'),
	('inventory_balances', 'inventory_balances_reserved_le_on_hand', 'on_hand = 1, reserved = 2'),
	('inventory_movements', 'inventory_movements_reason_check', 'reason = '''''),
	('inventory_movements', 'inventory_movements_reference_check', 'reference_type = repeat(''x'', 51)'),
	('inventory_movements', 'inventory_movements_type_check', 'movement_type = ''gift'''),
	('inventory_movements', 'inventory_movements_type_check', 'movement_type = ''receipt'', on_hand_delta = -1, reserved_delta = 0'),
	('inventory_movements', 'inventory_movements_type_check', 'movement_type = ''sale'', on_hand_delta = 1, reserved_delta = 0'),
	('inventory_movements', 'inventory_movements_type_check', 'movement_type = ''sale'', on_hand_delta = -1, reserved_delta = -2'),
	('inventory_movements', 'inventory_movements_type_check', 'movement_type = ''transfer_out'', on_hand_delta = 1, reserved_delta = 0'),
	('inventory_movements', 'inventory_movements_type_check', 'movement_type = ''adjustment'', on_hand_delta = 0, reserved_delta = 0'),
	('inventory_movements', 'inventory_movements_type_check', 'movement_type = ''reservation'', on_hand_delta = 0, reserved_delta = -1'),
	('inventory_movements', 'inventory_movements_type_check', 'movement_type = ''release'', on_hand_delta = 0, reserved_delta = 1'),
	('inventory_reservations', 'inventory_reservations_quantity_check', 'quantity = 0'),
	('inventory_reservations', 'inventory_reservations_state_check', 'state = ''maybe'''),
	('inventory_warehouses', 'inventory_warehouses_code_check', 'code = '''''),
	('operator_grants', 'operator_grants_reason_check', 'reason = '''''),
	('operators', 'operators_team_check', 'team = ''sales'''),
	('outbox_messages', 'outbox_messages_attempts_check', 'attempts = -1'),
	('outbox_messages', 'outbox_messages_claim_check', 'claimed_by = ''x'', claimed_until = NULL'),
	('outbox_messages', 'outbox_messages_state_check', 'processed_at = now(), dead_at = now()'),
	('payments_payments', 'payments_payments_amount_check', 'amount = 0'),
	('payments_payments', 'payments_payments_currency_check', 'currency = ''EURO'''),
	('payments_payments', 'payments_payments_method_check', 'method = ''barter'''),
	('payments_payments', 'payments_payments_status_check', 'status = ''perhaps'''),
	('payments_refunds', 'payments_refunds_amount_check', 'amount = 0'),
	('pricing_coupon_redemptions', 'pricing_coupon_redemptions_amount_check', 'discount_amount = -1'),
	('pricing_coupons', 'pricing_coupons_amounts_check', 'minimum_amount = -1'),
	('pricing_coupons', 'pricing_coupons_amounts_check', 'maximum_discount = -1'),
	('pricing_coupons', 'pricing_coupons_code_check', 'code = ''lower'''),
	('pricing_coupons', 'pricing_coupons_currency_check', 'currency = ''E'''),
	('pricing_coupons', 'pricing_coupons_span_check', 'valid_until = valid_from'),
	('pricing_coupons', 'pricing_coupons_type_check', 'type = ''gift'''),
	('pricing_coupons', 'pricing_coupons_usage_check', 'usage_limit = 1, usage_count = 2'),
	('pricing_coupons', 'pricing_coupons_usage_check', 'usage_count = -1'),
	('pricing_coupons', 'pricing_coupons_value_check', 'type = ''percentage'', value = 100.01'),
	('pricing_coupons', 'pricing_coupons_value_check', 'value = -1'),
	('pricing_rules', 'pricing_rules_amount_check', 'method = ''amount'', amount_off = 0, percent_off = NULL, desired_sell_price = NULL'),
	('pricing_rules', 'pricing_rules_channel_check', 'channel = ''fax'''),
	('pricing_rules', 'pricing_rules_method_check', 'method = ''price'', desired_sell_price = 1, percent_off = 1, amount_off = NULL'),
	('pricing_rules', 'pricing_rules_method_check', 'method = ''percent'', percent_off = NULL, desired_sell_price = NULL, amount_off = NULL'),
	('pricing_rules', 'pricing_rules_name_check', 'name = '''''),
	('pricing_rules', 'pricing_rules_percent_check', 'method = ''percent'', percent_off = 101, amount_off = NULL, desired_sell_price = NULL'),
	('pricing_rules', 'pricing_rules_price_check', 'method = ''price'', desired_sell_price = -1, percent_off = NULL, amount_off = NULL'),
	('pricing_rules', 'pricing_rules_span_check', 'ends_at = starts_at'),
	('pricing_rules', 'pricing_rules_target_check', 'product_id = 1, category_id = 1'),
	('pricing_rules', 'pricing_rules_target_check', 'product_id = NULL, variant_id = 1'),
	('report_refreshes', 'report_refreshes_report_check', 'report = ''gossip'''),
	('sales_cart_items', 'sales_cart_items_price_check', 'unit_price = -1'),
	('sales_cart_items', 'sales_cart_items_quantity_check', 'quantity = 0'),
	('sales_carts', 'sales_carts_channel_check', 'channel = ''fax'''),
	('sales_carts', 'sales_carts_currency_check', 'currency = ''12'''),
	('sales_carts', 'sales_carts_owner_check', 'customer_id = NULL, session_id = NULL'),
	('sales_carts', 'sales_carts_session_check', 'session_id = repeat(''x'', 256)'),
	('sales_order_items', 'sales_order_items_price_check', 'unit_price = -1, quantity = 1, total_price = -1'),
	('sales_order_items', 'sales_order_items_quantity_check', 'quantity = 0, total_price = 0'),
	('sales_order_items', 'sales_order_items_total_check', 'total_price = unit_price * quantity + 1'),
	('sales_orders', 'sales_orders_amounts_check', 'tax_amount = -1, total_amount = subtotal - 1 + shipping_amount - discount_amount'),
	('sales_orders', 'sales_orders_channel_check', 'channel = ''fax'''),
	('sales_orders', 'sales_orders_currency_check', 'currency = ''x'''),
	('sales_orders', 'sales_orders_fulfillment_check', 'fulfillment_status = ''x'''),
	('sales_orders', 'sales_orders_number_check', 'order_number = repeat(''1'', 51)'),
	('sales_orders', 'sales_orders_payment_check', 'payment_status = ''x'''),
	('sales_orders', 'sales_orders_status_check', 'status = ''x'''),
	('sales_orders', 'sales_orders_total_check', 'total_amount = total_amount + 1'),
	('tenancy_regions', 'tenancy_regions_code_check', 'code = ''Nowhere 7'''),
	('tenancy_settings', 'tenancy_settings_key_check', 'key = ''Not A Key'''),
	('tenancy_tenants', 'tenancy_tenants_currency_check', 'currency = ''usd'''),
	('tenancy_tenants', 'tenancy_tenants_kind_check', 'kind = ''bank'''),
	('tenancy_tenants', 'tenancy_tenants_name_check', 'name = '''''),
	('tenancy_tenants', 'tenancy_tenants_plan_check', 'plan = ''gold'''),
	('tenancy_tenants', 'tenancy_tenants_slug_check', 'slug = ''Not A Slug'''),
	('tenancy_tenants', 'tenancy_tenants_status_check', 'status = ''x''');
INSERT INTO commerce.break_glass_log (reason, expires_at) VALUES ('a case of the tests', now() + INTERVAL '1 minute');
DO $$
DECLARE
	r    record;
	name text;
	said text;
BEGIN
	FOR r IN SELECT * FROM refusals ORDER BY 1, 2, 3 LOOP
		EXECUTE format('ALTER TABLE commerce.%I DISABLE TRIGGER USER', r.rel);
		name := 'nothing';
		BEGIN
			EXECUTE format('UPDATE commerce.%1$I SET %2$s WHERE (tableoid, ctid) = (SELECT x.tableoid, x.ctid FROM commerce.%1$I x LIMIT 1)', r.rel, r.change);
		EXCEPTION WHEN check_violation THEN
			GET STACKED DIAGNOSTICS name = CONSTRAINT_NAME;
		WHEN OTHERS THEN
			name := SQLERRM;
		END;
		PERFORM t.equal(r.rel || ' with ' || r.change || ' is refused by', name, r.name);
	END LOOP;
END
$$;
SELECT t.equal('without a case', string_agg(k.conname, ', '), NULL) FROM pg_constraint k
 WHERE k.connamespace = 'commerce'::regnamespace AND k.contype = 'c' AND k.coninhcount = 0
   AND NOT EXISTS (SELECT FROM refusals r WHERE r.name = k.conname AND k.conrelid = ('commerce.' || r.rel)::regclass);

-- test: every column that names another row has a foreign key, or a reason
SELECT t.equal('without', string_agg(a.relname || '.' || a.attname, ', ' ORDER BY a.relname, a.attname), NULL)
  FROM t.columns a
 WHERE NOT a.relispartition
   AND (a.attname LIKE '%\_id' OR a.attname IN ('region', 'consumer', 'operator'))
   AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.contype = 'f' AND k.conrelid = a.attrelid AND k.convalidated
	AND k.conkey[cardinality(k.conkey)] = a.attnum)
   -- what the world outside calls a row, a request or a session
   AND a.attname NOT IN ('public_id', 'aggregate_public_id', 'event_id', 'save_id', 'trace_id', 'session_id')
   -- whatever the type beside it says: an aggregate, an entity, a person or a program
   AND (a.relname, a.attname) NOT IN (('audit_log', 'actor_id'), ('audit_log', 'entity_id'), ('outbox_messages', 'aggregate_id'),
	('inventory_movements', 'reference_id'))
   -- the balance names them, and a movement must agree with its balance (stock: a movement must name …)
   AND (a.relname, a.attname) NOT IN (('inventory_movements', 'warehouse_id'), ('inventory_movements', 'product_id'),
	('inventory_movements', 'variant_id'), ('inventory_movements', 'lot_id'))
   -- messages are dropped by the month, what became of them stays; ids of messages are in no key of their own
   AND (a.relname, a.attname) NOT IN (('graph_projection_status', 'outbox_id'), ('consumer_offsets', 'last_processed_id'))
   -- kept for ever, whoever leaves
   AND (a.relname, a.attname) NOT IN (('break_glass_log', 'operator'));
SELECT t.equal('events', count(*), 1) FROM pg_constraint k WHERE k.contype = 'f' AND k.conparentid = 0
   AND k.conrelid = 'commerce.outbox_messages'::regclass AND k.confrelid = 'commerce.event_types'::regclass;

-- test: a tenant's column refers to the directory of tenants, in every table that has one
SELECT t.equal('elsewhere', string_agg(x.name, ', '), NULL) FROM t.tenant_tables() x
 WHERE NOT EXISTS (SELECT FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attname = 'tenant_id'
	WHERE k.contype = 'f' AND k.conrelid = x.rel AND k.conkey = ARRAY[a.attnum] AND k.confrelid = 'commerce.tenancy_tenants'::regclass);

-- test: only what belongs to its parent goes with it
SELECT t.equal('cascades', string_agg(k.conrelid::regclass::text || ' with ' || k.confrelid::regclass, E'\n' ORDER BY k.conrelid::regclass::text, k.confrelid::regclass::text),
	'commerce.catalog_reviews with commerce.catalog_products
commerce.catalog_variants with commerce.catalog_products
commerce.customers_addresses with commerce.customers_customers
commerce.customers_credentials with commerce.customers_customers
commerce.pricing_rules with commerce.catalog_categories
commerce.pricing_rules with commerce.catalog_products
commerce.pricing_rules with commerce.catalog_variants
commerce.sales_cart_items with commerce.sales_carts
commerce.sales_carts with commerce.customers_customers
commerce.sales_order_items with commerce.sales_orders')
  FROM pg_constraint k WHERE k.connamespace = 'commerce'::regnamespace AND k.contype = 'f' AND k.conparentid = 0 AND k.confdeltype = 'c';

-- test: what must be unique is: the outer name of every row, and what the documents say
SELECT t.equal('public_id of', string_agg(a.relname, ', '), NULL) FROM t.columns a
 WHERE a.attname = 'public_id'
   AND NOT (a.attnotnull AND EXISTS (SELECT FROM pg_index i WHERE i.indrelid = a.attrelid AND i.indisunique AND i.indpred IS NULL
	AND pg_get_indexdef(i.indexrelid) LIKE '%(' || CASE a.relname WHEN 'tenancy_tenants' THEN '' ELSE 'tenant_id, ' END || 'public_id)'));
SELECT t.equal(x.rel || ' (' || x.columns || ')', count(i.indexrelid), 1)
  FROM (VALUES ('tenancy_tenants', 'slug', ''), ('tenancy_settings', 'tenant_id, key', ''), ('catalog_brands', 'tenant_id, slug', ''),
	('catalog_categories', 'tenant_id, slug', ''), ('catalog_products', 'tenant_id, sku', ' WHERE (deleted_at IS NULL)'),
	('catalog_products', 'tenant_id, slug', ' WHERE (deleted_at IS NULL)'), ('catalog_variants', 'tenant_id, sku', ''),
	('catalog_variants', 'tenant_id, product_id, id', ''),
	('catalog_reviews', 'tenant_id, product_id, customer_id, COALESCE(order_id, (0)::bigint)', ''),
	('pricing_coupons', 'tenant_id, code', ''), ('pricing_coupon_redemptions', 'tenant_id, coupon_id, order_id', ''),
	('customers_customers', 'tenant_id, username', ''), ('customers_customers', 'tenant_id, lower(email)', ''),
	('customers_addresses', 'tenant_id, customer_id, address_type', ' WHERE is_default'),
	('inventory_warehouses', 'tenant_id, code', ''), ('inventory_lots', 'tenant_id, product_id, lot_code', ''),
	('inventory_lots', 'tenant_id, product_id, id', ''),
	('inventory_balances', 'tenant_id, warehouse_id, product_id, COALESCE(variant_id, (0)::bigint), COALESCE(lot_id, (0)::bigint)', ''),
	('inventory_reservations', 'tenant_id, order_ref, balance_id', ' WHERE (state = ''active''::text)'),
	('sales_cart_items', 'tenant_id, cart_id, product_id, COALESCE(variant_id, (0)::bigint)', ''),
	('sales_orders', 'tenant_id, order_number', ''), ('payments_payments', 'tenant_id, provider, provider_ref', ''),
	('idempotency_keys', 'tenant_id, scope, key', '')) AS x (rel, columns, predicate)
  LEFT JOIN pg_index i ON i.indrelid = ('commerce.' || x.rel)::regclass AND i.indisunique AND i.indisvalid
	AND right(pg_get_indexdef(i.indexrelid), length(x.columns || x.predicate) + 3) = ' (' || x.columns || ')' || x.predicate
 GROUP BY x.rel, x.columns;

-- test: keys, times and money are what they should be, in every table
SELECT t.equal('keys', string_agg(a.relname, ', '), NULL) FROM t.columns a
 WHERE a.attname = 'id' AND NOT a.relispartition AND (a.atttypid, a.attidentity) IS DISTINCT FROM ('bigint'::regtype, 'a');
SELECT t.equal('times', string_agg(a.relname || '.' || a.attname, ', '), NULL) FROM t.columns a
 WHERE a.atttypid = 'timestamp'::regtype OR (a.attname ~ '_at$' AND a.atttypid <> 'timestamptz'::regtype)
    OR (a.attname IN ('created_at', 'updated_at', 'occurred_at', 'expires_at') AND NOT a.attnotnull);
SELECT t.equal('money', string_agg(a.relname || '.' || a.attname, ', '), NULL) FROM t.columns a
 WHERE a.attname ~ '(price|amount|total|cost|subtotal|discount|_off)$' AND (a.atttypid <> 'numeric'::regtype OR a.atttypmod = -1);
SELECT t.equal('money without a currency', string_agg(DISTINCT a.relname, ', '), NULL) FROM t.columns a
 WHERE a.atttypid = 'numeric'::regtype AND a.attname ~ '(price|amount|cost)$'
   AND NOT EXISTS (SELECT FROM t.columns x WHERE x.attrelid = a.attrelid AND x.attname = 'currency')
   -- in the currency of their product, coupon, cart, order or payment, which they cannot be without
   AND a.relname NOT IN ('catalog_variants', 'pricing_rules', 'pricing_coupon_redemptions', 'sales_cart_items', 'sales_order_items', 'payments_refunds');
SELECT t.equal('prices without a twin in hundredths', string_agg(x.rel, ', '), NULL)
  FROM (VALUES ('catalog_products', 'price_cents'), ('catalog_variants', 'price_cents'), ('sales_orders', 'total_cents'), ('payments_payments', 'amount_cents')) AS x (rel, twin)
 WHERE NOT EXISTS (SELECT FROM t.columns a WHERE a.relname = x.rel AND a.attname = x.twin AND a.attgenerated = 's' AND a.atttypid = 'bigint'::regtype);

-- test: what the documents ask for often is found by an index, in one tenant
DO $$
DECLARE
	r    record;
	plan text;
	line text;
BEGIN
	PERFORM set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true), set_config('enable_sort', 'off', true);
	PERFORM t.be('commerce_app', t.tenant(1));
	FOR r IN SELECT * FROM (VALUES
		('FROM commerce.catalog_products WHERE status = ''active'' ORDER BY tenant_id, status, price_cents LIMIT 5', 'status_price_idx'),
		('FROM commerce.catalog_products ORDER BY tenant_id, price_cents, id LIMIT 5', 'products_price_idx'),
		('FROM commerce.catalog_products WHERE brand_id = 1 AND status = ''active''', 'products_brand_idx'),
		('FROM commerce.catalog_products WHERE category_id = 1 AND status = ''active''', 'products_category_idx'),
		('FROM commerce.sales_orders WHERE customer_id = 1 ORDER BY tenant_id, customer_id, created_at DESC LIMIT 5', 'orders_customer_idx'),
		('FROM commerce.sales_orders WHERE status = ''pending'' ORDER BY tenant_id, status, created_at DESC LIMIT 5', 'orders_status_idx'),
		('FROM commerce.sales_orders WHERE region = ''eu-west'' ORDER BY tenant_id, region, created_at DESC LIMIT 5', 'orders_region_idx'),
		('FROM commerce.inventory_balances WHERE product_id = 1 AND warehouse_id = 1', 'balances_(product|unique|variant|lot)'),
		('FROM commerce.inventory_balances WHERE available <= reorder_point ORDER BY tenant_id, available, id LIMIT 5', 'low_stock_idx')) AS x (question, wanted)
	LOOP
		plan := '';
		FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) SELECT tenant_id ' || r.question LOOP
			plan := plan || line || E'\n';
		END LOOP;
		PERFORM t.is_true(r.question || E':\n' || plan, plan ~ r.wanted AND plan ~ 'Index Cond: \(.*tenant_id = ' AND plan !~ 'Sort');
	END LOOP;
	PERFORM t.be('commerce_steward'), set_config('enable_bitmapscan', 'on', true);
	FOR r IN SELECT * FROM (VALUES
		('catalog_products WHERE status = ''active'' AND tags @> ''{vegan}''', 'products_tags_idx'),
		('catalog_products WHERE to_tsvector(''english'', name || '' '' || COALESCE(description, '''')) @@ ''loaf''::tsquery', 'products_search_idx'),
		('outbox_messages WHERE processed_at IS NULL AND dead_at IS NULL AND event_type = ''OrderPlaced'' AND available_at <= now()', 'event_type_available_at|pending_type'),
		('outbox_messages WHERE processed_at IS NULL AND dead_at IS NULL ORDER BY available_at, id LIMIT 5', '_available_at_id_idx|pending_idx'),
		('outbox_messages WHERE dead_at > now()', 'dead')) AS x (question, wanted)
	LOOP
		plan := '';
		FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) SELECT FROM commerce.' || r.question LOOP
			plan := plan || line || E'\n';
		END LOOP;
		PERFORM t.is_true(r.question || E':\n' || plan, plan ~ r.wanted);
	END LOOP;
END
$$;
