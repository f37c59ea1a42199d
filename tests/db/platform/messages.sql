-- The edges of a message's life: by tenant, by lease, by order; and what consumers keep.

-- test: claiming for one tenant takes what claiming for all would take of it, and nothing of others
SELECT t.messages();
SELECT t.be('commerce_relay');
SELECT t.equal('taken', string_agg(x.aggregate_id, ',' ORDER BY x.id), '1,3') FROM t.claim_of('one', 100) x;
SELECT t.equal('held', count(*), 0) FROM t.claim_of('two', 100);
SELECT t.be('postgres');
SELECT t.equal('of others', count(*), 0) FROM commerce.outbox_messages WHERE claimed_by = 'one' AND tenant_id <> t.tenant(3);
SELECT t.equal('for half a minute, once', string_agg(DISTINCT attempts || ' ' || (claimed_until - clock_timestamp() BETWEEN '25 s' AND '30 s'), ','), '1 true')
  FROM commerce.outbox_messages WHERE claimed_by = 'one';

-- test: claiming for one tenant takes at most a batch, the one that is due longest first
SELECT t.messages();
UPDATE commerce.outbox_messages SET available_at = now() - INTERVAL '1 hour' WHERE tenant_id = t.tenant(3) AND aggregate_id = 3 AND processed_at IS NULL;
SELECT t.be('commerce_relay');
SELECT t.equal('the first', string_agg(x.aggregate_id, ','), '3') FROM t.claim_of('one', 1) x;
SELECT t.equal('the next', string_agg(x.aggregate_id, ','), '1') FROM t.claim_of('two', 1) x;

-- test: a lease that is over comes back to the tenant's relay; the late one is not heard
SELECT t.messages();
SELECT t.be('commerce_relay');
CREATE TEMP TABLE c ON COMMIT DROP AS SELECT * FROM commerce.outbox_claim_of(t.tenant(3), 'late', 100, INTERVAL '-1 second');
SELECT t.equal('again', string_agg(DISTINCT attempts::text, ','), '2') FROM t.claim_of('one', 100);
SELECT t.equal('the late one', commerce.outbox_complete_of(t.tenant(3), 'late', array_agg(id), array_agg(occurred_at)), 0) FROM c;
SELECT t.equal('in another tenant', commerce.outbox_complete_of(t.tenant(2), 'one', array_agg(id), array_agg(occurred_at)), 0) FROM c;
SELECT t.equal('the holder', commerce.outbox_complete_of(t.tenant(3), 'one', array_agg(id), array_agg(occurred_at)), 2) FROM c;
SELECT t.equal('once', commerce.outbox_complete_of(t.tenant(3), 'one', array_agg(id), array_agg(occurred_at)), 0) FROM c;
SELECT t.be('postgres');
SELECT t.equal('let go', count(*), 2) FROM commerce.outbox_messages o JOIN c USING (tenant_id, id) WHERE o.processed_at IS NOT NULL AND o.claimed_by IS NULL AND o.claimed_until IS NULL;
SELECT t.be('commerce_relay');
SELECT t.equal('then the next of its aggregate', string_agg(x.aggregate_id, ','), '1') FROM t.claim_of('one', 100) x;

-- test: claiming for all takes what is due, of the types asked for, at most a batch, the longest due first
SELECT t.messages();
UPDATE commerce.outbox_messages SET available_at = now() - INTERVAL '1 hour' WHERE tenant_id = t.tenant(3) AND aggregate_id = 3 AND processed_at IS NULL;
SELECT t.be('commerce_relay');
SELECT t.equal('of a type', count(*), 0) FROM commerce.outbox_claim('one', 100, INTERVAL '1 minute', '{TenantCreated}') c WHERE c.event_type <> 'TenantCreated';
SELECT t.equal('the first', (c.envelope ->> 'aggregate_id'), '3') FROM commerce.outbox_claim('one', 1, INTERVAL '1 minute', '{ReviewApproved}') c;
SELECT t.equal('the others of this tenant', string_agg(c.envelope ->> 'aggregate_id', ',' ORDER BY c.id), '1') FROM commerce.outbox_claim('one', 100000, INTERVAL '1 minute', '{ReviewApproved}') c WHERE c.tenant_id = t.tenant(3);

