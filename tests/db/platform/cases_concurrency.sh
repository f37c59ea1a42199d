#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154  # here, root and work are the suite's
# Many sessions at once. Each case has a database of its own, made from the demo's as a template.

sessions() {
	createdb -T shop "$1" && PGDATABASE=$1
}

# 32 writers want one piece each until a shelf of a hundred is empty.
last_pieces() {
	sessions pieces || return 1
	run_sql <<-'SQL' || return 1
		SELECT set_config('app.tenant_id', t.tenant(1)::text, false) \g /dev/null
		CREATE TABLE t.shelf AS SELECT b.id FROM commerce.inventory_balances b
		 WHERE b.tenant_id = t.tenant(1) AND b.reserved = 0 ORDER BY b.id LIMIT 1;
		GRANT SELECT ON t.shelf TO PUBLIC;
		SELECT commerce.stock_adjust(b.id, 100 - b.on_hand, 'exactly a hundred')
		  FROM t.shelf JOIN commerce.inventory_balances b USING (id) WHERE b.on_hand <> 100 \g /dev/null
		CREATE TABLE t.refused (at timestamptz);
		GRANT INSERT ON t.refused TO PUBLIC;
		CREATE SEQUENCE t.buyer;
		GRANT USAGE ON SEQUENCE t.buyer TO PUBLIC;
		CREATE FUNCTION t.buy() RETURNS void LANGUAGE plpgsql AS $$
		BEGIN
			PERFORM set_config('app.tenant_id', t.tenant(1)::text, true);
			PERFORM commerce.stock_reserve(s.id, 'order:' || nextval('t.buyer'), 1) FROM t.shelf s;
			PERFORM commerce.stock_sell(r.id) FROM commerce.inventory_reservations r
			 WHERE r.order_ref = 'order:' || currval('t.buyer') AND r.state = 'active';
		EXCEPTION WHEN check_violation THEN
			INSERT INTO t.refused VALUES (now());
		END $$;
	SQL
	echo 'SELECT t.buy();' >"$work/buy.sql"
	pgbench -n -c 32 -j 2 -t 10 -U app_web_1 -f "$work/buy.sql" pieces >"$work/bench" 2>&1 || { cat "$work/bench"; return 1; }
	run_sql <<-'SQL'
		SELECT t.equal('sold', -sum(m.on_hand_delta), 100) FROM commerce.inventory_movements m JOIN t.shelf s ON s.id = m.balance_id WHERE m.movement_type = 'sale';
		SELECT t.equal('left', b.on_hand + b.reserved, 0) FROM commerce.inventory_balances b JOIN t.shelf USING (id);
		SELECT t.equal('refused', count(*), 220) FROM t.refused;
		SELECT t.equal('drift', count(*), 0) FROM commerce.stock_drift;
	SQL
}
check "concurrency: 32 writers on the last 100 pieces sell exactly 100" last_pieces

# The document's cure without its row count, to see that the case above can fail.
last_pieces_of_the_document() {
	PGDATABASE=shop
	run_sql <<-'SQL' || return 1
		CREATE TABLE t.doc (available integer, sold integer);
		INSERT INTO t.doc VALUES (100, 0);
		GRANT ALL ON t.doc TO PUBLIC;
	SQL
	cat >"$work/doc.sql" <<-'SQL'
		SELECT available FROM t.doc \gset
		UPDATE t.doc SET available = :available - 1, sold = sold + 1 WHERE :available > 0;
	SQL
	pgbench -n -c 32 -j 2 -t 10 -U app_web_1 -f "$work/doc.sql" shop >"$work/bench" 2>&1 || return 1
	run_sql -c "SELECT t.is_true('oversold', sold > 100) FROM t.doc; DROP TABLE t.doc"
}
check "concurrency: read first and write later sells more than there is" last_pieces_of_the_document

