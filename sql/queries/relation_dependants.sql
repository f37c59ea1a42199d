-- summary: views, materialized views and functions that read a relation
-- columns: relation schema table oid kind name
SELECT DISTINCT r.oid AS relation, s.nspname AS schema, r.relname AS table, b.oid, b.kind, b.name
  FROM pg_catalog.pg_depend AS d
  JOIN pg_catalog.pg_class AS r ON r.oid = d.refobjid
  JOIN pg_catalog.pg_namespace AS s ON s.oid = r.relnamespace
 CROSS JOIN LATERAL (
       SELECT c.oid, CASE c.relkind WHEN 'm' THEN 'matview' ELSE 'view' END AS kind,
              n.nspname || '.' || c.relname AS name
         FROM pg_catalog.pg_rewrite AS w
         JOIN pg_catalog.pg_class AS c ON c.oid = w.ev_class
         JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        WHERE d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
          AND w.oid = d.objid AND c.oid <> r.oid
        UNION ALL
       SELECT p.oid, 'function', n.nspname || '.' || p.proname
         FROM pg_catalog.pg_proc AS p
         JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
        WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
          AND p.oid = d.objid) AS b
 WHERE d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
   AND s.nspname <> 'information_schema'
   AND s.nspname !~ '^pg_'
