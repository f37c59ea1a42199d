-- summary: sources of the functions that are not an extension's
-- columns: oid body
SELECT p.oid, COALESCE(pg_catalog.pg_get_function_sqlbody(p.oid), p.prosrc) AS body
  FROM pg_catalog.pg_proc p
  JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
  JOIN pg_catalog.pg_language l ON l.oid = p.prolang
 WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
   AND l.lanname NOT IN ('c', 'internal')
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
	WHERE e.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND e.objid = p.oid AND e.deptype = 'e')
 ORDER BY p.oid
