-- Words for the cases. t.tenant(1), t.tenant(2): two tenants with a row in every table.
CREATE SCHEMA t;
GRANT USAGE ON SCHEMA t TO PUBLIC;

CREATE FUNCTION t.equal(p_what text, p_is text, p_wanted text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	IF p_is IS DISTINCT FROM p_wanted THEN
		RAISE EXCEPTION '%: is %, wanted %', p_what, p_is, p_wanted;
	END IF;
END
$$;
CREATE FUNCTION t.equal(p_what text, p_is bigint, p_wanted bigint) RETURNS void LANGUAGE sql AS
$$ SELECT t.equal(p_what, p_is::text, p_wanted::text) $$;
CREATE FUNCTION t.is_true(p_what text, p_is boolean) RETURNS void LANGUAGE sql AS
$$ SELECT t.equal(p_what, p_is::text, 'true') $$;

-- The statement must fail with this SQLSTATE (several, separated by blanks) and, if said, these words.
CREATE FUNCTION t.fails(p_sql text, p_states text, p_words text DEFAULT '') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	BEGIN
		EXECUTE p_sql;
	EXCEPTION WHEN OTHERS THEN
		IF SQLSTATE <> ALL (string_to_array(p_states, ' ')) OR position(p_words IN SQLERRM) = 0 THEN
			RAISE EXCEPTION '% failed with % "%", wanted % "%"', p_sql, SQLSTATE, SQLERRM, p_states, p_words;
		END IF;
		RETURN;
	END;
	RAISE EXCEPTION '% did not fail, wanted %', p_sql, p_states;
END
$$;

CREATE FUNCTION t.count(p_sql text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	n bigint;
BEGIN
	EXECUTE 'SELECT count(*) FROM (' || p_sql || ') q' INTO n;
	RETURN n;
END
$$;
CREATE FUNCTION t.touched(p_sql text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	n bigint;
BEGIN
	EXECUTE p_sql;
	GET DIAGNOSTICS n = ROW_COUNT;
	RETURN n;
END
$$;

CREATE FUNCTION t.be(p_role text, p_tenant bigint DEFAULT NULL) RETURNS void LANGUAGE sql AS
$$ SELECT set_config('role', p_role, true), set_config('app.tenant_id', COALESCE(p_tenant::text, ''), true) $$;
CREATE TABLE t.tenants AS SELECT s.rank AS n, s.tenant AS id FROM commerce_demo.stalls s;
GRANT SELECT ON t.tenants TO PUBLIC;
CREATE FUNCTION t.tenant(p_n integer) RETURNS bigint LANGUAGE sql STABLE AS
$$ SELECT x.id FROM t.tenants x WHERE x.n = p_n $$;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA t TO PUBLIC;

-- Everything a role of this kind could do if grants did not stop it: what is left is row-level security.
CREATE ROLE t_app IN ROLE commerce_app;
CREATE ROLE t_support IN ROLE souk_support;
CREATE ROLE t_stranger LOGIN IN ROLE souk_support;
GRANT ALL ON ALL TABLES IN SCHEMA commerce TO t_app, t_support;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA commerce TO t_app, t_support;
INSERT INTO commerce.operators (login, display_name) VALUES ('postgres', 'the tests');
INSERT INTO commerce.operator_grants (tenant_id, operator, may_edit, reason, expires_at)
VALUES (t.tenant(1), 'postgres', true, 'tests', now() + INTERVAL '1 day');

-- Rows where the seed leaves none.
DO $$
DECLARE
	tenant bigint;
BEGIN
	FOR tenant IN SELECT id FROM t.tenants LOOP
		PERFORM set_config('app.tenant_id', tenant::text, true);
		PERFORM commerce.stock_reserve(b.id, 'order:T', 1, INTERVAL '1 hour', 'test')
		   FROM commerce.inventory_balances b WHERE b.tenant_id = tenant AND b.available > 20 ORDER BY b.id LIMIT 1;
		INSERT INTO commerce.payments_refunds (tenant_id, payment_id, amount, reason)
		SELECT tenant, p.id, 0.01, 'test' FROM commerce.payments_payments p
		 WHERE p.tenant_id = tenant AND p.status = 'captured' AND p.amount > 1 AND NOT EXISTS (SELECT FROM commerce.payments_refunds r WHERE r.payment_id = p.id) ORDER BY p.id LIMIT 1;
		INSERT INTO commerce.inventory_lots (tenant_id, product_id, lot_code)
		SELECT tenant, min(p.id), 'T' FROM commerce.catalog_products p WHERE p.tenant_id = tenant;
		INSERT INTO commerce.inventory_balances (tenant_id, warehouse_id, product_id, lot_id)
		SELECT tenant, (SELECT min(w.id) FROM commerce.inventory_warehouses w WHERE w.tenant_id = tenant), l.product_id, l.id
		  FROM commerce.inventory_lots l WHERE l.tenant_id = tenant AND l.lot_code = 'T';
	END LOOP;
END
$$;

-- The columns of the platform's tables, partitions among them.
CREATE VIEW t.columns AS
SELECT c.relname, c.relispartition, a.attrelid, a.attname, a.attnum, a.atttypid, a.atttypmod, a.attnotnull, a.attidentity, a.attgenerated
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
 WHERE c.relnamespace = 'commerce'::regnamespace AND c.relkind IN ('r', 'p');
GRANT SELECT ON t.columns TO PUBLIC;
CREATE FUNCTION t.tenant_tables() RETURNS TABLE (rel regclass, name text) LANGUAGE sql STABLE AS $$
	SELECT attrelid::regclass, relname::text FROM t.columns WHERE attname = 'tenant_id' AND NOT relispartition ORDER BY relname
$$;
-- Columns that a copy of a row must bring along.
CREATE FUNCTION t.plain_columns(p_rel regclass) RETURNS text LANGUAGE sql STABLE AS $$
	SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_attribute a
	 WHERE a.attrelid = p_rel AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND a.attidentity = ''
$$;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA t TO PUBLIC;

-- A shop to count by hand, in reports made anew: two products sell, one does not, one is deleted.
CREATE TABLE t.small (tenant bigint);
GRANT SELECT ON t.small TO PUBLIC;
CREATE FUNCTION t.small_shop() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	shop  bigint := commerce.tenant_create('small', 'Small', 'eu-west', 'EUR', 'Asia/Tokyo');
	buyer bigint;
	sold  bigint;
	o     record;
	made  bigint;
BEGIN
	INSERT INTO t.small VALUES (shop);
	PERFORM set_config('app.tenant_id', shop::text, true);
	INSERT INTO commerce.customers_customers (tenant_id, email, username, region) VALUES (shop, 'a@b', 'a', 'eu-west') RETURNING id INTO buyer;
	INSERT INTO commerce.catalog_products (tenant_id, sku, name, slug, price, currency, deleted_at)
	VALUES (shop, 'U', 'unsold', 'u', 1, 'EUR', NULL), (shop, 'D', 'deleted', 'd', 1, 'EUR', now());
	INSERT INTO commerce.catalog_products (tenant_id, sku, name, slug, price, currency) VALUES (shop, 'S', 'sold', 's', 1, 'EUR') RETURNING id INTO sold;
	-- 15:00 UTC is midnight in Tokyo
	FOR o IN SELECT * FROM (VALUES
		('1', '2026-03-01 02:00+00', 'eu-west', 'EUR', 'delivered', 10.00, 3), ('2', '2026-03-01 14:59+00', 'eu-west', 'EUR', 'pending', 10.00, 1),
		('3', '2026-03-01 03:00+00', 'eu-west', 'EUR', 'cancelled', 99.00, 1), ('4', '2026-03-01 03:00+00', 'eu-west', 'USD', 'shipped', 7.00, 1),
		('5', '2026-03-01 03:00+00', 'us-east', 'EUR', 'confirmed', 2.50, 2), ('6', '2026-03-01 15:00+00', 'eu-west', 'EUR', 'processing', 5.50, 2),
		('7', '2026-03-03 01:00+00', 'eu-west', 'EUR', 'refunded', 77.00, 1)) AS x (number, at, region, currency, status, price, quantity)
	LOOP
		INSERT INTO commerce.sales_orders (tenant_id, order_number, customer_id, currency, subtotal, total_amount, shipping_address, billing_address, region, status, created_at)
		VALUES (shop, o.number, buyer, o.currency, o.price * o.quantity, o.price * o.quantity, '{}', '{}', o.region, o.status, o.at::timestamptz) RETURNING id INTO made;
		INSERT INTO commerce.sales_order_items (tenant_id, order_id, product_id, quantity, unit_price, total_price, product_snapshot)
		VALUES (shop, made, sold, o.quantity, o.price, o.price * o.quantity, '{}');
		INSERT INTO commerce.catalog_reviews (tenant_id, product_id, customer_id, order_id, rating, is_approved)
		VALUES (shop, sold, buyer, made, CASE o.number WHEN '6' THEN 4 WHEN '7' THEN 5 ELSE o.number::integer END, o.number <> '7');
	END LOOP;
	INSERT INTO commerce.catalog_reviews (tenant_id, product_id, customer_id, rating, is_approved) VALUES (shop, sold, buyer, 1, false);
	SET CONSTRAINTS ALL IMMEDIATE;
	SET CONSTRAINTS ALL DEFERRED;
	PERFORM commerce.report_refresh(r) FROM unnest(ARRAY['daily_sales', 'product_performance', 'product_ratings']) r;
END
$$;

-- Messages of tenant 3: 1 and 2 of one aggregate, 3 alone, 4 not yet due; others of it are done.
CREATE FUNCTION t.messages() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	UPDATE commerce.outbox_messages SET processed_at = now() WHERE tenant_id = t.tenant(3) AND processed_at IS NULL AND dead_at IS NULL;
	INSERT INTO commerce.outbox_messages (tenant_id, aggregate_type, aggregate_id, event_type, payload, actor, available_at, processed_at, dead_at)
	SELECT t.tenant(3), 'Review', a, 'ReviewApproved', '{}', CASE WHEN processed IS NULL AND dead IS NULL THEN 'tests' ELSE 'tests, over' END, at, processed, dead
	  FROM (VALUES (1, now(), NULL::timestamptz, NULL::timestamptz), (1, now() - INTERVAL '1 minute', NULL, NULL), (3, now(), NULL, NULL), (4, now() + INTERVAL '1 hour', NULL, NULL),
		(5, now(), now(), NULL), (6, now(), NULL, now())) AS m (a, at, processed, dead);
END
$$;
CREATE FUNCTION t.claim_of(p_relay text, p_batch integer) RETURNS TABLE (id bigint, aggregate_id text, attempts smallint) LANGUAGE sql AS $$
	SELECT c.id, c.envelope ->> 'aggregate_id', c.attempts FROM commerce.outbox_claim_of(t.tenant(3), p_relay, p_batch) c
$$;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA t TO PUBLIC;
