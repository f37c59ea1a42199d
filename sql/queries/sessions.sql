-- summary: sessions of clients: state, waits, ages, what they run, whom they wait for
-- columns: pid started role database application client state wait xact_seconds state_seconds blocked_by holds_xmin query backend since
-- Of other roles' sessions a role without pg_read_all_stats sees little more than that they are there: it is told.
SELECT a.pid,
       a.backend_start AS started,
       a.usename AS role,
       a.datname AS database,
       a.application_name AS application,
       CASE WHEN a.client_port = -1 THEN 'local' ELSE pg_catalog.host(a.client_addr) END AS client,
       CASE WHEN h.hidden THEN 'hidden' ELSE a.state END AS state,
       CASE WHEN a.wait_event_type IN ('Client', 'Activity') THEN NULL
            ELSE a.wait_event_type || ': ' || a.wait_event END AS wait,
       EXTRACT(epoch FROM pg_catalog.clock_timestamp() - a.xact_start)::bigint AS xact_seconds,
       EXTRACT(epoch FROM pg_catalog.clock_timestamp() - a.state_change)::bigint AS state_seconds,
       -- The lists of locks are open to all.
       CASE WHEN CASE WHEN h.hidden THEN a.pid IN (SELECT k.pid FROM pg_catalog.pg_locks AS k WHERE NOT k.granted)
                      ELSE a.wait_event_type = 'Lock' END
            THEN pg_catalog.array_to_string(pg_catalog.pg_blocking_pids(a.pid), ', ')
             END AS blocked_by,
       pg_catalog.age(a.backend_xmin) AS holds_xmin,
       CASE WHEN h.hidden THEN 'what it runs is shown to members of pg_read_all_stats' ELSE a.query END AS query,
       a.backend_type AS backend,
       a.xact_start AS since
  FROM pg_catalog.pg_stat_activity AS a
 CROSS JOIN LATERAL (SELECT a.query = '<insufficient privilege>' AS hidden) AS h
 WHERE a.pid <> pg_catalog.pg_backend_pid()
   AND a.datname IS NOT NULL
