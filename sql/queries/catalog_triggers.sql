-- summary: triggers that are not the system's own
-- columns: oid relation name function function_name type enabled definition
SELECT t.oid,
       t.tgrelid AS relation,
       t.tgname AS name,
       t.tgfoid AS function,
       n.nspname || '.' || p.proname AS function_name,
       t.tgtype AS type,
       t.tgenabled AS enabled,
       pg_catalog.pg_get_triggerdef(t.oid) AS definition
  FROM pg_catalog.pg_trigger AS t
  JOIN pg_catalog.pg_proc AS p ON p.oid = t.tgfoid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
 WHERE NOT t.tgisinternal
 ORDER BY t.tgrelid, t.tgname
