-- summary: of relations a text that is another one after every change that the first page of one of them rests on
-- params: relations:oid[]
-- columns: relation state
-- What catalog_state.sql tells of everything, for a table alone, and in a fifth of the time; NULL: of all tables.  A
-- row that was changed is of another transaction, and one that is gone is missing.  As long as one server runs no
-- transaction's number comes again; so when it was started belongs to it, and that stands for which server it is.
-- Of rights and policies: those of the table, whether they bind this role, and that none of another table, nor
-- whose member a role is, has changed.  A table of its name may be found before it.  Comments tell what is masked.
-- The search path is told as in catalog_state.sql, with which the transaction ends.
SELECT c.oid AS relation,
       pg_catalog.concat_ws(' ', pg_catalog.pg_postmaster_start_time(), CURRENT_USER, SESSION_USER,
       pg_catalog.current_setting('is_superuser'), pg_catalog.row_security_active(c.oid), c.xmin,
       pg_catalog.round(10::float8 * pg_catalog.ln(2::float8 + c.reltuples::float8)),
       ARRAY (SELECT t.xmin FROM pg_catalog.pg_class AS t WHERE t.relname = c.relname),
       ARRAY (SELECT t.xmin FROM pg_catalog.pg_attribute AS t WHERE t.attrelid = c.oid),
       ARRAY (SELECT t.xmin FROM pg_catalog.pg_index AS t WHERE t.indrelid = c.oid),
       ARRAY (SELECT t.xmin FROM pg_catalog.pg_description AS t WHERE t.objoid = c.oid),
       (SELECT pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.sum(t.xmin::text::int8))
          FROM pg_catalog.pg_policy AS t),
       (SELECT pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.sum(t.xmin::text::int8))
          FROM pg_catalog.pg_auth_members AS t),
       pg_catalog.set_config('search_path', NULL, true)) AS state
  FROM pg_catalog.pg_class AS c
 WHERE c.oid = ANY ($1::pg_catalog.oid[])
    OR ($1 IS NULL AND c.relkind = 'r' AND c.oid >= '16384'::pg_catalog.oid
        AND (SELECT pg_catalog.pg_relation_size('pg_catalog.pg_attribute')) <= 10485760)
