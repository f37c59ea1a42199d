-- summary: extensions and their versions
-- columns: name version schema
SELECT x.extname AS name,
       x.extversion AS version,
       n.nspname AS schema
  FROM pg_catalog.pg_extension AS x
  JOIN pg_catalog.pg_namespace AS n ON n.oid = x.extnamespace
 ORDER BY 1
