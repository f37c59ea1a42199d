-- summary: the server, the database and whom we are, as the snapshot's own facts
-- columns: version database current_role session_role superuser bypassrls all_stats in_recovery system_identifier timeline block_size search_path collation_c taken_us keywords
SELECT pg_catalog.current_setting('server_version_num')::int AS version,
       pg_catalog.current_database() AS database,
       CURRENT_USER AS current_role,
       SESSION_USER AS session_role,
       r.rolsuper AS superuser,
       r.rolbypassrls AS bypassrls,
       pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE') AS all_stats,
       pg_catalog.pg_is_in_recovery() AS in_recovery,
       (SELECT s.system_identifier FROM pg_catalog.pg_control_system() AS s) AS system_identifier,
       (SELECT k.timeline_id FROM pg_catalog.pg_control_checkpoint() AS k) AS timeline,
       pg_catalog.current_setting('block_size')::int AS block_size,
       (SELECT s.reset_val FROM pg_catalog.pg_settings AS s WHERE s.name = 'search_path')
           AS search_path,
       d.datlocprovider <> 'i'
           AND d.datcollate IN ('C', 'POSIX', 'C.UTF-8', 'C.utf8') AS collation_c,
       (EXTRACT(epoch FROM pg_catalog.clock_timestamp()) * 1000000)::bigint AS taken_us,
       (SELECT pg_catalog.array_agg(k.word) FROM pg_catalog.pg_get_keywords() AS k
         WHERE k.catcode <> 'U') AS keywords
  FROM pg_catalog.pg_database AS d, pg_catalog.pg_roles AS r
 WHERE d.datname = pg_catalog.current_database()
   AND r.rolname = CURRENT_USER
