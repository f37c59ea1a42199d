-- summary: constraints of a relation, and foreign keys of others that point at it
-- columns: relation oid name kind direction other definition validated
SELECT k.conrelid AS relation, k.oid, k.conname AS name,
       CASE k.contype WHEN 'p' THEN 'primary key' WHEN 'u' THEN 'unique' WHEN 'f' THEN 'foreign key'
            WHEN 'c' THEN 'check' WHEN 'x' THEN 'exclusion' WHEN 'n' THEN 'not null'
            ELSE 'trigger' END AS kind,
       'own' AS direction,
       NULLIF(k.confrelid, 0)::pg_catalog.regclass::text AS other,
       pg_catalog.pg_get_constraintdef(k.oid) AS definition,
       k.convalidated AS validated
  FROM pg_catalog.pg_constraint AS k
 WHERE k.conrelid <> 0
UNION ALL
SELECT k.confrelid, k.oid, k.conname, 'foreign key', 'from',
       k.conrelid::pg_catalog.regclass::text, pg_catalog.pg_get_constraintdef(k.oid), k.convalidated
  FROM pg_catalog.pg_constraint AS k
 WHERE k.contype = 'f' AND k.conparentid = 0
