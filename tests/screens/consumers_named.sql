-- SPDX-License-Identifier: MIT
-- Consumers with names that have no blank to be broken at.
CREATE TABLE public.consumer_offsets (consumer text, event_type text, last_processed_id bigint NOT NULL, updated_at timestamptz,
  PRIMARY KEY (consumer, event_type));
INSERT INTO public.consumer_offsets
SELECT c, e, 0, now() FROM unnest(ARRAY['neo4j-projection', 'search-of-all-stalls']) AS c, unnest(ARRAY['Placed', 'Paid', 'Shipped']) AS e;
ANALYZE public.consumer_offsets;
