-- summary: the texts of views that run with their owner's rights, and of materialized views
-- columns: relation definition
-- fragments: lock.held
-- Nothing here waits for a lock: views over what somebody holds in ACCESS EXCLUSIVE mode are left out.
WITH held AS MATERIALIZED (:held)
SELECT c.oid AS relation, pg_catalog.pg_get_viewdef(c.oid) AS definition
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN held
WHERE c.relkind IN ('v', 'm') AND c.relpersistence <> 't'
	AND n.nspname !~ '^(pg_|information_schema$)'
	AND NOT COALESCE((SELECT o.option_value::boolean
		FROM pg_catalog.pg_options_to_table(c.reloptions) o
		WHERE o.option_name = 'security_invoker'), false)
	AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
		WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid
			AND d.deptype = 'e')
	AND COALESCE(c.oid <> ALL (held.list), true)
	AND NOT EXISTS (SELECT FROM pg_catalog.pg_rewrite w
		JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
			AND d.objid = w.oid
		WHERE w.ev_class = c.oid AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
			AND d.refobjid = ANY (held.list))
