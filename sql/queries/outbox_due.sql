-- summary: messages that are due, counted up to a bound
-- columns: due
-- example: outbox=commerce.outbox_messages outbox_due=true
SELECT pg_catalog.count(*) AS due
  FROM (SELECT 1 FROM :outbox AS m WHERE :outbox_due LIMIT 10001) AS b
