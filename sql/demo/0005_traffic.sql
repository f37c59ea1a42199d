-- Live traffic: one call is one thing that happens, in one transaction, and tells in a few words
-- what it was. They run with the rights of the login named; each sets its own scope.
--   shopper()    app_web_1     fills carts, orders, pays, cancels, writes reviews; the shop works orders off
--   stock()      app_web_1     deliveries, stocktakes, transfers; what expired is given back
--   colleague()  support_ben   edits products, mostly the first ones of the first stall
--   relay(name)  relay_1       claims, publishes (sometimes in vain), completes
--   consumer(c)  relay_1       reads what was published and acknowledges

-- A stall, the big ones more often, with its scope set.
CREATE FUNCTION commerce_demo.visit() RETURNS commerce_demo.stalls LANGUAGE plpgsql AS $$
DECLARE
	s    commerce_demo.stalls;
	dice double precision := random();
BEGIN
	SELECT * INTO s FROM commerce_demo.stalls x WHERE x.share >= dice ORDER BY x.rank LIMIT 1;
	PERFORM set_config('app.tenant_id', s.tenant::text, true), set_config('app.actor_role', 'tenant_user', true),
		set_config('app.trace_id', md5(random()::text), true);
	RETURN s;
END
$$;

CREATE FUNCTION commerce_demo.some_product(s commerce_demo.stalls) RETURNS commerce.catalog_products LANGUAGE sql AS $$
	SELECT p.* FROM commerce.catalog_products p
	 WHERE p.tenant_id = s.tenant AND p.deleted_at IS NULL AND p.status = 'active'
	   AND p.id >= s.first_product + floor(random() * random() * (s.last_product - s.first_product + 1))::bigint
	 ORDER BY p.id LIMIT 1
$$;

CREATE FUNCTION commerce_demo.some_customer(s commerce_demo.stalls) RETURNS commerce.customers_customers LANGUAGE sql AS $$
	SELECT c.* FROM commerce.customers_customers c
	 WHERE c.tenant_id = s.tenant AND c.created_at >= now() - random() * INTERVAL '600 days'
	 ORDER BY c.created_at LIMIT 1
$$;

-- Orders one to three things: reserves them, writes order and payment, tells the others.
CREATE FUNCTION commerce_demo.buy(s commerce_demo.stalls) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	c     commerce.customers_customers := commerce_demo.some_customer(s);
	o     commerce.sales_orders;
	p     commerce.catalog_products;
	b     commerce.inventory_balances;
	price numeric(12,2);
	lines integer := 0;
	ref   text;
	money text := (SELECT t.currency FROM commerce.tenancy_tenants t WHERE t.id = s.tenant);
	works boolean := random() > 0.06;
