-- SPDX-License-Identifier: MIT
-- Messages whose next try is not set are due since they came.
CREATE TABLE public.events_to_publish (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, event_name text NOT NULL, body jsonb NOT NULL,
  occurred_at timestamptz NOT NULL DEFAULT now(), published_at timestamptz, tries int NOT NULL DEFAULT 0, last_failure text,
  next_try_at timestamptz);
CREATE INDEX ON public.events_to_publish (seq) WHERE published_at IS NULL;
INSERT INTO public.events_to_publish (event_name, body, occurred_at, next_try_at)
SELECT 'ListingPublished', '{}', now() - CASE g % 3 WHEN 0 THEN interval '3 days' ELSE interval '20 minutes' END,
       CASE WHEN g > 6 THEN now() - interval '4 hours' END
  FROM generate_series(1, 9) AS g;
ANALYZE public.events_to_publish;
