-- The append-only tables and the outbox, in monthly partitions.
--
-- A partitioned table's keys must hold the partition column: (tenant_id, id, occurred_at).
-- Whoever inserts, claims or reads names the root: its policies and triggers are the ones that
-- count. The leaves carry no grants. partitions_ensure() makes the months; what falls outside
-- them lands in the default partition, where the DBA sees it.
SELECT pg_catalog.set_config('role', 'commerce_owner', true),
       pg_catalog.set_config('search_path', 'commerce', true);

CREATE TABLE inventory_movements (
	id             bigint      GENERATED ALWAYS AS IDENTITY,
	tenant_id      bigint      NOT NULL,
	balance_id     bigint      NOT NULL,
	warehouse_id   bigint      NOT NULL,
	product_id     bigint      NOT NULL,
	variant_id     bigint,
	lot_id         bigint,
	movement_type  text        NOT NULL,
	on_hand_delta  integer     NOT NULL DEFAULT 0,
	reserved_delta integer     NOT NULL DEFAULT 0,
	reference_type text,
	reference_id   text,
	reason         text        NOT NULL,
	actor          text        NOT NULL DEFAULT session_user,
	occurred_at    timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (tenant_id, id, occurred_at),
	CONSTRAINT inventory_movements_type_check CHECK (
		CASE movement_type
			WHEN 'receipt'      THEN on_hand_delta > 0 AND reserved_delta = 0
			WHEN 'return'       THEN on_hand_delta > 0 AND reserved_delta = 0
			WHEN 'sale'         THEN on_hand_delta < 0 AND reserved_delta IN (0, on_hand_delta)
			WHEN 'transfer_in'  THEN on_hand_delta > 0 AND reserved_delta = 0
			WHEN 'transfer_out' THEN on_hand_delta < 0 AND reserved_delta = 0
			WHEN 'adjustment'   THEN on_hand_delta <> 0 AND reserved_delta = 0
			WHEN 'reservation'  THEN on_hand_delta = 0 AND reserved_delta > 0
			WHEN 'release'      THEN on_hand_delta = 0 AND reserved_delta < 0
			ELSE false
		END),
	CONSTRAINT inventory_movements_reason_check CHECK (length(reason) > 0),
	CONSTRAINT inventory_movements_reference_check CHECK (length(reference_type) <= 50)
) PARTITION BY RANGE (occurred_at);
CREATE INDEX inventory_movements_balance_idx ON inventory_movements (tenant_id, balance_id, occurred_at, id);
CREATE INDEX inventory_movements_product_idx ON inventory_movements (tenant_id, product_id, occurred_at, id);
CREATE INDEX inventory_movements_time_idx ON inventory_movements (tenant_id, occurred_at, id);
CREATE TABLE inventory_movements_default PARTITION OF inventory_movements DEFAULT;
COMMENT ON TABLE inventory_movements IS 'The ledger of stock: inserted, never changed; the balance follows in the same transaction';

CREATE TABLE sales_order_status_history (
	id          bigint      GENERATED ALWAYS AS IDENTITY,
	tenant_id   bigint      NOT NULL,
	order_id    bigint      NOT NULL,
	from_status text,
	to_status   text        NOT NULL,
	actor       text        NOT NULL DEFAULT session_user,
	reason      text,
	trace_id    text,
	occurred_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (tenant_id, id, occurred_at)
) PARTITION BY RANGE (occurred_at);
CREATE INDEX sales_order_status_history_order_idx ON sales_order_status_history (tenant_id, order_id, id);
CREATE TABLE sales_order_status_history_default PARTITION OF sales_order_status_history DEFAULT;
COMMENT ON TABLE sales_order_status_history IS 'Every status an order had; written by a trigger, never changed';

CREATE TABLE outbox_messages (
	id                  bigint      GENERATED ALWAYS AS IDENTITY,
	event_id            uuid        NOT NULL DEFAULT gen_random_uuid(),
	tenant_id           bigint      NOT NULL,
	aggregate_type      text        NOT NULL,
	aggregate_id        bigint      NOT NULL,
	aggregate_public_id uuid,
	aggregate_version   bigint,
	event_type          text        NOT NULL,
	event_version       smallint    NOT NULL DEFAULT 1,
	payload             jsonb       NOT NULL,
	actor               text        NOT NULL DEFAULT session_user,
	trace_id            text,
	occurred_at         timestamptz NOT NULL DEFAULT now(),
	available_at        timestamptz NOT NULL DEFAULT now(),
	attempts            smallint    NOT NULL DEFAULT 0,
	claimed_by          text,
	claimed_until       timestamptz,
	last_error          text,
	processed_at        timestamptz,
	dead_at             timestamptz,
	PRIMARY KEY (tenant_id, id, occurred_at),
	CONSTRAINT outbox_messages_attempts_check CHECK (attempts >= 0),
	CONSTRAINT outbox_messages_state_check CHECK (processed_at IS NULL OR dead_at IS NULL),
	CONSTRAINT outbox_messages_claim_check CHECK ((claimed_by IS NULL) = (claimed_until IS NULL))
) PARTITION BY RANGE (occurred_at);
-- A queue is read across tenants, so these lead with what the relays and watchers ask for.
CREATE INDEX outbox_messages_pending_idx ON outbox_messages (available_at, id)
	WHERE processed_at IS NULL AND dead_at IS NULL;
