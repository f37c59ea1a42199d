-- summary: rewrite rules (not those that make views) and the relations that they touch
-- columns: relation name event touches
SELECT w.ev_class AS relation, w.rulename AS name, w.ev_type AS event, d.refobjid AS touches
FROM pg_catalog.pg_rewrite w
JOIN pg_catalog.pg_class c ON c.oid = w.ev_class
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
	AND d.objid = w.oid AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
	AND d.refobjid <> w.ev_class
WHERE w.rulename <> '_RETURN' AND n.nspname !~ '^(pg_|information_schema$)'
GROUP BY 1, 2, 3, 4
