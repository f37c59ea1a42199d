-- Triggers: versions, append-only tables, the ledger, and the rules a CHECK cannot say.
--
-- None of them detects a lost update: only the writer's own WHERE version = … does.
SELECT pg_catalog.set_config('role', 'commerce_owner', true),
       pg_catalog.set_config('search_path', 'commerce', true);
SELECT pg_catalog.set_config('citus.multi_shard_modify_mode', 'sequential', true)
 WHERE EXISTS (SELECT FROM pg_catalog.pg_extension e WHERE e.extname = 'citus');

-- Whether this table is spread over a Citus cluster, where some things must be said differently.
CREATE FUNCTION is_distributed(p_table regclass) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	found_it boolean := false;
BEGIN
	IF to_regclass('pg_catalog.pg_dist_partition') IS NOT NULL THEN
		EXECUTE 'SELECT EXISTS (SELECT FROM pg_catalog.pg_dist_partition d WHERE d.logicalrelid = $1)'
			INTO found_it USING p_table;
	END IF;
	RETURN found_it;
END
$$;

-- Citus lets a row trigger run on the shards when it touches nothing but its own row.
SELECT pg_catalog.set_config('citus.enable_unsafe_triggers', 'on', true)
 WHERE is_distributed('catalog_products');

-- Guarantees that a version grows by exactly one, whatever the writer said, and never detects anything.
CREATE FUNCTION bump_version_on_update() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	NEW.version := OLD.version + 1;
	NEW.updated_at := now();
	RETURN NEW;
END
$$;

CREATE FUNCTION touch_updated_at() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	NEW.updated_at := now();
	RETURN NEW;
END
$$;

DO $$
DECLARE
	r record;
BEGIN
	FOR r IN
		SELECT c.relname, pg_catalog.bool_or(a.attname = 'version') AS versioned
		  FROM pg_catalog.pg_class c
		  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname IN ('version', 'updated_at')
		 WHERE c.relnamespace = 'commerce'::pg_catalog.regnamespace AND c.relkind = 'r'
		 GROUP BY c.relname ORDER BY c.relname
	LOOP
		EXECUTE pg_catalog.format('CREATE TRIGGER %I BEFORE UPDATE ON commerce.%I FOR EACH ROW EXECUTE FUNCTION commerce.%I()',
			r.relname || CASE WHEN r.versioned THEN '_version_trg' ELSE '_touch_trg' END, r.relname,
			CASE WHEN r.versioned THEN 'bump_version_on_update' ELSE 'touch_updated_at' END);
	END LOOP;
END
$$;

CREATE FUNCTION refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, lower(TG_OP)
		USING ERRCODE = 'restrict_violation', HINT = 'Insert a row that corrects it.';
END
$$;

DO $$
DECLARE
	t text;
BEGIN
	FOREACH t IN ARRAY ARRAY['inventory_movements', 'sales_order_status_history', 'audit_log',
		'pricing_coupon_redemptions', 'payments_refunds']
	LOOP
		EXECUTE pg_catalog.format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE ON commerce.%I '
			'FOR EACH ROW EXECUTE FUNCTION commerce.refuse_change()', t || '_append_only_trg', t);
		CONTINUE WHEN commerce.is_distributed(pg_catalog.format('commerce.%I', t)::pg_catalog.regclass);
		EXECUTE pg_catalog.format('CREATE TRIGGER %I BEFORE TRUNCATE ON commerce.%I '
			'FOR EACH STATEMENT EXECUTE FUNCTION commerce.refuse_change()', t || '_no_truncate_trg', t);
	END LOOP;
END
$$;

-- The balance follows its movements in the same statement, a set at a time. Runs as the owner, in
-- the scope of whoever inserts: nobody else may write on_hand and reserved.
CREATE FUNCTION apply_movements() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	wanted  bigint;
	changed bigint;
