-- summary: orders and money per day of the last 30 days, days without any included
-- columns: day orders revenue
SELECT pg_catalog.to_char(d.day, 'MM-DD') AS day,
       pg_catalog.count(o.id) AS orders,
       COALESCE(pg_catalog.sum(o.total_amount) FILTER (WHERE o.status <> 'cancelled'), 0) AS revenue
  FROM pg_catalog.generate_series(CURRENT_DATE - 29, CURRENT_DATE, '1 day'::pg_catalog.interval) AS d (day)
  LEFT JOIN commerce.sales_orders AS o
    ON o.created_at >= d.day AND o.created_at < d.day + '1 day'::pg_catalog.interval
 GROUP BY d.day
 ORDER BY d.day
