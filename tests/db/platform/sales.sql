-- Prices, coupons, carts, orders and stock at their edges.

-- test: the resolved price: the most particular rule in force, of its channel, then the highest priority, then the newest
SELECT t.small_shop();
SELECT t.be('t_app', tenant) FROM t.small;
CREATE TEMP TABLE x ON COMMIT DROP AS SELECT p.tenant_id, p.id AS product, NULL::bigint AS variant, NULL::bigint AS category FROM commerce.catalog_products p WHERE p.sku = 'S';
UPDATE commerce.catalog_products SET price = 100 WHERE sku = 'S';
WITH v AS (INSERT INTO commerce.catalog_variants (tenant_id, product_id, sku, name, price) SELECT tenant_id, product, 'S-V', 'dear', 120 FROM x RETURNING id)
UPDATE x SET variant = v.id FROM v;
WITH c AS (INSERT INTO commerce.catalog_categories (tenant_id, name, slug) SELECT tenant_id, 'c', 'c' FROM x RETURNING id)
UPDATE x SET category = c.id FROM c;
UPDATE commerce.catalog_products SET category_id = x.category FROM x WHERE id = x.product;
CREATE FUNCTION pg_temp.price(p_channel text, p_variant boolean DEFAULT false) RETURNS text LANGUAGE sql AS $$
	SELECT r.list_price || ' ' || r.sell_price FROM x, LATERAL commerce.resolved_price(x.tenant_id, x.product, CASE WHEN p_variant THEN x.variant END, p_channel) r $$;
CREATE FUNCTION pg_temp.rule(p_about text, p_method text, p_value numeric, p_priority integer DEFAULT 0, p_channel text DEFAULT 'web',
	p_from interval DEFAULT '-1 day', p_to interval DEFAULT NULL, p_active boolean DEFAULT true) RETURNS void LANGUAGE sql AS $$
	INSERT INTO commerce.pricing_rules (tenant_id, name, channel, product_id, variant_id, category_id, method, desired_sell_price, percent_off, amount_off, priority, starts_at, ends_at, is_active)
	SELECT tenant_id, p_about, p_channel, CASE WHEN p_about IN ('product', 'variant') THEN product END, CASE p_about WHEN 'variant' THEN variant END,
	       CASE p_about WHEN 'category' THEN category END, p_method, CASE p_method WHEN 'price' THEN p_value END, CASE p_method WHEN 'percent' THEN p_value END,
	       CASE p_method WHEN 'amount' THEN p_value END, p_priority, now() + p_from, now() + p_to, p_active FROM x $$;
SELECT t.equal('without a rule', pg_temp.price('web'), '100.00 100.00');
SELECT t.equal('of a variant with a price', pg_temp.price('web', true), '120.00 120.00');
SELECT pg_temp.rule('all', 'percent', 10, 99);
SELECT t.equal('the whole shop', pg_temp.price('web'), '100.00 90.00');
SELECT t.equal('another channel', pg_temp.price('app'), '100.00 100.00');
SELECT pg_temp.rule('category', 'percent', 20, 5);
SELECT t.equal('a category beats the shop', pg_temp.price('web'), '100.00 80.00');
SELECT pg_temp.rule('product', 'amount', 30, 1);
SELECT t.equal('a product beats its category', pg_temp.price('web'), '100.00 70.00');
SELECT pg_temp.rule('variant', 'price', 33);
SELECT t.equal('a variant beats its product', pg_temp.price('web', true), '120.00 33.00');
SELECT t.equal('and is not the product', pg_temp.price('web'), '100.00 70.00');
SELECT pg_temp.rule('product', 'amount', 40, 2);
SELECT t.equal('the higher priority', pg_temp.price('web'), '100.00 60.00');
SELECT pg_temp.rule('product', 'amount', 45, 2);
SELECT t.equal('the newer', pg_temp.price('web'), '100.00 55.00');
SELECT pg_temp.rule('product', 'price', 1, 9, p_active => false), pg_temp.rule('product', 'price', 2, 9, p_from => '1 day'), pg_temp.rule('product', 'price', 3, 9, p_to => '-1 hour');
SELECT t.equal('neither idle nor early nor late', pg_temp.price('web'), '100.00 55.00');
SELECT pg_temp.rule('product', 'price', 50, 3, p_to => '1 hour');
SELECT t.equal('while it lasts', pg_temp.price('web'), '100.00 50.00');
SELECT pg_temp.rule('product', 'amount', 1000, 10);
SELECT t.equal('never below nothing', pg_temp.price('web'), '100.00 0.00');
SELECT t.equal('rules of others do not reach it', r.sell_price::text, '1.00') FROM commerce.catalog_products p, LATERAL commerce.resolved_price(p.tenant_id, p.id, NULL, 'app') r WHERE p.sku = 'U';
SELECT pg_temp.rule('product', 'percent', 50, 1, 'store');
SELECT t.equal('nor its neighbours', r.sell_price::text, '1.00') FROM commerce.catalog_products p, LATERAL commerce.resolved_price(p.tenant_id, p.id, NULL, 'store') r WHERE p.sku = 'U';
SELECT t.equal('a category is for its own', r.sell_price::text, '0.90') FROM commerce.catalog_products p, LATERAL commerce.resolved_price(p.tenant_id, p.id, NULL, 'web') r WHERE p.sku = 'U';
SELECT t.equal('the view says so, of what is there', string_agg(concat_ws(' ', product_sku, variant_sku, channel, sell_price), ',' ORDER BY product_sku, channel, variant_sku),
	'S S-V app 120.00,S S-V store 60.00,S S-V web 33.00,S S-V wholesale 120.00,U app 1.00,U store 1.00,U web 0.90,U wholesale 1.00') FROM commerce.pricing_resolved;

