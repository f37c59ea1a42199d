-- summary: a sample of the messages that wait, by their last error, numbers in it left out
-- columns: error messages
-- example: outbox=commerce.outbox_messages outbox_pending=true outbox_dead=true outbox_failed=true outbox_error=m.last_error outbox_order=
SELECT COALESCE(s.v, '–') AS error, pg_catalog.count(*) AS messages
  FROM (SELECT pg_catalog.regexp_replace(pg_catalog.left(:outbox_error::pg_catalog.text, 200), '[0-9]+', '#', 'g') AS v FROM :outbox AS m WHERE (:outbox_pending OR :outbox_dead OR :outbox_failed) LIMIT 10000) AS s
 WHERE s.v IS NOT NULL
 GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 20
