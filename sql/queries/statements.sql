-- summary: what pg_stat_statements counted in this database: time, calls, rows, buffers
-- columns: id role query calls total_ms mean_ms max_ms rows per_call hits reads temp_written
-- example: statements_schema=public
SELECT s.queryid::text || ':' || s.userid::text || ':' || s.toplevel::text AS id,
       r.rolname AS role,
       s.query,
       s.calls,
       s.total_exec_time AS total_ms,
       s.mean_exec_time AS mean_ms,
       s.max_exec_time AS max_ms,
       s.rows,
       s.rows::numeric / NULLIF(s.calls, 0) AS per_call,
       s.shared_blks_hit AS hits,
       s.shared_blks_read AS reads,
       s.temp_blks_written AS temp_written
  FROM :"statements_schema".pg_stat_statements AS s
  LEFT JOIN pg_catalog.pg_roles AS r ON r.oid = s.userid
 WHERE s.dbid = (SELECT d.oid FROM pg_catalog.pg_database AS d
                  WHERE d.datname = pg_catalog.current_database())
