-- The life of messages.

-- test: enqueued in the scope, with envelope, and only events of the catalogue
SELECT t.be('commerce_app', t.tenant(1));
SELECT set_config('app.trace_id', 'trace-7', true);
CREATE TEMP TABLE m ON COMMIT DROP AS SELECT commerce.outbox_enqueue('Product', 17, 'ProductUpdated', '{"changed": {}}', 8) AS id;
SELECT t.equal('tenant', o.tenant_id, t.tenant(1)), t.equal('version', o.aggregate_version, 8), t.equal('trace', o.trace_id, 'trace-7'),
       t.is_true('due', o.available_at = now() AND o.processed_at IS NULL AND o.attempts = 0) FROM commerce.outbox_messages o JOIN m ON m.id = o.id;
SELECT t.fails('SELECT commerce.outbox_enqueue(''Product'', 17, ''ConfirmOrder'', ''{}'')', '23503');
SELECT t.fails('SELECT commerce.outbox_enqueue(''Product'', 17, ''ProductUpdated'', ''{}'', NULL, NULL, 2)', '23503');
SELECT t.fails(format('INSERT INTO commerce.outbox_messages (tenant_id, aggregate_type, aggregate_id, event_type, payload) VALUES (%s, ''Product'', 1, ''ProductUpdated'', ''{}'')', t.tenant(2)), '42501');

-- test: every event name is past tense and begins with its aggregate; others do not get in
SELECT t.is_true('there are many', count(*) >= 25) FROM commerce.event_types;
SELECT t.fails(format('INSERT INTO commerce.event_types (event_type, module, aggregate_type, description) VALUES (%L, ''x'', %L, ''x'')', e, a), '23514')
  FROM (VALUES ('ConfirmOrder', 'Order'), ('OrderConfirm', 'Order'), ('order_confirmed', 'order'), ('ProductConfirmed', 'Order'), ('Order', 'Order')) x (e, a);
SELECT t.equal('in the outbox and not in the catalogue', count(*), 0) FROM commerce.outbox_messages o LEFT JOIN commerce.event_types e USING (event_type, event_version) WHERE e.event_type IS NULL;

-- test: one event_id is one message, in any month
SELECT t.be('commerce_app', t.tenant(1));
CREATE TEMP TABLE m ON COMMIT DROP AS SELECT commerce.outbox_enqueue('Product', 1, 'ProductUpdated', '{}', p_event_id => '11111111-1111-1111-1111-111111111111') AS id;
SELECT t.equal('the same again', commerce.outbox_enqueue('Product', 1, 'ProductUpdated', '{}', p_event_id => '11111111-1111-1111-1111-111111111111'), m.id) FROM m;
SELECT t.be('postgres');
SELECT t.fails(format('INSERT INTO commerce.outbox_messages (tenant_id, aggregate_type, aggregate_id, event_type, payload, event_id) VALUES (%s, ''Product'', 1, ''ProductUpdated'', ''{}'', ''11111111-1111-1111-1111-111111111111'')', t.tenant(1)), '23505');
SELECT t.equal('leaves without the key', string_agg(c.relname, ', '), NULL) FROM pg_inherits h JOIN pg_class c ON c.oid = h.inhrelid
 WHERE h.inhparent = 'commerce.outbox_messages'::regclass AND NOT EXISTS (SELECT FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attname = 'event_id'
	WHERE i.indrelid = c.oid AND i.indisunique AND a.attnum = ANY (i.indkey));

-- test: a claimed message is not claimed again until its lease is over, and only its relay completes it
SELECT t.be('commerce_app', t.tenant(1));
SELECT commerce.outbox_enqueue('Product', 800 + g, 'ProductUpdated', '{}') FROM generate_series(1, 8) g;
SELECT t.be('commerce_relay');
CREATE TEMP TABLE c ON COMMIT DROP AS SELECT * FROM commerce.outbox_claim('one', 5);
SELECT t.equal('claimed', count(*), 5), t.equal('attempts', min(attempts), 1) FROM c;
SELECT t.equal('the second relay finds others', count(*), 0) FROM commerce.outbox_claim('two', 1000) x JOIN c USING (tenant_id, id);
SELECT t.equal('the second cannot complete', commerce.outbox_complete('two', array_agg(tenant_id), array_agg(id), array_agg(occurred_at)), 0) FROM c;
SELECT t.equal('nor fail', commerce.outbox_fail('two', tenant_id, id, occurred_at, 'x'), 'lost') FROM c LIMIT 1;
SELECT t.equal('the first can', commerce.outbox_complete('one', array_agg(tenant_id), array_agg(id), array_agg(occurred_at)), 5) FROM c;
SELECT t.equal('once', commerce.outbox_complete('one', array_agg(tenant_id), array_agg(id), array_agg(occurred_at)), 0) FROM c;

