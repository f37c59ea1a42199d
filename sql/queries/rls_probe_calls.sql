-- summary: functions that views and rules call, also through other views (read without a lock on any of them)
-- columns: relation function schema name
WITH RECURSIVE reads AS (
	SELECT c.oid AS view, c.oid AS via
	  FROM pg_catalog.pg_class c
	  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
	 WHERE (c.relkind = 'v' OR c.relhasrules) AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
	UNION
	SELECT r.view, b.oid
	  FROM reads r
	  JOIN pg_catalog.pg_rewrite w ON w.ev_class = r.via
	  JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
	   AND d.objid = w.oid AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
	  JOIN pg_catalog.pg_class b ON b.oid = d.refobjid AND b.relkind = 'v'),
calls AS MATERIALIZED (
	SELECT w.ev_class,
	       (pg_catalog.regexp_matches(w.ev_action::text, ':funcid (\d+)', 'g'))[1]::pg_catalog.oid AS function
	  FROM pg_catalog.pg_rewrite w
	 WHERE w.ev_class IN (SELECT via FROM reads))
SELECT DISTINCT r.view AS relation, p.oid AS function, n.nspname AS schema, p.proname AS name
  FROM reads r
  JOIN calls c ON c.ev_class = r.via
  JOIN pg_catalog.pg_proc p ON p.oid = c.function
  JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
 WHERE p.provolatile = 'v' OR n.nspname <> 'pg_catalog'
 ORDER BY 1, 2
