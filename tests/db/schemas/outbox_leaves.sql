-- SPDX-License-Identifier: MIT
-- An outbox of ten months, with consumers. What waits is in the present month only; dead ones lie in each.
CREATE TABLE outbox_messages (
	id           bigint      GENERATED ALWAYS AS IDENTITY,
	tenant_id    bigint      NOT NULL,
	event_type   text        NOT NULL,
	aggregate_id bigint      NOT NULL,
	payload      jsonb       NOT NULL,
	occurred_at  timestamptz NOT NULL DEFAULT now(),
	available_at timestamptz NOT NULL DEFAULT now(),
	attempts     smallint    NOT NULL DEFAULT 0,
	last_error   text,
	processed_at timestamptz,
	dead_at      timestamptz,
	PRIMARY KEY (id, occurred_at)
) PARTITION BY RANGE (occurred_at);
DO $$
BEGIN
	FOR k IN -8..1 LOOP
		EXECUTE format('CREATE TABLE outbox_messages_%s PARTITION OF outbox_messages FOR VALUES FROM (%L) TO (%L)', k + 8,
			date_trunc('month', now()) + k * INTERVAL '1 month', date_trunc('month', now()) + (k + 1) * INTERVAL '1 month');
	END LOOP;
END
$$;
CREATE INDEX ON outbox_messages (available_at, id) WHERE processed_at IS NULL AND dead_at IS NULL;
CREATE INDEX ON outbox_messages (dead_at) WHERE dead_at IS NOT NULL;
CREATE INDEX ON outbox_messages (event_type, id);
INSERT INTO outbox_messages (tenant_id, event_type, aggregate_id, payload, occurred_at, available_at, processed_at, dead_at, last_error, attempts)
SELECT 1 + n % 40, 'Event' || n % 8, n % 500, '{"text": "some of it"}', t, t, CASE WHEN n % 400 > 0 THEN t END, CASE WHEN n % 400 = 0 THEN t END,
       CASE WHEN n % 400 = 0 THEN 'HTTP 500' END, CASE WHEN n % 400 = 0 THEN 10 ELSE 1 END
  FROM (SELECT n, date_trunc('month', now()) + (k || ' month')::interval + n % 20 * INTERVAL '1 day' AS t FROM generate_series(-8, -1) k, generate_series(1, 4000) n) AS x;
INSERT INTO outbox_messages (tenant_id, event_type, aggregate_id, payload, occurred_at, available_at, processed_at)
SELECT 1 + n % 40, 'Event' || n % 8, n % 500, '{"text": "some of it"}', now() - INTERVAL '1 second', now() - INTERVAL '1 second', CASE WHEN n <= 4000 THEN now() END
  FROM generate_series(1, 4200) n;
CREATE TABLE consumer_offsets (consumer text, event_type text, last_processed_id bigint NOT NULL, last_occurred_at timestamptz, updated_at timestamptz, PRIMARY KEY (consumer, event_type));
INSERT INTO consumer_offsets SELECT c, 'Event' || t, (SELECT max(id) FROM outbox_messages WHERE processed_at IS NOT NULL), now(), now() FROM unnest('{search,graph}'::text[]) c, generate_series(0, 7) t;
VACUUM ANALYZE;