BEGIN
	SELECT count(DISTINCT (n.tenant_id, n.balance_id)) INTO wanted FROM fresh n;
	WITH s AS (
		SELECT n.tenant_id, n.balance_id, n.warehouse_id, n.product_id, n.variant_id, n.lot_id,
		       sum(n.on_hand_delta) AS on_hand, sum(n.reserved_delta) AS reserved
		  FROM fresh n
		 GROUP BY n.tenant_id, n.balance_id, n.warehouse_id, n.product_id, n.variant_id, n.lot_id
	)
	UPDATE commerce.inventory_balances b
	   SET on_hand = b.on_hand + s.on_hand, reserved = b.reserved + s.reserved
	  FROM s
	 WHERE b.tenant_id = s.tenant_id AND b.id = s.balance_id
	   AND b.warehouse_id = s.warehouse_id AND b.product_id = s.product_id
	   AND b.variant_id IS NOT DISTINCT FROM s.variant_id AND b.lot_id IS NOT DISTINCT FROM s.lot_id;
	GET DIAGNOSTICS changed = ROW_COUNT;
	IF changed <> wanted THEN
		RAISE EXCEPTION '% balances should have moved, % did: a movement names another tenant''s balance, or another product than its balance',
			wanted, changed USING ERRCODE = 'foreign_key_violation';
	END IF;
	RETURN NULL;
END
$$;

-- A category may not be its own ancestor. One writer of a tenant's tree at a time, so two
-- harmless moves cannot make a circle together.
CREATE FUNCTION refuse_category_circle() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	PERFORM pg_advisory_xact_lock(hashtextextended('commerce.catalog_categories', NEW.tenant_id));
	IF EXISTS (
		WITH RECURSIVE above (id, parent_id) AS (
			SELECT c.id, c.parent_id FROM commerce.catalog_categories c
			 WHERE c.tenant_id = NEW.tenant_id AND c.id = NEW.parent_id
			UNION
			SELECT c.id, c.parent_id FROM commerce.catalog_categories c JOIN above a ON c.id = a.parent_id
			 WHERE c.tenant_id = NEW.tenant_id
		) SELECT FROM above WHERE id = NEW.id)
	THEN
		RAISE EXCEPTION 'category % cannot lie below itself', NEW.name USING ERRCODE = 'check_violation',
			CONSTRAINT = 'catalog_categories_circle_check', TABLE = 'catalog_categories', SCHEMA = 'commerce';
	END IF;
	RETURN NEW;
END
$$;

-- The limit of a coupon is kept under the lock of its row; says in words why it refuses.
CREATE FUNCTION count_redemption() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	c commerce.pricing_coupons;
	o commerce.sales_orders;
BEGIN
	SELECT * INTO c FROM commerce.pricing_coupons x
	 WHERE x.tenant_id = NEW.tenant_id AND x.id = NEW.coupon_id FOR UPDATE;
	SELECT * INTO o FROM commerce.sales_orders x WHERE x.tenant_id = NEW.tenant_id AND x.id = NEW.order_id;
	IF c.id IS NULL OR o.id IS NULL THEN
		RETURN NEW;     -- the foreign keys say it better
	END IF;
	IF NOT c.is_active OR now() < c.valid_from OR now() >= c.valid_until THEN
		RAISE EXCEPTION 'coupon % is not valid now', c.code USING ERRCODE = 'check_violation';
	ELSIF c.usage_count >= c.usage_limit THEN
		RAISE EXCEPTION 'coupon % was used % times, which is its limit', c.code, c.usage_count
			USING ERRCODE = 'check_violation', CONSTRAINT = 'pricing_coupons_usage_check';
	ELSIF o.subtotal < c.minimum_amount THEN
		RAISE EXCEPTION 'coupon % asks for an order of at least %', c.code, c.minimum_amount
			USING ERRCODE = 'check_violation';
	ELSIF c.type <> 'percentage' AND o.currency <> c.currency THEN
		RAISE EXCEPTION 'coupon % is in %, the order in %', c.code, c.currency, o.currency
			USING ERRCODE = 'check_violation';
	ELSIF NEW.discount_amount > COALESCE(c.maximum_discount, NEW.discount_amount) THEN
		RAISE EXCEPTION 'coupon % takes off at most %', c.code, c.maximum_discount
			USING ERRCODE = 'check_violation';
	END IF;
	UPDATE commerce.pricing_coupons x SET usage_count = x.usage_count + 1
	 WHERE x.tenant_id = c.tenant_id AND x.id = c.id;
	RETURN NEW;
