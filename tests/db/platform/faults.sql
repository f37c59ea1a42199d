-- The cures that the documents give, as they stand there, beside ours. Each case first shows that
-- the document's version goes wrong, then that ours does not.

-- test: overselling: a reservation takes from one variant, not from all of a product
CREATE TEMP TABLE doc_inventory (product_id integer, variant_id integer, warehouse_id integer,
	quantity_available integer CHECK (quantity_available >= 0), quantity_reserved integer CHECK (quantity_reserved >= 0));
INSERT INTO doc_inventory VALUES (1, 10, 1, 5, 0), (1, 11, 1, 5, 0);
UPDATE doc_inventory SET quantity_available = quantity_available - 2, quantity_reserved = quantity_reserved + 2
 WHERE product_id = 1 AND warehouse_id = 1 AND quantity_available >= 2;
SELECT t.equal('the document reserves two and takes', sum(quantity_reserved), 4) FROM doc_inventory;
SELECT t.be('t_app', t.tenant(1));
CREATE TEMP TABLE two ON COMMIT DROP AS SELECT b.id FROM commerce.inventory_balances b
	WHERE b.variant_id IS NOT NULL AND b.available >= 5 AND b.product_id = (SELECT x.product_id FROM commerce.inventory_balances x
		WHERE x.variant_id IS NOT NULL AND x.available >= 5 GROUP BY x.product_id HAVING count(*) >= 2 LIMIT 1) ORDER BY b.id LIMIT 2;
SELECT t.equal('two variants', count(*), 2) FROM two;
SELECT t.equal('available after ours', (r).available, b.available - 2) FROM commerce.inventory_balances b,
	LATERAL commerce.stock_reserve(b.id, 'order:x', 2) r WHERE b.id = (SELECT min(id) FROM two);
SELECT t.equal('reservations of the other variant', count(*), 0) FROM commerce.inventory_reservations r
 WHERE r.order_ref = 'order:x' AND r.balance_id = (SELECT max(id) FROM two);
SELECT t.equal('reserved in all', sum(r.quantity), 2) FROM commerce.inventory_reservations r WHERE r.order_ref = 'order:x';

-- test: overselling: too little is refused in words, not by a silent zero rows
CREATE TEMP TABLE doc_inventory (product_id integer, warehouse_id integer, quantity_available integer);
INSERT INTO doc_inventory VALUES (1, 1, 1);
SELECT t.equal('the document says nothing and changes', t.touched('UPDATE doc_inventory SET quantity_available = quantity_available - 2 WHERE product_id = 1 AND quantity_available >= 2'), 0);
SELECT t.be('t_app', t.tenant(1));
SELECT t.fails(format('SELECT commerce.stock_reserve(%s, ''order:y'', %s)', b.id, b.available + 1), '23514', 'available')
  FROM commerce.inventory_balances b ORDER BY b.id LIMIT 1;

