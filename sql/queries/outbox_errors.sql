-- summary: errors of what is dead, failed or tried again, numbers in them left out: of the first ones up to a bound
-- columns: error messages mark
-- example: outbox=commerce.outbox_messages outbox_dead=true outbox_failed=true outbox_pending=true outbox_mark= outbox_order= outbox_error=m.last_error outbox_sample=100
WITH s AS MATERIALIZED (
  (SELECT (:outbox_error)::pg_catalog.text AS e FROM :outbox AS m WHERE :outbox_dead LIMIT LEAST(:outbox_sample, 40) + 1)
   UNION ALL
  (SELECT (:outbox_error)::pg_catalog.text FROM :outbox AS m WHERE :outbox_failed LIMIT LEAST(:outbox_sample, 40) + 1)
   UNION ALL
  (SELECT (:outbox_error)::pg_catalog.text FROM :outbox AS m WHERE (:outbox_pending) :outbox_mark :outbox_order LIMIT :outbox_sample + 1)
)
(SELECT pg_catalog.regexp_replace(pg_catalog.regexp_replace(pg_catalog.left(s.e, 200), '\m[0-9a-fA-F]{8}(-?[0-9a-fA-F]{4}){3,}[0-9a-fA-F]*\M', '#', 'g'), '[0-9]+', '#', 'g') AS error,
       pg_catalog.count(*) AS messages,
       (SELECT CASE WHEN pg_catalog.count(*) > LEAST(:outbox_sample, 40) THEN '~' ELSE '' END FROM s AS x) AS mark
  FROM s WHERE s.e IS NOT NULL AND s.e NOT IN ('', '{}', '[]')
 GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 20)
 UNION ALL
SELECT 'unknown: no errors to read', NULL, '' WHERE :'outbox_error' NOT LIKE '%m.%'
 UNION ALL
-- No index, or no column, tells which they are: that is not the same as none.
SELECT 'unknown: no index or column leads to them', NULL, '' WHERE :'outbox_error' LIKE '%m.%' AND 'false' IN (:'outbox_pending', :'outbox_dead') AND :'outbox_failed' = 'false'
   AND NOT EXISTS (SELECT 1 FROM s)
