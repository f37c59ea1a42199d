-- summary: how far each consumer has come, per event type; behind and lag are bounded looks past its offset
-- columns: consumer event_type last_processed_id behind lag_seconds warning_seconds state updated_at
SELECT o.consumer, o.event_type, o.last_processed_id, b.behind, b.lag_seconds, c.lag_warning_seconds AS warning_seconds,
       CASE WHEN b.lag_seconds > COALESCE(c.lag_warning_seconds, 60) THEN 'warning' ELSE 'ok' END AS state, o.updated_at
  FROM commerce.consumer_offsets AS o
  LEFT JOIN commerce.consumers AS c ON c.name = o.consumer
 CROSS JOIN LATERAL (
       SELECT pg_catalog.count(*) AS behind,
              COALESCE(EXTRACT(epoch FROM pg_catalog.now() - pg_catalog.min(s.processed_at))::pg_catalog.float8, 0) AS lag_seconds
         FROM (SELECT m.processed_at
                 FROM commerce.outbox_messages AS m
                WHERE m.event_type = o.event_type AND m.id > o.last_processed_id AND m.processed_at IS NOT NULL
                LIMIT 1001) AS s) AS b
