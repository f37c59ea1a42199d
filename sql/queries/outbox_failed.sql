-- summary: messages that failed, counted up to a bound
-- columns: failed
-- example: outbox=commerce.outbox_messages outbox_failed=true
SELECT pg_catalog.count(*) AS failed
  FROM (SELECT 1 FROM :outbox AS m WHERE :outbox_failed LIMIT 10001) AS b
