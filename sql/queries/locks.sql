-- summary: who waits for whom: the tree of blocked sessions below those that hold them up
-- columns: place depth pid tree role application state wait_seconds xact_seconds relation mode query started
WITH RECURSIVE waits AS MATERIALIZED (
       SELECT a.pid AS waiter, b.pid AS holder
         FROM pg_catalog.pg_stat_activity AS a
        CROSS JOIN LATERAL pg_catalog.unnest(pg_catalog.pg_blocking_pids(a.pid)) AS b (pid)
        WHERE a.wait_event_type = 'Lock'),
     tree AS (
       SELECT w.holder AS pid, 0 AS depth, ARRAY[w.holder] AS path
         FROM waits AS w
        WHERE NOT EXISTS (SELECT FROM waits AS up WHERE up.waiter = w.holder)
        GROUP BY w.holder
       UNION ALL
       SELECT w.waiter, t.depth + 1, t.path || w.waiter
         FROM tree AS t
         JOIN waits AS w ON w.holder = t.pid
        WHERE w.waiter <> ALL (t.path)
          AND t.depth < 20)
SELECT pg_catalog.array_to_string(ARRAY(SELECT pg_catalog.lpad(p::text, 10, '0')
                                          FROM pg_catalog.unnest(t.path) AS p), '/') AS place,
       t.depth,
       t.pid,
       pg_catalog.repeat('  ', t.depth) || CASE WHEN t.depth > 0 THEN '└ ' ELSE '' END
           || t.pid::text AS tree,
       a.usename AS role,
       a.application_name AS application,
       a.state,
       CASE WHEN a.wait_event_type = 'Lock'
            THEN EXTRACT(epoch FROM pg_catalog.clock_timestamp() - l.waitstart)::bigint
             END AS wait_seconds,
       EXTRACT(epoch FROM pg_catalog.clock_timestamp() - a.xact_start)::bigint AS xact_seconds,
       COALESCE(l.relation::pg_catalog.regclass::text, l.locktype) AS relation,
       l.mode,
       a.query,
       a.backend_start AS started
  FROM tree AS t
  JOIN pg_catalog.pg_stat_activity AS a ON a.pid = t.pid
  LEFT JOIN LATERAL (
       SELECT k.relation, k.locktype, k.mode, k.waitstart
         FROM pg_catalog.pg_locks AS k
        WHERE k.pid = t.pid AND NOT k.granted
        LIMIT 1) AS l ON true