-- test: a coupon is redeemed while it is valid, for orders that are large enough, in its currency, up to its most
SELECT t.small_shop();
SELECT t.be('t_app', tenant) FROM t.small;
CREATE FUNCTION pg_temp.redeem(p_change text, p_discount numeric DEFAULT 1) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	DELETE FROM commerce.pricing_coupons WHERE code = 'C';
	INSERT INTO commerce.pricing_coupons (tenant_id, code, type, value, currency, minimum_amount, valid_from, valid_until)
	SELECT tenant, 'C', 'fixed', 1, 'EUR', 0, now() - INTERVAL '1 day', now() + INTERVAL '1 day' FROM t.small;
	EXECUTE 'UPDATE commerce.pricing_coupons SET ' || p_change || ' WHERE code = ''C''';
	INSERT INTO commerce.pricing_coupon_redemptions (tenant_id, coupon_id, order_id, customer_id, discount_amount)
	SELECT c.tenant_id, c.id, o.id, o.customer_id, p_discount FROM commerce.pricing_coupons c, commerce.sales_orders o WHERE c.code = 'C' AND o.order_number = '1';
	RAISE EXCEPTION 'redeemed, counted %', (SELECT usage_count FROM commerce.pricing_coupons WHERE code = 'C') USING ERRCODE = 'SK000';
END
$$;
SELECT t.fails(format('SELECT pg_temp.redeem(%L, %s)', change, discount), state, words) FROM (VALUES
	('code = code', 1, 'SK000', 'redeemed, counted 1'),
	('is_active = false', 1, '23514', 'not valid now'), ('valid_from = now() + INTERVAL ''1 hour''', 1, '23514', 'not valid now'),
	('valid_until = now()', 1, '23514', 'not valid now'), ('usage_limit = 0', 1, '23514', 'its limit'),
	('minimum_amount = 30', 1, 'SK000', 'redeemed'), ('minimum_amount = 30.01', 1, '23514', 'an order of at least 30.01'),
	('currency = ''USD''', 1, '23514', 'is in USD, the order in EUR'), ('type = ''percentage'', currency = ''USD''', 1, 'SK000', 'redeemed'),
	('maximum_discount = 2', 2, 'SK000', 'redeemed'), ('maximum_discount = 2', 2.01, '23514', 'at most 2.00')) AS x (change, discount, state, words);

-- test: an order goes its way and no other
SELECT t.small_shop();
CREATE TEMP TABLE steps (was text, becomes text) ON COMMIT DROP;
INSERT INTO steps VALUES ('pending', 'confirmed'), ('pending', 'cancelled'), ('confirmed', 'processing'), ('confirmed', 'cancelled'), ('processing', 'shipped'),
	('processing', 'cancelled'), ('shipped', 'delivered'), ('delivered', 'refunded'), ('cancelled', 'refunded');
