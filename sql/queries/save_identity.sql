-- summary: which transaction on which server this is
-- columns: xid pid system timeline
SELECT pg_catalog.pg_current_xact_id()::pg_catalog.text AS xid,
       pg_catalog.pg_backend_pid() AS pid,
       (SELECT s.system_identifier::pg_catalog.text FROM pg_catalog.pg_control_system() AS s) AS system,
       (SELECT c.timeline_id FROM pg_catalog.pg_control_checkpoint() AS c) AS timeline