# 16 relays take 100,000 messages; each is claimed by one at a time and none is lost. Some are killed.
many_relays() {
	sessions relays || return 1
	run_sql <<-'SQL' || return 1
		SELECT set_config('app.tenant_id', t.tenant(1)::text, false) \g /dev/null
		UPDATE commerce.outbox_messages SET processed_at = now() WHERE processed_at IS NULL AND dead_at IS NULL;
		INSERT INTO commerce.outbox_messages (tenant_id, aggregate_type, aggregate_id, event_type, payload)
		SELECT t.tenant(1), 'Product', 1000000 + g % 60000, 'ProductUpdated', '{}' FROM generate_series(1, 100000) g;
		ANALYZE commerce.outbox_messages;
		CREATE UNLOGGED TABLE t.delivered (id bigint, relay text, aggregate bigint, at timestamptz DEFAULT clock_timestamp());
		GRANT ALL ON t.delivered TO PUBLIC;
		CREATE FUNCTION t.deliver(p_relay text, p_batch integer, p_lease interval) RETURNS integer LANGUAGE plpgsql AS $$
		DECLARE
			sent integer;
		BEGIN
			WITH c AS MATERIALIZED (SELECT * FROM commerce.outbox_claim(p_relay, p_batch, p_lease)),
			d AS (INSERT INTO t.delivered (id, relay, aggregate) SELECT c.id, p_relay, (c.envelope ->> 'aggregate_id')::bigint FROM c RETURNING 1)
			SELECT commerce.outbox_complete(p_relay, array_agg(c.tenant_id), array_agg(c.id), array_agg(c.occurred_at)) INTO sent FROM c;
			RETURN sent;
		END $$;
		GRANT EXECUTE ON FUNCTION t.deliver TO PUBLIC;
	SQL
	# One relay claims and dies: its lease of a second lets its messages come back.
	run_sql -U relay_1 -c "SELECT count(*) FROM commerce.outbox_claim('dead', 500, INTERVAL '1 second')" >/dev/null || return 1
	# Another dies in the middle of its transaction: what it locked is free at once.
	(echo "BEGIN; SELECT count(*) FROM commerce.outbox_claim('killed', 500); SELECT pg_sleep(60);" |
		run_sql -U relay_1 >/dev/null 2>&1) &
	sleep 0.5
	run_sql -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'relay_1' AND query LIKE '%pg_sleep%'" >/dev/null
	wait $!
	cat >"$work/relay.sql" <<-'SQL'
		SELECT t.deliver('relay-' || :client_id, 200, INTERVAL '1 minute');
	SQL
	for _ in 1 2 3 4 5 6; do
		pgbench -n -c 16 -j 2 -t 31 -U relay_1 -f "$work/relay.sql" relays >"$work/bench" 2>&1 ||
			{ cat "$work/bench"; return 1; }
		[ "$(run_sql -c "SELECT count(*) FROM commerce.outbox_messages WHERE processed_at IS NULL AND dead_at IS NULL")" != 0 ] || break
	done
	run_sql <<-'SQL'
		SELECT t.equal('left', count(*), 0) FROM commerce.outbox_messages WHERE processed_at IS NULL AND dead_at IS NULL;
		SELECT t.equal('delivered', count(*), 100000), t.equal('different', count(DISTINCT id), 100000) FROM t.delivered;
		SELECT t.is_true('by all', count(DISTINCT relay) = 16) FROM t.delivered;
		SELECT t.equal('out of order', count(*), 0) FROM (SELECT at, lag(at) OVER (PARTITION BY aggregate ORDER BY id) AS before FROM t.delivered) q WHERE at < before;
		SELECT t.equal('of the dead relay, a second time', count(*), 500) FROM commerce.outbox_messages o JOIN t.delivered d USING (id) WHERE o.attempts = 2;
	SQL
}
check "concurrency: 16 relays deliver 100,000 messages, none lost, each once at a time" many_relays

