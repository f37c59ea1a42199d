-- summary: a text that is another one after every change of what a snapshot tells of relations, rules and rights
-- columns: state
-- Of each catalog how many rows there are and the sum of their xmin.  A change is made by a newer transaction than
-- all rows have that stand there, so no two of them give the same sum for the same number.  What vacuum and analyze
-- write in place (rows, pages) leaves no xmin: of it each tenth more or less is a change.
WITH marks (place, rows, xmins) AS (
       SELECT 1, pg_catalog.count(*), pg_catalog.sum(t.xmin::text::bigint)
         FROM pg_catalog.pg_class AS t WHERE t.oid >= 16384
       UNION ALL
       SELECT 2, pg_catalog.count(*), pg_catalog.sum(t.xmin::text::bigint)
         FROM pg_catalog.pg_attribute AS t WHERE t.attrelid >= 16384
       UNION ALL
       SELECT 3, pg_catalog.count(*), pg_catalog.sum(t.xmin::text::bigint)
         FROM pg_catalog.pg_attrdef AS t
       UNION ALL
       SELECT 4, pg_catalog.count(*), pg_catalog.sum(t.xmin::text::bigint)
         FROM pg_catalog.pg_type AS t WHERE t.oid >= 16384
       UNION ALL
       SELECT 5, pg_catalog.count(*), pg_catalog.sum(t.xmin::text::bigint)
         FROM pg_catalog.pg_proc AS t WHERE t.oid >= 16384
       UNION ALL
       SELECT 6, pg_catalog.count(*), pg_catalog.sum(t.xmin::text::bigint)
         FROM pg_catalog.pg_constraint AS t
       UNION ALL
       SELECT 7, pg_catalog.count(*), pg_catalog.sum(t.xmin::text::bigint)
         FROM pg_catalog.pg_index AS t WHERE t.indexrelid >= 16384
       UNION ALL
       SELECT 8, pg_catalog.count(*), pg_catalog.sum(t.xmin::text::bigint)
         FROM pg_catalog.pg_policy AS t
       UNION ALL
       SELECT 9, pg_catalog.count(*), pg_catalog.sum(t.xmin::text::bigint)
         FROM pg_catalog.pg_trigger AS t
       UNION ALL
       SELECT 10, pg_catalog.count(*), pg_catalog.sum(t.xmin::text::bigint)
         FROM pg_catalog.pg_rewrite AS t WHERE t.oid >= 16384
       UNION ALL
       SELECT 11, pg_catalog.count(*), pg_catalog.sum(t.xmin::text::bigint)
         FROM pg_catalog.pg_description AS t WHERE t.objoid >= 16384
       UNION ALL
       SELECT 12, pg_catalog.count(*), pg_catalog.sum(t.xmin::text::bigint)
         FROM pg_catalog.pg_enum AS t
       UNION ALL
       SELECT 13, pg_catalog.count(*), pg_catalog.sum(t.xmin::text::bigint)
         FROM pg_catalog.pg_inherits AS t
       UNION ALL
       SELECT 14, pg_catalog.count(*), pg_catalog.sum(t.xmin::text::bigint)
         FROM pg_catalog.pg_namespace AS t
       UNION ALL
       SELECT 15, pg_catalog.count(*), pg_catalog.sum(t.xmin::text::bigint)
         FROM pg_catalog.pg_collation AS t WHERE t.oid >= 16384
       UNION ALL
       SELECT 16, pg_catalog.count(*), pg_catalog.sum(t.xmin::text::bigint)
         FROM pg_catalog.pg_opclass AS t WHERE t.oid >= 16384
       UNION ALL
       SELECT 17, pg_catalog.count(*), pg_catalog.sum(t.xmin::text::bigint)
         FROM pg_catalog.pg_cast AS t WHERE t.oid >= 16384
       UNION ALL
       SELECT 18, pg_catalog.count(*), pg_catalog.sum(t.xmin::text::bigint)
         FROM pg_catalog.pg_extension AS t
       UNION ALL
       SELECT 19, pg_catalog.count(*), pg_catalog.sum(t.xmin::text::bigint)
         FROM pg_catalog.pg_foreign_data_wrapper AS t
       UNION ALL
       SELECT 20, pg_catalog.count(*), pg_catalog.sum(t.xmin::text::bigint)
         FROM pg_catalog.pg_publication AS t
       UNION ALL
       SELECT 21, pg_catalog.count(*), pg_catalog.sum(t.xmin::text::bigint)
         FROM pg_catalog.pg_publication_rel AS t
       UNION ALL
       SELECT 22, pg_catalog.count(*), pg_catalog.sum(t.xmin::text::bigint)
         FROM pg_catalog.pg_publication_namespace AS t
       UNION ALL
       SELECT 23, pg_catalog.count(*), pg_catalog.sum(t.xmin::text::bigint)
         FROM pg_catalog.pg_auth_members AS t
       UNION ALL
       SELECT 24, pg_catalog.count(*), pg_catalog.sum(t.xmin::text::bigint)
         FROM pg_catalog.pg_db_role_setting AS t
       UNION ALL
       SELECT 25, pg_catalog.count(*), pg_catalog.sum(pg_catalog.hashtext(t::text))
         FROM pg_catalog.pg_roles AS t
       UNION ALL
       SELECT 26, pg_catalog.count(*), pg_catalog.sum(pg_catalog.hashtext(t.mode))
         FROM pg_catalog.pg_locks AS t
        WHERE t.locktype = 'relation' AND t.mode = 'AccessExclusiveLock'
          AND t.pid IS DISTINCT FROM pg_catalog.pg_backend_pid()
       UNION ALL
       SELECT 27, pg_catalog.count(*),
              pg_catalog.sum(pg_catalog.hashint8(
                  pg_catalog.round(10 * pg_catalog.ln(2 + t.reltuples::numeric))::bigint
                  + 1000 * pg_catalog.round(10 * pg_catalog.ln(2 + t.relpages::numeric))::bigint
                  + 1000000 * t.oid::bigint))
         FROM pg_catalog.pg_class AS t WHERE t.oid >= 16384)
SELECT pg_catalog.concat_ws(' ', pg_catalog.current_setting('server_version'), CURRENT_USER, SESSION_USER,
                            (SELECT s.system_identifier FROM pg_catalog.pg_control_system() AS s),
                            (SELECT d.oid FROM pg_catalog.pg_database AS d
                              WHERE d.datname = pg_catalog.current_database()),
                            pg_catalog.string_agg(m.rows || '/' || COALESCE(m.xmins, 0), ' '
                                                  ORDER BY m.place)) AS state
  FROM marks AS m
