-- summary: triggers that are not the system's own
-- columns: oid relation name function type enabled definition
SELECT t.oid,
       t.tgrelid AS relation,
       t.tgname AS name,
       t.tgfoid AS function,
       t.tgtype AS type,
       t.tgenabled AS enabled,
       pg_catalog.pg_get_triggerdef(t.oid) AS definition
  FROM pg_catalog.pg_trigger AS t
 WHERE NOT t.tgisinternal
 ORDER BY t.tgrelid, t.tgname
