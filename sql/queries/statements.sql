-- summary: what pg_stat_statements counted in this database: time, calls, rows, buffers
-- columns: id total_ms calls mean_ms rows query role max_ms per_call hits reads temp_written
-- example: statements_schema=public
-- What another role ran has neither text nor queryid for who may not read it: one row for each role.
SELECT coalesce(s.queryid::text, '') || ':' || s.userid::text || ':' || s.toplevel::text AS id,
       pg_catalog.round(pg_catalog.sum(s.total_exec_time)::numeric, 1) AS total_ms,
       pg_catalog.sum(s.calls)::bigint AS calls,
       pg_catalog.round(pg_catalog.sum(s.total_exec_time)::numeric / NULLIF(pg_catalog.sum(s.calls), 0), 3)
           AS mean_ms,
       pg_catalog.sum(s.rows)::bigint AS rows,
       s.query,
       r.rolname AS role,
       pg_catalog.round(pg_catalog.max(s.max_exec_time)::numeric, 3) AS max_ms,
       pg_catalog.round(pg_catalog.sum(s.rows) / NULLIF(pg_catalog.sum(s.calls), 0), 1) AS per_call,
       pg_catalog.sum(s.shared_blks_hit)::bigint AS hits,
       pg_catalog.sum(s.shared_blks_read)::bigint AS reads,
       pg_catalog.sum(s.temp_blks_written)::bigint AS temp_written
  FROM :"statements_schema".pg_stat_statements AS s
  LEFT JOIN pg_catalog.pg_roles AS r ON r.oid = s.userid
 WHERE s.dbid = (SELECT d.oid FROM pg_catalog.pg_database AS d
                  WHERE d.datname = pg_catalog.current_database())
 GROUP BY s.queryid, s.userid, s.toplevel, s.query, r.rolname
