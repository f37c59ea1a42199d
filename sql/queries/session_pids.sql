-- summary: processes of clients whose number begins so, for completion: those in a transaction first, the oldest first
-- params: begins:text most:int
-- columns: value note
-- For other roles' sessions without pg_read_all_stats all but pid, role and database is NULL.
SELECT a.pid AS value,
       pg_catalog.concat_ws(', ', a.usename, NULLIF(a.application_name, ''), a.state,
                            CASE WHEN a.wait_event_type = 'Lock' THEN 'waits for a lock' END) AS note
  FROM pg_catalog.pg_stat_activity AS a
 WHERE a.pid <> pg_catalog.pg_backend_pid()
   AND a.datname IS NOT NULL
   AND pg_catalog.starts_with(a.pid::text, $1)
 ORDER BY a.xact_start, a.pid
 LIMIT $2