-- test: cart clean-up: only what an expired cart held goes back, once
CREATE TEMP TABLE doc_carts (id integer, expires_at timestamptz);
CREATE TEMP TABLE doc_cart_items (cart_id integer, variant integer, quantity integer);
CREATE TEMP TABLE doc_inventory (variant integer, quantity_reserved integer CHECK (quantity_reserved >= 0));
INSERT INTO doc_carts VALUES (1, now() - INTERVAL '1 day');
INSERT INTO doc_cart_items VALUES (1, 10, 3);
INSERT INTO doc_inventory VALUES (10, 3), (11, 4);
UPDATE doc_inventory SET quantity_reserved = quantity_reserved - (SELECT COALESCE(sum(ci.quantity), 0) FROM doc_cart_items ci JOIN doc_carts sc ON ci.cart_id = sc.id WHERE sc.expires_at < now());
SELECT t.equal('the document touched the variant nobody released', quantity_reserved, 1) FROM doc_inventory WHERE variant = 11;
SELECT t.fails('UPDATE doc_inventory SET quantity_reserved = quantity_reserved - 3', '23514');
SELECT t.be('t_app', t.tenant(1));
CREATE TEMP TABLE spots ON COMMIT DROP AS SELECT b.id, b.reserved, b.available FROM commerce.inventory_balances b WHERE b.available > 6 ORDER BY b.id LIMIT 2;
INSERT INTO commerce.sales_carts (tenant_id, session_id, currency, expires_at)
VALUES (t.tenant(1), 'late', 'USD', now() - INTERVAL '1 day'), (t.tenant(1), 'alive', 'USD', now() + INTERVAL '1 day'), (t.tenant(1), 'long gone', 'USD', now() - INTERVAL '30 days');
SELECT commerce.stock_reserve((SELECT min(id) FROM spots), 'cart:' || c.public_id, 3, INTERVAL '1 hour') FROM commerce.sales_carts c WHERE c.session_id = 'late';
SELECT commerce.stock_reserve((SELECT max(id) FROM spots), 'cart:' || c.public_id, 4, INTERVAL '1 hour') FROM commerce.sales_carts c WHERE c.session_id = 'alive';
SELECT commerce.stock_reserve((SELECT max(id) FROM spots), 'cart:' || c.public_id, 1, INTERVAL '1 hour') FROM commerce.sales_carts c WHERE c.session_id = 'long gone';
SELECT t.is_true('the old cart goes', commerce.carts_clean() >= 1);
SELECT t.equal('released is exactly what the carts held', b.reserved, s.reserved) FROM spots s JOIN commerce.inventory_balances b ON b.id = s.id WHERE s.id = (SELECT min(id) FROM spots);
SELECT t.equal('available again', b.available, s.available) FROM spots s JOIN commerce.inventory_balances b ON b.id = s.id WHERE s.id = (SELECT min(id) FROM spots);
SELECT t.equal('the living cart keeps its own', b.reserved, s.reserved + 4) FROM spots s JOIN commerce.inventory_balances b ON b.id = s.id WHERE s.id = (SELECT max(id) FROM spots);
SELECT t.equal('a second run finds nothing', commerce.carts_clean(), 0);
SELECT t.equal('and changes nothing', b.reserved, s.reserved + 4) FROM spots s JOIN commerce.inventory_balances b ON b.id = s.id WHERE s.id = (SELECT max(id) FROM spots);
SELECT t.equal('the long gone cart', count(*), 0) FROM commerce.sales_carts c WHERE c.session_id = 'long gone';
SELECT t.equal('the late one is kept for a week', count(*), 1) FROM commerce.sales_carts c WHERE c.session_id = 'late';
SELECT t.equal('drift', count(*), 0) FROM commerce.stock_drift;

-- test: price consistency: a line never priced is priced, and a variant has its own price
CREATE TEMP TABLE doc_items (product_id integer, unit_price numeric, price_updated_at timestamptz);
INSERT INTO doc_items VALUES (1, NULL, NULL);
SELECT t.equal('the document refreshes', t.touched('UPDATE doc_items SET unit_price = 5, price_updated_at = now() WHERE price_updated_at < now() - INTERVAL ''1 hour'''), 0);
SELECT t.be('t_app', t.tenant(1));
CREATE TEMP TABLE pick ON COMMIT DROP AS SELECT v.product_id, v.id, v.price FROM commerce.catalog_variants v
	JOIN commerce.catalog_products p ON p.tenant_id = v.tenant_id AND p.id = v.product_id WHERE v.price <> p.price
	AND NOT EXISTS (SELECT FROM commerce.pricing_rules r WHERE r.channel = 'web' AND (r.product_id = p.id OR r.product_id IS NULL)) LIMIT 1;
SELECT t.equal('a variant with its own price', count(*), 1) FROM pick;
INSERT INTO commerce.sales_carts (tenant_id, session_id, currency) VALUES (t.tenant(1), 'prices', 'USD');
INSERT INTO commerce.sales_cart_items (tenant_id, cart_id, product_id, variant_id, quantity) SELECT t.tenant(1), c.id, p.product_id, p.id, 1 FROM pick p, commerce.sales_carts c WHERE c.session_id = 'prices';
SELECT t.is_true('something was refreshed', commerce.carts_refresh_prices() >= 1);
SELECT t.equal('at the price of the variant', i.unit_price::text, p.price::text) FROM commerce.sales_cart_items i JOIN commerce.sales_carts c ON c.id = i.cart_id AND c.session_id = 'prices', pick p;
SELECT t.is_true('with a time', i.price_updated_at = now()) FROM commerce.sales_cart_items i JOIN commerce.sales_carts c ON c.id = i.cart_id AND c.session_id = 'prices';
SELECT t.equal('again', commerce.carts_refresh_prices(), 0);

