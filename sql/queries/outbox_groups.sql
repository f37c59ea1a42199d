-- summary: what waits by event type, tenant, aggregate and age: of the first ones up to a bound (~ when there are more)
-- columns: panel label messages mark
-- example: outbox=commerce.outbox_messages outbox_due=true outbox_mark= outbox_due_time=m.available_at outbox_order= outbox_event_type=m.event_type
--   outbox_tenant=m.tenant_id outbox_aggregate=m.aggregate_id outbox_sample=100
--   outbox_tenant_name=NULL
WITH s AS MATERIALIZED (
  SELECT COALESCE((:outbox_event_type)::pg_catalog.text, '-') AS type, COALESCE((:outbox_tenant)::pg_catalog.text, '-') AS tenant,
         COALESCE((:outbox_aggregate)::pg_catalog.text, '-') AS aggregate,
         EXTRACT(epoch FROM pg_catalog.now()) - EXTRACT(epoch FROM :outbox_due_time) AS age
    FROM :outbox AS m WHERE (:outbox_due) :outbox_mark :outbox_order LIMIT :outbox_sample + 1
), n AS (
  SELECT CASE WHEN pg_catalog.count(*) > :outbox_sample THEN '~' ELSE '' END AS mark FROM s
), bucket (k, age, at_least, below) AS (
  VALUES (1, '< 1 s', '-Infinity'::pg_catalog.float8, 1::pg_catalog.float8), (2, '< 10 s', 1, 10), (3, '< 1 m', 10, 60), (4, '< 5 m', 60, 300),
         (5, '< 1 h', 300, 3600), (6, '< 1 d', 3600, 86400), (7, 'older', 86400, 'Infinity')
), aged AS (
  SELECT b.k, b.age, pg_catalog.count(s.age) AS messages
    FROM bucket AS b LEFT JOIN s ON s.age >= b.at_least AND (s.age < b.below OR b.k = 7)
   GROUP BY b.k, b.age
), found AS (
  SELECT CASE WHEN GROUPING(s.type) = 0 THEN 'types' WHEN GROUPING(s.tenant) = 0 THEN 'tenants' ELSE 'aggregates' END AS panel,
         COALESCE(s.type, s.tenant, s.aggregate) AS label, pg_catalog.count(*) AS messages, 0 AS k
    FROM s GROUP BY GROUPING SETS ((s.type), (s.tenant), (s.aggregate))
  HAVING CASE WHEN GROUPING(s.type) = 0 THEN :'outbox_event_type' WHEN GROUPING(s.tenant) = 0 THEN :'outbox_tenant' ELSE :'outbox_aggregate' END
         LIKE '%m.%'
   UNION ALL
  -- From the youngest to the oldest that there are: what is empty beyond them says nothing.
  SELECT 'ages', a.age, a.messages, a.k FROM aged AS a
   WHERE :'outbox_due' <> 'false' AND a.k BETWEEN (SELECT pg_catalog.min(x.k) FROM aged AS x WHERE x.messages > 0)
                                              AND (SELECT pg_catalog.max(x.k) FROM aged AS x WHERE x.messages > 0)
   UNION ALL
  -- No index leads to what is due, or no column tells it apart: that is not the same as none.
  SELECT p.panel, 'unknown', NULL, 0
    FROM (VALUES ('types', :'outbox_event_type'), ('tenants', :'outbox_tenant'), ('aggregates', :'outbox_aggregate'), ('ages', 'm.')) AS p (panel, told)
   WHERE :'outbox_due' = 'false' OR p.told NOT LIKE '%m.%'
), ranked AS (
  SELECT f.*, pg_catalog.row_number() OVER (PARTITION BY f.panel ORDER BY f.k, f.messages DESC, f.label) AS place FROM found AS f
)
SELECT r.panel, CASE WHEN r.panel = 'tenants' AND r.label <> '-' AND r.messages > 0 THEN COALESCE(:outbox_tenant_name, r.label) ELSE r.label END AS label,
       r.messages, CASE WHEN r.messages IS NULL THEN '' ELSE n.mark END AS mark
  FROM ranked AS r, n WHERE r.place <= CASE r.panel WHEN 'tenants' THEN 8 ELSE 20 END -- each tenant's name is a look-up of its own
 ORDER BY r.panel, r.place
