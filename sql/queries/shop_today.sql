-- summary: orders and money of the last 24 hours; currencies are not added
-- params: tenant:text
-- columns: orders revenue currency pending cancelled
WITH placed AS (
  SELECT o.status, o.total_amount, o.currency
    FROM commerce.sales_orders AS o
   WHERE ($1::text IS NULL OR o.tenant_id = $1::bigint)
     AND o.created_at > pg_catalog.now() - '24 hours'::pg_catalog.interval
), counted AS (
  SELECT pg_catalog.count(*) AS orders,
         pg_catalog.count(*) FILTER (WHERE p.status = 'pending') AS pending,
         pg_catalog.count(*) FILTER (WHERE p.status = 'cancelled') AS cancelled
    FROM placed AS p
), taken AS (
  SELECT p.currency, pg_catalog.sum(p.total_amount) AS revenue
    FROM placed AS p
   WHERE p.status NOT IN ('cancelled', 'refunded')
   GROUP BY p.currency
)
SELECT c.orders, COALESCE(t.revenue, 0) AS revenue,
       COALESCE(t.currency, (SELECT pg_catalog.min(s.currency)
                               FROM commerce.tenancy_tenants AS s
                              WHERE s.id = $1::bigint)) AS currency,
       c.pending, c.cancelled
  FROM counted AS c
  LEFT JOIN taken AS t ON true
 ORDER BY t.revenue DESC NULLS LAST, t.currency