-- test: order numbers never lose a digit, have no gaps, and are each tenant's own
CREATE TEMP SEQUENCE doc_order_number_seq CACHE 100 START 1000000;
CREATE FUNCTION pg_temp.doc_order_number() RETURNS varchar LANGUAGE sql AS
$$ SELECT 'ORD-' || to_char(now(), 'YYYYMMDD') || '-' || lpad(nextval('doc_order_number_seq')::text, 6, '0') $$;
SELECT t.equal('ten numbers of the document differ', count(DISTINCT pg_temp.doc_order_number()), 1) FROM generate_series(1, 10);
SELECT t.be('t_app', t.tenant(1));
UPDATE commerce.sales_order_counters SET last_number = 999999;
SELECT t.equal('ten of ours differ', count(DISTINCT commerce.next_order_number()), 10) FROM generate_series(1, 10);
SELECT t.equal('and go on', commerce.next_order_number(), 'ORD-1000010');
SAVEPOINT s;
SELECT commerce.next_order_number();
ROLLBACK TO s;
SELECT t.equal('without a gap', commerce.next_order_number(), 'ORD-1000011');
SELECT t.be('t_app', t.tenant(2));
SELECT t.is_true('the other tenant counts for itself', commerce.next_order_number() NOT LIKE 'ORD-10000%');

-- test: a coupon is used no more often than its limit
CREATE TEMP TABLE doc_coupons (code text, usage_limit integer, usage_count integer DEFAULT 0);
INSERT INTO doc_coupons VALUES ('X', 1);
SELECT t.equal('the document lets it be used again', t.touched('UPDATE doc_coupons SET usage_count = usage_count + 2'), 1);
SELECT t.be('t_app', t.tenant(1));
INSERT INTO commerce.pricing_coupons (tenant_id, code, type, value, currency, usage_limit, valid_from, valid_until)
SELECT t.tenant(1), 'ONCE', 'percentage', 10, o.currency, 1, now() - INTERVAL '1 day', now() + INTERVAL '1 day' FROM commerce.sales_orders o LIMIT 1;
CREATE TEMP TABLE orders ON COMMIT DROP AS SELECT o.id, o.customer_id FROM commerce.sales_orders o ORDER BY o.id LIMIT 2;
INSERT INTO commerce.pricing_coupon_redemptions (tenant_id, coupon_id, order_id, customer_id, discount_amount)
SELECT t.tenant(1), c.id, (SELECT min(id) FROM orders), (SELECT customer_id FROM orders ORDER BY id LIMIT 1), 1 FROM commerce.pricing_coupons c WHERE c.code = 'ONCE';
SELECT t.fails(format('INSERT INTO commerce.pricing_coupon_redemptions (tenant_id, coupon_id, order_id, customer_id, discount_amount) VALUES (%s, %s, %s, %s, 1)',
	t.tenant(1), c.id, (SELECT max(id) FROM orders), (SELECT customer_id FROM orders ORDER BY id DESC LIMIT 1)), '23514', 'its limit') FROM commerce.pricing_coupons c WHERE c.code = 'ONCE';
SELECT t.equal('counted', c.usage_count, 1) FROM commerce.pricing_coupons c WHERE c.code = 'ONCE';

-- test: a percentage is at most a hundred, and a coupon ends after it begins
CREATE TEMP TABLE doc_coupons (value numeric(10,2) CHECK (value >= 0), valid_from timestamptz NOT NULL, valid_until timestamptz NOT NULL);
SELECT t.equal('the document takes both', t.touched('INSERT INTO doc_coupons VALUES (250, now(), now() - INTERVAL ''1 day'')'), 1);
SELECT t.be('t_app', t.tenant(1));
SELECT t.fails(format('INSERT INTO commerce.pricing_coupons (tenant_id, code, type, value, currency, valid_from, valid_until) VALUES (%s, ''A'', ''percentage'', 250, ''USD'', now(), now() + INTERVAL ''1 day'')', t.tenant(1)), '23514', 'value_check');
SELECT t.fails(format('INSERT INTO commerce.pricing_coupons (tenant_id, code, type, value, currency, valid_from, valid_until) VALUES (%s, ''A'', ''percentage'', 25, ''USD'', now(), now() - INTERVAL ''1 day'')', t.tenant(1)), '23514', 'span_check');

-- test: a customer has one default address of a type
CREATE TEMP TABLE doc_addresses (user_id integer, address_type text, is_default boolean);
SELECT t.equal('the document takes two', t.touched('INSERT INTO doc_addresses VALUES (1, ''shipping'', true), (1, ''shipping'', true)'), 2);
SELECT t.be('t_app', t.tenant(1));
SELECT t.fails(format('INSERT INTO commerce.customers_addresses (tenant_id, customer_id, street_address, city, country, is_default) SELECT tenant_id, customer_id, street_address, city, country, true FROM commerce.customers_addresses WHERE is_default AND address_type = ''shipping'' LIMIT 1'), '23505', 'default_key');

