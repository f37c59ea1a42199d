-- summary: messages that nobody tries again, counted up to a bound
-- columns: dead
-- example: outbox=commerce.outbox_messages outbox_dead=true
SELECT pg_catalog.count(*) AS dead
  FROM (SELECT 1 FROM :outbox AS m WHERE :outbox_dead LIMIT 10001) AS b
