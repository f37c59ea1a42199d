-- Prices, carts, order numbers, searching, and the helper for jobs that edit what people edit.
SELECT pg_catalog.set_config('role', 'commerce_owner', true),
       pg_catalog.set_config('search_path', 'commerce', true);
-- On Citus these stay on the coordinator, where everybody connects: a worker would neither see what this
-- transaction grants to another role, nor the tables that stay here.
SELECT pg_catalog.set_config('citus.enable_ddl_propagation', 'off', true)
 WHERE EXISTS (SELECT FROM pg_catalog.pg_extension e WHERE e.extname = 'citus');

-- What a product or variant costs in a channel: the most particular active rule, then the highest
-- priority, then the newest; without a rule the variant's own price, else the product's.
CREATE FUNCTION resolved_price(p_tenant bigint, p_product bigint, p_variant bigint, p_channel text,
	OUT list_price numeric(12,2), OUT sell_price numeric(12,2), OUT rule_id bigint)
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
	SELECT l.price,
	       CASE r.method
			WHEN 'price'   THEN r.desired_sell_price
			WHEN 'percent' THEN round(l.price * (100 - r.percent_off) / 100, 2)
			WHEN 'amount'  THEN greatest(l.price - r.amount_off, 0.00)
			ELSE l.price END,
	       r.id
	  FROM commerce.catalog_products p
	  LEFT JOIN commerce.catalog_variants v
		ON v.tenant_id = p.tenant_id AND v.product_id = p.id AND v.id = p_variant
	 CROSS JOIN LATERAL (SELECT COALESCE(v.price, p.price) AS price) l
	  LEFT JOIN LATERAL (
		SELECT x.* FROM commerce.pricing_rules x
		 WHERE x.tenant_id = p.tenant_id AND x.channel = p_channel AND x.is_active
		   AND x.starts_at <= now() AND (x.ends_at IS NULL OR x.ends_at > now())
		   AND (x.product_id = p.id OR x.product_id IS NULL)
		   AND (x.variant_id IS NULL OR x.variant_id = v.id)
		   AND (x.category_id IS NULL OR x.category_id = p.category_id)
		 ORDER BY (x.variant_id IS NOT NULL) DESC, (x.product_id IS NOT NULL) DESC,
			(x.category_id IS NOT NULL) DESC, x.priority DESC, x.id DESC
		 LIMIT 1) r ON true
	 WHERE p.tenant_id = p_tenant AND p.id = p_product
$$;

CREATE VIEW pricing_resolved WITH (security_invoker = true) AS
SELECT p.tenant_id, p.id AS product_id, v.id AS variant_id, c.channel, p.sku AS product_sku, v.sku AS variant_sku,
       p.currency, r.list_price, r.sell_price, r.rule_id
  FROM catalog_products p
  LEFT JOIN catalog_variants v ON v.tenant_id = p.tenant_id AND v.product_id = p.id AND v.is_active
 CROSS JOIN (VALUES ('web'), ('app'), ('store'), ('wholesale')) AS c (channel)
 CROSS JOIN LATERAL resolved_price(p.tenant_id, p.id, v.id, c.channel) r
 WHERE p.deleted_at IS NULL;
COMMENT ON VIEW pricing_resolved IS 'The effective price of every product and variant per channel, and the rule that made it';

-- One number after the other per tenant, without gaps (the counter rolls back with the order) and
-- without a width that could run out.
CREATE FUNCTION next_order_number() RETURNS text
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
	INSERT INTO commerce.sales_order_counters AS c (tenant_id, last_number)
	VALUES (commerce.scope_tenant_or_raise(), 1)
	ON CONFLICT (tenant_id) DO UPDATE SET last_number = c.last_number + 1
	RETURNING 'ORD-' || c.last_number
$$;

-- Brings the prices shown in carts up to date: lines never priced, lines older than p_older_than,
-- of products and of variants. Returns how many it looked at.
CREATE FUNCTION carts_refresh_prices(p_older_than interval DEFAULT INTERVAL '1 hour') RETURNS integer
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
	WITH priced AS (
		UPDATE commerce.sales_cart_items i
		   SET unit_price = r.sell_price, price_updated_at = now()
		  FROM commerce.sales_carts c, commerce.sales_cart_items j
		 CROSS JOIN LATERAL commerce.resolved_price(j.tenant_id, j.product_id, j.variant_id,
			(SELECT k.channel FROM commerce.sales_carts k WHERE k.tenant_id = j.tenant_id AND k.id = j.cart_id)) r
		 WHERE j.tenant_id = i.tenant_id AND j.id = i.id
		   AND c.tenant_id = i.tenant_id AND c.id = i.cart_id AND c.expires_at > now()
		   AND i.tenant_id = commerce.scope_tenant_or_raise()
		   AND (i.price_updated_at IS NULL OR i.price_updated_at < now() - p_older_than)
		RETURNING 1)
	SELECT count(*)::integer FROM priced
