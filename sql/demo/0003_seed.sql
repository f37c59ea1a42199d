-- The seed: a plan of steps for a scale, and one function that runs a step in one transaction.
-- Scale 1 is 40 tenants and 50,000 products, 100 is 400 and 5 million; 0 is 3 and 600, for tests.
--
--   commerce_demo.plan(scale)           -> (step, title, weight); the weights are of the time that scale 100 took
--   commerce_demo.run_step(step, scale) does it. Everything follows from row numbers, not from
--                                       random(), so two demos of a scale are alike.
-- Run by the superuser of the demo's private server. Each tenant's rows are written in its own
-- scope, for the triggers run as the owner, whom row-level security binds.

CREATE FUNCTION commerce_demo.scope(p_tenant bigint) RETURNS void LANGUAGE sql AS
$$ SELECT pg_catalog.set_config('app.tenant_id', p_tenant::text, true) $$;

-- Without triggers, those of foreign keys among them: what is written is what they would have made
-- of it, and wrong() looks at the whole.
CREATE FUNCTION commerce_demo.bulk(p_on boolean) RETURNS void LANGUAGE sql AS
$$ SELECT pg_catalog.set_config('session_replication_role', CASE WHEN p_on THEN 'replica' ELSE 'origin' END, true) $$;

-- While rows are written nobody gathers statistics: looked at after the first stall they would say that the
-- others have no rows, and each chunk of the next stall would be read by a plan for one row.
CREATE FUNCTION commerce_demo.unattended(p_on boolean) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	t regclass;
BEGIN
	FOR t IN SELECT c.oid FROM pg_class c WHERE c.relnamespace = 'commerce'::regnamespace AND c.relkind = 'r' LOOP
		EXECUTE format(CASE WHEN p_on THEN 'ALTER TABLE %s SET (autovacuum_enabled = off)'
			ELSE 'ALTER TABLE %s RESET (autovacuum_enabled)' END, t);
	END LOOP;
END
$$;

-- Indexes that nothing here asks while rows are written: they go at first and are made of all rows at the
-- end. The text search leads, for its statistics cost a second and are left to the server's leisure.
CREATE FUNCTION commerce_demo.late_indexes() RETURNS TABLE (number integer, name text) LANGUAGE sql IMMUTABLE AS $$
	SELECT i.n::integer, i.name FROM unnest('{catalog_products_search_idx,catalog_products_tags_idx,catalog_products_name_idx,catalog_products_price_idx,catalog_products_updated_idx,catalog_products_status_price_idx,catalog_products_category_idx,catalog_products_brand_idx,inventory_balances_low_stock_idx,inventory_balances_variant_idx,inventory_balances_lot_idx,inventory_movements_product_idx,inventory_movements_time_idx,outbox_messages_aggregate_idx,outbox_messages_type_idx,graph_projection_status_outbox_idx,sales_orders_created_idx,sales_orders_customer_idx,sales_orders_region_idx,sales_orders_total_idx}'::text[]) WITH ORDINALITY AS i (name, n)
$$;

CREATE TABLE commerce_demo.indexes_away (name text PRIMARY KEY, definition text NOT NULL);

CREATE FUNCTION commerce_demo.put_indexes_away() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	i record;
BEGIN
	FOR i IN SELECT l.name, to_regclass('commerce.' || l.name) AS id FROM commerce_demo.late_indexes() l LOOP
		INSERT INTO commerce_demo.indexes_away VALUES (i.name, replace(pg_get_indexdef(i.id), ' ON ONLY ', ' ON '));
		EXECUTE format('DROP INDEX %s', i.id);
	END LOOP;
END
$$;