-- test: categories make no circle, not even through others
CREATE TEMP TABLE doc_categories (id integer PRIMARY KEY, parent_id integer REFERENCES doc_categories);
INSERT INTO doc_categories VALUES (1, NULL), (2, 1);
SELECT t.equal('the document takes it', t.touched('UPDATE doc_categories SET parent_id = 2 WHERE id = 1'), 1);
SELECT t.be('t_app', t.tenant(1));
SELECT t.fails(format('UPDATE commerce.catalog_categories SET parent_id = %s WHERE slug = ''all''', c.id), '23514', 'below itself') FROM commerce.catalog_categories c WHERE c.slug = 'c-1';
SELECT t.fails('UPDATE commerce.catalog_categories SET parent_id = id WHERE slug = ''c-1''', '23514');

-- test: totals are tied to their components, and the subtotal to the lines
CREATE TEMP TABLE doc_orders (subtotal numeric, tax_amount numeric, total_amount numeric CHECK (total_amount >= 0));
SELECT t.equal('the document takes it', t.touched('INSERT INTO doc_orders VALUES (10, 1, 999)'), 1);
SELECT t.be('t_app', t.tenant(1));
SELECT t.fails('UPDATE commerce.sales_orders SET total_amount = total_amount + 1 WHERE id = (SELECT min(id) FROM commerce.sales_orders)', '23514', 'total_check');
SAVEPOINT s;
UPDATE commerce.sales_orders SET subtotal = subtotal + 1, total_amount = total_amount + 1 WHERE id = (SELECT min(id) FROM commerce.sales_orders);
SELECT t.fails('SET CONSTRAINTS ALL IMMEDIATE', '23514', 'its lines make');
ROLLBACK TO s;
UPDATE commerce.sales_order_items SET quantity = quantity + 1, total_price = total_price + unit_price WHERE id = (SELECT min(id) FROM commerce.sales_order_items WHERE unit_price > 0);
SELECT t.fails('SET CONSTRAINTS ALL IMMEDIATE', '23514', 'its lines make');

-- test: one review without an order per customer and product
CREATE TEMP TABLE doc_reviews (product_id integer, user_id integer, order_id integer, UNIQUE (product_id, user_id, order_id));
SELECT t.equal('the document takes two', t.touched('INSERT INTO doc_reviews VALUES (1, 1, NULL), (1, 1, NULL)'), 2);
SELECT t.be('t_app', t.tenant(1));
INSERT INTO commerce.catalog_reviews (tenant_id, product_id, customer_id, rating) SELECT t.tenant(1), (SELECT min(id) FROM commerce.catalog_products), (SELECT min(id) FROM commerce.customers_customers), 5;
SELECT t.fails('INSERT INTO commerce.catalog_reviews (tenant_id, product_id, customer_id, rating) SELECT t.tenant(1), (SELECT min(id) FROM commerce.catalog_products), (SELECT min(id) FROM commerce.customers_customers), 4', '23505');

-- test: one balance per place, though variant and lot are null
CREATE TEMP TABLE doc_inventory (product_id integer, variant_id integer, warehouse_id integer, UNIQUE (product_id, variant_id, warehouse_id));
SELECT t.equal('the document takes two', t.touched('INSERT INTO doc_inventory VALUES (1, NULL, 1), (1, NULL, 1)'), 2);
SELECT t.be('t_app', t.tenant(1));
SELECT t.fails('INSERT INTO commerce.inventory_balances (tenant_id, warehouse_id, product_id) SELECT tenant_id, warehouse_id, product_id FROM commerce.inventory_balances WHERE variant_id IS NULL AND lot_id IS NULL LIMIT 1', '23505');

-- test: revenue has no cancelled orders, one currency a row, and days of the tenant
CREATE TEMP TABLE doc_orders (created_at timestamptz, region text, currency text, status text, total_amount numeric);
INSERT INTO doc_orders VALUES ('2026-03-01 23:30+00', 'eu-west', 'EUR', 'delivered', 10), ('2026-03-01 23:40+00', 'eu-west', 'USD', 'cancelled', 90);
SELECT t.equal('the document adds both', sum(total_amount)::text, '100') FROM doc_orders GROUP BY region;
SELECT t.is_true('cancelled ones are apart', (SELECT sum(d.revenue) FROM commerce.daily_sales_data d WHERE d.tenant_id = t.tenant(1))
	= (SELECT sum(o.total_amount) FROM commerce.sales_orders o WHERE o.tenant_id = t.tenant(1) AND o.status NOT IN ('cancelled', 'refunded')));
