-- summary: views, materialized views and functions that read a relation
-- columns: relation oid kind name
SELECT DISTINCT d.refobjid AS relation,
       c.oid,
       CASE c.relkind WHEN 'm' THEN 'matview' ELSE 'view' END AS kind,
       n.nspname || '.' || c.relname AS name
  FROM pg_catalog.pg_depend AS d
  JOIN pg_catalog.pg_rewrite AS w ON w.oid = d.objid
  JOIN pg_catalog.pg_class AS c ON c.oid = w.ev_class
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
 WHERE d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
   AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
   AND d.refobjid <> w.ev_class
UNION ALL
SELECT DISTINCT d.refobjid, p.oid, 'function', n.nspname || '.' || p.proname
  FROM pg_catalog.pg_depend AS d
  JOIN pg_catalog.pg_proc AS p ON p.oid = d.objid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
 WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
   AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
