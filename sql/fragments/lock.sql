-- What statements have in common: a query names it in its header, "-- fragments: lock.held".

-- Nothing of a schema waits for a lock where these are left alone: what somebody else holds, or waits for, in ACCESS
-- EXCLUSIVE mode.
-- fragment: held
SELECT pg_catalog.array_agg(DISTINCT l.relation) AS list
  FROM pg_catalog.pg_locks AS l
 WHERE l.locktype = 'relation'
   AND l.mode = 'AccessExclusiveLock'
   AND l.database = (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database())
   AND l.pid IS DISTINCT FROM pg_catalog.pg_backend_pid()