SELECT t.is_true('there are some', (SELECT count(*) FROM commerce.sales_orders o WHERE o.status = 'cancelled') > 0);
SELECT t.equal('rows that mix days', count(*), 0) FROM (
	SELECT o.tenant_id, (o.created_at AT TIME ZONE t.time_zone)::date, o.region, o.currency FROM commerce.sales_orders o JOIN commerce.tenancy_tenants t ON t.id = o.tenant_id
	EXCEPT SELECT d.tenant_id, d.sale_date, d.region, d.currency FROM commerce.daily_sales_data d) q;

-- test: products never sold are in the performance report
CREATE TEMP TABLE doc_products (id integer);
CREATE TEMP TABLE doc_items (product_id integer, order_id integer);
CREATE TEMP TABLE doc_orders (id integer, status text);
INSERT INTO doc_products VALUES (1), (2);
INSERT INTO doc_items VALUES (1, 1);
INSERT INTO doc_orders VALUES (1, 'delivered');
SELECT t.equal('the document shows of two', t.count('SELECT p.id FROM doc_products p LEFT JOIN doc_items oi ON p.id = oi.product_id LEFT JOIN doc_orders o ON oi.order_id = o.id WHERE o.status NOT IN (''cancelled'', ''refunded'') GROUP BY p.id'), 1);
SELECT t.equal('ours shows all', (SELECT count(*) FROM commerce.product_performance_data d WHERE d.tenant_id = t.tenant(1)), (SELECT count(*) FROM commerce.catalog_products p WHERE p.tenant_id = t.tenant(1) AND p.deleted_at IS NULL));
SELECT t.is_true('unsold ones among them', EXISTS (SELECT FROM commerce.product_performance_data d WHERE d.units_sold = 0 AND d.revenue = 0 AND d.average_price IS NULL));
SELECT t.is_true('and sold ones', EXISTS (SELECT FROM commerce.product_performance_data d WHERE d.units_sold > 0));

-- test: reports can be refreshed while they are read
CREATE TABLE doc_source (product_id integer);
CREATE MATERIALIZED VIEW doc_ratings AS SELECT product_id, count(*) FROM doc_source GROUP BY product_id;
SELECT t.fails('REFRESH MATERIALIZED VIEW CONCURRENTLY doc_ratings', '55000');
SELECT t.be('souk_dba');
SELECT t.is_true(r, commerce.report_refresh(r) > 0) FROM unnest(ARRAY['daily_sales', 'product_performance', 'product_ratings']) r;
SELECT t.equal('logged', count(DISTINCT report), 3) FROM commerce.report_refreshes WHERE started_at >= now();
SELECT t.fails('SELECT commerce.report_refresh(''x; DROP TABLE y'')', '42704');

-- test: a version is no decoration: the stale writer finds no row, and the document's trigger alone lets him win
CREATE TEMP TABLE doc_products (id integer, name text, version bigint NOT NULL DEFAULT 0, updated_at timestamptz);
CREATE FUNCTION pg_temp.bump() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.version := OLD.version + 1; RETURN NEW; END $$;
CREATE TRIGGER bump BEFORE UPDATE ON doc_products FOR EACH ROW EXECUTE FUNCTION pg_temp.bump();
INSERT INTO doc_products VALUES (1, 'base', 7);
SELECT t.touched('UPDATE doc_products SET name = ''theirs'', version = 8 WHERE id = 1');
SELECT t.equal('the stale writer without the condition', t.touched('UPDATE doc_products SET name = ''mine'', version = 8 WHERE id = 1'), 1);
SELECT t.be('t_app', t.tenant(1));
SELECT t.touched('UPDATE commerce.catalog_products SET name = ''theirs'', version = version + 1 WHERE id = (SELECT min(id) FROM commerce.catalog_products) AND version = 0');
SELECT t.equal('with it', t.touched('UPDATE commerce.catalog_products SET name = ''mine'', version = version + 1 WHERE id = (SELECT min(id) FROM commerce.catalog_products) AND version = 0'), 0);
SELECT t.equal('theirs stands', p.name, 'theirs') FROM commerce.catalog_products p ORDER BY p.id LIMIT 1;
