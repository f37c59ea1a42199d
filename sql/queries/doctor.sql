-- summary: who and where this connection is, and what it may see: the facts of the pre-flight
-- columns: version current_role session_role superuser bypassrls read_only transaction_read_only statement_timeout idle_timeout lock_timeout in_recovery uptime replay_delay pid tls tls_version all_stats monitor statements bypass_roles owned writable relations timeline connections max_connections role_connections role_limit checksums wal_level fsync clock
SELECT pg_catalog.current_setting('server_version') AS version,
       CURRENT_USER AS current_role,
       SESSION_USER AS session_role,
       r.rolsuper AS superuser,
       r.rolbypassrls AS bypassrls,
       pg_catalog.current_setting('default_transaction_read_only') AS read_only,
       pg_catalog.current_setting('transaction_read_only') AS transaction_read_only,
       (SELECT s.reset_val FROM pg_catalog.pg_settings AS s WHERE s.name = 'statement_timeout')
           AS statement_timeout,
       (SELECT s.reset_val FROM pg_catalog.pg_settings AS s
         WHERE s.name = 'idle_in_transaction_session_timeout') AS idle_timeout,
       (SELECT s.reset_val FROM pg_catalog.pg_settings AS s WHERE s.name = 'lock_timeout')
           AS lock_timeout,
       pg_catalog.pg_is_in_recovery() AS in_recovery,
       EXTRACT(epoch FROM pg_catalog.clock_timestamp()
                          - pg_catalog.pg_postmaster_start_time())::bigint AS uptime,
       CASE WHEN NOT pg_catalog.pg_is_in_recovery() THEN NULL
            WHEN pg_catalog.pg_last_wal_receive_lsn() = pg_catalog.pg_last_wal_replay_lsn() THEN 0
            ELSE EXTRACT(epoch FROM pg_catalog.clock_timestamp()
                                    - pg_catalog.pg_last_xact_replay_timestamp())::bigint
             END AS replay_delay,
       pg_catalog.pg_backend_pid() AS pid,
       t.ssl AS tls,
       t.version AS tls_version,
       pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE') AS all_stats,
       pg_catalog.pg_has_role('pg_monitor', 'USAGE') AS monitor,
       EXISTS (SELECT FROM pg_catalog.pg_extension AS x WHERE x.extname = 'pg_stat_statements')
           AS statements,
       (SELECT pg_catalog.string_agg(b.rolname, ', ' ORDER BY b.rolname)
          FROM pg_catalog.pg_roles AS b
         WHERE (b.rolbypassrls OR b.rolsuper)
           AND NOT r.rolsuper
           AND b.rolname <> CURRENT_USER
           AND pg_catalog.pg_has_role(b.oid, 'MEMBER')) AS bypass_roles,
       k.owned,
       k.writable,
       k.relations,
       (SELECT c.timeline_id FROM pg_catalog.pg_control_checkpoint() AS c) AS timeline,
       (SELECT pg_catalog.sum(d.numbackends) FROM pg_catalog.pg_stat_database AS d) AS connections,
       pg_catalog.current_setting('max_connections')::int AS max_connections,
       (SELECT pg_catalog.count(*) FROM pg_catalog.pg_stat_activity AS a
         WHERE a.usename = SESSION_USER) AS role_connections,
       (SELECT s.rolconnlimit FROM pg_catalog.pg_roles AS s WHERE s.rolname = SESSION_USER)
           AS role_limit,
       pg_catalog.current_setting('data_checksums') AS checksums,
       pg_catalog.current_setting('wal_level') AS wal_level,
       pg_catalog.current_setting('fsync') AS fsync,
       EXTRACT(epoch FROM pg_catalog.clock_timestamp())::float8 AS clock
  FROM pg_catalog.pg_roles AS r
  LEFT JOIN pg_catalog.pg_stat_ssl AS t ON t.pid = pg_catalog.pg_backend_pid()
 CROSS JOIN (
       SELECT pg_catalog.count(*) FILTER (WHERE pg_catalog.pg_has_role(c.relowner, 'USAGE'))
                  AS owned,
              pg_catalog.count(*) FILTER (
                  WHERE pg_catalog.has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE'))
                  AS writable,
              pg_catalog.count(*) AS relations
         FROM pg_catalog.pg_class AS c
         JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p')
          AND n.nspname <> 'information_schema'
          AND n.nspname !~ '^pg_') AS k
 WHERE r.rolname = CURRENT_USER
