-- summary: whether the schema is there, whether it is ours, and what the installer may do
-- columns: has_schema has_record owner relations may_create citus server_version one_server
SELECT n.oid IS NOT NULL AS has_schema,
       -- a table of this name that others made has other columns
       EXISTS (SELECT FROM pg_catalog.pg_class AS c
                 JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid
                WHERE c.relnamespace = n.oid AND c.relname = 'schema_migrations' AND c.relkind = 'r'
                  AND a.attname IN ('number', 'name', 'checksum', 'applied_at', 'applied_by')
                HAVING pg_catalog.count(*) = 5) AS has_record,
       pg_catalog.pg_get_userbyid(n.nspowner) AS owner,
       (SELECT pg_catalog.count(*) FROM pg_catalog.pg_class AS c
         WHERE c.relnamespace = n.oid AND c.relkind IN ('r', 'p', 'v', 'm')) AS relations,
       pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE') AS may_create,
       EXISTS (SELECT FROM pg_catalog.pg_extension AS e WHERE e.extname = 'citus') AS citus,
       pg_catalog.current_setting('server_version_num')::integer AS server_version,
       -- on Citus this trigger is left out
       EXISTS (SELECT FROM pg_catalog.pg_trigger AS g
                 JOIN pg_catalog.pg_class AS c ON c.oid = g.tgrelid
                WHERE c.relnamespace = n.oid AND g.tgname = 'inventory_movements_apply_trg') AS one_server
  FROM (SELECT) AS one
  LEFT JOIN pg_catalog.pg_namespace AS n ON n.nspname = 'commerce'
