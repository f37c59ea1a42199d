-- summary: whom a session waits for: the one in the way that has been at it longest
-- params: pid:int
-- columns: pid who application state seconds
-- A prepared transaction has no session: its pid is 0.
SELECT b.pid, a.usename AS who, NULLIF(a.application_name, '') AS application, a.state,
       EXTRACT(epoch FROM pg_catalog.clock_timestamp() - a.xact_start)::pg_catalog.float8 AS seconds
  FROM pg_catalog.unnest(pg_catalog.pg_blocking_pids($1::pg_catalog.int4)) AS b (pid)
  LEFT JOIN pg_catalog.pg_stat_activity AS a ON a.pid = b.pid
 ORDER BY a.xact_start NULLS LAST
 LIMIT 1