$$;

-- Removes carts that ended p_grace ago. What they still held goes back first, each reservation by
-- its own quantity and once; a second run finds nothing to do.
CREATE FUNCTION carts_clean(p_grace interval DEFAULT INTERVAL '7 days', p_at_most integer DEFAULT 1000) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	tenant bigint := commerce.scope_tenant_or_raise();
	r      record;
	gone   integer;
BEGIN
	FOR r IN
		SELECT x.id FROM commerce.inventory_reservations x
		  JOIN commerce.sales_carts c ON c.tenant_id = x.tenant_id AND x.order_ref = 'cart:' || c.public_id
		 WHERE c.tenant_id = tenant AND c.expires_at < now() AND x.state = 'active'
		 ORDER BY x.balance_id, x.id LIMIT p_at_most
	LOOP
		PERFORM commerce.stock_end(r.id, 'expired', 'release', 'cart expired');
	END LOOP;
	WITH old AS (
		SELECT c.id FROM commerce.sales_carts c
		 WHERE c.tenant_id = tenant AND c.expires_at < now() - p_grace
		   AND NOT EXISTS (SELECT FROM commerce.inventory_reservations x
			WHERE x.tenant_id = tenant AND x.order_ref = 'cart:' || c.public_id AND x.state = 'active')
		 ORDER BY c.expires_at LIMIT p_at_most FOR UPDATE SKIP LOCKED
	), removed AS (
		DELETE FROM commerce.sales_carts c USING old WHERE c.tenant_id = tenant AND c.id = old.id RETURNING 1)
	SELECT count(*) INTO gone FROM removed;
	RETURN gone;
END
$$;

-- For jobs that edit what people edit too: reads the row, lets p_change (a function jsonb -> jsonb
-- of the fields to set, or NULL for none) decide, and saves with the version it read. On a conflict
-- it waits 50, 100, 200 ms and begins again from the row as it is then; after three attempts it
-- raises SK409. Returns the new version.
CREATE FUNCTION update_with_retry(p_table regclass, p_id bigint, p_change regprocedure, p_attempts integer DEFAULT 3)
RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	tenant  bigint := commerce.scope_tenant_or_raise();
	base    jsonb;
	changes jsonb;
	columns text;
	saved   bigint;
BEGIN
	FOR attempt IN 0 .. p_attempts - 1 LOOP
		EXECUTE format('SELECT to_jsonb(t) FROM %s t WHERE t.tenant_id = $1 AND t.id = $2', p_table)
			INTO base USING tenant, p_id;
		IF base IS NULL THEN
			RAISE EXCEPTION 'there is no % % in this tenant', p_table, p_id USING ERRCODE = 'no_data_found';
		END IF;
		EXECUTE format('SELECT %s($1)', p_change::regproc) INTO changes USING base;
		IF changes IS NULL OR changes = '{}' THEN
			RETURN (base ->> 'version')::bigint;
		END IF;
		SELECT string_agg(quote_ident(k), ', ') INTO columns FROM jsonb_object_keys(changes) k;
		EXECUTE format('UPDATE %1$s t SET (%2$s, version) = (SELECT %2$s, t.version + 1 FROM jsonb_populate_record(NULL::%1$s, $1)) '
			'WHERE t.tenant_id = $2 AND t.id = $3 AND t.version = $4 RETURNING t.version', p_table, columns)
			INTO saved USING changes, tenant, p_id, (base ->> 'version')::bigint;
		IF saved IS NOT NULL THEN
			RETURN saved;
		END IF;
		PERFORM pg_sleep(0.05 * 2 ^ attempt);
	END LOOP;
	RAISE EXCEPTION 'version conflict: % % was changed by others % times in a row', p_table, p_id, p_attempts
		USING ERRCODE = 'SK409';
END
$$;

