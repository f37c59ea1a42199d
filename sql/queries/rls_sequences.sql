-- summary: who may set sequences that are not inside a system schema or extension
-- columns: schema name grantee counts
SELECT n.nspname AS schema, c.relname AS name, a.grantee,
	EXISTS (SELECT FROM pg_catalog.aclexplode(c.relacl) u
		WHERE u.grantee = a.grantee AND u.privilege_type = 'USAGE') AS counts
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL pg_catalog.aclexplode(c.relacl) a
WHERE c.relkind = 'S' AND c.relpersistence <> 't' AND a.privilege_type = 'UPDATE'
	AND a.grantee <> c.relowner
	AND n.nspname !~ '^(pg_|information_schema$)'
	AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
		WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid
			AND d.deptype = 'e')
ORDER BY 1, 2, 3