CREATE FUNCTION commerce_demo.make_index(p_number integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	definition text;
BEGIN
	DELETE FROM commerce_demo.indexes_away a USING commerce_demo.late_indexes() l
	 WHERE l.number = p_number AND a.name = l.name RETURNING a.definition INTO STRICT definition;
	EXECUTE definition;
END
$$;

-- A number in [0, p_below) that looks arbitrary and is not.
CREATE FUNCTION commerce_demo.dice(p_n bigint, p_salt integer, p_below integer) RETURNS integer
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
$$ SELECT ((pg_catalog.hashint8(p_n * 64 + p_salt)::bigint & 2147483647) % p_below)::integer $$;

CREATE FUNCTION commerce_demo.pick(p_words text[], p_n bigint, p_salt integer) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
$$ SELECT p_words[1 + ((pg_catalog.hashint8(p_n * 64 + p_salt)::bigint & 2147483647) % pg_catalog.cardinality(p_words))::integer] $$;

-- Tenants by rank: the first holds a fifth of all products, the others share the rest like shops do.
CREATE FUNCTION commerce_demo.sizes(p_scale integer)
RETURNS TABLE (rank integer, products integer, customers integer, orders integer)
LANGUAGE sql STABLE AS $$
	WITH n AS (SELECT greatest(3, (40 * sqrt(greatest(0, p_scale)))::integer) AS tenants, greatest(600, 50000 * p_scale) AS products),
	     w AS (SELECT r AS rank, 1.0 / (r + 2) AS weight FROM n, generate_series(2, n.tenants) r),
	     s AS (
		SELECT 1 AS rank, n.products / 5 AS products FROM n
		UNION ALL
		SELECT w.rank, greatest(12, (n.products * 0.8 * w.weight / (SELECT sum(weight) FROM w))::integer) FROM n, w)
	SELECT s.rank, s.products, greatest(10, s.products / 12), greatest(12, s.products / 10) FROM s
$$;

CREATE FUNCTION commerce_demo.chunks(p_scale integer)
RETURNS TABLE (step integer, title text, weight integer, job text, rank integer, first_n integer, last_n integer)
LANGUAGE sql STABLE AS $$
	WITH size AS (SELECT least(20000, 2500 * greatest(1, p_scale / 4)) AS chunk),
	jobs (ord, title, weight, job, rank, first_n, last_n) AS (
		SELECT 0, 'tenants and operators', 200, 'tenants', 0, 0, 0
		UNION ALL
		SELECT 1, 'brands and categories', 400, 'directories', 0, 0, 0
		UNION ALL
		SELECT 2, 'products of ' || s.rank, least(z.chunk, s.products - g) * 6, 'products', s.rank, g + 1,
		       least(g + z.chunk, s.products)
		  FROM size z, commerce_demo.sizes(p_scale) s, LATERAL generate_series(0, s.products - 1, z.chunk) g
		 WHERE s.products > z.chunk / 4
		UNION ALL
		SELECT 3, 'products of the small', sum(s.products)::integer * 6, 'small', min(s.rank), 0, max(s.rank)
		  FROM size z, commerce_demo.sizes(p_scale) s WHERE s.products <= z.chunk / 4
		 GROUP BY s.rank / 8
		UNION ALL
		SELECT 4, 'customers and orders', sum(s.orders)::integer * 36, 'sales', min(s.rank), 0, max(s.rank)
		  FROM commerce_demo.sizes(p_scale) s GROUP BY CASE WHEN s.rank <= 6 THEN s.rank ELSE 7 + s.rank / 14 END
		UNION ALL
		SELECT 5, 'messages and audit', sum(s.products)::integer, 'messages', min(s.rank), 0, max(s.rank)
		  FROM commerce_demo.sizes(p_scale) s GROUP BY CASE WHEN s.rank <= 6 THEN s.rank ELSE 7 + s.rank / 14 END
		UNION ALL
		SELECT 6, 'how far the consumers are', 300, 'offsets', 0, 0, 0
		UNION ALL
		SELECT 7, 'statistics', 30000 * greatest(1, p_scale), 'statistics', 0, 0, 0
		UNION ALL
		SELECT 8, 'index ' || i.name, CASE i.number WHEN 1 THEN 100000 ELSE 7000 END * greatest(1, p_scale), 'index', i.number, 0, 0
		  FROM commerce_demo.late_indexes() i
	)
	SELECT (row_number() OVER (ORDER BY j.ord, j.rank, j.first_n))::integer, j.title, j.weight, j.job, j.rank,
	       j.first_n, j.last_n
	  FROM jobs j WHERE j.weight IS NOT NULL
$$;

CREATE FUNCTION commerce_demo.plan(p_scale integer) RETURNS TABLE (step integer, title text, weight integer)
LANGUAGE sql STABLE AS $$
	SELECT c.step, CASE c.job WHEN 'products' THEN 'products ' || c.first_n || ' to ' || c.last_n || ' of stall ' || c.rank
		WHEN 'small' THEN 'products of stalls ' || c.rank || ' to ' || c.last_n
		WHEN 'sales' THEN 'customers and orders of stalls ' || c.rank || ' to ' || c.last_n
		WHEN 'messages' THEN 'messages and audit of stalls ' || c.rank || ' to ' || c.last_n
		ELSE c.title END, c.weight
	  FROM commerce_demo.chunks(p_scale) c ORDER BY c.step
$$;

CREATE FUNCTION commerce_demo.seed_tenants(p_scale integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	names text[] := '{Acme Bakery,Blue Drugs,Northwind Hardware,Maison Juste,Volta Appliances,Casa Lucia,山田屋,بيت الشام,Μελίσσι,Old Quarter Grocer,Усадьба,Green Basket,הגליל,अन्नपूर्णा,Kestrel Tools,Fjellstudio,บ้านสวน,Salvea Pharmacy,한옥마을,Harbour Fish Bar,Atelier Nove,Nordfrost,Mill & Stone,Apoteka Centrum}';
	slugs text[] := '{acme-bakery,blue-drugs,northwind-hardware,maison-juste,volta-appliances,casa-lucia,yamada-ya,bayt-al-sham,melissi,old-quarter-grocer,usadba,green-basket,hagalil,annapurna,kestrel-tools,fjellstudio,baan-suan,salvea-pharmacy,hanok-maeul,harbour-fish-bar,atelier-nove,nordfrost,mill-and-stone,apoteka-centrum}';
	words text[] := '{bakery,drugstore,hardware,boutique,appliances,restaurant,japanese,arabic,greek,bakery,cyrillic,bakery,hebrew,devanagari,hardware,boutique,thai,drugstore,hangul,restaurant,boutique,appliances,bakery,drugstore}';
	r     record;
	i     integer;
	w     text;
	id    bigint;
BEGIN
	FOR r IN SELECT s.*, sum(s.products) OVER (ORDER BY s.rank) AS so_far, sum(s.products) OVER () AS total
		FROM commerce_demo.sizes(p_scale) s ORDER BY s.rank
	LOOP
		i := 1 + (r.rank - 1) % cardinality(names);
		w := words[i];
		INSERT INTO commerce.tenancy_tenants (slug, name, kind, plan, status, region, currency, time_zone, primary_contact_email, created_at)
		VALUES (slugs[i] || CASE WHEN r.rank > cardinality(names) THEN '-' || r.rank ELSE '' END,
			names[i] || CASE WHEN r.rank > cardinality(names) THEN ' ' || r.rank ELSE '' END,
			CASE w WHEN 'bakery' THEN 'grocer' WHEN 'drugstore' THEN 'drugstore' WHEN 'boutique' THEN 'boutique'
				WHEN 'hardware' THEN 'hardware' WHEN 'appliances' THEN 'appliances' WHEN 'restaurant' THEN 'restaurant'
				ELSE (ARRAY['retailer', 'grocer', 'distributor'])[1 + r.rank % 3] END,
			CASE WHEN r.rank <= 3 THEN 'enterprise' ELSE (ARRAY['standard', 'premium', 'standard', 'free'])[1 + r.rank % 4] END,
			CASE WHEN r.rank % 19 = 0 THEN 'suspended' ELSE 'active' END,
			CASE w WHEN 'japanese' THEN 'asia-pac' WHEN 'devanagari' THEN 'asia-pac' WHEN 'thai' THEN 'asia-pac' WHEN 'hangul' THEN 'asia-pac'
				WHEN 'greek' THEN 'eu-west' WHEN 'cyrillic' THEN 'eu-west' WHEN 'arabic' THEN 'eu-west' WHEN 'hebrew' THEN 'eu-west'
				ELSE (ARRAY['us-east', 'us-west', 'eu-west', 'us-east'])[1 + r.rank % 4] END,
			CASE w WHEN 'japanese' THEN 'JPY' WHEN 'devanagari' THEN 'INR' WHEN 'thai' THEN 'THB' WHEN 'hangul' THEN 'KRW' WHEN 'hebrew' THEN 'ILS'
				WHEN 'arabic' THEN 'EUR' WHEN 'greek' THEN 'EUR' WHEN 'cyrillic' THEN 'EUR'
				ELSE CASE WHEN r.rank % 4 = 2 THEN 'EUR' ELSE 'USD' END END,
			CASE w WHEN 'japanese' THEN 'Asia/Tokyo' WHEN 'devanagari' THEN 'Asia/Kolkata' WHEN 'thai' THEN 'Asia/Bangkok'
				WHEN 'hangul' THEN 'Asia/Seoul' WHEN 'hebrew' THEN 'Asia/Jerusalem' WHEN 'greek' THEN 'Europe/Athens'
				ELSE CASE WHEN r.rank % 4 = 2 THEN 'Europe/Berlin' WHEN r.rank % 4 = 1 THEN 'America/Los_Angeles' ELSE 'America/New_York' END END,
			'hello@' || slugs[i] || '.example', now() - make_interval(days => 900 - r.rank % 700))
		RETURNING tenancy_tenants.id INTO id;
		INSERT INTO commerce_demo.stalls (rank, tenant, prefix, vocabulary, products, customers, share)
		VALUES (r.rank, id, upper(left(split_part(slugs[i], '-', 1), 1) || left(COALESCE(NULLIF(split_part(slugs[i], '-', 2), ''), 'X'), 1)),
			w, r.products, r.customers, r.so_far::float8 / r.total);
		-- Anna and Ben work for most tenants; some are left out, some may only be read.
		INSERT INTO commerce.operator_grants (tenant_id, operator, may_edit, reason, granted_by, expires_at)
		SELECT id, o.login, r.rank % o.look <> 0, o.reason, 'dba_dora', now() + INTERVAL '180 days'
		  FROM (VALUES ('support_anna', 7, 5, 'support rota'), ('support_ben', 11, 9, 'support rota, second line')) AS o (login, leave, look, reason)
		 WHERE r.rank % o.leave <> 0;
		PERFORM commerce_demo.scope(id);
		INSERT INTO commerce.tenancy_settings (tenant_id, key, value, description) VALUES
			(id, 'checkout.guest', to_jsonb(r.rank % 3 <> 0), 'May guests buy without an account'),
			(id, 'checkout.hold_minutes', to_jsonb(10 + r.rank % 4 * 5), 'How long a cart holds stock'),
			(id, 'mail.sender', to_jsonb('shop@' || slugs[i] || '.example'), 'Sender of mails to customers'),
			(id, 'opening_hours', '{"mon": ["07:00", "18:30"], "sat": ["08:00", "13:00"], "sun": []}', 'Hours of the store'),
			(id, 'shipping.zones', '[{"zone": "domestic", "days": 2}, {"zone": "abroad", "days": 6}]', 'Where parcels go'),
			(id, 'theme.colour', to_jsonb('#' || lpad(to_hex(commerce_demo.dice(r.rank, 5, 16777215)), 6, '0')), 'Colour of the shop');
		PERFORM commerce.outbox_enqueue('Tenant', id, 'TenantCreated', jsonb_build_object('name', names[i], 'slug', slugs[i], 'plan', 'standard'), 0);
	END LOOP;
END
$$;

CREATE FUNCTION commerce_demo.seed_directories() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	s record;
	v commerce_demo.vocabularies;
BEGIN
	FOR s IN SELECT * FROM commerce_demo.stalls ORDER BY rank LOOP
		SELECT * INTO v FROM commerce_demo.vocabularies x WHERE x.name = s.vocabulary;
		PERFORM commerce_demo.scope(s.tenant);
		INSERT INTO commerce.catalog_brands (tenant_id, name, slug)
		SELECT s.tenant, b, 'brand-' || n FROM unnest(v.brands) WITH ORDINALITY u (b, n);
		INSERT INTO commerce.catalog_categories (tenant_id, name, slug, sort_order, description)
		VALUES (s.tenant, 'All', 'all', 0, 'Everything we sell');
		INSERT INTO commerce.catalog_categories (tenant_id, parent_id, name, slug, sort_order)
		SELECT s.tenant, p.id, c, 'c-' || n, n::integer
		  FROM unnest(v.categories) WITH ORDINALITY u (c, n), commerce.catalog_categories p
		 WHERE p.tenant_id = s.tenant AND p.slug = 'all';
		INSERT INTO commerce.inventory_warehouses (tenant_id, code, name, region)
		SELECT s.tenant, code, title, t.region FROM commerce.tenancy_tenants t,
			(VALUES ('MAIN', 'Main warehouse', 0), ('SHOP', 'Shop floor', 0), ('EAST', 'Eastern depot', 30)) AS w (code, title, above)
		 WHERE t.id = s.tenant AND s.products > w.above;
		INSERT INTO commerce.pricing_coupons (tenant_id, code, type, value, currency, minimum_amount, maximum_discount, usage_limit, valid_from, valid_until, is_active)
		SELECT s.tenant, c.code, c.type, c.value, t.currency, c.minimum, c.maximum, c.lim, now() - INTERVAL '60 days',
		       now() + make_interval(days => c.days), true
		  FROM commerce.tenancy_tenants t, (VALUES ('WELCOME10', 'percentage', 10.0, 0, 50.0, NULL::integer, 300),
			('SPRING5', 'fixed', 5, 25, NULL, 500, 40), ('FREESHIP', 'free_shipping', 0, 40, NULL, NULL, 90),
			('BLACKFRIDAY', 'percentage', 30, 60, 120, 100, 8)) AS c (code, type, value, minimum, maximum, lim, days)
		 WHERE t.id = s.tenant;
	END LOOP;
END
$$;

-- What happened to a balance before the day of the demo.
CREATE FUNCTION commerce_demo.deliveries(p_balance bigint)
RETURNS TABLE (movement_type text, quantity integer, about text, ref text, reason text, who text, age integer)
LANGUAGE sql IMMUTABLE AS $$
	SELECT m.* FROM (
		SELECT 'receipt', 12 + commerce_demo.dice(p_balance, 36, 240), 'purchase', 'PO-' || p_balance / 40, 'first delivery', 'app_web_1', 40
		UNION ALL
		SELECT 'adjustment', -1 - commerce_demo.dice(p_balance, 37, 12), 'adjustment', NULL,
		       commerce_demo.pick('{stocktake,broken in transit,"found behind the oven",expired}', p_balance, 38), 'support_ben', 3
		 WHERE p_balance % 8 = 0) m
	 WHERE p_balance % 29 <> 3
$$;

-- Products p_first to p_last of one stall, with variants, lots, balances and their first movements.
CREATE FUNCTION commerce_demo.seed_products(p_rank integer, p_first integer, p_last integer) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	s      commerce_demo.stalls;
	v      commerce_demo.vocabularies;
	money  text;
	whole  boolean;
	brands bigint[];
	kinds  bigint[];
	houses bigint[];
	low    bigint;
	high   bigint;
	first  bigint;
BEGIN
	SELECT * INTO s FROM commerce_demo.stalls x WHERE x.rank = p_rank;
	SELECT * INTO v FROM commerce_demo.vocabularies x WHERE x.name = s.vocabulary;
	SELECT t.currency, t.currency IN ('JPY', 'KRW') INTO money, whole FROM commerce.tenancy_tenants t WHERE t.id = s.tenant;
	SELECT array_agg(b.id ORDER BY b.id) INTO brands FROM commerce.catalog_brands b WHERE b.tenant_id = s.tenant;
	SELECT array_agg(c.id ORDER BY c.id) INTO kinds FROM commerce.catalog_categories c WHERE c.tenant_id = s.tenant AND c.parent_id IS NOT NULL;
	SELECT array_agg(w.id ORDER BY w.id) INTO houses FROM commerce.inventory_warehouses w WHERE w.tenant_id = s.tenant;
	PERFORM commerce_demo.scope(s.tenant), commerce_demo.bulk(true);
	WITH made AS (
		INSERT INTO commerce.catalog_products (tenant_id, sku, name, slug, description, short_description, brand_id, category_id,
			price, compare_at_price, cost, currency, status, is_digital, requires_shipping, weight, dimensions, tags, metadata, created_at, updated_at)
		SELECT s.tenant, s.prefix || '-' || lpad(n::text, greatest(5, length(n::text)), '0'), x.name, 'p-' || n,
		       format(commerce_demo.pick(v.sentences, n, 4), x.name)
			|| CASE WHEN n % 3 = 0 THEN ' ' || format(commerce_demo.pick(v.sentences, n, 5), x.noun) ELSE '' END,
		       CASE WHEN n % 4 <> 0 THEN x.name END,
		       CASE WHEN n % 13 <> 0 THEN brands[1 + commerce_demo.dice(n, 6, cardinality(brands))] END,
		       kinds[1 + commerce_demo.dice(n, 7, cardinality(kinds))],
		       x.price, CASE WHEN n % 6 = 0 THEN round(x.price * 1.25, CASE WHEN whole THEN 0 ELSE 2 END) END,
		       round(x.price * (0.45 + commerce_demo.dice(n, 8, 20) / 100.0), 2), money,
		       CASE WHEN n % 23 = 0 THEN 'discontinued' WHEN n % 17 = 0 THEN 'inactive' ELSE 'active' END,
		       n % 211 = 0, n % 211 <> 0, commerce_demo.dice(n, 9, 4000) / 100.0,
		       CASE WHEN n % 2 = 0 THEN jsonb_build_object('length', 5 + commerce_demo.dice(n, 10, 60), 'width', 5 + commerce_demo.dice(n, 11, 40), 'height', 2 + commerce_demo.dice(n, 12, 30)) END,
		       CASE WHEN n % 5 = 0 THEN '{}' ELSE ARRAY(SELECT DISTINCT commerce_demo.pick(v.tags, n, 13 + g) FROM generate_series(0, commerce_demo.dice(n, 20, 3)) g) END,
		       CASE commerce_demo.dice(n, 21, 6)
				WHEN 0 THEN '{}'::jsonb
				WHEN 1 THEN jsonb_build_object('allergens', ARRAY['gluten', 'nuts'], 'kcal', 90 + commerce_demo.dice(n, 22, 500))
				WHEN 2 THEN jsonb_build_object('origin', jsonb_build_object('country', commerce_demo.pick('{AT,CH,FR,IT,JP,MA,PT}', n, 23), 'maker', x.noun), 'organic', n % 4 = 2)
				WHEN 3 THEN jsonb_build_object('warranty_months', 12 * (1 + commerce_demo.dice(n, 24, 4)), 'manual', 'https://docs.example/' || n)
				WHEN 4 THEN jsonb_build_object('shelf', jsonb_build_object('row', commerce_demo.dice(n, 25, 30), 'bin', commerce_demo.pick('{A,B,C,D}', n, 26)), 'season', commerce_demo.pick('{spring,summer,autumn,winter}', n, 27), 'pairs_with', jsonb_build_array('p-' || (n / 2 + 1), 'p-' || (n / 3 + 1)))
				ELSE jsonb_build_object('supplier', jsonb_build_object('name', commerce_demo.pick(v.brands, n, 28), 'contacts', jsonb_build_array(jsonb_build_object('lang', 'en', 'note', 'ask for n° ' || n))), 'flags', jsonb_build_array(true, NULL, 3.50))
			END,
		       now() - make_interval(days => 30 + commerce_demo.dice(n, 29, 700)),
		       now() - make_interval(secs => 600 + commerce_demo.dice(n, 30, 2500000))
		  FROM generate_series(p_first, p_last) n
		 CROSS JOIN LATERAL (SELECT commerce_demo.pick(v.nouns, n, 1) AS noun,
			commerce_demo.pick(v.adjectives, n, 2) || ' ' || commerce_demo.pick(v.nouns, n, 1) || ' ' || commerce_demo.pick(v.sizes, n, 3) AS name,
			CASE WHEN whole THEN round((v.cheapest + (v.dearest - v.cheapest) * power(commerce_demo.dice(n, 31, 1000) / 1000.0, 3))::numeric, -1)
			     ELSE round((v.cheapest + (v.dearest - v.cheapest) * power(commerce_demo.dice(n, 31, 1000) / 1000.0, 3))::numeric, 1) - 0.01 * (n % 2)
			END AS price) x
		RETURNING id)
	SELECT min(id), max(id) INTO low, high FROM made;
	UPDATE commerce_demo.stalls x SET first_product = least(x.first_product, low), last_product = greatest(x.last_product, high)
	 WHERE x.rank = p_rank;
	INSERT INTO commerce.catalog_variants (tenant_id, product_id, sku, name, price, attributes, sort_order)
	SELECT p.tenant_id, p.id, p.sku || '-' || k.code, p.name || ' / ' || k.label,
	       CASE WHEN k.n = 3 THEN round(p.price * 1.15, CASE WHEN whole THEN 0 ELSE 2 END) END,
	       jsonb_build_object('size', k.code, 'colour', commerce_demo.pick('{red,blue,black,natural}', p.id, k.n)), k.n
	  FROM commerce.catalog_products p
	 CROSS JOIN (VALUES (1, 'S', 'small'), (2, 'M', 'medium'), (3, 'L', 'large')) AS k (n, code, label)
	 WHERE p.tenant_id = s.tenant AND p.id BETWEEN low AND high AND p.id % 12 = 0
	 ORDER BY p.id, k.n;
	INSERT INTO commerce.inventory_lots (tenant_id, product_id, lot_code, expires_on)
	SELECT p.tenant_id, p.id, 'L' || to_char(now(), 'YY') || '-' || p.id % 1000, (now() + make_interval(days => 20 + (p.id % 300)::integer))::date
	  FROM commerce.catalog_products p
	 WHERE p.tenant_id = s.tenant AND p.id BETWEEN low AND high AND p.id % 20 = 1 AND s.vocabulary IN ('drugstore', 'bakery', 'japanese')
	 ORDER BY p.id;
	WITH made AS (
		INSERT INTO commerce.inventory_balances (id, tenant_id, warehouse_id, product_id, variant_id, lot_id,
			reorder_point, reorder_quantity, on_hand, version) OVERRIDING SYSTEM VALUE
	SELECT b.*, m.on_hand, m.version
	  FROM (SELECT nextval('commerce.inventory_balances_id_seq') AS id, o.* FROM (
		SELECT p.tenant_id, houses[h.n] AS warehouse_id, p.id AS product_id,
		       k.id AS variant_id, l.id AS lot_id, 5 + commerce_demo.dice(p.id, 32, 12) AS reorder_point,
		       25 * (1 + commerce_demo.dice(p.id, 33, 4)) AS reorder_quantity
		  FROM commerce.catalog_products p
		  LEFT JOIN commerce.catalog_variants k
			ON k.tenant_id = p.tenant_id AND k.product_id = p.id AND k.product_id BETWEEN low AND high
		  LEFT JOIN commerce.inventory_lots l
			ON l.tenant_id = p.tenant_id AND l.product_id = p.id AND l.product_id BETWEEN low AND high
		 CROSS JOIN generate_series(1, cardinality(houses)) AS h (n)
		 WHERE p.tenant_id = s.tenant AND p.id BETWEEN low AND high AND NOT p.is_digital
		   AND (h.n = 1 OR (h.n = 2 AND p.id % 9 = 0) OR (h.n = 3 AND p.id % 31 = 0))
		 ORDER BY p.id, k.id, h.n) o) b
	 CROSS JOIN LATERAL (SELECT COALESCE(sum(x.quantity), 0) AS on_hand, least(1, count(*)) AS version FROM commerce_demo.deliveries(b.id) x) m
		RETURNING id)
	SELECT min(id) INTO first FROM made;
	INSERT INTO commerce.inventory_movements (tenant_id, balance_id, warehouse_id, product_id, variant_id, lot_id, movement_type,
		on_hand_delta, reference_type, reference_id, reason, actor, occurred_at)
	SELECT b.tenant_id, b.id, b.warehouse_id, b.product_id, b.variant_id, b.lot_id, m.movement_type, m.quantity, m.about, m.ref, m.reason, m.who,
	       now() - make_interval(days => m.age + commerce_demo.dice(b.id, 34, 40), secs => commerce_demo.dice(b.id, 35, 80000))
	  FROM commerce.inventory_balances b
	 CROSS JOIN LATERAL commerce_demo.deliveries(b.id) m
	 WHERE b.tenant_id = s.tenant AND b.id >= first
	 ORDER BY b.id, m.age DESC;
END
$$;