SELECT t.equal(a || ' to ' || b, commerce.order_may_become(a, b)::text, (EXISTS (SELECT FROM steps s WHERE s.was = a AND s.becomes = b))::text)
  FROM unnest('{pending,confirmed,processing,shipped,delivered,cancelled,refunded}'::text[]) a CROSS JOIN unnest('{pending,confirmed,processing,shipped,delivered,cancelled,refunded}'::text[]) b
 WHERE a <> b;
SELECT t.be('t_app', tenant), set_config('app.reason', 'asked for', true), set_config('app.trace_id', 'trace-9', true) FROM t.small;
SELECT t.fails('UPDATE commerce.sales_orders SET status = ''delivered'' WHERE order_number = ''2''', '23514', 'cannot become');
UPDATE commerce.sales_orders SET status = 'confirmed' WHERE order_number = '2';
SELECT t.equal('written down', concat_ws(' ', h.from_status, h.to_status, h.actor, h.reason, h.trace_id, o.confirmed_at = now()), 'pending confirmed postgres asked for trace-9 t')
  FROM commerce.sales_orders o JOIN commerce.sales_order_status_history h ON h.order_id = o.id AND h.from_status IS NOT NULL WHERE o.order_number = '2';
UPDATE commerce.sales_orders SET confirmed_at = '2026-01-01', status = 'processing' WHERE order_number = '2';
SELECT t.equal('confirmed when it was', (SELECT confirmed_at::date::text FROM commerce.sales_orders WHERE order_number = '2'), '2026-01-01');

-- test: sums are looked at in the order's own tenant, whatever the scope is by then, which stays as it was
SELECT t.small_shop();
SELECT t.be('t_app', tenant) FROM t.small;
UPDATE commerce.sales_orders SET subtotal = subtotal + 1, total_amount = total_amount + 1 WHERE order_number = '1';
SELECT set_config('app.tenant_id', t.tenant(1)::text, true);
SELECT t.fails('SET CONSTRAINTS ALL IMMEDIATE', '23514', 'its lines make 30.00');
SELECT t.be('t_app', tenant) FROM t.small;
UPDATE commerce.sales_orders SET subtotal = subtotal - 1, total_amount = total_amount - 1 WHERE order_number = '1';
SELECT set_config('app.tenant_id', t.tenant(1)::text, true);
SET CONSTRAINTS ALL IMMEDIATE;
SELECT t.equal('scope', commerce.scope_tenant(), t.tenant(1));

-- test: changes of grants are written into the tenant they are about, and leave the scope
SELECT set_config('app.tenant_id', t.tenant(1)::text, true);
INSERT INTO commerce.operator_grants (tenant_id, operator, may_edit, reason, expires_at) VALUES (t.tenant(2), 'oncall_omar', false, 'incident 13', now() + INTERVAL '1 hour');
UPDATE commerce.operator_grants SET may_edit = true WHERE operator = 'oncall_omar';
DELETE FROM commerce.operator_grants WHERE operator = 'oncall_omar';
SELECT t.equal('scope', commerce.scope_tenant(), t.tenant(1));
SELECT t.equal('lines', string_agg(concat_ws(' ', a.tenant_id = t.tenant(2), a.action, a.before ->> 'may_edit', a.after ->> 'may_edit', a.reason), ',' ORDER BY a.id),
	't insert false incident 13,t update false true incident 13,t delete true incident 13')
  FROM commerce.audit_log a WHERE a.entity_type = 'commerce.operator_grants' AND a.entity_id = 'oncall_omar' AND a.occurred_at = now();
SELECT commerce.tenant_create('scoped', 'Scoped', 'eu-west');
SELECT t.equal('scope after a new tenant', commerce.scope_tenant(), t.tenant(1));

