-- summary: triggers with function and state
-- columns: relation oid name function enabled definition
SELECT t.tgrelid AS relation,
       t.oid,
       t.tgname AS name,
       n.nspname || '.' || p.proname AS function,
       t.tgenabled <> 'D' AS enabled,
       pg_catalog.pg_get_triggerdef(t.oid, true) AS definition
  FROM pg_catalog.pg_trigger AS t
  JOIN pg_catalog.pg_proc AS p ON p.oid = t.tgfoid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
 WHERE NOT t.tgisinternal
