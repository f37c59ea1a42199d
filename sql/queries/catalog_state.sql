-- summary: a text that is another one after every change of what a snapshot tells of relations, rules and rights
-- columns: state
-- Of each catalog how many rows there are and the sum of their xmin.  A change is made by a newer transaction than
-- all rows have that stand there, so no two of them give the same sum for the same number.  What vacuum and analyze
-- write in place (rows, pages) leaves no xmin: of it each tenth more or less is a change.  The server, its timeline
-- and the database belong to it: a copy or an earlier state counts its transactions anew.
SELECT pg_catalog.concat_ws(' ', pg_catalog.current_setting('server_version'), CURRENT_USER, SESSION_USER,
       (SELECT s.system_identifier FROM pg_catalog.pg_control_system() AS s),
       (SELECT p.timeline_id FROM pg_catalog.pg_control_checkpoint() AS p),
       (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database()),
       (SELECT pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.sum(t.xmin::text::bigint))
          FROM pg_catalog.pg_class AS t WHERE t.oid >= 16384),
       (SELECT pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.sum(t.xmin::text::bigint))
          FROM pg_catalog.pg_attribute AS t WHERE t.attrelid >= 16384),
       (SELECT pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.sum(t.xmin::text::bigint))
          FROM pg_catalog.pg_type AS t WHERE t.oid >= 16384),
       (SELECT pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.sum(t.xmin::text::bigint))
          FROM pg_catalog.pg_proc AS t WHERE t.oid >= 16384),
       (SELECT pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.sum(t.xmin::text::bigint))
          FROM pg_catalog.pg_index AS t WHERE t.indexrelid >= 16384),
       (SELECT pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.sum(t.xmin::text::bigint))
          FROM pg_catalog.pg_rewrite AS t WHERE t.oid >= 16384),
       (SELECT pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.sum(t.xmin::text::bigint))
          FROM pg_catalog.pg_description AS t WHERE t.objoid >= 16384),
       (SELECT pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.sum(t.xmin::text::bigint))
          FROM pg_catalog.pg_collation AS t WHERE t.oid >= 16384),
       (SELECT pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.sum(t.xmin::text::bigint))
          FROM pg_catalog.pg_opclass AS t WHERE t.oid >= 16384),
       (SELECT pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.sum(t.xmin::text::bigint))
          FROM pg_catalog.pg_cast AS t WHERE t.oid >= 16384),
       (SELECT pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.sum(t.xmin::text::bigint))
          FROM pg_catalog.pg_depend AS t WHERE t.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass),
       (SELECT pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.sum(t.xmin::text::bigint))
          FROM pg_catalog.pg_attrdef AS t),
       (SELECT pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.sum(t.xmin::text::bigint))
          FROM pg_catalog.pg_constraint AS t),
       (SELECT pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.sum(t.xmin::text::bigint))
          FROM pg_catalog.pg_policy AS t),
       (SELECT pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.sum(t.xmin::text::bigint))
          FROM pg_catalog.pg_trigger AS t),
       (SELECT pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.sum(t.xmin::text::bigint))
          FROM pg_catalog.pg_enum AS t),
       (SELECT pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.sum(t.xmin::text::bigint))
          FROM pg_catalog.pg_inherits AS t),
       (SELECT pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.sum(t.xmin::text::bigint))
          FROM pg_catalog.pg_namespace AS t),
       (SELECT pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.sum(t.xmin::text::bigint))
          FROM pg_catalog.pg_extension AS t),
       (SELECT pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.sum(t.xmin::text::bigint))
          FROM pg_catalog.pg_foreign_data_wrapper AS t),
       (SELECT pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.sum(t.xmin::text::bigint))
          FROM pg_catalog.pg_publication AS t),
       (SELECT pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.sum(t.xmin::text::bigint))
          FROM pg_catalog.pg_publication_rel AS t),
       (SELECT pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.sum(t.xmin::text::bigint))
          FROM pg_catalog.pg_publication_namespace AS t),
       (SELECT pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.sum(t.xmin::text::bigint))
          FROM pg_catalog.pg_auth_members AS t),
       (SELECT pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.sum(t.xmin::text::bigint))
          FROM pg_catalog.pg_db_role_setting AS t),
       (SELECT pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.sum(pg_catalog.hashtext(t::text)))
          FROM pg_catalog.pg_roles AS t),
       (SELECT pg_catalog.count(*) FROM pg_catalog.pg_locks AS t
         WHERE t.locktype = 'relation' AND t.mode = 'AccessExclusiveLock'
           AND t.pid IS DISTINCT FROM pg_catalog.pg_backend_pid()),
       (SELECT pg_catalog.sum(pg_catalog.hashint8(
                   pg_catalog.round(10 * pg_catalog.ln(2 + t.reltuples::numeric))::bigint
                   + 1000 * pg_catalog.round(10 * pg_catalog.ln(2 + t.relpages::numeric))::bigint
                   + 1000000 * t.oid::bigint))
          FROM pg_catalog.pg_class AS t WHERE t.oid >= 16384)) AS state
