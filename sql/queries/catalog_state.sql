-- summary: a text that is another one after every change of what a snapshot tells of relations, rules and rights
-- columns: state
-- Every row of a catalog has a place and the transaction that wrote it there; a change is a row less, or one of another
-- transaction.  Each is hashed by itself, so that two changes do not make up for one another in the sum.  What vacuum
-- and analyze write in place (rows, pages) leaves no trace of that kind: of it each tenth more or less is a change.  The
-- server, its timeline and the database belong to it: a copy or an earlier state counts its transactions anew.  So
-- does all that a snapshot tells of the server itself.
-- Every operator has the very types of its operands: of one that has not, a new session reads all of its name first.
-- What the search path is by default is told as it is set back to that, until the transaction ends: pg_settings makes
-- rows of all settings to find one.  So nothing follows in that transaction.
-- NULL of a large catalog: its rows are not kept, and to hash them would take a fifth of the time that reading takes.
SELECT CASE WHEN pg_catalog.pg_relation_size('pg_catalog.pg_attribute') <= 10485760 THEN
       pg_catalog.concat_ws(' ', pg_catalog.current_setting('server_version'), CURRENT_USER, SESSION_USER,
       pg_catalog.pg_is_in_recovery(),
       pg_catalog.set_config('search_path', NULL, true),
       (SELECT s.system_identifier FROM pg_catalog.pg_control_system() AS s),
       (SELECT p.timeline_id FROM pg_catalog.pg_control_checkpoint() AS p),
       (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database()),
       (SELECT pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.sum(
                   pg_catalog.hash_record_extended(ROW (t.tableoid, t.ctid, t.xmin), 0)))
          FROM (SELECT tableoid, ctid, xmin FROM pg_catalog.pg_attribute WHERE attrelid >= '16384'::pg_catalog.oid
                UNION ALL SELECT tableoid, ctid, xmin FROM pg_catalog.pg_type WHERE oid >= '16384'::pg_catalog.oid
                UNION ALL SELECT tableoid, ctid, xmin FROM pg_catalog.pg_proc WHERE oid >= '16384'::pg_catalog.oid
                UNION ALL SELECT tableoid, ctid, xmin FROM pg_catalog.pg_index WHERE indexrelid >= '16384'::pg_catalog.oid
                UNION ALL SELECT tableoid, ctid, xmin FROM pg_catalog.pg_rewrite WHERE oid >= '16384'::pg_catalog.oid
                UNION ALL SELECT tableoid, ctid, xmin FROM pg_catalog.pg_description WHERE objoid >= '16384'::pg_catalog.oid
                UNION ALL SELECT tableoid, ctid, xmin FROM pg_catalog.pg_collation WHERE oid >= '16384'::pg_catalog.oid
                UNION ALL SELECT tableoid, ctid, xmin FROM pg_catalog.pg_opclass WHERE oid >= '16384'::pg_catalog.oid
                UNION ALL SELECT tableoid, ctid, xmin FROM pg_catalog.pg_cast WHERE oid >= '16384'::pg_catalog.oid
                UNION ALL SELECT tableoid, ctid, xmin FROM pg_catalog.pg_depend
                           WHERE refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass::pg_catalog.oid
                UNION ALL SELECT tableoid, ctid, xmin FROM pg_catalog.pg_attrdef
                UNION ALL SELECT tableoid, ctid, xmin FROM pg_catalog.pg_constraint
                UNION ALL SELECT tableoid, ctid, xmin FROM pg_catalog.pg_policy
                UNION ALL SELECT tableoid, ctid, xmin FROM pg_catalog.pg_trigger
                UNION ALL SELECT tableoid, ctid, xmin FROM pg_catalog.pg_enum
                UNION ALL SELECT tableoid, ctid, xmin FROM pg_catalog.pg_inherits
                UNION ALL SELECT tableoid, ctid, xmin FROM pg_catalog.pg_namespace
                UNION ALL SELECT tableoid, ctid, xmin FROM pg_catalog.pg_extension
                UNION ALL SELECT tableoid, ctid, xmin FROM pg_catalog.pg_foreign_data_wrapper
                UNION ALL SELECT tableoid, ctid, xmin FROM pg_catalog.pg_publication
                UNION ALL SELECT tableoid, ctid, xmin FROM pg_catalog.pg_publication_rel
                UNION ALL SELECT tableoid, ctid, xmin FROM pg_catalog.pg_publication_namespace
                UNION ALL SELECT tableoid, ctid, xmin FROM pg_catalog.pg_auth_members
                UNION ALL SELECT tableoid, ctid, xmin FROM pg_catalog.pg_db_role_setting) AS t),
       (SELECT pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.sum(pg_catalog.hashtextextended(t::text, 0)))
          FROM pg_catalog.pg_roles AS t),
       (SELECT pg_catalog.count(*) FROM pg_catalog.pg_locks AS t
         WHERE t.locktype = 'relation' AND t.mode = 'AccessExclusiveLock'
           AND t.database = (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database())
           AND t.pid IS DISTINCT FROM pg_catalog.pg_backend_pid()),
       (SELECT pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.sum(
                   pg_catalog.hash_record_extended(ROW (t.tableoid, t.ctid, t.xmin), 0)), '/', pg_catalog.sum(
                   pg_catalog.hash_record_extended(ROW (t.oid,
                   pg_catalog.round(10::float8 * pg_catalog.ln(2::float8 + t.reltuples::float8)),
                   pg_catalog.round(10::float8 * pg_catalog.ln(2::float8 + t.relpages::float8))), 0)))
          FROM pg_catalog.pg_class AS t WHERE t.oid >= '16384'::pg_catalog.oid)) END AS state
