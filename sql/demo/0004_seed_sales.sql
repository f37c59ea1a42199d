-- The second half of the seed: people, orders, money, reviews, carts, messages, audit; run_step().

CREATE FUNCTION commerce_demo.address(p_region text, p_n bigint) RETURNS jsonb LANGUAGE sql STABLE AS $$
	SELECT jsonb_build_object('street', commerce_demo.pick(p.streets, p_n, 1) || ' ' || 1 + commerce_demo.dice(p_n, 2, 180),
		'city', commerce_demo.pick(p.cities, p_n, 3), 'postal_code', lpad((10000 + commerce_demo.dice(p_n, 4, 89999))::text, 5, '0'),
		'country', p.country) FROM commerce_demo.people p WHERE p.region = p_region
$$;

CREATE FUNCTION commerce_demo.seed_sales(p_rank integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	s      commerce_demo.stalls;
	t      commerce.tenancy_tenants;
	orders integer;
	people commerce_demo.people;
	c_low  bigint;
	c_n    bigint;
	o_low  bigint;
BEGIN
	SELECT * INTO s FROM commerce_demo.stalls x WHERE x.rank = p_rank;
	SELECT * INTO t FROM commerce.tenancy_tenants x WHERE x.id = s.tenant;
	SELECT * INTO people FROM commerce_demo.people x WHERE x.region = t.region;
	orders := greatest(12, s.products / 10);
	PERFORM commerce_demo.scope(s.tenant), commerce_demo.bulk(true);

	WITH made AS (
		INSERT INTO commerce.customers_customers (tenant_id, email, username, first_name, last_name, phone, status, region, notes, created_at)
		SELECT t.id, 'customer' || n || '@' || commerce_demo.pick('{mail,post,web,inbox}', n, 1) || '.example', 'user-' || n,
		       commerce_demo.pick(people.first, n, 2), commerce_demo.pick(people.last, n, 3),
		       CASE WHEN n % 4 <> 0 THEN '+' || 10 + commerce_demo.dice(n, 4, 80) || ' ' || 1000000 + commerce_demo.dice(n, 5, 8999999) END,
		       CASE WHEN n % 41 = 0 THEN 'suspended' WHEN n % 19 = 0 THEN 'inactive' ELSE 'active' END,
		       CASE WHEN n % 9 = 0 THEN 'us-east' ELSE t.region END,
		       CASE WHEN n % 25 = 0 THEN 'Prefers delivery after six. Called twice about an invoice.' END,
		       now() - make_interval(days => 130 + commerce_demo.dice(n, 6, 500))
		  FROM generate_series(1, s.customers) n RETURNING id)
	SELECT min(id), count(*) INTO c_low, c_n FROM made;
	INSERT INTO commerce.customers_credentials (tenant_id, customer_id, password_hash)
	SELECT t.id, c_low + n, '$2b$12$' || md5(n::text) || left(md5('s' || n), 21) FROM generate_series(0, c_n - 1) n;
	INSERT INTO commerce.customers_addresses (tenant_id, customer_id, address_type, street_address, city, postal_code, country, is_default)
	SELECT t.id, c_low + n, k.type, a ->> 'street', a ->> 'city', a ->> 'postal_code', a ->> 'country', true
	  FROM generate_series(0, c_n - 1) n
	 CROSS JOIN (VALUES ('shipping', 1), ('billing', 3)) AS k (type, every)
	 CROSS JOIN LATERAL commerce_demo.address(t.region, n * 7 + k.every) a
	 WHERE n % k.every = 0;

	-- Orders of four months, more of them lately; their lines first become known, then their sums.
	CREATE TEMPORARY TABLE demo_lines ON COMMIT DROP AS
	SELECT n, l.line, p.id AS product_id, v.id AS variant_id, 1 + commerce_demo.dice(n * 8 + l.line, 40, 4) AS quantity,
	       COALESCE(v.price, p.price) AS price, p.sku, p.name
	  FROM generate_series(1, orders) n
	 CROSS JOIN LATERAL generate_series(1, 1 + commerce_demo.dice(n, 41, 4)) AS l (line)
	  JOIN commerce.catalog_products p ON p.tenant_id = t.id
	   AND p.id = s.first_product + commerce_demo.dice(n * 8 + l.line, 42, (s.last_product - s.first_product + 1)::integer)
	  LEFT JOIN LATERAL (SELECT x.id, x.price FROM commerce.catalog_variants x
		WHERE x.tenant_id = p.tenant_id AND x.product_id = p.id ORDER BY x.id LIMIT 1) v ON true;
	WITH sums AS (
		SELECT n, sum(price * quantity) AS subtotal FROM demo_lines GROUP BY n
	), made AS (
		INSERT INTO commerce.sales_orders (tenant_id, order_number, customer_id, channel, status, payment_status, fulfillment_status, currency,
			subtotal, tax_amount, shipping_amount, discount_amount, total_amount, shipping_address, billing_address, notes, region, confirmed_at, created_at, updated_at)
		SELECT t.id, 'ORD-' || n, c_low + commerce_demo.dice(n, 43, c_n::integer), commerce_demo.pick('{web,web,web,app,app,store,wholesale}', n, 44), st.status,
		       CASE WHEN st.status IN ('pending', 'cancelled') THEN CASE WHEN n % 3 = 0 THEN 'failed' ELSE 'pending' END
			WHEN st.status = 'refunded' THEN 'refunded' ELSE 'paid' END,
		       CASE WHEN st.status IN ('shipped', 'delivered', 'refunded') THEN 'fulfilled' ELSE 'unfulfilled' END,
		       t.currency, sums.subtotal, x.tax, x.shipping, x.discount, sums.subtotal + x.tax + x.shipping - x.discount, a, a,
		       CASE WHEN n % 15 = 0 THEN 'Please ring twice.' END, t.region, CASE WHEN st.status NOT IN ('pending', 'cancelled') THEN st.at + INTERVAL '4 minutes' END, st.at, least(now(), st.at + INTERVAL '2 days')
		  FROM sums
		 CROSS JOIN LATERAL (SELECT now() - INTERVAL '3 hours' - INTERVAL '118 days' * power((orders - sums.n) / orders::float8, 2) AS at) w
		 CROSS JOIN LATERAL (SELECT w.at, CASE WHEN w.at > now() - INTERVAL '2 days' THEN commerce_demo.pick('{pending,confirmed,processing,processing,shipped}', sums.n, 45)
			ELSE commerce_demo.pick('{delivered,delivered,delivered,delivered,delivered,delivered,delivered,shipped,cancelled,refunded}', sums.n, 46) END AS status) st
		 CROSS JOIN LATERAL (SELECT round(sums.subtotal * 0.08, 2) AS tax, CASE WHEN sums.n % 3 = 0 THEN 0 ELSE 4.90 END AS shipping,
			CASE WHEN sums.n % 11 = 0 THEN round(sums.subtotal * 0.1, 2) ELSE 0 END AS discount) x
		 CROSS JOIN LATERAL commerce_demo.address(t.region, sums.n) a
		 ORDER BY sums.n
		RETURNING id)
	SELECT min(id) INTO o_low FROM made;
	INSERT INTO commerce.sales_order_items (tenant_id, order_id, product_id, variant_id, quantity, unit_price, total_price, product_snapshot)
	SELECT t.id, o.id, l.product_id, l.variant_id, l.quantity, l.price, l.price * l.quantity, jsonb_build_object('sku', l.sku, 'name', l.name)
	  FROM demo_lines l JOIN commerce.sales_orders o ON o.tenant_id = t.id AND o.order_number = 'ORD-' || l.n ORDER BY l.n, l.line;
	DROP TABLE demo_lines;
	INSERT INTO commerce.sales_order_counters (tenant_id, last_number) VALUES (t.id, orders);
	INSERT INTO commerce.sales_order_status_history (tenant_id, order_id, from_status, to_status, actor, reason, occurred_at)
	SELECT t.id, o.id, h.was, h.became, 'app_web_1', h.why, least(now(), o.created_at + h.after)
	  FROM commerce.sales_orders o
	 CROSS JOIN LATERAL (VALUES
		(NULL, 'pending', NULL, INTERVAL '0', true),
		('pending', 'confirmed', 'payment captured', INTERVAL '4 minutes', o.status NOT IN ('pending', 'cancelled')),
		('confirmed', 'processing', NULL, INTERVAL '1 hour', o.status NOT IN ('pending', 'confirmed', 'cancelled')),
		('processing', 'shipped', 'parcel handed over', INTERVAL '1 day', o.status IN ('shipped', 'delivered', 'refunded')),
		('shipped', 'delivered', NULL, INTERVAL '2 days', o.status IN ('delivered', 'refunded')),
		('delivered', 'refunded', 'returned by the customer', INTERVAL '6 days', o.status = 'refunded'),
		('pending', 'cancelled', 'payment failed', INTERVAL '30 minutes', o.status = 'cancelled')
		) AS h (was, became, why, after, happened)
	 WHERE o.tenant_id = t.id AND h.happened;
	INSERT INTO commerce.payments_payments (tenant_id, order_id, provider, provider_ref, method, status, amount, currency, failure, captured_at, created_at)
	SELECT t.id, o.id, commerce_demo.pick('{stripe,adyen,paypal}', o.id, 50), 'pay_' || left(md5(o.id::text), 16), commerce_demo.pick('{card,card,wallet,transfer}', o.id, 51),
	       CASE WHEN o.payment_status IN ('paid', 'refunded') THEN 'captured' WHEN o.payment_status = 'failed' THEN 'failed' ELSE 'authorized' END,
	       o.total_amount, o.currency, CASE WHEN o.payment_status = 'failed' THEN commerce_demo.pick('{card declined,insufficient funds,3-D Secure abandoned}', o.id, 52) END,
	       CASE WHEN o.payment_status IN ('paid', 'refunded') THEN o.created_at + INTERVAL '3 minutes' END, o.created_at + INTERVAL '2 minutes'
	  FROM commerce.sales_orders o WHERE o.tenant_id = t.id AND o.total_amount > 0;
	-- What refunds and coupons change elsewhere is for their triggers.
	PERFORM commerce_demo.bulk(false);
	INSERT INTO commerce.payments_refunds (tenant_id, payment_id, amount, reason, created_by, created_at)
	SELECT t.id, p.id, p.amount, 'returned by the customer', 'support_anna', least(now(), o.created_at + INTERVAL '6 days')
	  FROM commerce.payments_payments p JOIN commerce.sales_orders o ON o.tenant_id = p.tenant_id AND o.id = p.order_id
	 WHERE p.tenant_id = t.id AND o.status = 'refunded' AND p.status = 'captured';
	INSERT INTO commerce.pricing_coupon_redemptions (tenant_id, coupon_id, order_id, customer_id, discount_amount, redeemed_at)
	SELECT t.id, k.id, o.id, o.customer_id, least(o.discount_amount, 50), o.created_at
	  FROM commerce.sales_orders o JOIN commerce.pricing_coupons k ON k.tenant_id = o.tenant_id AND k.code = 'WELCOME10'
	 WHERE o.tenant_id = t.id AND o.discount_amount > 0;

	PERFORM commerce_demo.bulk(true);
	INSERT INTO commerce.catalog_reviews (tenant_id, product_id, customer_id, order_id, rating, title, review_text, is_verified, is_approved, helpful_count, created_at)
	SELECT t.id, i.product_id, o.customer_id, o.id, 5 - least(4, commerce_demo.dice(i.id, 53, 9) * commerce_demo.dice(i.id, 54, 2) / 2),
	       commerce_demo.pick('{Lovely,Would buy again,Not bad,"Smaller than expected",Perfekt,とても良い,ممتاز,Très bien,Отлично}', i.id, 55),
	       commerce_demo.pick('{"Arrived on time and well packed.","My third order; the quality has not changed.","The colour differs a little from the picture, but I keep it.","Smells of summer.","Broke after two weeks. Support answered within a day."}', i.id, 56),
	       true, i.id % 6 <> 0, commerce_demo.dice(i.id, 57, 30), least(now(), o.created_at + INTERVAL '5 days')
	  FROM commerce.sales_order_items i JOIN commerce.sales_orders o ON o.tenant_id = i.tenant_id AND o.id = i.order_id
	 WHERE i.tenant_id = t.id AND o.status = 'delivered' AND i.id % 3 = 0
	ON CONFLICT DO NOTHING;
	INSERT INTO commerce.pricing_rules (tenant_id, name, channel, product_id, category_id, method, percent_off, amount_off, desired_sell_price, priority, starts_at, ends_at)
	SELECT t.id, r.name, r.channel, CASE WHEN r.about = 'product' THEN s.first_product + r.n END,
	       CASE WHEN r.about = 'category' THEN (SELECT min(c.id) FROM commerce.catalog_categories c WHERE c.tenant_id = t.id AND c.parent_id IS NOT NULL) END,
	       r.method, CASE WHEN r.method = 'percent' THEN r.value END, CASE WHEN r.method = 'amount' THEN r.value END, CASE WHEN r.method = 'price' THEN r.value END,
	       r.n, now() - INTERVAL '20 days', CASE WHEN r.n % 2 = 0 THEN now() + INTERVAL '30 days' END
	  FROM (VALUES (1, 'Wholesale, everything', 'wholesale', 'all', 'percent', 20.0), (2, 'App week', 'app', 'category', 'percent', 10),
		(3, 'Loss leader', 'web', 'product', 'price', 0.99), (4, 'Window price', 'store', 'product', 'amount', 0.5),
		(5, 'Second window price', 'store', 'product', 'percent', 15)) AS r (n, name, channel, about, method, value);
	INSERT INTO commerce.sales_carts (tenant_id, customer_id, session_id, currency, expires_at, created_at)
	SELECT t.id, CASE WHEN n % 3 <> 0 THEN c_low + commerce_demo.dice(n, 58, c_n::integer) END, CASE WHEN n % 3 = 0 THEN md5('session' || n) END, t.currency,
	       now() + make_interval(days => 25 - commerce_demo.dice(n, 59, 45)), now() - INTERVAL '20 days'
	  FROM generate_series(1, greatest(6, orders / 8)) n;
	INSERT INTO commerce.sales_cart_items (tenant_id, cart_id, product_id, variant_id, quantity, unit_price, price_updated_at)
	SELECT t.id, c.id, p.id, (SELECT min(v.id) FROM commerce.catalog_variants v WHERE v.tenant_id = t.id AND v.product_id = p.id),
	       1 + commerce_demo.dice(c.id, 60, 3), CASE WHEN c.id % 4 <> 0 THEN p.price END, CASE WHEN c.id % 4 <> 0 THEN now() - INTERVAL '3 hours' END
	  FROM commerce.sales_carts c CROSS JOIN generate_series(1, 2) g
	  JOIN commerce.catalog_products p ON p.tenant_id = t.id AND p.id = s.first_product + commerce_demo.dice(c.id * 2 + g, 61, (s.last_product - s.first_product + 1)::integer)
	 WHERE c.tenant_id = t.id
	ON CONFLICT DO NOTHING;
	-- Some stock is promised: the shelf of the well-known and whatever the hash says.
	PERFORM commerce_demo.bulk(false);
	PERFORM commerce.stock_reserve(b.id, 'order:ORD-' || orders - b.id % 7, least(b.available, 1 + (b.id % 5)::integer), make_interval(mins => 30 + (b.id % 200)::integer), 'checkout')
	  FROM commerce.inventory_balances b WHERE b.tenant_id = t.id AND b.available > 8 AND b.product_id < s.first_product + 400 AND b.id % 17 = 0;
	INSERT INTO commerce.idempotency_keys (tenant_id, scope, key, request_hash, state, response, status_code, created_at, completed_at, expires_at)
	SELECT t.id, commerce_demo.pick('{order.create,payment.capture,refund.create}', n, 62), 'idem-' || md5(t.id || '-' || n), encode(sha256(n::text::bytea), 'hex'),
	       k.state, CASE WHEN k.state = 'completed' THEN jsonb_build_object('ok', true) END, CASE k.state WHEN 'completed' THEN 201 WHEN 'failed' THEN 402 END,
	       now() - make_interval(mins => n * 7), CASE WHEN k.state <> 'pending' THEN now() - make_interval(mins => n * 7 - 1) END, now() + INTERVAL '24 hours' - make_interval(mins => n * 7)
	  FROM generate_series(1, 12) n CROSS JOIN LATERAL (SELECT CASE WHEN n % 6 = 5 THEN 'pending' WHEN n % 6 = 4 THEN 'failed' ELSE 'completed' END AS state) k;
END
$$;

-- Ten days of messages, nearly all delivered, some waiting, some retrying, a few dead; what the
-- consumers made of them; and the audit of what support did.
CREATE FUNCTION commerce_demo.seed_messages(p_first integer, p_last integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	s record;
BEGIN
	FOR s IN SELECT x.*, greatest(12, x.products / 8) AS messages FROM commerce_demo.stalls x WHERE x.rank BETWEEN p_first AND p_last ORDER BY x.rank LOOP
		PERFORM commerce_demo.scope(s.tenant), commerce_demo.bulk(true);
		INSERT INTO commerce.outbox_messages (tenant_id, aggregate_type, aggregate_id, aggregate_version, event_type, payload, actor, trace_id,
			occurred_at, available_at, attempts, last_error, processed_at, dead_at)
		SELECT s.tenant, e.aggregate_type, x.subject, n, e.event_type,
		       CASE e.aggregate_type
				WHEN 'Order' THEN jsonb_build_object('order_id', x.subject, 'total', jsonb_build_object('amount', '12.50', 'currency', 'EUR'), 'customer', jsonb_build_object('email', 'customer' || n || '@mail.example'))
				WHEN 'Product' THEN jsonb_build_object('changed', jsonb_build_object('name', 'Rye loaf ' || n), 'previous', jsonb_build_object('name', 'Rye loaf'))
				ELSE jsonb_build_object('id', x.subject, 'note', e.description) END,
		       'app_web_1', md5(n::text), x.at, x.at, CASE WHEN n % 97 = 0 THEN 10 WHEN n % 31 = 0 THEN 3 ELSE 1 END,
		       CASE WHEN n % 97 = 0 THEN 'HTTP 422: unknown customer' END,
		       CASE WHEN n % 97 <> 0 THEN x.at + make_interval(secs => 0.2 + commerce_demo.dice(n, 70, 900) / 100.0) END,
		       CASE WHEN n % 97 = 0 THEN x.at + INTERVAL '40 minutes' END
		  FROM generate_series(1, s.messages) n
		 CROSS JOIN LATERAL (SELECT now() - INTERVAL '5 minutes' - INTERVAL '10 days' * ((s.messages - n) / s.messages::float8) AS at,
			s.first_product + commerce_demo.dice(n, 71, greatest(1, s.products / 4)) AS subject) x
		  JOIN LATERAL (SELECT v.* FROM (SELECT y.*, row_number() OVER (ORDER BY y.event_type) AS rn, count(*) OVER () AS many
			FROM commerce.event_types y WHERE y.module <> 'tenancy') v WHERE v.rn = 1 + commerce_demo.dice(n, 72, v.many::integer)) e ON true;
		INSERT INTO commerce.graph_projection_status (tenant_id, consumer, outbox_id, event_type, status, attempts, last_error, occurred_at, projected_at)
		SELECT m.tenant_id, c.name, m.id, m.event_type, CASE WHEN m.id % 131 = 0 AND c.name LIKE 'neo4j%' THEN 'failed' ELSE 'ok' END, 1,
		       CASE WHEN m.id % 131 = 0 AND c.name LIKE 'neo4j%' THEN 'Neo.TransientError.Transaction.DeadlockDetected' END, m.occurred_at,
		       CASE WHEN m.id % 131 <> 0 OR c.name NOT LIKE 'neo4j%' THEN m.processed_at + INTERVAL '1 second' END
		  FROM commerce.outbox_messages m CROSS JOIN commerce.consumers c
		 WHERE m.tenant_id = s.tenant AND m.processed_at IS NOT NULL AND m.id % 211 <> 0;
		INSERT INTO commerce.audit_log (tenant_id, actor_id, actor_role, action, entity_type, entity_id, before, after, reason, save_id, occurred_at)
		SELECT s.tenant, commerce_demo.pick('{support_anna,support_ben}', n, 73), 'souk_support', 'update', 'commerce.catalog_products', (s.first_product + commerce_demo.dice(n, 74, s.products))::text,
		       jsonb_build_object('status', 'active', 'version', n % 7), jsonb_build_object('status', commerce_demo.pick('{inactive,discontinued}', n, 75), 'version', n % 7 + 1),
		       'SUP-' || 200 + n, gen_random_uuid(), now() - INTERVAL '20 days' * ((s.messages / 4 - n) / (s.messages / 4)::float8) - INTERVAL '10 minutes'
		  FROM generate_series(1, greatest(3, s.messages / 4)) n;
	END LOOP;
END
$$;

CREATE FUNCTION commerce_demo.seed_offsets() RETURNS void LANGUAGE sql AS $$
	INSERT INTO commerce.consumer_offsets (consumer, event_type, last_processed_id, last_occurred_at, updated_at)
	SELECT c.name, m.*, now()
	  FROM commerce.consumers c
	 CROSS JOIN (SELECT m.event_type, max(m.id), max(m.occurred_at) FROM commerce.outbox_messages m
		WHERE m.processed_at IS NOT NULL GROUP BY m.event_type) m;
$$;

CREATE FUNCTION commerce_demo.statistics() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	t regclass;
BEGIN
	FOR t IN SELECT c.oid FROM pg_class c WHERE c.relnamespace = 'commerce'::regnamespace
		AND (c.relkind = 'p' OR (c.relkind = 'r' AND NOT c.relispartition)) LOOP
		EXECUTE format('ANALYZE %s', t);
	END LOOP;
END
$$;

CREATE FUNCTION commerce_demo.run_step(p_step integer, p_scale integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	c record;
	r integer;
	n integer;
BEGIN
	PERFORM set_config('synchronous_commit', 'off', true), set_config('jit', 'off', true),
		set_config('work_mem', '64MB', true), set_config('maintenance_work_mem', '128MB', true),
		-- Without statistics a stall is taken for one row: joined in a loop it would be read again for each of its rows.
		set_config('enable_nestloop', 'off', true);
	SELECT * INTO STRICT c FROM commerce_demo.chunks(p_scale) x WHERE x.step = p_step;
	CASE c.job
		WHEN 'tenants' THEN
			PERFORM commerce_demo.put_indexes_away();
			PERFORM commerce.partitions_ensure(5, 3);
			PERFORM commerce_demo.unattended(true);
			PERFORM commerce_demo.seed_tenants(p_scale);
		WHEN 'directories' THEN PERFORM commerce_demo.seed_directories();
		WHEN 'products' THEN PERFORM commerce_demo.seed_products(c.rank, c.first_n, c.last_n);
		WHEN 'small' THEN
			FOR r, n IN SELECT s.rank, s.products FROM commerce_demo.stalls s WHERE s.rank BETWEEN c.rank AND c.last_n ORDER BY s.rank LOOP
				PERFORM commerce_demo.seed_products(r, 1, n);
			END LOOP;
		WHEN 'sales' THEN
			-- Without these the first joins guess, and take half of the whole time.
			IF c.rank = 1 THEN
				ANALYZE commerce.catalog_products (tenant_id, id), commerce.catalog_variants (tenant_id, product_id, id),
					commerce.inventory_balances (tenant_id, product_id, id);
			END IF;
			FOR r IN SELECT s.rank FROM commerce_demo.stalls s WHERE s.rank BETWEEN c.rank AND c.last_n ORDER BY s.rank LOOP
				PERFORM commerce_demo.seed_sales(r);
				SET CONSTRAINTS ALL IMMEDIATE;
				SET CONSTRAINTS ALL DEFERRED;
			END LOOP;
		WHEN 'messages' THEN PERFORM commerce_demo.seed_messages(c.rank, c.last_n);
		WHEN 'offsets' THEN PERFORM commerce_demo.seed_offsets();
		WHEN 'statistics' THEN
			PERFORM commerce_demo.statistics();
			PERFORM commerce_demo.unattended(false);
		WHEN 'index' THEN PERFORM commerce_demo.make_index(c.rank);
	END CASE;
END
$$;

-- What bulk() left unwatched, a set at a time: each foreign key, the ledger, the sums of orders. A row
-- per kind of wrong rows; it is empty.
CREATE FUNCTION commerce_demo.wrong() RETURNS TABLE (what text, rows_wrong bigint) LANGUAGE plpgsql AS $$
DECLARE
	k record;
BEGIN
	FOR k IN SELECT c.conname, c.conrelid::regclass AS child, c.confrelid::regclass AS parent,
			string_agg(format('p.%I = c.%I', f.attname, a.attname), ' AND ') AS pairs,
			string_agg(format('c.%I IS NOT NULL', a.attname), ' AND ') AS given
		FROM pg_constraint c CROSS JOIN LATERAL unnest(c.conkey, c.confkey) AS u (own, foreign_)
		JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = u.own
		JOIN pg_attribute f ON f.attrelid = c.confrelid AND f.attnum = u.foreign_
		WHERE c.contype = 'f' AND c.connamespace = 'commerce'::regnamespace AND c.conparentid = 0
		GROUP BY c.oid, c.conname, c.conrelid, c.confrelid
	LOOP
		what := k.conname;
		EXECUTE format('SELECT count(*) FROM %s c WHERE %s AND NOT EXISTS (SELECT FROM %s p WHERE %s)',
			k.child, k.given, k.parent, k.pairs) INTO rows_wrong;
		IF rows_wrong > 0 THEN RETURN NEXT; END IF;
	END LOOP;
	FOR what, rows_wrong IN
		SELECT 'stock_drift', count(*) FROM commerce.stock_drift
		UNION ALL
		SELECT 'sales_orders.subtotal', count(*) FROM commerce.sales_orders o
		  LEFT JOIN (SELECT i.tenant_id, i.order_id, sum(i.total_price) AS lines FROM commerce.sales_order_items i GROUP BY 1, 2) i
			ON i.tenant_id = o.tenant_id AND i.order_id = o.id WHERE o.subtotal <> COALESCE(i.lines, 0)
		UNION ALL
		SELECT 'pricing_coupons.usage_count', count(*) FROM commerce.pricing_coupons c
		 WHERE c.usage_count <> (SELECT count(*) FROM commerce.pricing_coupon_redemptions r WHERE r.tenant_id = c.tenant_id AND r.coupon_id = c.id)
		UNION ALL
		SELECT 'sales_orders without history', count(*) FROM commerce.sales_orders o
		 WHERE o.status IS DISTINCT FROM (SELECT h.to_status FROM commerce.sales_order_status_history h
			WHERE h.tenant_id = o.tenant_id AND h.order_id = o.id ORDER BY h.id DESC LIMIT 1)
		UNION ALL
		SELECT 'indexes', count(*) FROM commerce_demo.late_indexes() l
		 WHERE NOT EXISTS (SELECT FROM pg_index i WHERE i.indexrelid = to_regclass('commerce.' || l.name) AND i.indisvalid)
	LOOP
		IF rows_wrong > 0 THEN RETURN NEXT; END IF;
	END LOOP;
END
$$;

-- The reports for the first time.
CREATE FUNCTION commerce_demo.finish() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	PERFORM commerce.report_refresh(r) FROM unnest(ARRAY['daily_sales', 'product_performance', 'product_ratings']) r;
	EXECUTE 'ANALYZE commerce.daily_sales_data, commerce.product_performance_data, commerce.product_ratings_data';
END
$$;
