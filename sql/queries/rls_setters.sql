-- summary: functions that set something for the session, as CREATE OR REPLACE takes them
-- columns: function definition
SELECT p.oid AS function, pg_catalog.pg_get_functiondef(p.oid) AS definition
FROM pg_catalog.pg_proc p
JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE p.prokind IN ('f', 'p') AND n.nspname !~ '^(pg_|information_schema$)' AND p.prosqlbody IS NULL
	AND p.prosrc ~* 'set_config|\mset\s+(session\s+)?["a-z_]+\.'
	AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
		WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = p.oid
			AND d.deptype = 'e')