-- test: messages of one aggregate number in two tenants do not wait for each other
SELECT t.messages();
SELECT t.be('commerce_app', t.tenant(2));
CREATE TEMP TABLE m ON COMMIT DROP AS SELECT commerce.outbox_enqueue('Review', 1, 'ReviewApproved', '{}') AS id;
GRANT SELECT ON m TO PUBLIC;
SELECT t.be('commerce_relay');
SELECT t.equal('taken', count(*), 1) FROM commerce.outbox_claim('one', 100000, INTERVAL '1 minute', '{ReviewApproved}') c JOIN m USING (id);

-- test: what is dead or done is completed by nobody, and a completed message keeps no error
SELECT t.messages();
SELECT t.be('commerce_relay');
CREATE TEMP TABLE c ON COMMIT DROP AS SELECT x.* FROM commerce.outbox_claim('one', 100000, INTERVAL '1 minute', '{ReviewApproved}') x WHERE x.tenant_id = t.tenant(3);
GRANT SELECT ON c TO PUBLIC;
SELECT t.be('postgres');
UPDATE commerce.outbox_messages o SET last_error = 'earlier' FROM c WHERE o.id = c.id;
UPDATE commerce.outbox_messages o SET dead_at = now() FROM c WHERE o.id = c.id AND o.aggregate_id = 1;
SELECT t.be('commerce_relay');
SELECT t.equal('the living one', commerce.outbox_complete('one', array_agg(tenant_id), array_agg(id), array_agg(occurred_at)), 1) FROM c;
SELECT t.be('postgres');
SELECT t.equal('as they are', string_agg(concat_ws(' ', o.aggregate_id, o.processed_at IS NOT NULL, o.dead_at IS NOT NULL, o.last_error), ',' ORDER BY o.aggregate_id), '1 f t earlier,3 t f')
  FROM commerce.outbox_messages o JOIN c USING (id);

-- test: waiting grows to an hour and no further, never twice alike, and an error is kept in its first 2000 letters
SELECT t.messages();
CREATE TEMP TABLE waits (wait interval) ON COMMIT DROP;
DO $$
DECLARE
	m commerce.outbox_messages;
BEGIN
	FOR n IN 1 .. 12 LOOP
		UPDATE commerce.outbox_messages SET claimed_by = 'one', claimed_until = now(), attempts = 20, available_at = now() WHERE tenant_id = t.tenant(3) AND aggregate_id = 3 AND processed_at IS NULL
		RETURNING * INTO m;
		PERFORM t.equal('told', commerce.outbox_fail('one', m.tenant_id, m.id, m.occurred_at, repeat('x', 3000), 100), 'retry');
		INSERT INTO waits SELECT o.available_at - clock_timestamp() FROM commerce.outbox_messages o WHERE o.id = m.id AND length(o.last_error) = 2000;
	END LOOP;
END
$$;
SELECT t.equal('tries', count(*), 12), t.is_true('an hour give or take a fifth: ' || min(wait) || ' ' || max(wait), min(wait) >= '47 min' AND max(wait) <= '72 min'),
       t.is_true('not alike', max(wait) - min(wait) > '1 min') FROM waits;

-- test: an event enqueued again is the one that is there, of its own tenant; two at once are one
SELECT t.be('commerce_app', t.tenant(1));
CREATE TEMP TABLE m ON COMMIT DROP AS SELECT commerce.outbox_enqueue('Product', 1, 'ProductUpdated', '{}', p_event_id => '22222222-2222-2222-2222-222222222222') AS id;
GRANT SELECT ON m TO PUBLIC;
SELECT t.is_true('guarded meanwhile', count(*) > 0) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid();
SELECT t.be('commerce_app', t.tenant(2));
SELECT t.is_true('the same event of another tenant is another', commerce.outbox_enqueue('Product', 1, 'ProductUpdated', '{}', p_event_id => '22222222-2222-2222-2222-222222222222') <> m.id) FROM m;

