-- summary: when the orders of the last 28 days came: weekdays and times of day of the tenant
-- params: tenant:text
-- columns: weekday hours orders
WITH placed AS (
  SELECT o.created_at AT TIME ZONE t.time_zone AS at
    FROM commerce.tenancy_tenants AS t
    JOIN commerce.sales_orders AS o ON o.tenant_id = t.id
   WHERE ($1::text IS NULL OR t.id = $1::bigint)
     AND o.created_at > pg_catalog.now() - '29 days'::pg_catalog.interval
     AND (o.created_at AT TIME ZONE t.time_zone)::pg_catalog.date
         > (pg_catalog.now() AT TIME ZONE t.time_zone)::pg_catalog.date - 28
)
SELECT (ARRAY['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'])[w.n] AS weekday,
       pg_catalog.format('%s h', h.n * 3) AS hours,
       pg_catalog.count(p.at) AS orders
  FROM pg_catalog.generate_series(1, 7) AS w (n)
 CROSS JOIN pg_catalog.generate_series(0, 7) AS h (n)
  LEFT JOIN placed AS p
    ON pg_catalog.date_part('isodow', p.at) = w.n
   AND pg_catalog.floor(pg_catalog.date_part('hour', p.at) / 3) = h.n
 GROUP BY w.n, h.n
 ORDER BY w.n, h.n
