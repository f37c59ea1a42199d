-- The functions of stock: a movement in a short transaction, the balance row locked, a reason always.
--
-- They work in the scope of app.tenant_id with the rights of whoever calls. Every one locks the
-- balance first (SELECT … FOR UPDATE), looks, refuses in words with SQLSTATE 23514, and inserts the
-- movement; a trigger moves the balance. Each returns one row:
--   (balance_id, movement_id, on_hand, reserved, available)
--
--   stock_open(warehouse, product, variant, lot)             -> balance_id, made when missing
--   stock_receive(balance, quantity, reason, reference)      goods came in
--   stock_adjust(balance, difference, reason)                a count was corrected, either way
--   stock_transfer(balance, to_warehouse, quantity, reason)  both movements, or none; returns the target
--   stock_reserve(balance, order_ref, quantity, ttl, reason) a promise; the same order_ref once per balance
--   stock_release(reservation, reason)                       the promise is withdrawn
--   stock_sell(reservation, reason)                          the promise is kept
--   stock_expire(at_most)                                    gives expired promises back; returns how many
SELECT pg_catalog.set_config('role', 'commerce_owner', true),
       pg_catalog.set_config('search_path', 'commerce', true);
-- On Citus these stay on the coordinator, where everybody connects: a worker would neither see what this
-- transaction grants to another role, nor the tables that stay here.
SELECT pg_catalog.set_config('citus.enable_ddl_propagation', 'off', true)
 WHERE EXISTS (SELECT FROM pg_catalog.pg_extension e WHERE e.extname = 'citus');

CREATE TYPE stock_result AS (
	balance_id  bigint,
	movement_id bigint,
	on_hand     integer,
	reserved    integer,
	available   integer
);

CREATE FUNCTION scope_tenant_or_raise() RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	tenant bigint := NULLIF(current_setting('app.tenant_id', true), '')::bigint;
BEGIN
	IF tenant IS NULL THEN
		RAISE EXCEPTION 'no tenant is in scope' USING ERRCODE = 'insufficient_privilege',
			HINT = 'Set app.tenant_id for the transaction.';
	END IF;
	RETURN tenant;
END
$$;

-- Locks one balance of the scope, or says that there is none.
CREATE FUNCTION stock_lock(p_balance bigint) RETURNS inventory_balances
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	tenant bigint := commerce.scope_tenant_or_raise();
	b      commerce.inventory_balances;
BEGIN
	SELECT * INTO b FROM commerce.inventory_balances x
	 WHERE x.tenant_id = tenant AND x.id = p_balance FOR UPDATE;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'there is no balance % in this tenant, or you may not move it', p_balance
			USING ERRCODE = 'no_data_found';
	END IF;
	RETURN b;
END
$$;

-- Writes one movement of a locked balance and tells what lies there now.
CREATE FUNCTION stock_move(b inventory_balances, p_type text, p_on_hand integer, p_reserved integer,
	p_reason text, p_reference_type text, p_reference text) RETURNS stock_result
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	r commerce.stock_result;
BEGIN
	INSERT INTO commerce.inventory_movements (tenant_id, balance_id, warehouse_id, product_id, variant_id, lot_id,
		movement_type, on_hand_delta, reserved_delta, reference_type, reference_id, reason)
	VALUES (b.tenant_id, b.id, b.warehouse_id, b.product_id, b.variant_id, b.lot_id,
		p_type, p_on_hand, p_reserved, p_reference_type, p_reference, p_reason)
	RETURNING id INTO r.movement_id;
	r.balance_id := b.id;
	IF commerce.is_distributed('commerce.inventory_balances') THEN
		UPDATE commerce.inventory_balances x SET on_hand = x.on_hand + p_on_hand, reserved = x.reserved + p_reserved
		 WHERE x.tenant_id = b.tenant_id AND x.id = b.id;
	END IF;
	SELECT x.on_hand, x.reserved, x.available INTO r.on_hand, r.reserved, r.available
	  FROM commerce.inventory_balances x WHERE x.tenant_id = b.tenant_id AND x.id = b.id;
	RETURN r;
END
$$;

CREATE FUNCTION stock_open(p_warehouse bigint, p_product bigint, p_variant bigint DEFAULT NULL, p_lot bigint DEFAULT NULL)
RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	tenant bigint := commerce.scope_tenant_or_raise();
	found_id bigint;