-- test: a lease that is over comes back, with one more attempt
SELECT t.be('commerce_relay');
CREATE TEMP TABLE c ON COMMIT DROP AS SELECT * FROM commerce.outbox_claim('dies', 3, INTERVAL '-1 second');
SELECT t.equal('back', count(*), 3), t.equal('attempts', min(x.attempts), 2) FROM commerce.outbox_claim('lives', 1000) x JOIN c USING (tenant_id, id);
SELECT t.equal('the dead one comes too late', commerce.outbox_complete('dies', array_agg(tenant_id), array_agg(id), array_agg(occurred_at)), 0) FROM c;

-- test: messages of an aggregate leave in order, one after the other
SELECT t.be('commerce_app', t.tenant(1));
CREATE TEMP TABLE m ON COMMIT DROP AS SELECT g, commerce.outbox_enqueue('Product', 4711, 'ProductUpdated', '{}') AS id FROM generate_series(1, 3) g;
GRANT SELECT ON m TO PUBLIC;
SELECT t.be('commerce_relay');
CREATE TEMP TABLE c ON COMMIT DROP AS SELECT x.* FROM commerce.outbox_claim('one', 1000) x JOIN m USING (id);
SELECT t.equal('only the first', string_agg(m.g::text, ','), '1') FROM c JOIN m USING (id);
SELECT commerce.outbox_fail('one', tenant_id, id, occurred_at, 'broker is away') FROM c;
SELECT t.equal('the others wait for it', count(*), 0) FROM commerce.outbox_claim('one', 1000) x JOIN m USING (id);
SELECT t.be('postgres');
SELECT commerce.outbox_bury(t.tenant(1), ARRAY[(SELECT id FROM m WHERE g = 1)], 'poison');
SELECT t.be('commerce_relay');
SELECT t.equal('past a dead one', string_agg(m.g::text, ','), '2') FROM commerce.outbox_claim('one', 1000) x JOIN m USING (id);

-- test: failing waits longer each time, within a fifth, and ends dead
SELECT t.be('commerce_app', t.tenant(1));
CREATE TEMP TABLE m ON COMMIT DROP AS SELECT commerce.outbox_enqueue('Product', 4712, 'ProductUpdated', '{}') AS id;
GRANT SELECT ON m TO PUBLIC;
DO $$
DECLARE
	o    commerce.outbox_messages;
	said text;
BEGIN
	FOR n IN 1 .. 4 LOOP
		PERFORM t.be('postgres');
		UPDATE commerce.outbox_messages x SET available_at = now() FROM m WHERE x.id = m.id;
		PERFORM t.be('commerce_relay');
		SELECT commerce.outbox_fail('one', c.tenant_id, c.id, c.occurred_at, 'no', 4) INTO said FROM commerce.outbox_claim('one', 1000) c JOIN m USING (id);
		PERFORM t.be('postgres');
		SELECT x.* INTO o FROM commerce.outbox_messages x JOIN m USING (id);
		PERFORM t.equal('attempt ' || n, said, CASE WHEN n = 4 THEN 'dead' ELSE 'retry' END);
		PERFORM t.is_true('wait ' || n || ': ' || (o.available_at - clock_timestamp())::text,
			n = 4 OR EXTRACT(epoch FROM o.available_at - clock_timestamp()) BETWEEN 0.8 * 2 ^ n - 0.5 AND 1.2 * 2 ^ n);
	END LOOP;
	PERFORM t.is_true('dead', o.dead_at IS NOT NULL AND o.processed_at IS NULL AND o.last_error = 'no' AND o.claimed_by IS NULL);
END
$$;

