-- SPDX-License-Identifier: MIT
-- No index leads to what waits, and the table is too large to be read through.
CREATE TABLE public.order_outbox (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, aggregate_id text, event_type text, payload jsonb,
  created_at timestamptz DEFAULT now(), published_at timestamptz, attempts int DEFAULT 0, last_error text)
  WITH (autovacuum_enabled = false);
INSERT INTO public.order_outbox (aggregate_id, event_type, payload, created_at, published_at, last_error)
SELECT 'o' || g % 9, 'OrderPlaced', jsonb_build_object('text', repeat('x', 200)), now() - g * interval '3 s',
       CASE WHEN g > 40 THEN now() END, CASE WHEN g < 10 THEN 'timeout' END
  FROM generate_series(1, 4000) AS g;
ANALYZE public.order_outbox;
