-- summary: orders and money of the last 24 hours
-- params: tenant:text
-- columns: orders revenue pending cancelled
SELECT pg_catalog.count(*) AS orders,
       COALESCE(pg_catalog.sum(o.total_amount) FILTER (WHERE o.status <> 'cancelled'), 0) AS revenue,
       pg_catalog.count(*) FILTER (WHERE o.status = 'pending') AS pending,
       pg_catalog.count(*) FILTER (WHERE o.status = 'cancelled') AS cancelled
  FROM commerce.sales_orders AS o
 WHERE ($1::text IS NULL OR o.tenant_id = $1::bigint)
   AND o.created_at > pg_catalog.now() - '24 hours'::pg_catalog.interval
