-- summary: pending messages that are not due yet, counted up to a bound
-- columns: delayed
-- example: outbox=commerce.outbox_messages outbox_delayed=true
SELECT pg_catalog.count(*) AS delayed
  FROM (SELECT 1 FROM :outbox AS m WHERE :outbox_delayed LIMIT 10001) AS b