-- test: a message says who, when it is due, and what it is about
SELECT t.be('commerce_app', t.tenant(1));
SELECT set_config('app.user_id', 'user-9', true), set_config('TimeZone', 'Asia/Kathmandu', true);
CREATE TEMP TABLE m ON COMMIT DROP AS SELECT commerce.outbox_enqueue('Product', 5, 'ProductUpdated', '{"a": 1}', 9007199254740993, '33333333-3333-3333-3333-333333333333', 1, 'trace', now() + INTERVAL '1 hour', '44444444-4444-4444-4444-444444444444') AS id;
SELECT t.equal('actor', o.actor, 'user-9'), t.equal('due', o.available_at::text, (now() + INTERVAL '1 hour')::text) FROM commerce.outbox_messages o JOIN m USING (id);
SELECT t.be('postgres');
SELECT t.equal('envelope', commerce.outbox_envelope(o)::text, jsonb_build_object('event_id', '44444444-4444-4444-4444-444444444444', 'event_type', 'ProductUpdated',
	'event_version', 1, 'tenant_id', t.tenant(1)::text, 'aggregate_type', 'Product', 'aggregate_id', '5', 'aggregate_public_id', '33333333-3333-3333-3333-333333333333',
	'aggregate_version', '9007199254740993', 'occurred_at', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'trace_id', 'trace', 'actor', 'user-9',
	'payload', '{"a": 1}'::jsonb)::text) FROM commerce.outbox_messages o JOIN m USING (id);
SELECT set_config('app.user_id', '', true);
SELECT t.be('commerce_app', t.tenant(1));
SELECT t.equal('without a user, the login', o.actor, 'postgres') FROM commerce.outbox_enqueue('Product', 6, 'ProductUpdated', '{}') m (id) JOIN commerce.outbox_messages o USING (id);

-- test: an offset goes forward only, and what was projected stays so
SELECT t.be('commerce_relay');
SELECT t.is_true('new', commerce.consumer_ack('analytics', t.tenant(1), 900000001, 'ReviewApproved', now(), true));
SELECT t.is_true('an older one, later', commerce.consumer_ack('analytics', t.tenant(1), 900000000, 'ReviewApproved', now() - INTERVAL '1 hour', false, 'graph is away'));
SELECT t.is_true('again, and it works', NOT commerce.consumer_ack('analytics', t.tenant(1), 900000000, 'ReviewApproved', now() - INTERVAL '1 hour', true));
SELECT t.is_true('said to have failed afterwards', NOT commerce.consumer_ack('analytics', t.tenant(1), 900000000, 'ReviewApproved', now(), false, 'late news'));
SELECT t.be('postgres');
SELECT t.equal('offset', concat_ws(' ', o.last_processed_id, o.last_occurred_at = now()), '900000001 t') FROM commerce.consumer_offsets o WHERE o.consumer = 'analytics' AND o.event_type = 'ReviewApproved';
SELECT t.equal('state', string_agg(concat_ws(' ', s.outbox_id, s.status, s.attempts, s.last_error, s.projected_at IS NOT NULL), ',' ORDER BY s.outbox_id), '900000000 ok 2 t,900000001 ok 1 t')
  FROM commerce.graph_projection_status s WHERE s.outbox_id >= 900000000;
SELECT t.be('commerce_relay');
SELECT t.is_true('one that fails', commerce.consumer_ack('analytics', t.tenant(1), 900000002, 'ReviewApproved', now(), false, 'graph is away'));
SELECT t.be('postgres');
SELECT t.equal('is not projected', concat_ws(' ', s.status, s.last_error, s.projected_at IS NULL), 'failed graph is away t') FROM commerce.graph_projection_status s WHERE s.outbox_id = 900000002;