CREATE VIEW idempotency_stuck WITH (security_invoker = true) AS
SELECT k.tenant_id, k.scope, k.key, k.created_at, k.expires_at, now() - k.created_at AS pending_for
  FROM idempotency_keys k
 WHERE k.state = 'pending' AND k.created_at < now() - INTERVAL '5 minutes';
COMMENT ON VIEW idempotency_stuck IS 'Keys whose handler never came back; their client hears 425 until they expire';

GRANT SELECT ON pricing_resolved, idempotency_stuck TO commerce_app, souk_support, souk_dba, platform_admin;
GRANT EXECUTE ON FUNCTION resolved_price(bigint, bigint, bigint, text)
	TO commerce_app, souk_support, souk_dba, platform_admin;
GRANT EXECUTE ON FUNCTION next_order_number(), carts_refresh_prices(interval), carts_clean(interval, integer)
	TO commerce_app;
GRANT EXECUTE ON FUNCTION update_with_retry(regclass, bigint, regprocedure, integer) TO commerce_app, souk_support;

-- Whom a filtered report answers, and for which tenant.
CREATE FUNCTION reading_tenant() RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE AS $$
	SELECT CASE WHEN pg_catalog.pg_has_role(current_user, 'commerce_app', 'USAGE') THEN commerce.scope_tenant()
		WHEN pg_catalog.pg_has_role(current_user, 'souk_support', 'USAGE') THEN commerce.operator_tenant() END
$$;
CREATE FUNCTION reads_all_tenants() RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
	SELECT CASE WHEN pg_catalog.pg_has_role(current_user, 'platform_admin', 'USAGE') THEN true
		WHEN pg_catalog.pg_has_role(current_user, 'souk_dba', 'USAGE') THEN commerce.glass_is_broken()
		ELSE false END
$$;
GRANT EXECUTE ON FUNCTION reading_tenant(), reads_all_tenants(), operator_tenant(), glass_is_broken()
	TO commerce_app, souk_support, souk_dba, platform_admin, commerce_steward;

-- Full-text search and tags have no leakproof operators: for a bound role PostgreSQL would read the
-- whole tenant. The steward sees all, so the index serves; the tenant is the one in scope, for a login
-- of the application or an operator with a grant: asked of session_user, which nobody can choose.
SELECT pg_catalog.set_config('citus.enable_ddl_propagation', 'on', true)
 WHERE EXISTS (SELECT FROM pg_catalog.pg_extension e WHERE e.extname = 'citus');
SELECT pg_catalog.set_config('citus.multi_shard_modify_mode', 'sequential', true)
 WHERE EXISTS (SELECT FROM pg_catalog.pg_extension e WHERE e.extname = 'citus');
GRANT SELECT ON operator_grants TO commerce_steward;
CREATE POLICY operator_grants_steward ON operator_grants FOR SELECT TO commerce_steward USING (true);
SELECT pg_catalog.set_config('citus.enable_ddl_propagation', 'off', true)
 WHERE EXISTS (SELECT FROM pg_catalog.pg_extension e WHERE e.extname = 'citus');
GRANT CREATE ON SCHEMA commerce TO commerce_steward;
SELECT pg_catalog.set_config('role', 'commerce_steward', true);

CREATE FUNCTION catalog_search(p_words text, p_tag text DEFAULT NULL, p_at_most integer DEFAULT 100)
RETURNS TABLE (tenant_id bigint, id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
	SELECT p.tenant_id, p.id FROM commerce.catalog_products p
	 WHERE p.tenant_id = (SELECT commerce.scope_tenant()
		WHERE pg_has_role(session_user, 'commerce_app', 'USAGE') OR commerce.operator_tenant() IS NOT NULL)
	   AND p.status = 'active' AND p.deleted_at IS NULL
	   AND (p_words IS NULL OR to_tsvector('english', p.name || ' ' || COALESCE(p.description, ''))
		@@ websearch_to_tsquery('english', p_words))
	   AND (p_tag IS NULL OR p.tags @> ARRAY[p_tag])
	 ORDER BY p.id LIMIT p_at_most
$$;
GRANT EXECUTE ON FUNCTION catalog_search(text, text, integer) TO commerce_app, souk_support;

SELECT pg_catalog.set_config('role', 'commerce_owner', true);
REVOKE CREATE ON SCHEMA commerce FROM commerce_steward;
