-- summary: foreign keys and checks
-- columns: oid kind relation name target keys target_keys on_delete on_update validated deferrable inherited definition
-- fragments: lock.held
WITH held AS MATERIALIZED (:held)
SELECT k.oid,
       k.contype AS kind,
       k.conrelid AS relation,
       k.conname AS name,
       k.confrelid AS target,
       k.conkey::text AS keys,
       k.confkey::text AS target_keys,
       k.confdeltype AS on_delete,
       k.confupdtype AS on_update,
       k.convalidated AS validated,
       k.condeferrable AS deferrable,
       k.conparentid <> 0 AS inherited,
       CASE WHEN k.contype = 'c' AND COALESCE(k.conrelid <> ALL (held.list), true)
            THEN pg_catalog.pg_get_constraintdef(k.oid) END AS definition
  FROM pg_catalog.pg_constraint AS k
  JOIN pg_catalog.pg_namespace AS n ON n.oid = k.connamespace
 CROSS JOIN held
 WHERE k.contype IN ('f', 'c')
   AND k.conrelid <> 0
   AND n.nspname <> 'information_schema'
   AND n.nspname !~ '^pg_'
 ORDER BY k.conrelid, k.conname, k.oid
