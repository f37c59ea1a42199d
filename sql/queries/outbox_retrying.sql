-- summary: pending messages with attempts behind them, counted up to a bound
-- columns: retrying
-- example: outbox=commerce.outbox_messages outbox_retrying=true
SELECT pg_catalog.count(*) AS retrying
  FROM (SELECT 1 FROM :outbox AS m WHERE :outbox_retrying LIMIT 10001) AS b
