-- summary: which server this is, without beginning to write
-- columns: system timeline standby
-- A server that was just promoted names its new timeline in pg_control only after the next checkpoint; the name of the
-- file that it writes to tells at once.
SELECT (SELECT s.system_identifier::pg_catalog.text FROM pg_catalog.pg_control_system() AS s) AS system,
       CASE WHEN pg_catalog.pg_is_in_recovery()
            THEN (SELECT c.timeline_id FROM pg_catalog.pg_control_checkpoint() AS c)
            ELSE ('x' || pg_catalog.left(pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn()),
                                         8))::pg_catalog.bit(32)::pg_catalog.int4
       END AS timeline,
       pg_catalog.pg_is_in_recovery() AS standby