BEGIN
	IF c.id IS NULL THEN RETURN 'nobody came'; END IF;
	ref := commerce.next_order_number();
	INSERT INTO commerce.sales_orders (tenant_id, order_number, customer_id, channel, currency, subtotal, total_amount, shipping_address, billing_address, region)
	VALUES (s.tenant, ref, c.id, (ARRAY['web', 'app'])[1 + (random() * 1.99)::integer % 2], money, 0, 0,
		commerce_demo.address(c.region, c.id), commerce_demo.address(c.region, c.id), c.region) RETURNING * INTO o;
	FOR i IN 1 .. 1 + floor(random() * 3)::integer LOOP
		p := commerce_demo.some_product(s);
		SELECT * INTO b FROM commerce.inventory_balances x WHERE x.tenant_id = s.tenant AND x.product_id = p.id AND x.available > 2
		 ORDER BY x.id LIMIT 1;
		CONTINUE WHEN b.id IS NULL;
		BEGIN
			PERFORM commerce.stock_reserve(b.id, 'order:' || ref, 1 + floor(random() * 2)::integer, INTERVAL '3 hours', 'order ' || ref);
		EXCEPTION WHEN check_violation OR unique_violation THEN
			CONTINUE;    -- somebody was faster, or the same shelf twice
		END;
		SELECT r.sell_price INTO price FROM commerce.resolved_price(s.tenant, p.id, b.variant_id, o.channel) r;
		INSERT INTO commerce.sales_order_items (tenant_id, order_id, product_id, variant_id, quantity, unit_price, total_price, product_snapshot)
		SELECT s.tenant, o.id, p.id, b.variant_id, r.quantity, price, price * r.quantity, jsonb_build_object('sku', p.sku, 'name', p.name)
		  FROM commerce.inventory_reservations r WHERE r.tenant_id = s.tenant AND r.balance_id = b.id AND r.order_ref = 'order:' || ref AND r.state = 'active';
		lines := lines + 1;
	END LOOP;
	IF lines = 0 THEN
		RAISE EXCEPTION 'sold out' USING ERRCODE = 'no_data_found';   -- the number goes back too
	END IF;
	UPDATE commerce.sales_orders x SET subtotal = n.subtotal, tax_amount = round(n.subtotal * 0.08, 2), shipping_amount = 4.90,
		total_amount = n.subtotal + round(n.subtotal * 0.08, 2) + 4.90
	  FROM (SELECT COALESCE(sum(i.total_price), 0) AS subtotal FROM commerce.sales_order_items i WHERE i.tenant_id = s.tenant AND i.order_id = o.id) n
	 WHERE x.tenant_id = s.tenant AND x.id = o.id RETURNING x.* INTO o;
	INSERT INTO commerce.idempotency_keys (tenant_id, scope, key, request_hash, state, response, status_code, completed_at)
	VALUES (s.tenant, 'order.create', 'idem-' || o.public_id, encode(sha256(o.public_id::text::bytea), 'hex'),
		'completed', jsonb_build_object('order', o.public_id), 201, now());
	PERFORM commerce.outbox_enqueue('Order', o.id, 'OrderPlaced', jsonb_build_object('order_number', o.order_number, 'lines', lines,
		'total', jsonb_build_object('amount', o.total_amount::text, 'currency', o.currency), 'customer', jsonb_build_object('email', c.email)), o.version, o.public_id);
	INSERT INTO commerce.payments_payments (tenant_id, order_id, provider, provider_ref, status, amount, currency, failure)
	VALUES (s.tenant, o.id, 'stripe', 'pay_' || left(md5(o.public_id::text), 16), CASE WHEN works THEN 'authorized' ELSE 'failed' END,
		o.total_amount, o.currency, CASE WHEN NOT works THEN 'card declined' END);
	PERFORM commerce.outbox_enqueue('Payment', o.id, CASE WHEN works THEN 'PaymentAuthorized' ELSE 'PaymentFailed' END,
		jsonb_build_object('order_number', o.order_number), 0, o.public_id);
	RETURN 'order ' || ref || ' of ' || lines || ' lines';
END
$$;

-- One order takes its next step.
CREATE FUNCTION commerce_demo.work_off(s commerce_demo.stalls) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	o    commerce.sales_orders;
	step text;
	paid boolean;
	r    record;
BEGIN
	SELECT * INTO o FROM commerce.sales_orders x
	 WHERE x.tenant_id = s.tenant AND x.status = (ARRAY['pending', 'confirmed', 'processing', 'shipped'])[1 + floor(random() * 4)::integer]
	 ORDER BY x.created_at DESC LIMIT 1 FOR UPDATE SKIP LOCKED;
	IF o.id IS NULL THEN RETURN 'nothing to work off'; END IF;
	SELECT EXISTS (SELECT FROM commerce.payments_payments p WHERE p.tenant_id = o.tenant_id AND p.order_id = o.id AND p.status IN ('authorized', 'captured')) INTO paid;
	step := CASE o.status WHEN 'pending' THEN CASE WHEN paid THEN 'confirmed' ELSE 'cancelled' END
		WHEN 'confirmed' THEN 'processing' WHEN 'processing' THEN 'shipped' ELSE 'delivered' END;
	FOR r IN SELECT x.id FROM commerce.inventory_reservations x WHERE x.tenant_id = o.tenant_id
		AND x.order_ref = 'order:' || o.order_number AND x.state = 'active' AND step IN ('shipped', 'cancelled') ORDER BY x.balance_id LOOP
		IF step = 'shipped' THEN
			PERFORM commerce.stock_sell(r.id, 'order ' || o.order_number);
		ELSE
			PERFORM commerce.stock_release(r.id, 'order ' || o.order_number || ' cancelled');
		END IF;
	END LOOP;
	IF step = 'confirmed' THEN
		UPDATE commerce.payments_payments p SET status = 'captured', captured_at = now()
		 WHERE p.tenant_id = o.tenant_id AND p.order_id = o.id AND p.status = 'authorized';
	END IF;
	UPDATE commerce.sales_orders x SET status = step, version = x.version + 1,
		payment_status = CASE WHEN step = 'confirmed' THEN 'paid' WHEN step = 'cancelled' THEN 'failed' ELSE x.payment_status END,
		fulfillment_status = CASE WHEN step = 'shipped' THEN 'fulfilled' ELSE x.fulfillment_status END
	 WHERE x.tenant_id = o.tenant_id AND x.id = o.id AND x.version = o.version RETURNING x.* INTO o;
	IF step <> 'processing' THEN
		PERFORM commerce.outbox_enqueue('Order', o.id, 'Order' || initcap(step), jsonb_build_object('order_number', o.order_number), o.version, o.public_id);
	END IF;
	RETURN 'order ' || o.order_number || ' ' || step;
