-- The ledger of stock.

-- test: each function moves what it says and leaves a movement
SELECT t.be('t_app', t.tenant(1));
CREATE TEMP TABLE b ON COMMIT DROP AS SELECT x.* FROM commerce.inventory_balances x WHERE x.available > 20 AND x.reserved = 0 ORDER BY x.id LIMIT 1;
SELECT t.equal('receive', (r).on_hand, b.on_hand + 5) FROM b, LATERAL commerce.stock_receive(b.id, 5, 'delivery', 'PO-1') r;
SELECT t.equal('adjust', (r).on_hand, b.on_hand + 2) FROM b, LATERAL commerce.stock_adjust(b.id, -3, 'broken') r;
SELECT t.equal('reserve', (r).available, b.on_hand + 2 - 4) FROM b, LATERAL commerce.stock_reserve(b.id, 'order:S1', 4) r;
SELECT t.equal('release', (r).available, b.on_hand + 2) FROM b, commerce.inventory_reservations v, LATERAL commerce.stock_release(v.id, 'changed mind') r WHERE v.order_ref = 'order:S1';
SELECT t.equal('reserve again', (r).reserved, 6) FROM b, LATERAL commerce.stock_reserve(b.id, 'order:S1', 6) r;
SELECT t.equal('sell', (r).on_hand, b.on_hand + 2 - 6) FROM b, commerce.inventory_reservations v, LATERAL commerce.stock_sell(v.id) r WHERE v.order_ref = 'order:S1' AND v.state = 'active';
SELECT t.equal('the ledger tells it', string_agg(m.movement_type, ' ' ORDER BY m.id), 'receipt adjustment reservation release reservation sale')
  FROM b JOIN commerce.inventory_movements m ON m.balance_id = b.id WHERE m.occurred_at = now();
SELECT t.equal('drift', count(*), 0) FROM commerce.stock_drift;

-- test: a transfer moves both or none
SELECT t.be('t_app', t.tenant(1));
CREATE TEMP TABLE b ON COMMIT DROP AS SELECT x.* FROM commerce.inventory_balances x WHERE x.available > 20 ORDER BY x.id LIMIT 1;
CREATE TEMP TABLE w ON COMMIT DROP AS SELECT x.id FROM commerce.inventory_warehouses x, b WHERE x.id <> b.warehouse_id ORDER BY x.id DESC LIMIT 1;
SELECT t.is_true('arrived', (r).on_hand >= 7 AND (r).balance_id <> b.id) FROM b, w, LATERAL commerce.stock_transfer(b.id, w.id, 7, 'shelf') r;
SELECT t.equal('left', x.on_hand, b.on_hand - 7) FROM b JOIN commerce.inventory_balances x ON x.id = b.id;
SELECT t.equal('in pairs', count(*), 2) FROM commerce.inventory_movements m WHERE m.reference_type = 'transfer' AND m.occurred_at = now() GROUP BY m.reference_id;
SELECT t.fails(format('SELECT commerce.stock_transfer(%s, %s, 100000, ''x'')', b.id, w.id), '23514', 'available') FROM b, w;
SELECT t.fails(format('SELECT commerce.stock_transfer(%s, %s, 1, ''x'')', b.id, b.warehouse_id), '23514', 'already') FROM b;
SELECT t.equal('unchanged', x.on_hand, b.on_hand - 7) FROM b JOIN commerce.inventory_balances x ON x.id = b.id;
SELECT t.equal('drift', count(*), 0) FROM commerce.stock_drift;

