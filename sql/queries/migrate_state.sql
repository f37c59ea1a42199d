-- summary: whether the schema is there, whether it is ours, and what the installer may do
-- columns: has_schema has_record owner relations may_create citus server_version
SELECT n.oid IS NOT NULL AS has_schema,
       EXISTS (SELECT FROM pg_catalog.pg_class AS c
                WHERE c.relnamespace = n.oid AND c.relname = 'schema_migrations') AS has_record,
       pg_catalog.pg_get_userbyid(n.nspowner) AS owner,
       (SELECT pg_catalog.count(*) FROM pg_catalog.pg_class AS c
         WHERE c.relnamespace = n.oid AND c.relkind IN ('r', 'p', 'v', 'm')) AS relations,
       pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE') AS may_create,
       EXISTS (SELECT FROM pg_catalog.pg_extension AS e WHERE e.extname = 'citus') AS citus,
       pg_catalog.current_setting('server_version_num')::integer AS server_version
  FROM (SELECT) AS one
  LEFT JOIN pg_catalog.pg_namespace AS n ON n.nspname = 'commerce'
