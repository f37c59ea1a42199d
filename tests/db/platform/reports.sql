-- The reports, on a shop of their own small enough to count by hand.

-- test: daily sales, per day of the tenant, region and currency, without what was cancelled or went back
SELECT t.small_shop();
SELECT t.equal('rows', string_agg(concat_ws(' ', d.sale_date, d.region, d.currency, d.order_count, d.cancelled_count, d.revenue, d.average_order), E'\n'
	ORDER BY d.sale_date, d.region, d.currency),
	'2026-03-01 eu-west EUR 2 1 40.00 20.00
2026-03-01 eu-west USD 1 0 7.00 7.00
2026-03-01 us-east EUR 1 0 5.00 5.00
2026-03-02 eu-west EUR 1 0 11.00 11.00
2026-03-03 eu-west EUR 0 0 0.00')
  FROM commerce.daily_sales_data d JOIN t.small s ON s.tenant = d.tenant_id;

-- test: performance of every product there is, the unsold too, without what was cancelled or went back
SELECT t.small_shop();
SELECT t.equal('rows', string_agg(concat_ws(' ', d.product_name, d.currency, d.times_ordered, d.units_sold, d.revenue, COALESCE(d.average_price::text, 'none')), E'\n'
	ORDER BY d.product_name), 'sold EUR 5 9 63.00 7.00
unsold EUR 0 0 0.00 none')
  FROM commerce.product_performance_data d JOIN t.small s ON s.tenant = d.tenant_id;

-- test: ratings of approved reviews, star by star
SELECT t.small_shop();
SELECT t.equal('rows', string_agg(concat_ws(' ', d.review_count, d.average_rating, d.five_stars, d.four_stars, d.three_stars, d.two_stars, d.one_star), E'\n'),
	'6 3.17 1 2 1 1 1')
  FROM commerce.product_ratings_data d JOIN t.small s ON s.tenant = d.tenant_id;

-- test: a refresh lets others read meanwhile, and writes down when it began, how long it took, what came of it and who it was
SELECT t.be('souk_dba');
CREATE TEMP TABLE made ON COMMIT DROP AS SELECT r AS report, clock_timestamp() AS before, commerce.report_refresh(r) AS n
  FROM unnest(ARRAY['daily_sales', 'product_performance', 'product_ratings']) r;
SELECT t.equal(m.report || ' is closed to readers', string_agg(l.mode, ', '), NULL)
  FROM made m LEFT JOIN pg_locks l ON l.relation = format('commerce.%s_data', m.report)::regclass AND l.pid = pg_backend_pid()
	AND l.mode = 'AccessExclusiveLock' GROUP BY m.report;
SELECT t.equal(m.report || ' logged', concat_ws(' ', r.refreshed_by, r.row_count, r.started_at >= m.before, r.finished_at > r.started_at, r.finished_at < clock_timestamp()),
	concat_ws(' ', session_user, m.n, true, true, true))
  FROM made m LEFT JOIN commerce.report_refreshes r ON r.report = m.report AND r.started_at >= m.before;

-- test: reports are filtered for a DBA, whose glass is whole, and whole once it is broken
SELECT t.be('souk_dba', t.tenant(1));
SELECT t.equal('whole glass', (SELECT count(*) FROM commerce.product_performance) + (SELECT count(*) FROM commerce.daily_sales) + (SELECT count(*) FROM commerce.product_ratings), 0);
SELECT t.be('postgres');
INSERT INTO commerce.break_glass_log (operator, reason, opened_at, expires_at) VALUES ('postgres', 'a case of the tests', now() - INTERVAL '1 second', now() + INTERVAL '1 minute');
SELECT t.be('souk_dba');
SELECT t.is_true('broken glass', count(DISTINCT tenant_id) >= 3) FROM commerce.product_performance;

-- test: the ledger's drift is seen in each of its three ways
SELECT t.be('postgres', t.tenant(1));
CREATE TEMP TABLE b ON COMMIT DROP AS SELECT x.* FROM commerce.inventory_balances x WHERE x.tenant_id = t.tenant(1) AND x.on_hand > 5 AND x.reserved = 0 ORDER BY x.id LIMIT 1;
SAVEPOINT s;
UPDATE commerce.inventory_balances x SET on_hand = x.on_hand + 1 FROM b WHERE x.id = b.id;
SELECT t.equal('on hand', string_agg(d.on_hand - d.ledger_on_hand || ' ' || d.balance_id, ','), '1 ' || (SELECT id FROM b)) FROM commerce.stock_drift d;
ROLLBACK TO s;
-- a promise that no movement tells of
INSERT INTO commerce.inventory_reservations (tenant_id, balance_id, order_ref, quantity, expires_at) SELECT tenant_id, id, 'order:D', 2, now() FROM b;
SELECT t.equal('promised', string_agg(d.promised || ' ' || d.reserved, ','), '2 0') FROM commerce.stock_drift d;
UPDATE commerce.inventory_balances x SET reserved = 2 FROM b WHERE x.id = b.id;
SELECT t.equal('reserved', string_agg(d.reserved || ' ' || d.ledger_reserved, ','), '2 0') FROM commerce.stock_drift d;
ROLLBACK TO s;
INSERT INTO commerce.inventory_reservations (tenant_id, balance_id, order_ref, quantity, state, expires_at) SELECT tenant_id, id, 'order:D', 2, 'released', now() FROM b;
SELECT t.equal('what is over', count(*), 0) FROM commerce.stock_drift;

-- test: stuck keys are pending for a while, and nothing else
INSERT INTO commerce.idempotency_keys (tenant_id, scope, key, request_hash, state, completed_at, created_at)
SELECT t.tenant(3), 'stuck', k, repeat('a', 64), s, CASE WHEN s <> 'pending' THEN now() END, now() - age
  FROM (VALUES ('old', 'pending', INTERVAL '6 minutes'), ('young', 'pending', INTERVAL '4 minutes'), ('done', 'completed', INTERVAL '6 minutes'), ('failed', 'failed', INTERVAL '6 minutes')) x (k, s, age);
SELECT t.equal('stuck', string_agg(key, ','), 'old') FROM commerce.idempotency_stuck WHERE scope = 'stuck';
