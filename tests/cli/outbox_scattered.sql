-- SPDX-License-Identifier: MIT
-- What waits lies far apart, between what was done long ago, in an index that does not lead with the time.
CREATE TABLE outbox_events (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, event_type text NOT NULL, payload text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(), published_at timestamptz, attempts int NOT NULL DEFAULT 0);
CREATE INDEX ON outbox_events (id) WHERE published_at IS NULL;
INSERT INTO outbox_events (event_type, payload, published_at)
SELECT 'ItemSold', repeat('x', 400), CASE WHEN g % 20 > 0 THEN now() END FROM generate_series(1, 20000) AS g;
ANALYZE outbox_events;
