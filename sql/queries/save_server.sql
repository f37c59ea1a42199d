-- summary: which server this is, without beginning to write
-- columns: system timeline standby
SELECT (SELECT s.system_identifier::pg_catalog.text FROM pg_catalog.pg_control_system() AS s) AS system,
       (SELECT c.timeline_id FROM pg_catalog.pg_control_checkpoint() AS c) AS timeline,
       pg_catalog.pg_is_in_recovery() AS standby