-- test: on-call revives, postpones, buries and requeues, each with a reason and an audit row, dry first
SELECT t.be('commerce_app', t.tenant(1));
SELECT commerce.outbox_enqueue('Product', 800 + g, 'ProductUpdated', '{}') FROM generate_series(1, 4) g;
SELECT t.be('postgres');
UPDATE commerce.outbox_messages SET dead_at = now(), attempts = 10 WHERE tenant_id = t.tenant(1) AND aggregate_id BETWEEN 801 AND 804 AND processed_at IS NULL AND dead_at IS NULL;
SELECT t.be('souk_oncall');
CREATE TEMP TABLE d ON COMMIT DROP AS SELECT o.tenant_id, array_agg(o.id) AS ids, count(*)::integer AS n FROM commerce.outbox_messages o WHERE o.dead_at IS NOT NULL AND o.tenant_id = t.tenant(1) GROUP BY o.tenant_id;
SELECT t.is_true('there are dead ones', n > 0) FROM d;
SELECT t.equal('dry', (r).matched || ' ' || (r).changed, n || ' 0') FROM d, LATERAL commerce.outbox_revive(tenant_id, ids, 'broker is back', true) r;
SELECT t.equal('still dead', count(*), (SELECT n FROM d)) FROM commerce.outbox_messages o, d WHERE o.id = ANY (d.ids) AND o.dead_at IS NOT NULL;
SELECT t.fails(format('SELECT commerce.outbox_revive(%s, %L, '''')', tenant_id, ids), '23514', 'reason') FROM d;
SELECT t.equal('revived', (r).changed, n) FROM d, LATERAL commerce.outbox_revive(tenant_id, ids, 'broker is back') r;
SELECT t.equal('due', count(*), (SELECT n FROM d)) FROM commerce.outbox_messages o, d WHERE o.id = ANY (d.ids) AND o.dead_at IS NULL AND o.attempts = 0 AND o.available_at <= now();
SELECT t.equal('postponed', (r).changed, n) FROM d, LATERAL commerce.outbox_postpone(tenant_id, ids, now() + INTERVAL '1 hour', 'wait') r;
SELECT t.equal('buried', (r).changed, n) FROM d, LATERAL commerce.outbox_bury(tenant_id, ids, 'never') r;
SELECT t.equal('nothing to retry', (r).matched, 0) FROM d, LATERAL commerce.outbox_retry(tenant_id, ids, 'x') r;
SELECT t.be('postgres');
SELECT t.equal('audited', count(*), 3 * (SELECT n FROM d)), t.equal('by name', min(a.actor_id), 'postgres'), t.equal('with the reason', min(a.reason), 'broker is back')
  FROM commerce.audit_log a, d WHERE a.entity_type = 'commerce.outbox_messages' AND a.entity_id::bigint = ANY (d.ids) AND a.occurred_at = now();

-- test: a requeue counts the messages that would come after later ones
SELECT t.be('commerce_app', t.tenant(1));
CREATE TEMP TABLE m ON COMMIT DROP AS SELECT g, commerce.outbox_enqueue('Product', 4713, 'ProductUpdated', '{}') AS id FROM generate_series(1, 2) g;
GRANT SELECT ON m TO PUBLIC;
SELECT t.be('commerce_relay');
CREATE TEMP TABLE sent ON COMMIT DROP AS SELECT commerce.outbox_complete('one', ARRAY[c.tenant_id], ARRAY[c.id], ARRAY[c.occurred_at]) FROM commerce.outbox_claim('one', 1000) c JOIN m USING (id);
SELECT t.be('souk_oncall');
SELECT t.equal('first, with the second behind it', (r).overtaking, 1) FROM m, LATERAL commerce.outbox_requeue(t.tenant(1), ARRAY[m.id], 'x', true) r WHERE g = 1;

-- test: what a relay holds is not touched
SELECT t.be('commerce_relay');
CREATE TEMP TABLE c ON COMMIT DROP AS SELECT * FROM commerce.outbox_claim('one', 1);
GRANT SELECT ON c TO PUBLIC;
SELECT t.be('souk_oncall');
SELECT t.equal('held', (r).matched || ' ' || (r).changed || ' ' || (r).locked, '1 0 1') FROM c, LATERAL commerce.outbox_bury(c.tenant_id, ARRAY[c.id], 'x') r;

-- test: consumers read what was published, acknowledge as often as they like, and gaps are listed
SELECT t.be('commerce_app', t.tenant(1));
CREATE TEMP TABLE m ON COMMIT DROP AS SELECT g, commerce.outbox_enqueue('Review', 900 + g, 'ReviewApproved', '{}') AS id FROM generate_series(1, 3) g;
GRANT SELECT ON m TO PUBLIC;
SELECT t.be('commerce_relay');
SELECT t.equal('not before it is published', count(*), 0) FROM commerce.consumer_poll('neo4j-projection', 'ReviewApproved', 100000) p JOIN m USING (id);
CREATE TEMP TABLE sent ON COMMIT DROP AS SELECT commerce.outbox_complete('one', ARRAY[c.tenant_id], ARRAY[c.id], ARRAY[c.occurred_at]) FROM commerce.outbox_claim('one', 100000, INTERVAL '1 minute', '{ReviewApproved}') c JOIN m USING (id);
CREATE TEMP TABLE p ON COMMIT DROP AS SELECT x.*, m.g FROM commerce.consumer_poll('neo4j-projection', 'ReviewApproved', 100000) x JOIN m USING (id);
SELECT t.equal('published', count(*), 3) FROM p;
SELECT t.is_true('new', commerce.consumer_ack('neo4j-projection', tenant_id, id, 'ReviewApproved', occurred_at, true)) FROM p WHERE g = 1;
SELECT t.is_true('not new', NOT commerce.consumer_ack('neo4j-projection', tenant_id, id, 'ReviewApproved', occurred_at, true)) FROM p WHERE g = 1;
SELECT commerce.consumer_ack('neo4j-projection', tenant_id, id, 'ReviewApproved', occurred_at, true) FROM p WHERE g = 3;
SELECT t.equal('nothing new', count(*), 0) FROM commerce.consumer_poll('neo4j-projection', 'ReviewApproved', 100000);
SELECT t.be('souk_oncall');
SELECT t.equal('the second was passed over', string_agg(m.g || ' ' || x.status, ','), '2 never seen') FROM commerce.projection_gaps('neo4j-projection', 100000) x JOIN m ON m.id = x.outbox_id;
SELECT t.equal('offset', o.last_processed_id, (SELECT max(id) FROM m)) FROM commerce.consumer_offsets o WHERE o.consumer = 'neo4j-projection' AND o.event_type = 'ReviewApproved';

-- test: months are made ahead, and rows fall into them
SELECT t.equal('rows in default partitions', (SELECT count(*) FROM commerce.outbox_messages_default) + (SELECT count(*) FROM commerce.inventory_movements_default)
	+ (SELECT count(*) FROM commerce.audit_log_default) + (SELECT count(*) FROM commerce.sales_order_status_history_default), 0);
SELECT t.be('souk_dba');
SELECT t.equal('nothing to do', count(*), 0) FROM commerce.partitions_ensure(0, 3);
SELECT t.equal('four tables, one month more', count(*), 4) FROM commerce.partitions_ensure(0, 4);
SELECT t.be('postgres');
SELECT t.equal('forced', bool_and(relrowsecurity AND relforcerowsecurity)::text, 'true') FROM pg_class WHERE relnamespace = 'commerce'::regnamespace AND relispartition AND relkind = 'r';

-- test: retention drops done months, removes done messages, and keeps what is pending or dead
SELECT commerce.partitions_ensure(9, 0);
SELECT set_config('app.tenant_id', t.tenant(1)::text, true);
INSERT INTO commerce.outbox_messages (tenant_id, aggregate_type, aggregate_id, event_type, payload, occurred_at, available_at, processed_at, dead_at)
SELECT t.tenant(1), 'Product', 77, 'ProductUpdated', '{}', at, at, CASE WHEN k = 'done' THEN at END, CASE WHEN k = 'dead' THEN at END
  FROM (VALUES (now() - INTERVAL '8 months', 'done'), (now() - INTERVAL '7 months', 'dead'), (now() - INTERVAL '6 months', 'pending')) x (at, k);
SELECT t.be('souk_dba');
CREATE TEMP TABLE dry ON COMMIT DROP AS SELECT * FROM commerce.outbox_retention(INTERVAL '100 days', 10000, true);
SELECT t.is_true('dry: ' || months_dropped, months_dropped >= 1) FROM dry;
SELECT t.equal('as foretold', r.months_dropped, dry.months_dropped) FROM dry, commerce.outbox_retention(INTERVAL '100 days') r;
SELECT t.be('postgres');
SELECT t.equal('kept', string_agg(CASE WHEN dead_at IS NULL THEN 'pending' ELSE 'dead' END, ',' ORDER BY id), 'dead,pending') FROM commerce.outbox_messages WHERE aggregate_id = 77 AND occurred_at < now() - INTERVAL '5 months';
SELECT t.fails('SELECT commerce.outbox_drop_month(''catalog_products'')', '42P01', 'no month');
