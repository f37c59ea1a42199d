-- summary: what functions that run with their owner's rights take (i), and what they give: columns (o), a composite (c) or one value (s)
-- columns: oid mode name type optional n
WITH definers AS (
	SELECT p.*
	  FROM pg_catalog.pg_proc p
	  JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
	 WHERE p.prosecdef AND p.prokind = 'f' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
	   AND p.prorettype NOT IN ('pg_catalog.trigger'::pg_catalog.regtype, 'pg_catalog.event_trigger'::pg_catalog.regtype)
	   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
		WHERE e.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND e.objid = p.oid AND e.deptype = 'e')),
given AS (
	SELECT p.oid, a.n, a.type, COALESCE(p.proargnames[a.n], '') AS name,
	       COALESCE(p.proargmodes[a.n], 'i') AS mode, p.pronargs - p.pronargdefaults AS needed,
	       pg_catalog.count(*) FILTER (WHERE COALESCE(p.proargmodes[a.n], 'i') IN ('i', 'b', 'v'))
		       OVER (PARTITION BY p.oid ORDER BY a.n) AS nth
	  FROM definers p
	 CROSS JOIN LATERAL pg_catalog.unnest(COALESCE(p.proallargtypes, p.proargtypes::pg_catalog.oid[]))
		WITH ORDINALITY AS a (type, n))
SELECT p.oid, 's' AS mode, p.proname::text AS name, pg_catalog.format_type(p.prorettype, NULL) AS type,
       false AS optional, 0::bigint AS n
  FROM definers p
UNION ALL
SELECT g.oid, 'i', g.name, pg_catalog.format_type(g.type, NULL), g.nth > g.needed, g.n
  FROM given g WHERE g.mode IN ('i', 'b', 'v')
UNION ALL
SELECT g.oid, 'o', g.name, pg_catalog.format_type(g.type, NULL), false, g.n
  FROM given g WHERE g.mode IN ('o', 'b', 't')
UNION ALL
SELECT p.oid, 'c', a.attname::text, pg_catalog.format_type(a.atttypid, a.atttypmod), false, a.attnum
  FROM definers p
  JOIN pg_catalog.pg_type y ON y.oid = p.prorettype AND y.typrelid <> 0
  JOIN pg_catalog.pg_attribute a ON a.attrelid = y.typrelid AND a.attnum > 0 AND NOT a.attisdropped
 ORDER BY 1, 6
