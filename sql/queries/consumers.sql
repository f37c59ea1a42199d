-- summary: how far each consumer has come, per event type; behind and lag are bounded looks past its offset, gaps those of the last fifty below it that it did not take in
-- columns: consumer event_type last_processed_id behind lag_seconds gaps state updated_at
-- example: outbox_consumers=SELECT*FROM(VALUES(''))AS/**/a(consumer)CROSS/**/JOIN(VALUES(''))AS/**/b(event_type)CROSS/**/JOIN(VALUES(''))AS/**/c(position)CROSS/**/JOIN(VALUES(0))AS/**/d(behind)CROSS/**/JOIN(VALUES(true))AS/**/i(more)CROSS/**/JOIN(VALUES(0.0::float8))AS/**/e(lag)CROSS/**/JOIN(VALUES(now()))AS/**/f(moved)CROSS/**/JOIN(VALUES(0))AS/**/g(gaps) outbox_lag=60
SELECT c.consumer, c.event_type, c.position AS last_processed_id,
       CASE WHEN c.more THEN '> ' ELSE '' END || c.behind AS behind, c.lag AS lag_seconds, c.gaps,
       CASE WHEN c.lag > :outbox_lag OR c.gaps > 0 THEN 'warning' WHEN c.lag IS NULL THEN 'unknown' ELSE 'ok' END AS state, c.moved AS updated_at
  FROM (:outbox_consumers) AS c
