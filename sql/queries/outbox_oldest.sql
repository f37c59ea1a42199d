-- summary: seconds since the oldest due message became due
-- columns: oldest
-- example: outbox=commerce.outbox_messages outbox_due=true outbox_due_time=m.available_at outbox_order=
SELECT EXTRACT(epoch FROM pg_catalog.now() - pg_catalog.min(s.t))::pg_catalog.float8 AS oldest
  FROM (SELECT :outbox_due_time AS t FROM :outbox AS m WHERE :outbox_due :outbox_order LIMIT 1000) AS s