END
$$;

CREATE FUNCTION commerce_demo.shopper() RETURNS text LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	s    commerce_demo.stalls := commerce_demo.visit();
	what double precision := random();
	n    bigint;
	p    commerce.catalog_products;
BEGIN
	IF what < 0.35 THEN
		RETURN s.prefix || ': ' || commerce_demo.buy(s);
	ELSIF what < 0.70 THEN
		RETURN s.prefix || ': ' || commerce_demo.work_off(s);
	ELSIF what < 0.88 THEN
		p := commerce_demo.some_product(s);
		INSERT INTO commerce.sales_carts (tenant_id, session_id, currency) VALUES (s.tenant, md5(random()::text), p.currency) RETURNING id INTO n;
		INSERT INTO commerce.sales_cart_items (tenant_id, cart_id, product_id, variant_id, quantity, unit_price, price_updated_at)
		SELECT s.tenant, n, p.id, v.id, 1 + floor(random() * 3)::integer, r.sell_price, now()
		  FROM (SELECT min(x.id) AS id FROM commerce.catalog_variants x WHERE x.tenant_id = s.tenant AND x.product_id = p.id) v
		 CROSS JOIN LATERAL commerce.resolved_price(s.tenant, p.id, v.id, 'web') r;
		RETURN s.prefix || ': cart ' || n;
	ELSIF what < 0.95 THEN
		INSERT INTO commerce.catalog_reviews (tenant_id, product_id, customer_id, order_id, rating, title, review_text, is_verified)
		SELECT i.tenant_id, i.product_id, o.customer_id, o.id, 1 + floor(random() * 5)::integer, 'Fine', 'It is what it says it is.', true
		  FROM commerce.sales_orders o JOIN commerce.sales_order_items i ON i.tenant_id = o.tenant_id AND i.order_id = o.id
		 WHERE o.tenant_id = s.tenant AND o.status = 'delivered' AND o.created_at >= now() - random() * INTERVAL '100 days'
		 ORDER BY o.created_at LIMIT 1 ON CONFLICT DO NOTHING;
		RETURN s.prefix || ': review';
	END IF;
	RETURN s.prefix || ': ' || commerce.carts_refresh_prices(INTERVAL '2 hours') || ' prices in carts, '
		|| commerce.carts_clean(INTERVAL '7 days', 50) || ' carts removed';
EXCEPTION WHEN no_data_found OR check_violation THEN
	RETURN 'refused: ' || SQLERRM;
END
$$;

CREATE FUNCTION commerce_demo.stock() RETURNS text LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	s    commerce_demo.stalls := commerce_demo.visit();
	b    commerce.inventory_balances;
	what double precision := random();
	to_w bigint;
	r    commerce.stock_result;
	kind text;