# A relay's process is killed between its claim and its work: nobody takes what it holds before its
# lease has ended, then somebody does, and what it might still say is not heard.
killed_relay() {
	sessions killed || return 1
	run_sql <<-'SQL' || return 1
		SELECT set_config('app.tenant_id', t.tenant(1)::text, false) \g /dev/null
		UPDATE commerce.outbox_messages SET processed_at = now() WHERE processed_at IS NULL AND dead_at IS NULL;
		INSERT INTO commerce.outbox_messages (tenant_id, aggregate_type, aggregate_id, event_type, payload)
		SELECT t.tenant(1), 'Product', 1000000 + g, 'ProductUpdated', '{}' FROM generate_series(1, 300) g;
		CREATE TABLE t.sent (id bigint, relay text);
		GRANT ALL ON t.sent TO PUBLIC;
		CREATE VIEW t.held AS SELECT * FROM commerce.outbox_messages WHERE claimed_by = 'victim';
		CREATE FUNCTION t.work() RETURNS bigint LANGUAGE sql AS $$
			WITH c AS MATERIALIZED (SELECT * FROM commerce.outbox_claim('heir', 50)),
			s AS (INSERT INTO t.sent SELECT c.id, 'heir' FROM c)
			SELECT commerce.outbox_complete('heir', array_agg(c.tenant_id), array_agg(c.id), array_agg(c.occurred_at)) FROM c
		$$;
	SQL
	cat >"$work/victim.sql" <<-'SQL'
		SELECT count(*) FROM commerce.outbox_claim('victim', 100, INTERVAL '4 seconds');
		SELECT pg_sleep(600);
	SQL
	psql -X -q -A -t -U relay_1 -f "$work/victim.sql" >/dev/null 2>&1 &
	victim=$!
	n=0
	until [ "$(run_sql -c 'SELECT count(*) FROM t.held')" = 100 ]; do
		n=$((n + 1))
		[ $n -lt 200 ] || { kill $victim; echo "it claimed nothing"; return 1; }
		sleep 0.05
	done
	kill -9 $victim
	wait $victim || :
	cat >"$work/heir.sql" <<-'SQL'
		SELECT t.equal('taken of a lease', count(*), 0) FROM t.sent s JOIN t.held h USING (id) WHERE h.claimed_until > clock_timestamp();
		SELECT t.work();
	SQL
	n=0
	until [ "$(run_sql -c 'SELECT count(*) FROM t.sent')" = 300 ]; do
		n=$((n + 1))
		[ $n -lt 300 ] || { echo "its messages do not come back"; return 1; }
		run_sql -U postgres -f "$work/heir.sql" >/dev/null || return 1
		sleep 0.05
	done
	run_sql <<-'SQL'
		SELECT t.equal('sent twice', count(*) - count(DISTINCT id), 0) FROM t.sent;
		SELECT t.equal('claimed twice', count(*), 100) FROM commerce.outbox_messages o JOIN t.sent USING (id) WHERE o.attempts = 2;
		SELECT t.equal('left', count(*), 0) FROM commerce.outbox_messages WHERE processed_at IS NULL AND dead_at IS NULL;
		SELECT t.equal('heard of the dead', commerce.outbox_complete('victim', array_agg(o.tenant_id), array_agg(o.id), array_agg(o.occurred_at))::bigint, 0)
		  FROM commerce.outbox_messages o JOIN t.sent USING (id);
		SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'relay_1' AND query LIKE '%pg_sleep(600)%' \g /dev/null
	SQL
}
check "concurrency: the messages of a relay killed at work come back" killed_relay

