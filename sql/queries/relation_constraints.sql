-- summary: constraints of a relation, and foreign keys of others that point at it
-- columns: relation schema table oid name kind direction other definition validated place
SELECT k.relation, n.nspname AS schema, c.relname AS table, k.oid, k.name,
       CASE WHEN k.direction = 'from' THEN 'referenced by'
            WHEN k.contype = 'p' THEN 'primary key' WHEN k.contype = 'u' THEN 'unique'
            WHEN k.contype = 'x' THEN 'exclusion' WHEN k.contype = 'f' THEN 'foreign key'
            WHEN k.contype = 'c' THEN 'check' WHEN k.contype = 'n' THEN 'not null'
            ELSE 'trigger' END AS kind,
       k.direction,
       k.other::pg_catalog.regclass::text AS other,
       pg_catalog.pg_get_constraintdef(k.oid) AS definition,
       k.convalidated AS validated,
       -- Keys before the rest, and what points at it last.
       CASE WHEN k.direction = 'from' THEN 8
            ELSE pg_catalog.strpos('puxfcn', k.contype::text) + 7 * (k.contype = 't')::integer END AS place
  FROM (SELECT o.conrelid AS relation, 'own' AS direction, NULLIF(o.confrelid, 0) AS other,
               o.oid, o.conname AS name, o.contype, o.convalidated
          FROM pg_catalog.pg_constraint AS o
         UNION ALL
        SELECT f.confrelid, 'from', f.conrelid, f.oid, f.conname, f.contype, f.convalidated
          FROM pg_catalog.pg_constraint AS f
         WHERE f.contype = 'f' AND f.conparentid = 0) AS k
  JOIN pg_catalog.pg_class AS c ON c.oid = k.relation
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
 WHERE n.nspname <> 'information_schema'
   AND n.nspname !~ '^pg_'