BEGIN
	IF what < 0.1 THEN
		RETURN s.prefix || ': ' || commerce.stock_expire(50) || ' reservations expired';
	ELSIF what < 0.45 THEN
		SELECT * INTO b FROM commerce.inventory_balances x WHERE x.tenant_id = s.tenant AND x.available <= x.reorder_point
		 ORDER BY x.available, x.id LIMIT 1;
		IF b.id IS NOT NULL THEN
			r := commerce.stock_receive(b.id, b.reorder_quantity, 'ordered when low', 'PO-' || to_char(now(), 'MMDDHH24MI'));
			kind := 'StockReceived';
		END IF;
	ELSE
		SELECT * INTO b FROM commerce.inventory_balances x WHERE x.tenant_id = s.tenant
		   AND x.product_id >= s.first_product + floor(random() * (s.last_product - s.first_product + 1))::bigint ORDER BY x.product_id, x.id LIMIT 1;
		IF what < 0.8 THEN
			r := commerce.stock_adjust(b.id, CASE WHEN b.available > 5 AND random() < 0.6 THEN -1 ELSE 2 END, 'stocktake');
			kind := 'StockAdjusted';
		ELSIF b.available > 6 THEN
			SELECT w.id INTO to_w FROM commerce.inventory_warehouses w WHERE w.tenant_id = s.tenant AND w.id <> b.warehouse_id ORDER BY w.id LIMIT 1;
			r := commerce.stock_transfer(b.id, to_w, 1 + floor(random() * 3)::integer, 'shelf refill');
			kind := 'StockTransferred';
		END IF;
	END IF;
	IF kind IS NULL THEN RETURN s.prefix || ': all quiet'; END IF;
	PERFORM commerce.outbox_enqueue('Stock', r.balance_id, kind, jsonb_build_object('balance_id', r.balance_id::text, 'available', r.available));
	RETURN s.prefix || ': ' || kind || ' ' || r.balance_id;
EXCEPTION WHEN check_violation THEN
	RETURN 'refused: ' || SQLERRM;
END
$$;

-- A colleague at work: reads a product, thinks of something better, saves guarded by the version,
-- with audit and event in the same transaction, as the console does.
CREATE FUNCTION commerce_demo.colleague() RETURNS text LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	s       commerce_demo.stalls;
	p       commerce.catalog_products;
	after   commerce.catalog_products;
	changed jsonb;
	was     jsonb;
	why     text := 'SUP-' || 300 + floor(random() * 90)::integer;
	dice    integer := floor(random() * 6)::integer;
BEGIN
	IF random() < 0.8 THEN
		SELECT * INTO s FROM commerce_demo.stalls x WHERE x.rank = 1;
	ELSE
		SELECT * INTO s FROM commerce_demo.stalls x WHERE x.rank % 11 <> 0 AND x.rank % 9 <> 0 ORDER BY random() LIMIT 1;
	END IF;
	PERFORM set_config('app.tenant_id', s.tenant::text, true), set_config('app.user_id', session_user, true),
		set_config('app.reason', why, true);
	SELECT * INTO p FROM commerce.catalog_products x
	 WHERE x.tenant_id = s.tenant AND x.deleted_at IS NULL
	   AND x.id >= s.first_product + floor(power(random(), 2) * least(25, s.products))::bigint ORDER BY x.id LIMIT 1;
	IF p.id IS NULL THEN RETURN 'nothing to edit'; END IF;
	UPDATE commerce.catalog_products x
	   SET price = CASE dice WHEN 0 THEN round(p.price * (0.9 + random()::numeric * 0.2), 1) + 0.05 ELSE x.price END,
	       description = CASE dice WHEN 1 THEN rtrim(replace(replace(p.description || ' ', ' Baked again today. ', ' '), '. ', '. Baked again today. ')) ELSE x.description END,
	       tags = CASE dice WHEN 2 THEN CASE WHEN 'bestseller' = ANY (p.tags) THEN array_remove(p.tags, 'bestseller') ELSE p.tags || 'bestseller'::text END ELSE x.tags END,
	       metadata = CASE dice WHEN 3 THEN p.metadata || jsonb_build_object('checked_by', session_user, 'shelf_life_days', 1 + floor(random() * 9)::integer) ELSE x.metadata END,
	       status = CASE dice WHEN 4 THEN CASE p.status WHEN 'active' THEN 'inactive' ELSE 'active' END ELSE x.status END,
	       short_description = CASE dice WHEN 5 THEN p.name || ', best before ' || to_char(now() + random() * INTERVAL '9 days', 'DD Mon') ELSE x.short_description END,
	       version = x.version + 1
	 WHERE x.tenant_id = p.tenant_id AND x.id = p.id AND x.version = p.version RETURNING x.* INTO after;
	IF NOT FOUND THEN RETURN 'conflict on ' || p.sku; END IF;
	SELECT jsonb_object_agg(a.key, a.value), jsonb_object_agg(a.key, b.value) INTO changed, was
	  FROM jsonb_each(to_jsonb(after)) a JOIN jsonb_each(to_jsonb(p)) b ON b.key = a.key AND b.value <> a.value
	 WHERE a.key NOT IN ('updated_at', 'price_cents');
	INSERT INTO commerce.audit_log (tenant_id, actor_role, action, entity_type, entity_id, before, after, reason, save_id)
	VALUES (p.tenant_id, 'souk_support', 'update', 'commerce.catalog_products', p.id::text, was, changed, why, gen_random_uuid());
	PERFORM commerce.outbox_enqueue('Product', p.id, 'ProductUpdated', jsonb_build_object('changed', changed, 'previous', was), after.version, p.public_id);
	RETURN p.sku || ' version ' || after.version;
