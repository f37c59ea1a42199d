-- summary: orders by the day they were placed and the status they have, of the last 10 days
-- columns: day status orders
SELECT pg_catalog.to_char(o.created_at, 'MM-DD Dy') AS day, o.status, pg_catalog.count(*) AS orders
  FROM commerce.sales_orders AS o
 WHERE o.created_at >= CURRENT_DATE - 9
 GROUP BY pg_catalog.to_char(o.created_at, 'MM-DD Dy'), o.created_at::pg_catalog.date, o.status
 ORDER BY o.created_at::pg_catalog.date DESC,
       pg_catalog.array_position(ARRAY['delivered', 'shipped', 'processing', 'confirmed', 'pending', 'cancelled',
                                       'refunded'], o.status)