BEGIN
	INSERT INTO commerce.inventory_balances (tenant_id, warehouse_id, product_id, variant_id, lot_id)
	VALUES (tenant, p_warehouse, p_product, p_variant, p_lot)
	ON CONFLICT (tenant_id, warehouse_id, product_id, COALESCE(variant_id, 0), COALESCE(lot_id, 0)) DO NOTHING
	RETURNING id INTO found_id;
	IF found_id IS NULL THEN
		SELECT b.id INTO STRICT found_id FROM commerce.inventory_balances b
		 WHERE b.tenant_id = tenant AND b.warehouse_id = p_warehouse AND b.product_id = p_product
		   AND COALESCE(b.variant_id, 0) = COALESCE(p_variant, 0) AND COALESCE(b.lot_id, 0) = COALESCE(p_lot, 0);
	END IF;
	RETURN found_id;
END
$$;

CREATE FUNCTION stock_receive(p_balance bigint, p_quantity integer, p_reason text, p_reference text DEFAULT NULL)
RETURNS stock_result
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	IF p_quantity IS NULL OR p_quantity <= 0 THEN
		RAISE EXCEPTION 'a receipt needs a quantity above zero, not %', p_quantity USING ERRCODE = 'check_violation';
	END IF;
	RETURN commerce.stock_move(commerce.stock_lock(p_balance), 'receipt', p_quantity, 0, p_reason,
		CASE WHEN p_reference IS NOT NULL THEN 'purchase' END, p_reference);
END
$$;

CREATE FUNCTION stock_adjust(p_balance bigint, p_difference integer, p_reason text) RETURNS stock_result
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	b commerce.inventory_balances := commerce.stock_lock(p_balance);
BEGIN
	IF p_difference IS NULL OR p_difference = 0 THEN
		RAISE EXCEPTION 'an adjustment needs a difference' USING ERRCODE = 'check_violation';
	ELSIF b.on_hand + p_difference < b.reserved THEN
		RAISE EXCEPTION '% on hand and % reserved: % would leave %', b.on_hand, b.reserved, p_difference, b.on_hand + p_difference
			USING ERRCODE = 'check_violation', HINT = 'Release reservations first.';
	END IF;
	RETURN commerce.stock_move(b, 'adjustment', p_difference, 0, p_reason, 'adjustment', NULL);
END
$$;

CREATE FUNCTION stock_transfer(p_balance bigint, p_to_warehouse bigint, p_quantity integer, p_reason text)
RETURNS stock_result
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	tenant bigint := commerce.scope_tenant_or_raise();
	source commerce.inventory_balances;
	target commerce.inventory_balances;
	ticket text := gen_random_uuid()::text;
BEGIN
	SELECT * INTO source FROM commerce.inventory_balances x
	 WHERE x.tenant_id = tenant AND x.id = p_balance;
	IF source.warehouse_id = p_to_warehouse THEN
		RAISE EXCEPTION 'the goods lie in that warehouse already' USING ERRCODE = 'check_violation';
	ELSIF p_quantity IS NULL OR p_quantity <= 0 THEN
		RAISE EXCEPTION 'a transfer needs a quantity above zero, not %', p_quantity USING ERRCODE = 'check_violation';
	END IF;
	IF source.id IS NOT NULL THEN
		target.id := commerce.stock_open(p_to_warehouse, source.product_id, source.variant_id, source.lot_id);
	END IF;
	-- Two transfers in opposite directions lock in the same order.
	IF target.id < p_balance THEN
		target := commerce.stock_lock(target.id);
		source := commerce.stock_lock(p_balance);
	ELSE
		source := commerce.stock_lock(p_balance);
		target := commerce.stock_lock(target.id);
	END IF;
	IF source.available < p_quantity THEN
		RAISE EXCEPTION '% available, % asked for', source.available, p_quantity USING ERRCODE = 'check_violation';
	END IF;
	PERFORM commerce.stock_move(source, 'transfer_out', -p_quantity, 0, p_reason, 'transfer', ticket);
	RETURN commerce.stock_move(target, 'transfer_in', p_quantity, 0, p_reason, 'transfer', ticket);
END
$$;

CREATE FUNCTION stock_reserve(p_balance bigint, p_order_ref text, p_quantity integer,
	p_ttl interval DEFAULT INTERVAL '15 minutes', p_reason text DEFAULT 'reserved') RETURNS stock_result
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	b commerce.inventory_balances := commerce.stock_lock(p_balance);
BEGIN
	IF p_quantity IS NULL OR p_quantity <= 0 THEN
		RAISE EXCEPTION 'a reservation needs a quantity above zero, not %', p_quantity USING ERRCODE = 'check_violation';
	ELSIF b.available < p_quantity THEN
		RAISE EXCEPTION '% available, % asked for', b.available, p_quantity USING ERRCODE = 'check_violation';
	END IF;
	INSERT INTO commerce.inventory_reservations (tenant_id, balance_id, order_ref, quantity, expires_at)
	VALUES (b.tenant_id, b.id, p_order_ref, p_quantity, now() + p_ttl);
	RETURN commerce.stock_move(b, 'reservation', 0, p_quantity, p_reason, 'order', p_order_ref);
