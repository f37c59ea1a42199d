-- summary: orders by the day they were placed and the status they have, of the last 10 days of the tenant
-- params: tenant:text
-- columns: day status orders
-- Each day names each status, so that a status keeps its place among them whichever day is the first.
WITH placed AS (
  SELECT (o.created_at AT TIME ZONE t.time_zone)::pg_catalog.date AS day, o.status, pg_catalog.count(*) AS orders
    FROM commerce.tenancy_tenants AS t
    JOIN commerce.sales_orders AS o ON o.tenant_id = t.id
   WHERE ($1::text IS NULL OR t.id = $1::bigint)
     AND o.created_at > pg_catalog.now() - '11 days'::pg_catalog.interval
     AND (o.created_at AT TIME ZONE t.time_zone)::pg_catalog.date
         > (pg_catalog.now() AT TIME ZONE t.time_zone)::pg_catalog.date - 10
   GROUP BY (o.created_at AT TIME ZONE t.time_zone)::pg_catalog.date, o.status
)
SELECT pg_catalog.to_char(d.day, 'MM-DD Dy') AS day, s.status, COALESCE(p.orders, 0) AS orders
  FROM (SELECT DISTINCT q.day FROM placed AS q) AS d
 CROSS JOIN (SELECT DISTINCT q.status FROM placed AS q) AS s
  LEFT JOIN placed AS p ON p.day = d.day AND p.status = s.status
 ORDER BY d.day DESC,
       pg_catalog.array_position(ARRAY['delivered', 'shipped', 'processing', 'confirmed', 'pending', 'cancelled',
                                       'refunded'], s.status), s.status