# Two moves that are harmless one by one would make a circle together.
circle() {
	sessions circle || return 1
	run_sql <<-'SQL' || return 1
		CREATE TABLE t.c AS SELECT min(id) AS a, max(id) AS b FROM commerce.catalog_categories
		 WHERE tenant_id = t.tenant(1) AND parent_id IS NOT NULL;
		GRANT SELECT ON t.c TO PUBLIC;
	SQL
	for pair in "a b" "b a"; do
		# shellcheck disable=SC2086
		set -- $pair
		(echo "BEGIN; SELECT set_config('app.tenant_id', t.tenant(1)::text, true);
			UPDATE commerce.catalog_categories SET parent_id = (SELECT $2 FROM t.c) WHERE id = (SELECT $1 FROM t.c);
			SELECT pg_sleep(0.5); COMMIT;" | run_sql -U app_web_1 >"$work/circle.$1" 2>&1) &
	done
	wait
	[ "$(cat "$work"/circle.? | grep -c 'below itself')" = 1 ] || { cat "$work"/circle.?; return 1; }
}
check "concurrency: two movers make no circle of categories" circle

# Ten orders at once have ten numbers in a row.
numbers() {
	sessions numbers || return 1
	run_sql -c "CREATE TABLE t.n (number text); GRANT ALL ON t.n TO PUBLIC"
	cat >"$work/number.sql" <<-'SQL'
		BEGIN;
		SELECT set_config('app.tenant_id', t.tenant(1)::text, true);
		INSERT INTO t.n SELECT commerce.next_order_number();
		COMMIT;
	SQL
	pgbench -n -c 10 -j 2 -t 20 -U app_web_1 -f "$work/number.sql" numbers >"$work/bench" 2>&1 || { cat "$work/bench"; return 1; }
	run_sql -c "SELECT t.equal('numbers', count(DISTINCT number), 200), t.equal('in a row', max(substr(number, 5)::bigint) - min(substr(number, 5)::bigint), 199) FROM t.n"
}
check "concurrency: order numbers are in a row" numbers

# A coupon for five, wanted by twenty at once.
coupon() {
	sessions coupon || return 1
	run_sql <<-'SQL' || return 1
		SELECT set_config('app.tenant_id', t.tenant(1)::text, false) \g /dev/null
		INSERT INTO commerce.pricing_coupons (tenant_id, code, type, value, currency, usage_limit, valid_from, valid_until)
		VALUES (t.tenant(1), 'FIVE', 'percentage', 10, 'USD', 5, now() - INTERVAL '1 day', now() + INTERVAL '1 day');
		CREATE FUNCTION t.redeem(p_n bigint) RETURNS void LANGUAGE plpgsql AS $$
		BEGIN
			PERFORM set_config('app.tenant_id', t.tenant(1)::text, true);
			INSERT INTO commerce.pricing_coupon_redemptions (tenant_id, coupon_id, order_id, customer_id, discount_amount)
			SELECT o.tenant_id, c.id, o.id, o.customer_id, 0.5 FROM commerce.pricing_coupons c, commerce.sales_orders o
			 WHERE c.code = 'FIVE' ORDER BY o.id OFFSET p_n LIMIT 1;
		EXCEPTION WHEN check_violation THEN NULL;
		END $$;
	SQL
	echo "SELECT t.redeem(:client_id);" >"$work/redeem.sql"
	pgbench -n -c 12 -j 2 -t 1 -U app_web_1 -f "$work/redeem.sql" coupon >"$work/bench" 2>&1 || { cat "$work/bench"; return 1; }
	run_sql -c "SELECT t.equal('used', c.usage_count, 5), t.equal('redemptions', (SELECT count(*) FROM commerce.pricing_coupon_redemptions r WHERE r.coupon_id = c.id), 5) FROM commerce.pricing_coupons c WHERE c.code = 'FIVE'"
}
check "concurrency: a coupon for five is used five times" coupon

# The helper of background jobs: begins again from the fresh row, three times, 50, 100 and 200 ms apart.
retry() {
	sessions retry || return 1
	run_sql <<-'SQL' || return 1
		CREATE TABLE t.p AS SELECT min(id) AS id FROM commerce.catalog_products WHERE tenant_id = t.tenant(1);
		GRANT SELECT ON t.p TO PUBLIC;
		CREATE SEQUENCE t.tries;
		GRANT USAGE ON SEQUENCE t.tries TO PUBLIC;
		-- Somebody else saves between the read and the write, as often as the sequence says.
		CREATE FUNCTION t.dearer(p jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
		BEGIN
			IF nextval('t.tries') <= current_setting('t.rivals')::integer THEN
				UPDATE commerce.catalog_products SET cost = COALESCE(cost, 0) + 1 WHERE id = (p ->> 'id')::bigint;
			END IF;
			RETURN jsonb_build_object('price', (p ->> 'price')::numeric + 1, 'tags', '["retried"]'::jsonb);
		END $$;
	SQL
	run_sql <<-'SQL'
		SELECT set_config('app.tenant_id', t.tenant(1)::text, false), set_config('t.rivals', '2', false) \g /dev/null
		SELECT p.version, p.price FROM commerce.catalog_products p JOIN t.p q USING (id) \gset
		SELECT clock_timestamp() AS began \gset
		SELECT t.equal('saved on the third attempt', commerce.update_with_retry('commerce.catalog_products', id, 't.dearer(jsonb)'), :version + 3) FROM t.p;
		SELECT t.is_true('waited 50 and 100 ms', clock_timestamp() - :'began'::timestamptz BETWEEN '0.15 s' AND '2 s');
		SELECT t.is_true('once dearer', p.price = :price + 1), t.equal('tags', p.tags::text, '{retried}') FROM commerce.catalog_products p JOIN t.p q USING (id);
		SELECT setval('t.tries', 1, false), set_config('t.rivals', '99', false) \g /dev/null
		SELECT t.fails(format('SELECT commerce.update_with_retry(''commerce.catalog_products'', %s, ''t.dearer(jsonb)'')', id), 'SK409', '3 times') FROM t.p;
		SELECT t.equal('three attempts', last_value, 3) FROM t.tries;
		SELECT t.fails('SELECT commerce.update_with_retry(''commerce.catalog_products'', -1, ''t.dearer(jsonb)'')', 'P0002');
	SQL
}
check "concurrency: a version-guarded job tries three times, then says so" retry
export PGDATABASE=shop

# Somebody has a third of the messages locked. Relays and people take the others, and nobody waits: a wait of a second is
# an error here. Each function without its SKIP LOCKED does wait, so that this can be seen to fail.
nobody_waits() {
	sessions waits || return 1
	run_sql <<-'SQL' || return 1
		SELECT set_config('app.tenant_id', t.tenant(1)::text, false) \g /dev/null
		UPDATE commerce.outbox_messages SET processed_at = now() WHERE processed_at IS NULL AND dead_at IS NULL;
		INSERT INTO commerce.outbox_messages (tenant_id, aggregate_type, aggregate_id, event_type, payload, processed_at, dead_at)
		SELECT t.tenant(1), 'Product', 1000000 + g, 'ProductUpdated', '{}', CASE WHEN g > 30 AND g <= 60 THEN now() END, CASE WHEN g > 60 THEN now() END
		  FROM generate_series(1, 90) g;
		CREATE TABLE t.kind AS SELECT CASE WHEN processed_at IS NOT NULL THEN 'processed' WHEN dead_at IS NOT NULL THEN 'dead' ELSE 'pending' END AS kind,
			array_agg(id ORDER BY id) AS ids FROM commerce.outbox_messages WHERE aggregate_id > 1000000 AND tenant_id = t.tenant(1) GROUP BY 1;
		GRANT SELECT ON t.kind TO PUBLIC;
	SQL
	psql -X -q -A -t -c "BEGIN; SELECT count(*) FROM (SELECT FROM commerce.outbox_messages WHERE aggregate_id > 1000000 AND aggregate_id % 3 = 0 FOR UPDATE) x; SELECT pg_sleep(600)" >/dev/null 2>&1 &
	n=0
	until [ "$(run_sql -c "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = 'waits'")" = 1 ]; do
		n=$((n + 1))
		[ $n -lt 400 ] || { echo 'nothing was locked'; return 1; }
		sleep 0.05
	done
	status=0
	run_sql <<-'SQL' || status=1
		SET lock_timeout = '1s';
		SELECT set_config('app.tenant_id', t.tenant(1)::text, false) \g /dev/null
		BEGIN;
		SELECT t.equal('claimed', count(*), 20), t.equal('of the locked ones', count(*) FILTER (WHERE (envelope ->> 'aggregate_id')::bigint % 3 = 0), 0) FROM commerce.outbox_claim('one', 100);
		SELECT t.equal('a second relay finds none', count(*), 0) FROM commerce.outbox_claim('two', 100);
		ROLLBACK;
		BEGIN;
		SELECT t.equal('claimed of one tenant', count(*), 20), t.equal('of the locked ones', count(*) FILTER (WHERE (envelope ->> 'aggregate_id')::bigint % 3 = 0), 0) FROM commerce.outbox_claim_of(t.tenant(1), 'one', 100);
		ROLLBACK;
		BEGIN;
		SELECT t.equal('retried', r.matched || ' ' || r.changed || ' ' || r.locked, '30 20 10') FROM t.kind, LATERAL commerce.outbox_retry(t.tenant(1), ids, 'x') r WHERE kind = 'pending';
		SELECT t.equal('revived', r.matched || ' ' || r.changed || ' ' || r.locked, '30 20 10') FROM t.kind, LATERAL commerce.outbox_revive(t.tenant(1), ids, 'x') r WHERE kind = 'dead';
		SELECT t.equal('requeued', r.matched || ' ' || r.changed || ' ' || r.locked, '30 20 10') FROM t.kind, LATERAL commerce.outbox_requeue(t.tenant(1), ids, 'x') r WHERE kind = 'processed';
		ROLLBACK;
		BEGIN;
		SELECT t.equal('postponed', (r).changed, 20) FROM t.kind, LATERAL commerce.outbox_postpone(t.tenant(1), ids, now() + INTERVAL '1 h', 'x') r WHERE kind = 'pending';
		SELECT t.equal('buried', (r).changed, 20) FROM t.kind, LATERAL commerce.outbox_bury(t.tenant(1), ids, 'x') r WHERE kind = 'pending';
		ROLLBACK;
		-- Without SKIP LOCKED each of them waits.
		CREATE FUNCTION t.without(f text, how text) RETURNS void LANGUAGE plpgsql AS $$
		DECLARE
			body text := pg_get_functiondef(('commerce.' || f)::regproc);
		BEGIN
			PERFORM t.is_true(f || ' says it once', regexp_count(body, ' SKIP LOCKED') = 1);
			EXECUTE replace(body, ' SKIP LOCKED', '');
			PERFORM t.fails(how, '55P03');
		END $$;
		BEGIN;
		SELECT t.without('outbox_claim', 'SELECT count(*) FROM commerce.outbox_claim(''one'', 100)');
		SELECT t.without('outbox_claim_of', 'SELECT count(*) FROM commerce.outbox_claim_of(t.tenant(1), ''one'', 100)');
		SELECT t.without('outbox_act', format('SELECT commerce.outbox_requeue(t.tenant(1), %L, ''x'')', ids)) FROM t.kind WHERE kind = 'processed';
		ROLLBACK;
	SQL
	run_sql -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = 'waits'" >/dev/null
	wait $! || :
	return $status
}
check "concurrency: what is locked is skipped by relays and by people, and nobody waits" nobody_waits

# A person's transaction that has just changed a range of each kind stays open. Relays beside it claim, complete and fail
# what is left without waiting, and when it is through, the range is there to be claimed; each change has its audit row.
beside_a_person() {
	sessions beside || return 1
	run_sql <<-'SQL' || return 1
		SELECT set_config('app.tenant_id', t.tenant(1)::text, false) \g /dev/null
		UPDATE commerce.outbox_messages SET processed_at = now() WHERE processed_at IS NULL AND dead_at IS NULL;
		INSERT INTO commerce.outbox_messages (tenant_id, aggregate_type, aggregate_id, event_type, payload, processed_at, dead_at)
		SELECT t.tenant(1), 'Product', 1000000 + g, 'ProductUpdated', '{}', CASE WHEN g <= 2000 THEN now() END, CASE WHEN g BETWEEN 2001 AND 2100 THEN now() END
		  FROM generate_series(1, 2600) g;
		CREATE TABLE t.first AS SELECT min(id) - 1 AS id FROM commerce.outbox_messages WHERE aggregate_id > 1000000 AND tenant_id = t.tenant(1);
		CREATE FUNCTION t.some(low bigint, high bigint) RETURNS bigint[] LANGUAGE sql AS 'SELECT array_agg(id + g) FROM t.first, generate_series(low, high) g';
	SQL
	mkfifo "$work/person"
	psql -X -q -A -t <"$work/person" >"$work/did" 2>&1 &
	person=$!
	exec 6>"$work/person"
	cat >&6 <<-'SQL'
		BEGIN;
		SELECT changed FROM commerce.outbox_requeue(t.tenant(1), t.some(1, 2000), 'the broker lost them');
		SELECT changed FROM commerce.outbox_revive(t.tenant(1), t.some(2001, 2100), 'the broker is back');
		SELECT changed FROM commerce.outbox_retry(t.tenant(1), t.some(2101, 2200), 'now');
		SELECT changed FROM commerce.outbox_postpone(t.tenant(1), t.some(2201, 2300), now() + INTERVAL '1 h', 'later');
		SELECT changed FROM commerce.outbox_bury(t.tenant(1), t.some(2301, 2400), 'never');
	SQL
	n=0
	until [ "$(wc -l <"$work/did")" -ge 5 ]; do
		n=$((n + 1))
		[ $n -lt 400 ] || { cat "$work/did"; return 1; }
		sleep 0.05
	done
	status=0
	run_sql <<-'SQL' || status=1
		SET lock_timeout = '1s';
		SELECT t.equal('of the two hundred left', array_length(array_agg(c.id), 1), 200), t.equal('completed', commerce.outbox_complete('one', (array_agg(c.tenant_id ORDER BY id))[1:199],
			(array_agg(c.id ORDER BY id))[1:199], (array_agg(c.occurred_at ORDER BY id))[1:199]), 199) FROM commerce.outbox_claim('one', 5000) c;
		SELECT t.equal('failed', commerce.outbox_fail('one', m.tenant_id, m.id, m.occurred_at, 'no broker'), 'retry') FROM commerce.outbox_messages m WHERE claimed_by = 'one';
		SELECT t.equal('of one tenant', count(*), 0) FROM commerce.outbox_claim_of(t.tenant(1), 'two', 5000);
		SELECT t.equal('waiting', count(*), 0) FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = 'beside');
	SQL
	echo 'COMMIT;' >&6
	exec 6>&-
	wait $person
	[ "$(tr '\n' ' ' <"$work/did")" = '2000 100 100 100 100 ' ] || { cat "$work/did"; return 1; }
	[ $status = 0 ] || return 1
	run_sql <<-'SQL'
		SELECT t.equal('now they can be claimed', count(*), 2200) FROM commerce.outbox_claim('one', 5000);
		SELECT t.equal('none is gone', count(*), 2600) FROM commerce.outbox_messages WHERE aggregate_id > 1000000 AND tenant_id = t.tenant(1);
		SELECT t.equal('in the audit', string_agg(a.action || ' ' || a.n, ', ' ORDER BY a.action), 'outbox.bury 100, outbox.postpone 100, outbox.requeue 2000, outbox.retry 100, outbox.revive 100')
		  FROM (SELECT action, count(DISTINCT entity_id) AS n FROM commerce.audit_log WHERE reason IN ('the broker lost them', 'the broker is back', 'now', 'later', 'never') GROUP BY 1) a;
	SQL
}
check "concurrency: relays work beside a person who acts on ranges, and never wait" beside_a_person