-- test: each consumer reads for itself, and gaps are its own, below its own offset
SELECT t.messages();
UPDATE commerce.outbox_messages SET processed_at = now() WHERE tenant_id = t.tenant(3) AND event_type = 'ReviewApproved' AND processed_at IS NULL AND dead_at IS NULL;
CREATE TEMP TABLE m ON COMMIT DROP AS SELECT o.id, o.occurred_at, row_number() OVER (ORDER BY o.id) AS n FROM commerce.outbox_messages o WHERE o.tenant_id = t.tenant(3) AND o.actor = 'tests' ORDER BY o.id;
GRANT SELECT ON m TO PUBLIC;
SELECT t.be('commerce_relay');
SELECT commerce.consumer_ack('neo4j-projection', t.tenant(3), id, 'ReviewApproved', occurred_at, true) FROM m WHERE n = 1;
SELECT commerce.consumer_ack('analytics', t.tenant(3), id, 'ReviewApproved', occurred_at, true) FROM m WHERE n = 3;
SELECT t.equal('one reads on from its own', string_agg(m.n::text, ',' ORDER BY m.n), '2,3,4') FROM commerce.consumer_poll('neo4j-projection', 'ReviewApproved', 100000) p JOIN m USING (id);
SELECT t.equal('the other from its', string_agg(m.n::text, ',' ORDER BY m.n), '4') FROM commerce.consumer_poll('analytics', 'ReviewApproved', 100000) p JOIN m USING (id);
SELECT t.equal('a few at a time', count(*), 1) FROM commerce.consumer_poll('neo4j-projection', 'ReviewApproved', 1);
SELECT t.be('souk_oncall');
SELECT t.equal('gaps of the one', count(*), 0) FROM commerce.projection_gaps('neo4j-projection', 100000) g JOIN m ON m.id = g.outbox_id;
SELECT t.equal('gaps of the other', string_agg(m.n || ' ' || g.status, ',' ORDER BY m.n), '1 never seen,2 never seen') FROM commerce.projection_gaps('analytics', 100000) g JOIN m ON m.id = g.outbox_id;

-- test: what on-call does touches the tenant and the messages named, and says before and after
SELECT t.messages();
CREATE TEMP TABLE m ON COMMIT DROP AS SELECT o.id, row_number() OVER (ORDER BY o.id) AS n FROM commerce.outbox_messages o WHERE o.tenant_id = t.tenant(3) AND o.actor = 'tests';
GRANT SELECT ON m TO PUBLIC;
SELECT t.be('souk_oncall');
SELECT t.equal('of another tenant', (r).matched || ' ' || (r).changed, '0 0') FROM (SELECT array_agg(id) AS ids FROM m) x, LATERAL commerce.outbox_bury(t.tenant(1), x.ids, 'tests') r;
SELECT t.equal('a retry that would overtake', (r).overtaking, 1) FROM m, LATERAL commerce.outbox_retry(t.tenant(3), ARRAY[id], 'tests', true) r WHERE n = 2;
SELECT t.equal('postponed', (r).changed, 1) FROM m, LATERAL commerce.outbox_postpone(t.tenant(3), ARRAY[id], '2030-01-01 00:00+00', 'tests') r WHERE n = 1;
SELECT t.equal('until', o.available_at::text, '2030-01-01 00:00:00+00') FROM commerce.outbox_messages o JOIN m USING (id) WHERE n = 1;
SELECT t.equal('buried', (r).changed, 1) FROM m, LATERAL commerce.outbox_bury(t.tenant(3), ARRAY[id], 'tests') r WHERE n = 1;
SELECT t.equal('a requeue behind one that is dead overtakes nothing', (r).overtaking, 0) FROM m, LATERAL commerce.outbox_revive(t.tenant(3), ARRAY[id], 'tests', true) r WHERE n = 4;
SAVEPOINT s;
SELECT t.equal('buried, too', (r).changed, 1) FROM m, LATERAL commerce.outbox_bury(t.tenant(3), ARRAY[id], 'tests') r WHERE n = 2;
SELECT t.equal('revived before one that is dead', (r).overtaking, 0) FROM m, LATERAL commerce.outbox_revive(t.tenant(3), ARRAY[id], 'tests', true) r WHERE n = 1;
ROLLBACK TO s;
SELECT t.equal('revived after a living one', (r).overtaking, 1) FROM m, LATERAL commerce.outbox_revive(t.tenant(3), ARRAY[id], 'tests', true) r WHERE n = 1;
SELECT t.fails('SELECT commerce.outbox_retry(1, ''{1}'', NULL)', '23514', 'reason');
SELECT t.be('postgres');
SELECT t.equal('of another tenant: audited', count(*), 0) FROM commerce.audit_log a JOIN m ON m.id::text = a.entity_id WHERE a.tenant_id = t.tenant(1) AND a.occurred_at = now() AND a.entity_type = 'commerce.outbox_messages';
SELECT t.equal('audited', string_agg(concat_ws(' ', a.action, a.actor_id, a.reason, a.before ->> 'dead_at' IS NULL, a.after ->> 'dead_at' IS NOT NULL), ',' ORDER BY a.id),
	'outbox.postpone postgres tests t f,outbox.bury postgres tests t t')
  FROM commerce.audit_log a JOIN m ON m.id::text = a.entity_id WHERE a.tenant_id = t.tenant(3) AND a.entity_type = 'commerce.outbox_messages' AND a.occurred_at = now();

