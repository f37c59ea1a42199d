-- summary: messages that a relay holds, counted up to a bound
-- columns: claimed
-- example: outbox=commerce.outbox_messages outbox_claimed=true
SELECT pg_catalog.count(*) AS claimed
  FROM (SELECT 1 FROM :outbox AS m WHERE :outbox_claimed LIMIT 10001) AS b
