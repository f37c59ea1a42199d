-- summary: constraints of a relation, and foreign keys of others that point at it
-- columns: relation schema table oid name kind direction other definition validated
SELECT k.relation, n.nspname AS schema, c.relname AS table, k.oid, k.name,
       CASE k.contype WHEN 'p' THEN 'primary key' WHEN 'u' THEN 'unique' WHEN 'f' THEN 'foreign key'
            WHEN 'c' THEN 'check' WHEN 'x' THEN 'exclusion' WHEN 'n' THEN 'not null'
            ELSE 'trigger' END AS kind,
       k.direction,
       k.other::pg_catalog.regclass::text AS other,
       pg_catalog.pg_get_constraintdef(k.oid) AS definition,
       k.convalidated AS validated
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
