-- summary: when the orders of the last 28 days came: weekdays and times of day
-- columns: weekday hours orders
SELECT (ARRAY['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'])[w.n] AS weekday,
       pg_catalog.format('%s h', h.n * 3) AS hours,
       pg_catalog.count(o.id) AS orders
  FROM pg_catalog.generate_series(1, 7) AS w (n)
 CROSS JOIN pg_catalog.generate_series(0, 7) AS h (n)
  LEFT JOIN commerce.sales_orders AS o
    ON pg_catalog.date_part('isodow', o.created_at) = w.n
   AND pg_catalog.floor(pg_catalog.date_part('hour', o.created_at) / 3) = h.n
   AND o.created_at >= CURRENT_DATE - 27
 GROUP BY w.n, h.n
 ORDER BY w.n, h.n
