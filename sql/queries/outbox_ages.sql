-- summary: a sample of the due messages by age
-- columns: age messages
-- example: outbox=commerce.outbox_messages outbox_due=true outbox_due_time=m.available_at outbox_order=
SELECT g.age, pg_catalog.count(s.t) AS messages
  FROM (VALUES (1, '< 1 s', 0, 1), (2, '< 10 s', 1, 10), (3, '< 1 m', 10, 60), (4, '< 5 m', 60, 300),
               (5, '< 1 h', 300, 3600), (6, '< 1 d', 3600, 86400), (7, 'older', 86400, 2000000000)) AS g (n, age, at_least, below)
  LEFT JOIN (SELECT EXTRACT(epoch FROM pg_catalog.now() - :outbox_due_time) AS t
               FROM :outbox AS m WHERE :outbox_due :outbox_order LIMIT 10000) AS s
    ON s.t >= g.at_least AND s.t < g.below
 GROUP BY g.n, g.age ORDER BY g.n
