-- summary: schemas that are not the system's, and whether the role may look into them
-- columns: oid name owner acl usage
SELECT n.oid,
       n.nspname AS name,
       n.nspowner AS owner,
       n.nspacl::text AS acl,
       pg_catalog.has_schema_privilege(n.oid, 'USAGE') AS usage
  FROM pg_catalog.pg_namespace AS n
 WHERE n.nspname <> 'information_schema'
   AND n.nspname !~ '^pg_'
 ORDER BY n.oid
