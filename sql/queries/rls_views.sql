-- summary: the texts of views that run with their owner's rights, and of materialized views
-- columns: relation definition
SELECT c.oid AS relation, pg_catalog.pg_get_viewdef(c.oid) AS definition
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('v', 'm') AND c.relpersistence <> 't'
	AND n.nspname !~ '^(pg_|information_schema$)'
	AND NOT COALESCE((SELECT o.option_value::boolean
		FROM pg_catalog.pg_options_to_table(c.reloptions) o
		WHERE o.option_name = 'security_invoker'), false)
	AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
		WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid
			AND d.deptype = 'e')
