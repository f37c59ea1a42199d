-- summary: what keeps dead rows from being removed: transactions, prepared ones, slots, standbys
-- columns: kind name age seconds detail
SELECT 'session' AS kind,
       a.pid::text AS name,
       GREATEST(pg_catalog.age(a.backend_xid), pg_catalog.age(a.backend_xmin)) AS age,
       EXTRACT(epoch FROM pg_catalog.clock_timestamp() - a.xact_start)::bigint AS seconds,
       pg_catalog.concat_ws(', ', a.usename, a.application_name,
                             CASE WHEN a.query = '<insufficient privilege>' THEN 'hidden' ELSE a.state END) AS detail
  FROM pg_catalog.pg_stat_activity AS a
 WHERE (a.backend_xid IS NOT NULL OR a.backend_xmin IS NOT NULL)
   AND a.pid <> pg_catalog.pg_backend_pid()
   -- NULL where the role may not see it; the transactions it sees all the same.
   AND a.backend_type IS DISTINCT FROM 'walsender'
UNION ALL
SELECT 'prepared', x.gid, pg_catalog.age(x.transaction),
       EXTRACT(epoch FROM pg_catalog.clock_timestamp() - x.prepared)::bigint,
       pg_catalog.concat_ws(', ', x.owner, x.database)
  FROM pg_catalog.pg_prepared_xacts AS x
UNION ALL
SELECT 'slot', s.slot_name, GREATEST(pg_catalog.age(s.xmin), pg_catalog.age(s.catalog_xmin)), NULL,
       pg_catalog.concat_ws(', ', s.slot_type, CASE WHEN s.active THEN 'active' ELSE 'inactive' END)
  FROM pg_catalog.pg_replication_slots AS s
 WHERE s.xmin IS NOT NULL OR s.catalog_xmin IS NOT NULL
UNION ALL
SELECT 'standby', r.application_name, pg_catalog.age(r.backend_xmin),
       EXTRACT(epoch FROM r.replay_lag)::bigint, r.state
  FROM pg_catalog.pg_stat_replication AS r
 WHERE r.backend_xmin IS NOT NULL
UNION ALL
-- Nothing seen is not nothing there.
SELECT 'unseen', 'primary', NULL, NULL, 'unknown from here'
 WHERE pg_catalog.pg_is_in_recovery()
