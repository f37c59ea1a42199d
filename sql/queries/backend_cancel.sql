-- summary: cancel what a session runs, if it is still the one that was seen
-- params: pid:int started:text
-- columns: pid role done
SELECT a.pid, a.usename AS role, pg_catalog.pg_cancel_backend(a.pid) AS done
  FROM pg_catalog.pg_stat_activity AS a
 WHERE a.pid = $1::int
   AND a.pid <> pg_catalog.pg_backend_pid()
   AND ($2::text IS NULL OR a.backend_start = $2::timestamptz)
