-- summary: what keeps messages from leaving: locks, old snapshots, relays, slots, vacuum; "unknown from here" where the role or a standby cannot tell
-- columns: cause state detail next
-- example: outbox_oid=0
WITH me AS (
  SELECT pg_catalog.pg_is_in_recovery() AS standby,
         pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE') AS sees
), held AS (
  SELECT a.pid, a.usename, a.state, pg_catalog.now() - a.xact_start AS age, pg_catalog.max(l.mode) AS mode
    FROM pg_catalog.pg_locks AS l
    JOIN pg_catalog.pg_stat_activity AS a ON a.pid = l.pid
   WHERE l.locktype = 'relation' AND l.granted AND a.pid <> pg_catalog.pg_backend_pid()
     AND l.database = (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database())
     AND l.relation IN (SELECT t.relid FROM pg_catalog.pg_partition_tree(:outbox_oid) AS t UNION ALL SELECT :outbox_oid)
     AND (a.state LIKE 'idle in transaction%' AND l.mode <> 'AccessShareLock'
          OR l.mode IN ('ExclusiveLock', 'AccessExclusiveLock', 'ShareLock', 'ShareRowExclusiveLock'))
   GROUP BY 1, 2, 3, 4
), oldest AS (
  SELECT a.pid, a.usename, a.state, pg_catalog.now() - a.xact_start AS age
    FROM pg_catalog.pg_stat_activity AS a
   WHERE a.backend_xmin IS NOT NULL AND a.xact_start < pg_catalog.now() - INTERVAL '5 minutes'
     AND a.backend_type = 'client backend'
   ORDER BY a.xact_start LIMIT 1
), relay AS (
  SELECT pg_catalog.count(*) AS n
    FROM pg_catalog.pg_stat_activity AS a
   WHERE a.datname = pg_catalog.current_database()
     AND (a.usename ~* 'relay|outbox|worker|queue|publish' OR a.application_name ~* 'relay|outbox|worker|queue|publish')
), slot AS (
  SELECT s.slot_name, s.active,
         CASE WHEN me.standby THEN NULL ELSE pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), s.confirmed_flush_lsn) END AS behind
    FROM pg_catalog.pg_replication_slots AS s, me
   WHERE s.slot_type = 'logical' AND s.database = pg_catalog.current_database()
), dead AS (
  SELECT pg_catalog.sum(t.n_dead_tup)::pg_catalog.int8 AS dead, pg_catalog.sum(t.n_live_tup)::pg_catalog.int8 AS live,
         pg_catalog.max(GREATEST(t.last_vacuum, t.last_autovacuum)) AS vacuumed
    FROM pg_catalog.pg_stat_all_tables AS t
   WHERE t.relid IN (SELECT p.relid FROM pg_catalog.pg_partition_tree(:outbox_oid) AS p UNION ALL SELECT :outbox_oid)
)
SELECT w.cause, w.state, w.detail, w.next
  FROM (
    SELECT 1 AS n, 'lock' AS cause, 'critical' AS state,
           pg_catalog.format('session %s of %s holds %s, %s for %s', h.pid, h.usename, h.mode, h.state, pg_catalog.date_trunc('second', h.age)) AS detail,
           pg_catalog.format('backend terminate %s', h.pid) AS next
      FROM held AS h
    UNION ALL
    SELECT 2, 'snapshot', 'warning',
           pg_catalog.format('session %s of %s is %s for %s: vacuum cannot clean what came after', o.pid, o.usename, o.state, pg_catalog.date_trunc('second', o.age)),
           'open horizon'
      FROM oldest AS o
    UNION ALL
    SELECT 3, 'relay', CASE WHEN NOT me.sees OR me.standby THEN 'unknown' WHEN r.n = 0 THEN 'warning' ELSE 'ok' END,
           CASE WHEN me.standby THEN 'unknown from here: relays work on the primary'
                WHEN NOT me.sees THEN 'unknown from here: pg_read_all_stats is needed'
                WHEN r.n = 0 THEN 'no session here is named like a relay'
                ELSE pg_catalog.format('%s sessions are named like a relay', r.n) END,
           'open sessions'
      FROM relay AS r, me
    UNION ALL
    SELECT 4, 'slot', CASE WHEN NOT s.active THEN 'critical' WHEN s.behind > 1073741824 THEN 'warning' ELSE 'ok' END,
           pg_catalog.format('slot %s is %s, %s behind', s.slot_name, CASE WHEN s.active THEN 'read' ELSE 'not read' END,
                             COALESCE(pg_catalog.pg_size_pretty(s.behind), 'unknown from here')),
           'open slots'
      FROM slot AS s
    UNION ALL
    SELECT 5, 'vacuum', CASE WHEN me.standby THEN 'unknown' WHEN d.dead > 10000 AND d.dead > d.live / 5 THEN 'warning' ELSE 'ok' END,
           CASE WHEN me.standby THEN 'unknown from here: the primary counts dead rows'
                ELSE pg_catalog.format('%s dead rows beside %s, last vacuum %s', d.dead, d.live,
                                       COALESCE(pg_catalog.date_trunc('second', d.vacuumed)::pg_catalog.text, 'never')) END,
           'open vacuum'
      FROM dead AS d, me
    UNION ALL
    SELECT 6, 'locks and snapshots', 'unknown',
           CASE WHEN me.standby THEN 'unknown from here: sessions of the primary are not seen on a standby'
                ELSE 'unknown from here: sessions of others are seen with pg_read_all_stats' END,
           'open sessions'
      FROM me WHERE me.standby OR NOT me.sees
  ) AS w
 ORDER BY w.n, w.detail
