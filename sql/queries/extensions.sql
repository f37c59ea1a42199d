-- summary: extensions of this database, with the version that could be had
-- columns: oid name version available schema relocatable comment
SELECT e.oid,
       e.extname AS name,
       e.extversion AS version,
       NULLIF(a.default_version, e.extversion) AS available,
       n.nspname AS schema,
       e.extrelocatable AS relocatable,
       a.comment
  FROM pg_catalog.pg_extension AS e
  JOIN pg_catalog.pg_namespace AS n ON n.oid = e.extnamespace
  LEFT JOIN pg_catalog.pg_available_extensions AS a ON a.name = e.extname