CREATE INDEX outbox_messages_pending_type_idx ON outbox_messages (event_type, available_at, id)
	WHERE processed_at IS NULL AND dead_at IS NULL;
-- Who is first of its aggregate; also the pending messages tenant by tenant.
CREATE INDEX outbox_messages_pending_aggregate_idx ON outbox_messages
	(tenant_id, aggregate_type, aggregate_id, id) WHERE processed_at IS NULL AND dead_at IS NULL;
CREATE INDEX outbox_messages_dead_idx ON outbox_messages (dead_at, id) WHERE dead_at IS NOT NULL;
CREATE INDEX outbox_messages_aggregate_idx ON outbox_messages (tenant_id, aggregate_type, aggregate_id, id);
CREATE INDEX outbox_messages_type_idx ON outbox_messages (event_type, id);
CREATE TABLE outbox_messages_default PARTITION OF outbox_messages DEFAULT;
CREATE UNIQUE INDEX outbox_messages_default_event_key ON outbox_messages_default (tenant_id, event_id);
COMMENT ON TABLE outbox_messages IS 'What leaves the database; due until processed_at or dead_at is set';
COMMENT ON COLUMN outbox_messages.claimed_until IS 'The lease of a relay; past it the message may be claimed again';
COMMENT ON COLUMN outbox_messages.payload IS 'personal: may carry facts of customers; hidden from on-call';

CREATE TABLE audit_log (
	id          bigint      GENERATED ALWAYS AS IDENTITY,
	tenant_id   bigint      NOT NULL,
	actor_type  text        NOT NULL DEFAULT 'operator',
	actor_id    text        NOT NULL DEFAULT session_user,
	actor_role  text        NOT NULL DEFAULT current_user,
	action      text        NOT NULL,
	entity_type text        NOT NULL,
	entity_id   text        NOT NULL,
	before      jsonb,
	after       jsonb,
	reason      text,
	save_id     uuid,
	trace_id    text,
	occurred_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (tenant_id, id, occurred_at),
	CONSTRAINT audit_log_actor_check CHECK (actor_type IN ('operator', 'user', 'system'))
) PARTITION BY RANGE (occurred_at);
CREATE INDEX audit_log_entity_idx ON audit_log (tenant_id, entity_type, entity_id, id);
CREATE INDEX audit_log_save_idx ON audit_log (tenant_id, save_id) WHERE save_id IS NOT NULL;
CREATE INDEX audit_log_time_idx ON audit_log (tenant_id, occurred_at, id);
CREATE INDEX audit_log_actor_idx ON audit_log (tenant_id, actor_id, occurred_at);
CREATE TABLE audit_log_default PARTITION OF audit_log DEFAULT;
COMMENT ON TABLE audit_log IS 'Who did what, when, why: inserted, never changed';

-- Months are months of UTC, so every session makes the same ones. Returns the partitions made.
CREATE FUNCTION partitions_ensure(p_back integer DEFAULT 0, p_ahead integer DEFAULT 3) RETURNS SETOF text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	root  name;
	month timestamp;
	leaf  name;
BEGIN
	-- A month of a distributed table takes over its triggers, and shards are made one after the other.
	IF to_regclass('pg_catalog.pg_dist_partition') IS NOT NULL THEN
		PERFORM set_config('citus.enable_unsafe_triggers', 'on', true),
			set_config('citus.multi_shard_modify_mode', 'sequential', true);
	END IF;
	FOR root IN SELECT c.relname FROM pg_class c JOIN pg_partitioned_table p ON p.partrelid = c.oid
		WHERE c.relnamespace = 'commerce'::regnamespace AND p.partstrat = 'r' ORDER BY c.relname
	LOOP
		FOR month IN SELECT generate_series(date_trunc('month', now() AT TIME ZONE 'UTC') - make_interval(months => p_back),
			date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => p_ahead), INTERVAL '1 month')
		LOOP
			leaf := root || to_char(month, '"_y"YYYY"m"MM');
			CONTINUE WHEN to_regclass(format('commerce.%I', leaf)) IS NOT NULL;
			EXECUTE format('CREATE TABLE commerce.%I PARTITION OF commerce.%I FOR VALUES FROM (%L) TO (%L)', leaf, root,
				month::text || '+00', (month + INTERVAL '1 month')::text || '+00');
			EXECUTE format('ALTER TABLE commerce.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', leaf);
			IF root = 'outbox_messages' THEN
				EXECUTE format('CREATE UNIQUE INDEX ON commerce.%I (tenant_id, event_id)', leaf);
				EXECUTE format('ALTER TABLE commerce.%I SET (fillfactor = 80)', leaf);
			END IF;
			RETURN NEXT leaf;
		END LOOP;
	END LOOP;
END
$$;

-- Before anything is distributed: the first months go with their tables.
SELECT partitions_ensure(0, 3);