-- test: retention keeps what is young, takes whole months and small bites
SELECT commerce.partitions_ensure(9, 0);
INSERT INTO commerce.outbox_messages (tenant_id, aggregate_type, aggregate_id, event_type, payload, occurred_at, available_at, processed_at)
SELECT t.tenant(1), 'Product', 78, 'ProductUpdated', '{}', at, at, done
  FROM (VALUES (date_trunc('month', now() - INTERVAL '8 months') + INTERVAL '1 day', now() - INTERVAL '1 day'), (now() - INTERVAL '60 days', now() - INTERVAL '60 days'),
	(now() - INTERVAL '60 days', now() - INTERVAL '60 days'), (now() - INTERVAL '60 days', now() - INTERVAL '1 hour')) x (at, done);
UPDATE commerce.outbox_messages SET dead_at = now(), processed_at = NULL WHERE id = (SELECT min(id) FROM commerce.outbox_messages WHERE occurred_at < date_trunc('month', now() - INTERVAL '1 month') AND occurred_at > now() - INTERVAL '70 days' AND aggregate_id <> 78);
INSERT INTO commerce.outbox_messages (tenant_id, aggregate_type, aggregate_id, event_type, payload, occurred_at, available_at)
SELECT t.tenant(1), 'Product', 79, 'ProductUpdated', '{}', now() - INTERVAL '60 days', now();
SELECT t.be('souk_dba');
SELECT t.equal('a bite', r.messages_removed, 1) FROM commerce.outbox_retention(INTERVAL '45 days', 1) r;
SELECT t.equal('the rest', r.messages_removed, 1) FROM commerce.outbox_retention(INTERVAL '45 days', 100000) r;
SELECT t.be('postgres');
SELECT t.equal('left', count(*), 2) FROM commerce.outbox_messages WHERE aggregate_id = 78 AND processed_at > now() - INTERVAL '2 days';
SELECT t.fails('SELECT commerce.outbox_drop_month(''audit_log_default'')', '42P01', 'no month');

-- test: a new month is closed to all but its root, and knows an event by its id
SELECT t.be('souk_dba');
CREATE TEMP TABLE leaves ON COMMIT DROP AS SELECT l AS leaf FROM commerce.partitions_ensure(0, 7) l;
SELECT t.be('postgres');
SELECT t.is_true('there are some', count(*) >= 12) FROM leaves;
SELECT t.equal('open', string_agg(leaf, ', '), NULL) FROM leaves JOIN pg_class c ON c.oid = ('commerce.' || leaf)::regclass WHERE NOT (c.relrowsecurity AND c.relforcerowsecurity);
SELECT t.equal('without the key', string_agg(leaf, ', '), NULL) FROM leaves WHERE leaf LIKE 'outbox%' AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = ('commerce.' || leaf)::regclass AND i.indisunique AND pg_get_indexdef(i.indexrelid) LIKE '%(tenant_id, event_id)');