END
$$;

-- Ends an active reservation, once: whoever comes second is told that it is over.
CREATE FUNCTION stock_end(p_reservation bigint, p_state text, p_type text, p_reason text) RETURNS stock_result
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	tenant bigint := commerce.scope_tenant_or_raise();
	b      commerce.inventory_balances;
	r      commerce.inventory_reservations;
BEGIN
	SELECT * INTO r FROM commerce.inventory_reservations x WHERE x.tenant_id = tenant AND x.id = p_reservation;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'there is no reservation % in this tenant', p_reservation USING ERRCODE = 'no_data_found';
	END IF;
	b := commerce.stock_lock(r.balance_id);
	UPDATE commerce.inventory_reservations x SET state = p_state
	 WHERE x.tenant_id = tenant AND x.id = r.id AND x.state = 'active' RETURNING * INTO r;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'reservation % is over already', p_reservation USING ERRCODE = 'check_violation';
	END IF;
	RETURN commerce.stock_move(b, p_type, CASE p_type WHEN 'sale' THEN -r.quantity ELSE 0 END, -r.quantity,
		p_reason, 'order', r.order_ref);
END
$$;

CREATE FUNCTION stock_release(p_reservation bigint, p_reason text DEFAULT 'released') RETURNS stock_result
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
	SELECT commerce.stock_end(p_reservation, 'released', 'release', p_reason)
$$;

CREATE FUNCTION stock_sell(p_reservation bigint, p_reason text DEFAULT 'sold') RETURNS stock_result
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
	SELECT commerce.stock_end(p_reservation, 'consumed', 'sale', p_reason)
$$;

-- Each expired promise gives back exactly its own quantity, once; a second run finds nothing.
CREATE FUNCTION stock_expire(p_at_most integer DEFAULT 1000) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	tenant bigint := commerce.scope_tenant_or_raise();
	r      record;
	done   integer := 0;
BEGIN
	FOR r IN
		SELECT x.id FROM commerce.inventory_reservations x
		 WHERE x.tenant_id = tenant AND x.state = 'active' AND x.expires_at < now()
		 ORDER BY x.balance_id, x.id LIMIT p_at_most
	LOOP
		BEGIN
			PERFORM commerce.stock_end(r.id, 'expired', 'release', 'reservation expired');
			done := done + 1;
		EXCEPTION WHEN check_violation THEN
			NULL;   -- sold or released by somebody else meanwhile
		END;
	END LOOP;
	RETURN done;
END
$$;

CREATE VIEW stock_drift WITH (security_invoker = true) AS
SELECT b.tenant_id, b.id AS balance_id, b.warehouse_id, b.product_id, b.variant_id, b.lot_id,
       b.on_hand, COALESCE(m.on_hand, 0) AS ledger_on_hand,
       b.reserved, COALESCE(m.reserved, 0) AS ledger_reserved, COALESCE(r.promised, 0) AS promised
  FROM inventory_balances b
  LEFT JOIN LATERAL (SELECT sum(x.on_hand_delta) AS on_hand, sum(x.reserved_delta) AS reserved
	FROM inventory_movements x WHERE x.tenant_id = b.tenant_id AND x.balance_id = b.id) m ON true
  LEFT JOIN LATERAL (SELECT sum(x.quantity) AS promised
	FROM inventory_reservations x
	WHERE x.tenant_id = b.tenant_id AND x.balance_id = b.id AND x.state = 'active') r ON true
 WHERE b.on_hand <> COALESCE(m.on_hand, 0) OR b.reserved <> COALESCE(m.reserved, 0)
    OR b.reserved <> COALESCE(r.promised, 0);
COMMENT ON VIEW stock_drift IS 'Balances that disagree with their ledger or their reservations; empty when all is well';
GRANT SELECT ON stock_drift TO commerce_app, souk_support, souk_dba, platform_admin;

GRANT EXECUTE ON FUNCTION scope_tenant_or_raise(), stock_lock(bigint),
	stock_move(inventory_balances, text, integer, integer, text, text, text), stock_open(bigint, bigint, bigint, bigint),
	stock_receive(bigint, integer, text, text), stock_adjust(bigint, integer, text),
	stock_transfer(bigint, bigint, integer, text), stock_reserve(bigint, text, integer, interval, text),
	stock_end(bigint, text, text, text), stock_release(bigint, text), stock_sell(bigint, text), stock_expire(integer)
	TO commerce_app, souk_support;
