-- summary: who waits for whom: each waiting session once, below the nearest of those that hold it up
-- columns: place pid tree wait_seconds relation mode role state also xact_seconds application query started
-- pg_locks shows a role all sessions' locks; of what others do it may see nothing else.
WITH RECURSIVE waits AS MATERIALIZED (
       SELECT DISTINCT l.pid AS waiter, b.pid AS holder
         FROM (SELECT DISTINCT k.pid FROM pg_catalog.pg_locks AS k WHERE NOT k.granted) AS l
        CROSS JOIN LATERAL pg_catalog.unnest(pg_catalog.pg_blocking_pids(l.pid)) AS b (pid)),
     reached AS (
       SELECT w.holder AS pid, 0 AS depth
         FROM waits AS w
        WHERE NOT EXISTS (SELECT FROM waits AS up WHERE up.waiter = w.holder)
       UNION
       SELECT w.waiter, r.depth + 1
         FROM reached AS r
         JOIN waits AS w ON w.holder = r.pid
        WHERE r.depth < 50),
     nearest AS (
       SELECT r.pid, pg_catalog.min(r.depth) AS depth FROM reached AS r GROUP BY r.pid),
     below AS (
       SELECT w.waiter, pg_catalog.min(w.holder) AS holder
         FROM waits AS w
         JOIN nearest AS n ON n.pid = w.waiter
         JOIN nearest AS h ON h.pid = w.holder AND h.depth = n.depth - 1
        GROUP BY w.waiter),
     tree AS (
       SELECT n.pid, n.depth, ARRAY[n.pid] AS path, NULL::integer AS holder
         FROM nearest AS n
        WHERE n.depth = 0
       UNION ALL
       SELECT b.waiter, t.depth + 1, t.path || b.waiter, t.pid
         FROM tree AS t
         JOIN below AS b ON b.holder = t.pid)
SELECT pg_catalog.row_number() OVER (ORDER BY t.path) AS place,
       t.pid,
       pg_catalog.repeat('  ', t.depth - 1) || CASE WHEN t.depth > 0 THEN '└ ' ELSE '' END
           || CASE t.pid WHEN 0 THEN 'prepared transaction' ELSE t.pid::text END AS tree,
       EXTRACT(epoch FROM pg_catalog.clock_timestamp() - l.waitstart)::bigint AS wait_seconds,
       COALESCE(l.relation::pg_catalog.regclass::text, l.locktype) AS relation,
       l.mode,
       a.usename AS role,
       CASE WHEN a.query = '<insufficient privilege>' THEN 'hidden' ELSE a.state END AS state,
       (SELECT pg_catalog.string_agg(w.holder::text, ', ' ORDER BY w.holder)
          FROM waits AS w
         WHERE w.waiter = t.pid AND w.holder <> t.holder) AS also,
       EXTRACT(epoch FROM pg_catalog.clock_timestamp() - a.xact_start)::bigint AS xact_seconds,
       a.application_name AS application,
       CASE WHEN a.query = '<insufficient privilege>' THEN 'what it runs is shown to members of pg_read_all_stats'
            ELSE a.query END AS query,
       a.backend_start AS started
  FROM tree AS t
  LEFT JOIN pg_catalog.pg_stat_activity AS a ON a.pid = t.pid
  LEFT JOIN LATERAL (
       SELECT k.relation, k.locktype, k.mode, k.waitstart
         FROM pg_catalog.pg_locks AS k
        WHERE k.pid = t.pid AND NOT k.granted
        LIMIT 1) AS l ON true