-- test: what cannot be is refused in words
SELECT t.be('t_app', t.tenant(1));
CREATE TEMP TABLE b ON COMMIT DROP AS SELECT x.* FROM commerce.inventory_balances x WHERE x.available > 5 ORDER BY x.id LIMIT 1;
SELECT t.fails(format('SELECT commerce.stock_adjust(%s, %s, ''x'')', id, -on_hand - 1), '23514', 'would leave') FROM b;
SELECT t.fails(format('SELECT commerce.stock_receive(%s, 0, ''x'')', id), '23514', 'above zero') FROM b;
SELECT t.fails(format('SELECT commerce.stock_receive(%s, 1, NULL)', id), '23502') FROM b;
SELECT t.fails(format('SELECT commerce.stock_receive(%s, 1, '''')', id), '23514', 'reason') FROM b;
SELECT t.fails('SELECT commerce.stock_receive(-1, 1, ''x'')', 'P0002', 'no balance');
SELECT t.fails(format('SELECT commerce.stock_receive(%s, 1, ''x'')', (SELECT x.id + 0 FROM b x)), '42501', 'no tenant')
  FROM set_config('app.tenant_id', '', true);

-- test: a balance of another tenant cannot be moved
CREATE TEMP TABLE foreign_one ON COMMIT DROP AS SELECT x.* FROM commerce.inventory_balances x WHERE x.tenant_id = t.tenant(2) ORDER BY x.id LIMIT 1;
GRANT SELECT ON foreign_one TO PUBLIC;
SELECT t.be('t_app', t.tenant(1));
SELECT t.fails(format('SELECT commerce.stock_receive(%s, 1, ''x'')', id), 'P0002') FROM foreign_one;
SELECT t.fails(format('INSERT INTO commerce.inventory_movements (tenant_id, balance_id, warehouse_id, product_id, movement_type, on_hand_delta, reason) VALUES (%s, %s, %s, %s, ''receipt'', 1, ''x'')',
	t.tenant(1), id, warehouse_id, product_id), '23503') FROM foreign_one;

-- test: a movement must name its balance's own product and warehouse
SELECT t.be('t_app', t.tenant(1));
SELECT t.fails(format('INSERT INTO commerce.inventory_movements (tenant_id, balance_id, warehouse_id, product_id, variant_id, lot_id, movement_type, on_hand_delta, reason) VALUES (%s, %s, %s, %s, %s, %s, ''receipt'', 1, ''x'')',
	tenant_id, id, warehouse_id, product_id + 1, COALESCE(variant_id::text, 'NULL'), COALESCE(lot_id::text, 'NULL')), '23503') FROM commerce.inventory_balances ORDER BY id LIMIT 1;

-- test: the balance is written by movements only
SELECT t.be('commerce_app', t.tenant(1));
SELECT t.fails('UPDATE commerce.inventory_balances SET on_hand = on_hand + 1', '42501');
SELECT t.fails('UPDATE commerce.inventory_balances SET reserved = 0', '42501');
SELECT t.fails('INSERT INTO commerce.inventory_balances (tenant_id, warehouse_id, product_id, on_hand) VALUES (1, 1, 1, 5)', '42501');
SELECT t.is_true('its reorder point may change', t.touched('UPDATE commerce.inventory_balances SET reorder_point = 3 WHERE id = (SELECT min(id) FROM commerce.inventory_balances)') = 1);
SELECT t.fails('UPDATE commerce.inventory_balances SET available = 5', '428C9 42501');

-- test: the ledger, history, audit, redemptions and refunds cannot be changed, by nobody
DO $$
DECLARE
	name text;
BEGIN
	FOREACH name IN ARRAY ARRAY['inventory_movements', 'sales_order_status_history', 'audit_log', 'pricing_coupon_redemptions', 'payments_refunds'] LOOP
		PERFORM t.fails(format('UPDATE commerce.%I SET tenant_id = tenant_id', name), '23001', 'append-only');
		PERFORM t.fails(format('DELETE FROM commerce.%I', name), '23001', 'append-only');
		PERFORM t.fails(format('TRUNCATE commerce.%I CASCADE', name), '23001', 'append-only');
	END LOOP;
END
$$;

-- test: a reservation is ended once
SELECT t.be('t_app', t.tenant(1));
CREATE TEMP TABLE r ON COMMIT DROP AS SELECT v.id FROM commerce.inventory_reservations v WHERE v.order_ref = 'order:T';
SELECT commerce.stock_sell(id) FROM r;
SELECT t.fails(format('SELECT commerce.stock_sell(%s)', id), '23514', 'over already') FROM r;
SELECT t.fails(format('SELECT commerce.stock_release(%s)', id), '23514', 'over already') FROM r;

-- test: one promise per order and balance at a time
SELECT t.be('t_app', t.tenant(1));
SELECT t.fails(format('SELECT commerce.stock_reserve(%s, ''order:T'', 1)', v.balance_id), '23505') FROM commerce.inventory_reservations v WHERE v.order_ref = 'order:T' AND v.state = 'active';

-- test: expired promises go back, each by its own quantity, once
SELECT t.be('t_app', t.tenant(1));
CREATE TEMP TABLE b ON COMMIT DROP AS SELECT x.* FROM commerce.inventory_balances x WHERE x.available > 9 ORDER BY x.id LIMIT 1;
SELECT commerce.stock_reserve(b.id, 'order:E1', 2, INTERVAL '-1 second'), commerce.stock_reserve(b.id, 'order:E2', 3, INTERVAL '1 hour') FROM b;
SELECT t.equal('expired', commerce.stock_expire(), 1);
SELECT t.equal('left', x.reserved, b.reserved + 3) FROM b JOIN commerce.inventory_balances x ON x.id = b.id;
SELECT t.equal('again', commerce.stock_expire(), 0);
SELECT t.equal('drift', count(*), 0) FROM commerce.stock_drift;

-- test: drift is seen
UPDATE commerce.inventory_balances SET on_hand = on_hand + 1 WHERE id = (SELECT min(id) FROM commerce.inventory_balances WHERE tenant_id = t.tenant(1));
SELECT t.equal('drift', count(*), 1) FROM commerce.stock_drift;

-- test: an operator moves stock in a granted tenant, with his name in the ledger
SELECT t.be('souk_support', t.tenant(1));
SELECT t.is_true('moved', (r).movement_id > 0) FROM (SELECT min(id) AS id FROM commerce.inventory_balances) b, LATERAL commerce.stock_receive(b.id, 1, 'found') r;
SELECT t.equal('actor', m.actor, 'postgres') FROM commerce.inventory_movements m WHERE m.reason = 'found' AND m.occurred_at = now();

-- test: an operator who may only read moves nothing
UPDATE commerce.operator_grants SET may_edit = false WHERE operator = 'postgres';
SELECT t.be('souk_support', t.tenant(1));
SELECT t.fails(format('SELECT commerce.stock_receive(%s, 1, ''x'')', id), 'P0002', 'may not') FROM commerce.inventory_balances ORDER BY id LIMIT 1;
SELECT t.equal('edits nothing', t.touched('UPDATE commerce.catalog_products SET name = name'), 0);
