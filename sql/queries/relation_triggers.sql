-- summary: triggers with function and state
-- columns: relation schema table oid name function enabled fires definition
SELECT t.tgrelid AS relation,
       s.nspname AS schema,
       c.relname AS table,
       t.oid,
       t.tgname AS name,
       n.nspname || '.' || p.proname AS function,
       t.tgenabled <> 'D' AS enabled,
       CASE t.tgenabled WHEN 'O' THEN 'yes' WHEN 'R' THEN 'on replicas only' WHEN 'A' THEN 'always'
            ELSE 'never' END AS fires,
       pg_catalog.pg_get_triggerdef(t.oid, true) AS definition
  FROM pg_catalog.pg_trigger AS t
  JOIN pg_catalog.pg_class AS c ON c.oid = t.tgrelid
  JOIN pg_catalog.pg_namespace AS s ON s.oid = c.relnamespace
  JOIN pg_catalog.pg_proc AS p ON p.oid = t.tgfoid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
 WHERE NOT t.tgisinternal
