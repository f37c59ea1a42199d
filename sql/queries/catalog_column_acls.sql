-- summary: columns with an access list of their own, and what the current role may do with them
-- columns: relation attnum acl rights
-- Attnum -2 is xmin: a grant on it lets a role guard its saves without reading the whole relation.
SELECT a.attrelid AS relation,
       a.attnum,
       a.attacl::text AS acl,
       pg_catalog.has_column_privilege(a.attrelid, a.attnum, 'SELECT')::int
       | (pg_catalog.has_column_privilege(a.attrelid, a.attnum, 'INSERT')::int << 1)
       | (pg_catalog.has_column_privilege(a.attrelid, a.attnum, 'UPDATE')::int << 2) AS rights
  FROM pg_catalog.pg_attribute AS a
  JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
 WHERE a.attacl IS NOT NULL
   AND NOT a.attisdropped
   AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
   AND n.nspname <> 'information_schema'
   AND n.nspname !~ '^pg_'
 ORDER BY a.attrelid, a.attnum