-- test: carts are priced anew when they are due, living ones only; old ones go when they hold nothing
SELECT t.small_shop();
SELECT t.be('t_app', tenant) FROM t.small;
INSERT INTO commerce.sales_carts (tenant_id, session_id, currency, expires_at)
SELECT tenant, s, 'EUR', now() + e FROM t.small, (VALUES ('new', INTERVAL '1 day'), ('stale', INTERVAL '1 day'), ('fresh', INTERVAL '1 day'), ('over', -INTERVAL '1 day'), ('old', -INTERVAL '8 days')) x (s, e);
INSERT INTO commerce.sales_cart_items (tenant_id, cart_id, product_id, quantity, unit_price, price_updated_at)
SELECT c.tenant_id, c.id, p.id, 1, CASE c.session_id WHEN 'new' THEN NULL ELSE 99 END, CASE c.session_id WHEN 'new' THEN NULL WHEN 'fresh' THEN now() - INTERVAL '59 minutes' ELSE now() - INTERVAL '61 minutes' END
  FROM commerce.sales_carts c, commerce.catalog_products p WHERE p.sku = 'U';
SELECT t.equal('priced', commerce.carts_refresh_prices(), 2);
SELECT t.equal('which', string_agg(c.session_id || ' ' || i.unit_price, ',' ORDER BY c.session_id), 'fresh 99.00,new 1.00,old 99.00,over 99.00,stale 1.00')
  FROM commerce.sales_cart_items i JOIN commerce.sales_carts c ON c.id = i.cart_id;
SELECT t.equal('cleaned', commerce.carts_clean(), 1);
SELECT t.equal('left', string_agg(c.session_id, ',' ORDER BY c.session_id), 'fresh,new,over,stale') FROM commerce.sales_carts c;

-- test: stock that is promised is neither transferred nor promised again, and a move keeps variant and lot
SELECT t.small_shop();
SELECT t.be('t_app', tenant) FROM t.small;
INSERT INTO commerce.inventory_warehouses (tenant_id, code, name, region) SELECT tenant, w, w, 'eu-west' FROM t.small, unnest('{A,B}'::text[]) w;
INSERT INTO commerce.inventory_lots (tenant_id, product_id, lot_code) SELECT p.tenant_id, p.id, 'L' FROM commerce.catalog_products p WHERE p.sku = 'S';
INSERT INTO commerce.catalog_variants (tenant_id, product_id, sku, name) SELECT p.tenant_id, p.id, 'S-V', 'v' FROM commerce.catalog_products p WHERE p.sku = 'S';
CREATE TEMP TABLE b ON COMMIT DROP AS SELECT commerce.stock_open(w.id, v.product_id, v.id, l.id) AS id, w.id AS house, (SELECT max(o.id) FROM commerce.inventory_warehouses o) AS there, v.id AS variant, l.id AS lot
  FROM commerce.inventory_warehouses w, commerce.catalog_variants v, commerce.inventory_lots l WHERE w.code = 'A';
SELECT t.equal('opened once', commerce.stock_open(house, v.product_id, v.id, b.lot), b.id) FROM b, commerce.catalog_variants v;
SELECT t.is_true('another lot is another balance', commerce.stock_open(house, v.product_id, v.id, NULL) <> b.id AND commerce.stock_open(house, v.product_id, NULL, b.lot) <> b.id) FROM b, commerce.catalog_variants v;
SELECT t.equal('and is opened once, too', commerce.stock_open(house, v.product_id, v.id, NULL), commerce.stock_open(house, v.product_id, v.id, NULL)) FROM b, commerce.catalog_variants v;
SELECT commerce.stock_receive(id, 10, 'x'), commerce.stock_reserve(id, 'order:1', 8, INTERVAL '20 minutes') FROM b;
SELECT t.equal('promised until', (expires_at - now())::text, '00:20:00') FROM commerce.inventory_reservations WHERE order_ref = 'order:1';
SELECT t.fails(format('SELECT commerce.stock_transfer(%s, %s, 3, ''x'')', id, there), '23514', '2 available, 3 asked for') FROM b;
SELECT t.fails(format('SELECT commerce.stock_reserve(%s, ''order:2'', 3)', id), '23514', '2 available, 3 asked for') FROM b;
SELECT t.fails(format('SELECT commerce.stock_adjust(%s, -3, ''x'')', id), '23514', '8 reserved') FROM b;
SELECT t.fails(format('SELECT commerce.stock_%s', call), '23514', words) FROM b, LATERAL (VALUES (format('receive(%s, NULL, ''x'')', id), 'above zero'), (format('receive(%s, -1, ''x'')', id), 'above zero'),
	(format('adjust(%s, 0, ''x'')', id), 'a difference'), (format('adjust(%s, NULL, ''x'')', id), 'a difference'), (format('transfer(%s, %s, 0, ''x'')', id, there), 'above zero'),
	(format('transfer(%s, %s, NULL, ''x'')', id, there), 'above zero'), (format('transfer(%s, %s, 1, ''x'')', id, house), 'already'), (format('reserve(%s, ''o'', 0)', id), 'above zero'),
	(format('reserve(%s, ''o'', NULL)', id), 'above zero')) AS x (call, words);
