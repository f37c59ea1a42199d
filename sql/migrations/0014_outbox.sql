-- The life of a message: enqueued, claimed, completed; or failed, retried, dead, revived.
--
-- In the scope of a tenant, with the caller's rights:
--   outbox_enqueue(aggregate_type, aggregate_id, event_type, payload, …) -> id
-- For commerce_relay, across tenants, no table of its own (the functions are the steward's):
--   outbox_claim(relay, batch, lease, event_types)   messages that are due, the first of each aggregate
--   outbox_claim_of(tenant, relay, batch, lease), outbox_complete_of(tenant, relay, ids[], occurred[])
--                                                    the same of one tenant: on Citus only these
--   outbox_complete(relay, tenants[], ids[], occurred[])      -> how many were still this relay's
--   outbox_fail(relay, tenant, id, occurred_at, error, max)   -> 'retry', 'dead' or 'lost'
--   consumer_poll(consumer, event_type, at_most), consumer_ack(consumer, tenant, id, ok, error)
-- For souk_oncall, per tenant, each with a reason, a dry run, and an audit row per message:
--   outbox_retry, outbox_postpone, outbox_bury, outbox_revive, outbox_requeue
--     (tenant, ids[], reason, dry_run) -> (matched, changed, locked, overtaking)
--   outbox_retention(keep, dry_run), projection_gaps(consumer, at_most)
--
-- A claim is a lease: at most one relay has a message at a time; a relay that dies lets go when its
-- lease ends. Delivery is at least once: consumers know a message by event_id. A message waits for
-- earlier ones of its aggregate; a dead one lets the later ones pass.
SELECT pg_catalog.set_config('role', 'commerce_owner', true),
       pg_catalog.set_config('search_path', 'commerce', true);
-- On Citus these stay on the coordinator, where everybody connects: a worker would neither see what this
-- transaction grants to another role, nor the tables that stay here.
SELECT pg_catalog.set_config('citus.enable_ddl_propagation', 'off', true)
 WHERE EXISTS (SELECT FROM pg_catalog.pg_extension e WHERE e.extname = 'citus');

-- event_id is unique: the same one enqueued again, within the same partition or any other, returns
-- the message that is there. (No unique key can span partitions without their column.)
CREATE FUNCTION outbox_enqueue(
	p_aggregate_type      text,
	p_aggregate_id        bigint,
	p_event_type          text,
	p_payload             jsonb,
	p_aggregate_version   bigint      DEFAULT NULL,
	p_aggregate_public_id uuid        DEFAULT NULL,
	p_event_version       integer     DEFAULT 1,
	p_trace_id            text        DEFAULT NULL,
	p_available_at        timestamptz DEFAULT NULL,
	p_event_id            uuid        DEFAULT NULL
) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	tenant bigint := commerce.scope_tenant_or_raise();
	result bigint;
BEGIN
	IF p_event_id IS NOT NULL THEN
		PERFORM pg_advisory_xact_lock(hashtextextended(p_event_id::text, tenant));
		SELECT m.id INTO result FROM commerce.outbox_messages m
		 WHERE m.tenant_id = tenant AND m.event_id = p_event_id;
		IF FOUND THEN
			RETURN result;
		END IF;
	END IF;
	INSERT INTO commerce.outbox_messages (event_id, tenant_id, aggregate_type, aggregate_id, aggregate_public_id,
		aggregate_version, event_type, event_version, payload, actor, trace_id, available_at)
	VALUES (COALESCE(p_event_id, gen_random_uuid()), tenant, p_aggregate_type, p_aggregate_id, p_aggregate_public_id,
		p_aggregate_version, p_event_type, p_event_version::smallint, p_payload,
		COALESCE(NULLIF(current_setting('app.user_id', true), ''), session_user),
		COALESCE(p_trace_id, NULLIF(current_setting('app.trace_id', true), '')),
		COALESCE(p_available_at, now()))
	RETURNING id INTO result;
	RETURN result;
END
$$;
GRANT EXECUTE ON FUNCTION outbox_enqueue(text, bigint, text, jsonb, bigint, uuid, integer, text, timestamptz, uuid)
	TO commerce_app, souk_support, commerce_steward;
GRANT EXECUTE ON FUNCTION scope_tenant_or_raise() TO commerce_steward;

-- What a consumer receives.
CREATE FUNCTION outbox_envelope(m outbox_messages) RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
	SELECT jsonb_build_object('event_id', m.event_id, 'event_type', m.event_type, 'event_version', m.event_version,
		'tenant_id', m.tenant_id::text, 'aggregate_type', m.aggregate_type, 'aggregate_id', m.aggregate_id::text,
		'aggregate_public_id', m.aggregate_public_id, 'aggregate_version', m.aggregate_version::text,
		'occurred_at', to_char(m.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
		'trace_id', m.trace_id, 'actor', m.actor, 'payload', m.payload)
$$;
GRANT EXECUTE ON FUNCTION outbox_envelope(outbox_messages) TO commerce_steward;

-- From here on the functions belong to the steward.
GRANT CREATE ON SCHEMA commerce TO commerce_steward;
SELECT pg_catalog.set_config('role', 'commerce_steward', true);

-- The planner cannot know how small a batch is: without a nudge it would read the whole queue into
-- a hash table to update a hundred rows of it.
CREATE FUNCTION outbox_claim(p_relay text, p_batch integer DEFAULT 100,
	p_lease interval DEFAULT INTERVAL '30 seconds', p_event_types text[] DEFAULT NULL)
RETURNS TABLE (tenant_id bigint, id bigint, occurred_at timestamptz, event_id uuid, event_type text,
	attempts smallint, envelope jsonb)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off AS $$
	WITH due AS (
		SELECT m.tenant_id, m.id, m.occurred_at
		  FROM commerce.outbox_messages m
		 WHERE m.processed_at IS NULL AND m.dead_at IS NULL AND m.available_at <= now()
		   AND (m.claimed_until IS NULL OR m.claimed_until < clock_timestamp())
		   AND (p_event_types IS NULL OR m.event_type = ANY (p_event_types))
		   AND NOT EXISTS (
			SELECT FROM commerce.outbox_messages e
			 WHERE e.tenant_id = m.tenant_id AND e.aggregate_type = m.aggregate_type
			   AND e.aggregate_id = m.aggregate_id AND e.id < m.id
			   AND e.processed_at IS NULL AND e.dead_at IS NULL)
		 ORDER BY m.available_at, m.id
		 LIMIT p_batch
		   FOR UPDATE OF m SKIP LOCKED
	)
	UPDATE commerce.outbox_messages m
	   SET claimed_by = p_relay, claimed_until = clock_timestamp() + p_lease, attempts = m.attempts + 1
	  FROM due
	 WHERE m.tenant_id = due.tenant_id AND m.id = due.id AND m.occurred_at = due.occurred_at
	RETURNING m.tenant_id, m.id, m.occurred_at, m.event_id, m.event_type, m.attempts, commerce.outbox_envelope(m)
$$;

-- The same for one tenant, which is how a distributed outbox is read: it locks rows only where one tenant
-- lies, and its changes take neither clocks nor functions of rows. So both stay here, outside of them.
CREATE FUNCTION outbox_claim_of(p_tenant bigint, p_relay text, p_batch integer DEFAULT 100,
	p_lease interval DEFAULT INTERVAL '30 seconds')
RETURNS TABLE (tenant_id bigint, id bigint, occurred_at timestamptz, event_id uuid, event_type text,
	attempts smallint, envelope jsonb)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off AS $$
DECLARE
	moment timestamptz := clock_timestamp();
	until  timestamptz := moment + p_lease;
	ids    bigint[];
	times  timestamptz[];
	m      commerce.outbox_messages;
BEGIN
	SELECT array_agg(due.id), array_agg(due.occurred_at) INTO ids, times FROM (
		SELECT x.id, x.occurred_at FROM commerce.outbox_messages x
		 WHERE x.tenant_id = p_tenant AND x.processed_at IS NULL AND x.dead_at IS NULL AND x.available_at <= moment
		   AND (x.claimed_until IS NULL OR x.claimed_until < moment)
		   AND NOT EXISTS (
			SELECT FROM commerce.outbox_messages e
			 WHERE e.tenant_id = p_tenant AND e.aggregate_type = x.aggregate_type AND e.aggregate_id = x.aggregate_id
			   AND e.id < x.id AND e.processed_at IS NULL AND e.dead_at IS NULL)
		 ORDER BY x.available_at, x.id LIMIT p_batch
		   FOR UPDATE OF x SKIP LOCKED) due;
	FOR m IN
		UPDATE commerce.outbox_messages x SET claimed_by = p_relay, claimed_until = until, attempts = x.attempts + 1
		 WHERE x.tenant_id = p_tenant AND x.id = ANY (ids) AND x.occurred_at = ANY (times) RETURNING x.*
	LOOP
		tenant_id := m.tenant_id;
		id := m.id;
		occurred_at := m.occurred_at;
		event_id := m.event_id;
		event_type := m.event_type;
		attempts := m.attempts;
		envelope := commerce.outbox_envelope(m);
		RETURN NEXT;
	END LOOP;
END
$$;

CREATE FUNCTION outbox_complete(p_relay text, p_tenants bigint[], p_ids bigint[], p_occurred timestamptz[])
RETURNS integer
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off AS $$
	WITH done AS (
		UPDATE commerce.outbox_messages m
		   SET processed_at = clock_timestamp(), claimed_by = NULL, claimed_until = NULL, last_error = NULL
		  FROM unnest(p_tenants, p_ids, p_occurred) AS u (tenant_id, id, occurred_at)
		 WHERE m.tenant_id = u.tenant_id AND m.id = u.id AND m.occurred_at = u.occurred_at
		   AND m.claimed_by = p_relay AND m.processed_at IS NULL AND m.dead_at IS NULL
		RETURNING 1)
	SELECT count(*)::integer FROM done
$$;

CREATE FUNCTION outbox_complete_of(p_tenant bigint, p_relay text, p_ids bigint[], p_occurred timestamptz[]) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	moment timestamptz := clock_timestamp();
	done   integer;
BEGIN
	UPDATE commerce.outbox_messages m
	   SET processed_at = moment, claimed_by = NULL, claimed_until = NULL, last_error = NULL
	 WHERE m.tenant_id = p_tenant AND m.id = ANY (p_ids) AND m.occurred_at = ANY (p_occurred)
	   AND m.claimed_by = p_relay AND m.processed_at IS NULL AND m.dead_at IS NULL;
	GET DIAGNOSTICS done = ROW_COUNT;
	RETURN done;
END
$$;

-- Waits min(1 h, 2^attempts s) give or take a fifth; after p_max attempts the message is dead.
CREATE FUNCTION outbox_fail(p_relay text, p_tenant bigint, p_id bigint, p_occurred_at timestamptz,
	p_error text, p_max integer DEFAULT 10) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	moment timestamptz := clock_timestamp();
	m      commerce.outbox_messages;
	error  text := left(p_error, 2000);
BEGIN
	SELECT * INTO m FROM commerce.outbox_messages x
	 WHERE x.tenant_id = p_tenant AND x.id = p_id AND x.occurred_at = p_occurred_at
	   AND x.claimed_by = p_relay AND x.processed_at IS NULL AND x.dead_at IS NULL FOR UPDATE;
	IF NOT FOUND THEN
		RETURN 'lost';
	END IF;
	IF m.attempts >= p_max THEN
		m.dead_at := moment;
	ELSE
		m.available_at := moment + make_interval(secs => least(3600, 2 ^ least(m.attempts, 12)) * (0.8 + 0.4 * random()));
	END IF;
	UPDATE commerce.outbox_messages x
	   SET claimed_by = NULL, claimed_until = NULL, last_error = error, dead_at = m.dead_at, available_at = m.available_at
	 WHERE x.tenant_id = p_tenant AND x.id = p_id AND x.occurred_at = p_occurred_at;
	RETURN CASE WHEN m.dead_at IS NULL THEN 'retry' ELSE 'dead' END;
END
$$;

-- One body for what a person does to messages: only rows in the right state, those that a relay
-- holds are skipped, each change leaves an audit row in its tenant. "overtaking" counts messages
-- with a pending or later delivered companion of their aggregate: consumers see them out of order.
CREATE FUNCTION outbox_act(p_action text, p_tenant bigint, p_ids bigint[], p_until timestamptz, p_reason text,
	p_dry_run boolean, OUT matched integer, OUT changed integer, OUT locked integer, OUT overtaking integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	moment timestamptz := now();
	ids    bigint[];
	times  timestamptz[];
	was    jsonb[];
BEGIN
	IF COALESCE(p_reason, '') = '' THEN
		RAISE EXCEPTION 'a reason is needed' USING ERRCODE = 'check_violation';
	END IF;
	SELECT count(*), count(*) FILTER (WHERE EXISTS (
		SELECT FROM commerce.outbox_messages l
		 WHERE l.tenant_id = m.tenant_id AND l.aggregate_type = m.aggregate_type AND l.aggregate_id = m.aggregate_id
		   AND CASE WHEN p_action IN ('revive', 'requeue') THEN l.id > m.id AND l.dead_at IS NULL
			WHEN p_action = 'retry' THEN l.id < m.id AND l.processed_at IS NULL AND l.dead_at IS NULL
			ELSE false END))
	  INTO matched, overtaking
	  FROM commerce.outbox_messages m
	 WHERE m.tenant_id = p_tenant AND m.id = ANY (p_ids)
	   AND CASE p_action WHEN 'revive' THEN m.dead_at IS NOT NULL WHEN 'requeue' THEN m.processed_at IS NOT NULL
		ELSE m.processed_at IS NULL AND m.dead_at IS NULL END;
	changed := 0;
	locked := 0;
	IF p_dry_run THEN
		RETURN;
	END IF;
	SELECT array_agg(f.id), array_agg(f.occurred_at), array_agg(f.state) INTO ids, times, was FROM (
		SELECT m.id, m.occurred_at, jsonb_build_object('available_at', m.available_at, 'attempts', m.attempts,
			'processed_at', m.processed_at, 'dead_at', m.dead_at) AS state
		  FROM commerce.outbox_messages m
		 WHERE m.tenant_id = p_tenant AND m.id = ANY (p_ids)
		   AND (m.claimed_until IS NULL OR m.claimed_until < moment)
		   AND CASE p_action WHEN 'revive' THEN m.dead_at IS NOT NULL WHEN 'requeue' THEN m.processed_at IS NOT NULL
			ELSE m.processed_at IS NULL AND m.dead_at IS NULL END
		   FOR UPDATE SKIP LOCKED) f;
	UPDATE commerce.outbox_messages m
	   SET available_at = CASE p_action WHEN 'postpone' THEN p_until WHEN 'bury' THEN m.available_at ELSE moment END,
	       attempts     = CASE WHEN p_action IN ('revive', 'requeue') THEN 0 ELSE m.attempts END,
	       processed_at = CASE p_action WHEN 'requeue' THEN NULL ELSE m.processed_at END,
	       dead_at      = CASE p_action WHEN 'revive' THEN NULL WHEN 'bury' THEN moment ELSE m.dead_at END,
	       claimed_by = NULL, claimed_until = NULL
	 WHERE m.tenant_id = p_tenant AND m.id = ANY (ids) AND m.occurred_at = ANY (times);
	GET DIAGNOSTICS changed = ROW_COUNT;
	INSERT INTO commerce.audit_log (tenant_id, actor_role, action, entity_type, entity_id, before, after, reason)
	SELECT p_tenant, COALESCE(NULLIF(current_setting('app.actor_role', true), ''), 'souk_oncall'),
	       'outbox.' || p_action, 'commerce.outbox_messages', o.id::text, o.state,
	       o.state || CASE p_action
			WHEN 'postpone' THEN jsonb_build_object('available_at', p_until)
			WHEN 'bury' THEN jsonb_build_object('dead_at', moment)
			WHEN 'revive' THEN jsonb_build_object('available_at', moment, 'attempts', 0, 'dead_at', NULL)
			WHEN 'requeue' THEN jsonb_build_object('available_at', moment, 'attempts', 0, 'processed_at', NULL)
			ELSE jsonb_build_object('available_at', moment) END,
	       p_reason
	  FROM unnest(ids, was) AS o (id, state);
	locked := matched - changed;
END
$$;

CREATE FUNCTION outbox_retry(p_tenant bigint, p_ids bigint[], p_reason text, p_dry_run boolean DEFAULT false,
	OUT matched integer, OUT changed integer, OUT locked integer, OUT overtaking integer)
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS
$$ SELECT * FROM commerce.outbox_act('retry', p_tenant, p_ids, NULL, p_reason, p_dry_run) $$;
CREATE FUNCTION outbox_postpone(p_tenant bigint, p_ids bigint[], p_until timestamptz, p_reason text,
	p_dry_run boolean DEFAULT false, OUT matched integer, OUT changed integer, OUT locked integer, OUT overtaking integer)
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS
$$ SELECT * FROM commerce.outbox_act('postpone', p_tenant, p_ids, p_until, p_reason, p_dry_run) $$;
CREATE FUNCTION outbox_bury(p_tenant bigint, p_ids bigint[], p_reason text, p_dry_run boolean DEFAULT false,
	OUT matched integer, OUT changed integer, OUT locked integer, OUT overtaking integer)
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS
$$ SELECT * FROM commerce.outbox_act('bury', p_tenant, p_ids, NULL, p_reason, p_dry_run) $$;
CREATE FUNCTION outbox_revive(p_tenant bigint, p_ids bigint[], p_reason text, p_dry_run boolean DEFAULT false,
	OUT matched integer, OUT changed integer, OUT locked integer, OUT overtaking integer)
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS
$$ SELECT * FROM commerce.outbox_act('revive', p_tenant, p_ids, NULL, p_reason, p_dry_run) $$;
CREATE FUNCTION outbox_requeue(p_tenant bigint, p_ids bigint[], p_reason text, p_dry_run boolean DEFAULT false,
	OUT matched integer, OUT changed integer, OUT locked integer, OUT overtaking integer)
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS
$$ SELECT * FROM commerce.outbox_act('requeue', p_tenant, p_ids, NULL, p_reason, p_dry_run) $$;

-- What a consumer has not seen of one event type: published messages past its offset.
CREATE FUNCTION consumer_poll(p_consumer text, p_event_type text, p_at_most integer DEFAULT 100)
RETURNS TABLE (tenant_id bigint, id bigint, occurred_at timestamptz, event_id uuid, envelope jsonb)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	after bigint := COALESCE((SELECT o.last_processed_id FROM commerce.consumer_offsets o
		WHERE o.consumer = p_consumer AND o.event_type = p_event_type), 0);
	m     commerce.outbox_messages;
BEGIN
	FOR m IN SELECT x.* FROM commerce.outbox_messages x
		WHERE x.event_type = p_event_type AND x.processed_at IS NOT NULL AND x.id > after ORDER BY x.id LIMIT p_at_most
	LOOP
		tenant_id := m.tenant_id;
		id := m.id;
		occurred_at := m.occurred_at;
		event_id := m.event_id;
		envelope := commerce.outbox_envelope(m);
		RETURN NEXT;
	END LOOP;
END
$$;

-- Records what became of one message, however often it is said, and moves the offset forward only.
CREATE FUNCTION consumer_ack(p_consumer text, p_tenant bigint, p_id bigint, p_event_type text,
	p_occurred_at timestamptz, p_ok boolean, p_error text DEFAULT NULL) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	first_time boolean;
BEGIN
	INSERT INTO commerce.graph_projection_status AS s
		(tenant_id, consumer, outbox_id, event_type, status, attempts, last_error, occurred_at, projected_at)
	VALUES (p_tenant, p_consumer, p_id, p_event_type, CASE WHEN p_ok THEN 'ok' ELSE 'failed' END, 1,
		left(p_error, 2000), p_occurred_at, CASE WHEN p_ok THEN clock_timestamp() END)
	ON CONFLICT (tenant_id, consumer, outbox_id) DO UPDATE
		SET status = EXCLUDED.status, attempts = s.attempts + 1, last_error = EXCLUDED.last_error,
		    projected_at = EXCLUDED.projected_at
		WHERE s.status <> 'ok'
	RETURNING s.attempts = 1 INTO first_time;
	INSERT INTO commerce.consumer_offsets AS o (consumer, event_type, last_processed_id, last_occurred_at, updated_at)
	VALUES (p_consumer, p_event_type, p_id, p_occurred_at, clock_timestamp())
	ON CONFLICT (consumer, event_type) DO UPDATE
		SET last_processed_id = EXCLUDED.last_processed_id, last_occurred_at = EXCLUDED.last_occurred_at,
		    updated_at = EXCLUDED.updated_at
		WHERE o.last_processed_id < EXCLUDED.last_processed_id;
	RETURN COALESCE(first_time, false);
END
$$;

-- Ids are given before commit, so a late commit may lie below an offset that has passed it.
CREATE FUNCTION projection_gaps(p_consumer text, p_at_most integer DEFAULT 1000)
RETURNS TABLE (tenant_id bigint, outbox_id bigint, event_type text, occurred_at timestamptz, processed_at timestamptz,
	status text, last_error text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
	SELECT m.tenant_id, m.id, m.event_type, m.occurred_at, m.processed_at, COALESCE(s.status, 'never seen'), s.last_error
	  FROM commerce.consumer_offsets o
	  JOIN commerce.outbox_messages m ON m.event_type = o.event_type AND m.id <= o.last_processed_id
	  LEFT JOIN commerce.graph_projection_status s
		ON s.tenant_id = m.tenant_id AND s.consumer = o.consumer AND s.outbox_id = m.id
	 WHERE o.consumer = p_consumer AND COALESCE(s.status, 'never seen') <> 'ok'
	 ORDER BY m.id LIMIT p_at_most
$$;

GRANT EXECUTE ON FUNCTION outbox_claim(text, integer, interval, text[]),
	outbox_claim_of(bigint, text, integer, interval),
	outbox_complete(text, bigint[], bigint[], timestamptz[]),
	outbox_complete_of(bigint, text, bigint[], timestamptz[]),
	outbox_fail(text, bigint, bigint, timestamptz, text, integer), consumer_poll(text, text, integer),
	consumer_ack(text, bigint, bigint, text, timestamptz, boolean, text) TO commerce_relay;
GRANT EXECUTE ON FUNCTION outbox_act(text, bigint, bigint[], timestamptz, text, boolean),
	outbox_retry(bigint, bigint[], text, boolean),
	outbox_postpone(bigint, bigint[], timestamptz, text, boolean), outbox_bury(bigint, bigint[], text, boolean),
	outbox_revive(bigint, bigint[], text, boolean), outbox_requeue(bigint, bigint[], text, boolean),
	projection_gaps(text, integer) TO souk_oncall;
GRANT EXECUTE ON FUNCTION projection_gaps(text, integer) TO souk_dba;

SELECT pg_catalog.set_config('role', 'commerce_owner', true);
REVOKE CREATE ON SCHEMA commerce FROM commerce_steward;