END
$$;

CREATE FUNCTION order_may_become(p_from text, p_to text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT CASE p_from
		WHEN 'pending'    THEN p_to IN ('confirmed', 'cancelled')
		WHEN 'confirmed'  THEN p_to IN ('processing', 'cancelled')
		WHEN 'processing' THEN p_to IN ('shipped', 'cancelled')
		WHEN 'shipped'    THEN p_to IN ('delivered')
		WHEN 'delivered'  THEN p_to IN ('refunded')
		WHEN 'cancelled'  THEN p_to IN ('refunded')
		ELSE false
	END
$$;

CREATE FUNCTION refuse_order_step() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	IF NOT commerce.order_may_become(OLD.status, NEW.status) THEN
		RAISE EXCEPTION 'order % is % and cannot become %', OLD.order_number, OLD.status, NEW.status
			USING ERRCODE = 'check_violation', CONSTRAINT = 'sales_orders_status_step', COLUMN = 'status',
			      TABLE = 'sales_orders', SCHEMA = 'commerce';
	END IF;
	IF NEW.status = 'confirmed' AND NEW.confirmed_at IS NULL THEN
		NEW.confirmed_at := now();
	END IF;
	RETURN NEW;
END
$$;

-- Written as the owner, so nobody can forge or forget a line.
CREATE FUNCTION keep_order_history() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	INSERT INTO commerce.sales_order_status_history
		(tenant_id, order_id, from_status, to_status, actor, reason, trace_id, occurred_at)
	VALUES (NEW.tenant_id, NEW.id, CASE WHEN TG_OP = 'UPDATE' THEN OLD.status END, NEW.status,
		session_user, NULLIF(current_setting('app.reason', true), ''),
		NULLIF(current_setting('app.trace_id', true), ''),
		CASE WHEN TG_OP = 'UPDATE' THEN now() ELSE NEW.created_at END);
	RETURN NULL;
END
$$;

-- At the end of the transaction an order's subtotal is the sum of its lines.
CREATE FUNCTION check_order_subtotal() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	changed   jsonb := to_jsonb(CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END);
	tenant    bigint := (changed ->> 'tenant_id')::bigint;
	the_order bigint := (changed ->> CASE TG_TABLE_NAME WHEN 'sales_orders' THEN 'id' ELSE 'order_id' END)::bigint;
	scope     text := current_setting('app.tenant_id', true);
	said      numeric;
	counted   numeric;
BEGIN
	-- The transaction may have moved on to another tenant: look at the order in its own scope.
	PERFORM set_config('app.tenant_id', tenant::text, true);
	SELECT o.subtotal INTO said FROM commerce.sales_orders o WHERE o.tenant_id = tenant AND o.id = the_order;
	SELECT COALESCE(sum(i.total_price), 0) INTO counted
	  FROM commerce.sales_order_items i WHERE i.tenant_id = tenant AND i.order_id = the_order;
	PERFORM set_config('app.tenant_id', COALESCE(scope, ''), true);
	IF said <> counted THEN
		RAISE EXCEPTION 'the subtotal of order % is %, its lines make %', the_order, said, counted
			USING ERRCODE = 'check_violation', CONSTRAINT = 'sales_orders_subtotal_check',
			      TABLE = 'sales_orders', SCHEMA = 'commerce';
	END IF;
	RETURN NULL;
END
$$;

-- Refunds never exceed what was captured; the payment is locked while they are counted.
CREATE FUNCTION check_refund() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	p    commerce.payments_payments;
	back numeric;
BEGIN
	SELECT * INTO p FROM commerce.payments_payments x
	 WHERE x.tenant_id = NEW.tenant_id AND x.id = NEW.payment_id FOR UPDATE;
	SELECT COALESCE(sum(r.amount), 0) INTO back FROM commerce.payments_refunds r
	 WHERE r.tenant_id = NEW.tenant_id AND r.payment_id = NEW.payment_id;
	IF p.status <> 'captured' THEN
		RAISE EXCEPTION 'payment % is %, only a captured one can be refunded', p.provider_ref, p.status
			USING ERRCODE = 'check_violation';
	ELSIF back + NEW.amount > p.amount THEN
		RAISE EXCEPTION 'of % captured % went back already, % cannot', p.amount, back, NEW.amount
			USING ERRCODE = 'check_violation';
	END IF;
	RETURN NEW;
END
$$;

-- Grants to operators are audited by the server itself.
CREATE FUNCTION audit_operator_grant() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	scope text := current_setting('app.tenant_id', true);
	g     commerce.operator_grants;
BEGIN
	IF TG_OP = 'DELETE' THEN g := OLD; ELSE g := NEW; END IF;
	PERFORM set_config('app.tenant_id', g.tenant_id::text, true);
	INSERT INTO commerce.audit_log (tenant_id, actor_role, action, entity_type, entity_id, before, after, reason)
	VALUES (g.tenant_id, 'operator_grants', lower(TG_OP), 'commerce.operator_grants', g.operator,
		CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END,
		CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END, g.reason);
	PERFORM set_config('app.tenant_id', COALESCE(scope, ''), true);
	RETURN NULL;
END
$$;

-- On Citus a trigger may touch only its own row. What needs another table is left out there.
DO $$
BEGIN
	IF commerce.is_distributed('commerce.catalog_products') THEN
		RAISE NOTICE 'distributed: balances do not follow movements by trigger; the stock functions write both';
		RAISE NOTICE 'distributed: circles of categories, limits of coupons, steps and sums of orders, refunds and operator grants are not guarded by triggers';
		RETURN;
	END IF;
	CREATE TRIGGER inventory_movements_apply_trg AFTER INSERT ON commerce.inventory_movements
		REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION commerce.apply_movements();
	CREATE TRIGGER catalog_categories_circle_trg BEFORE INSERT OR UPDATE OF parent_id ON commerce.catalog_categories
		FOR EACH ROW WHEN (NEW.parent_id IS NOT NULL) EXECUTE FUNCTION commerce.refuse_category_circle();
	CREATE TRIGGER pricing_coupon_redemptions_count_trg BEFORE INSERT ON commerce.pricing_coupon_redemptions
		FOR EACH ROW EXECUTE FUNCTION commerce.count_redemption();
	CREATE TRIGGER sales_orders_step_trg BEFORE UPDATE OF status ON commerce.sales_orders
		FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION commerce.refuse_order_step();
	CREATE TRIGGER sales_orders_placed_trg AFTER INSERT ON commerce.sales_orders
		FOR EACH ROW EXECUTE FUNCTION commerce.keep_order_history();
	CREATE TRIGGER sales_orders_history_trg AFTER UPDATE OF status ON commerce.sales_orders
		FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION commerce.keep_order_history();
	CREATE CONSTRAINT TRIGGER sales_orders_subtotal_trg AFTER INSERT OR UPDATE OF subtotal ON commerce.sales_orders
		DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION commerce.check_order_subtotal();
	CREATE CONSTRAINT TRIGGER sales_order_items_subtotal_trg
		AFTER INSERT OR DELETE OR UPDATE OF order_id, total_price ON commerce.sales_order_items
		DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION commerce.check_order_subtotal();
	CREATE TRIGGER payments_refunds_check_trg BEFORE INSERT ON commerce.payments_refunds
		FOR EACH ROW EXECUTE FUNCTION commerce.check_refund();
	CREATE TRIGGER operator_grants_audit_trg AFTER INSERT OR UPDATE OR DELETE ON commerce.operator_grants
		FOR EACH ROW EXECUTE FUNCTION commerce.audit_operator_grant();
END
$$;