SELECT t.equal('there, of its variant and lot', concat_ws(' ', x.on_hand, x.variant_id = b.variant, x.lot_id = b.lot, x.warehouse_id = b.there), '2 t t t')
  FROM b, LATERAL commerce.stock_transfer(b.id, b.there, 2, 'x') r JOIN commerce.inventory_balances x ON x.id = r.balance_id;
SELECT t.fails(format('INSERT INTO commerce.inventory_movements (tenant_id, balance_id, warehouse_id, product_id, variant_id, lot_id, movement_type, on_hand_delta, reason) SELECT tenant_id, id, %s, product_id, %s, %s, ''receipt'', 1, ''x'' FROM commerce.inventory_balances WHERE id = %s', w, v, l, b.id), '23503', 'should have moved')
  FROM b, LATERAL (VALUES (b.there::text, 'variant_id', 'lot_id'), ('warehouse_id', 'NULL', 'lot_id'), ('warehouse_id', 'variant_id', 'NULL')) AS x (w, v, l);
SELECT t.equal('drift', count(*), 0) FROM commerce.stock_drift;

-- test: expired promises are given back in one's own tenant, a few at a time, those alone that are active and over
SELECT t.small_shop();
SELECT t.be('t_app', tenant) FROM t.small;
INSERT INTO commerce.inventory_warehouses (tenant_id, code, name, region) SELECT tenant, 'A', 'A', 'eu-west' FROM t.small;
CREATE TEMP TABLE b ON COMMIT DROP AS SELECT commerce.stock_open(w.id, p.id) AS id FROM commerce.inventory_warehouses w, commerce.catalog_products p WHERE p.sku = 'S';
SELECT commerce.stock_receive(id, 100, 'x') FROM b;
SELECT commerce.stock_reserve(id, 'order:' || n, n, CASE WHEN n <= 3 THEN -INTERVAL '1 minute' ELSE INTERVAL '1 minute' END) FROM b, generate_series(1, 4) n;
SELECT commerce.stock_release(r.id) FROM commerce.inventory_reservations r WHERE r.order_ref = 'order:1';
SELECT t.be('postgres', t.tenant(1));
SELECT t.equal('of this tenant only', commerce.stock_expire(), (SELECT count(*) FROM commerce.inventory_reservations r WHERE r.tenant_id = t.tenant(1) AND r.state = 'active' AND r.expires_at < now()));
SELECT t.be('t_app', tenant) FROM t.small;
SELECT t.equal('a few', commerce.stock_expire(1), 1);
SELECT t.equal('the rest', commerce.stock_expire(), 1);
SELECT t.equal('states', string_agg(order_ref || ' ' || state, ',' ORDER BY order_ref), 'order:1 released,order:2 expired,order:3 expired,order:4 active') FROM commerce.inventory_reservations;
SELECT t.equal('promised still', x.reserved, 4) FROM commerce.inventory_balances x JOIN b USING (id);

-- test: times of change are kept by the server, with and without a version
SELECT t.small_shop();
SELECT t.be('t_app', tenant) FROM t.small;
UPDATE commerce.catalog_products SET updated_at = 'epoch';
SELECT t.is_true('of what has a version', bool_and(updated_at = now())) FROM commerce.catalog_products;
SELECT commerce.next_order_number();
UPDATE commerce.sales_order_counters SET updated_at = 'epoch';
SELECT t.is_true('of what has none', bool_and(updated_at = now())) FROM commerce.sales_order_counters;