END
$$;

-- Publishing fails now and then, and always for some customers, so that retries and dead letters are real.
CREATE FUNCTION commerce_demo.relay(p_name text DEFAULT 'relay-1', p_batch integer DEFAULT 40) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	m      record;
	t      bigint[] := '{}';
	i      bigint[] := '{}';
	o      timestamptz[] := '{}';
	failed integer := 0;
	sent   integer;
BEGIN
	FOR m IN SELECT * FROM commerce.outbox_claim(p_name, p_batch) LOOP
		IF random() < 0.02 OR m.id % 173 = 0 THEN
			PERFORM commerce.outbox_fail(p_name, m.tenant_id, m.id, m.occurred_at,
				CASE WHEN m.id % 173 = 0 THEN 'HTTP 422: unknown customer' ELSE (ARRAY['HTTP 503 from broker', 'connection reset by peer', 'timeout after 5 s'])[1 + floor(random() * 3)::integer] END, 6);
			failed := failed + 1;
		ELSE
			t := t || m.tenant_id;
			i := i || m.id;
			o := o || m.occurred_at;
		END IF;
	END LOOP;
	sent := commerce.outbox_complete(p_name, t, i, o);
	RETURN p_name || ': ' || sent || ' published, ' || failed || ' failed';
END
$$;

CREATE FUNCTION commerce_demo.consumer(p_consumer text DEFAULT 'neo4j-projection', p_batch integer DEFAULT 20) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	e    text;
	m    record;
	n    integer := 0;
	fine boolean;
BEGIN
	FOREACH e IN ARRAY ARRAY['ProductCreated', 'ProductUpdated', 'ProductDeleted', 'VariantCreated', 'VariantUpdated', 'PriceChanged', 'OrderPlaced',
		'OrderConfirmed', 'OrderShipped', 'OrderDelivered', 'OrderCancelled', 'PaymentAuthorized', 'PaymentFailed', 'StockReceived', 'StockAdjusted',
		'StockTransferred', 'CustomerRegistered', 'TenantCreated'] LOOP
		FOR m IN SELECT * FROM commerce.consumer_poll(p_consumer, e, p_batch) LOOP
			fine := p_consumer NOT LIKE 'neo4j%' OR random() > 0.01;
			PERFORM commerce.consumer_ack(p_consumer, m.tenant_id, m.id, e, m.occurred_at, fine,
				CASE WHEN NOT fine THEN 'Neo.TransientError.Transaction.DeadlockDetected' END);
			n := n + 1;
		END LOOP;
	END LOOP;
	RETURN p_consumer || ': ' || n || ' read';
END
$$;

GRANT SELECT ON commerce_demo.people TO commerce_app;
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA commerce_demo FROM PUBLIC;
GRANT EXECUTE ON FUNCTION commerce_demo.visit(), commerce_demo.some_product(commerce_demo.stalls), commerce_demo.some_customer(commerce_demo.stalls),
	commerce_demo.buy(commerce_demo.stalls), commerce_demo.work_off(commerce_demo.stalls), commerce_demo.shopper(), commerce_demo.stock(),
	commerce_demo.address(text, bigint), commerce_demo.dice(bigint, integer, integer), commerce_demo.pick(text[], bigint, integer) TO commerce_app;
GRANT EXECUTE ON FUNCTION commerce_demo.colleague() TO souk_support;
GRANT EXECUTE ON FUNCTION commerce_demo.relay(text, integer), commerce_demo.consumer(text, integer) TO commerce_relay;
