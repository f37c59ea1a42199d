-- A plain outbox; the test fills it.
CREATE TABLE outbox_messages (
	id           bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	event_type   text        NOT NULL,
	aggregate_id bigint      NOT NULL,
	payload      jsonb       NOT NULL,
	occurred_at  timestamptz NOT NULL DEFAULT now(),
	available_at timestamptz NOT NULL DEFAULT now(),
	attempts     smallint    NOT NULL DEFAULT 0,
	last_error   text,
	processed_at timestamptz,
	dead_at      timestamptz
);
CREATE INDEX outbox_messages_pending_idx ON outbox_messages (available_at, id)
	WHERE processed_at IS NULL AND dead_at IS NULL;
CREATE INDEX outbox_messages_dead_idx ON outbox_messages (dead_at) WHERE dead_at IS NOT NULL;

-- Every tenth of n messages, the newest, is due; the others are done.
CREATE PROCEDURE fill(n integer) LANGUAGE sql AS $$
	INSERT INTO outbox_messages (event_type, aggregate_id, payload, occurred_at, available_at, processed_at)
	SELECT 'Event' || i % 7, i % 1000, jsonb_build_object('n', i, 'text', repeat('x', 200)),
	       now() - (n - i) * INTERVAL '10 ms', now() - (n - i) * INTERVAL '10 ms',
	       CASE WHEN i <= n - n / 10 THEN now() END
	  FROM generate_series(1, n) AS i
$$;
