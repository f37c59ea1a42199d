-- summary: orders and money per day of the last 30 days, days without any included; a day is a day of the tenant
-- params: tenant:text
-- columns: day orders revenue
WITH zones AS (
  SELECT t.id, t.time_zone, (pg_catalog.now() AT TIME ZONE t.time_zone)::pg_catalog.date AS today
    FROM commerce.tenancy_tenants AS t
   WHERE $1::text IS NULL OR t.id = $1::bigint
), placed AS (
  SELECT (o.created_at AT TIME ZONE z.time_zone)::pg_catalog.date AS day, pg_catalog.count(*) AS orders,
         pg_catalog.sum(o.total_amount) FILTER (WHERE o.status <> 'cancelled') AS revenue
    FROM zones AS z
    JOIN commerce.sales_orders AS o ON o.tenant_id = z.id
   WHERE o.created_at > pg_catalog.now() - '31 days'::pg_catalog.interval
   GROUP BY (o.created_at AT TIME ZONE z.time_zone)::pg_catalog.date
)
SELECT pg_catalog.to_char(d.day, 'MM-DD') AS day, COALESCE(p.orders, 0) AS orders, COALESCE(p.revenue, 0) AS revenue
  FROM (SELECT COALESCE((SELECT pg_catalog.max(z.today) FROM zones AS z), CURRENT_DATE) - n.ago AS day
          FROM pg_catalog.generate_series(0, 29) AS n (ago)) AS d
  LEFT JOIN placed AS p ON p.day = d.day
 ORDER BY d.day
