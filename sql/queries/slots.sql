-- summary: replication slots, who reads them and how much WAL they keep
-- columns: name type plugin database active pid kept_bytes state temporary
SELECT s.slot_name AS name,
       s.slot_type AS type,
       s.plugin,
       s.database,
       s.active,
       s.active_pid AS pid,
       pg_catalog.pg_wal_lsn_diff(
           CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_replay_lsn()
                ELSE pg_catalog.pg_current_wal_lsn() END, s.restart_lsn)::bigint AS kept_bytes,
       s.wal_status AS state,
       s.temporary
  FROM pg_catalog.pg_replication_slots AS s
