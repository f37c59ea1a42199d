-- summary: foreign keys, checks, and what else rows were not tried for
-- columns: oid kind relation name target keys target_keys on_delete on_update validated unenforced deferrable inherited definition
-- fragments: lock.held
-- NOT NULL only where it was never validated, which is of PostgreSQL 18; as is NOT ENFORCED, which is never valid: so
-- only of those the row is looked into for the column that older servers do not have.
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
       NOT k.convalidated AND NOT COALESCE((pg_catalog.to_jsonb(k) ->> 'conenforced')::boolean, true) AS unenforced,
       k.condeferrable AS deferrable,
       CASE WHEN k.contype = 'f' THEN k.conparentid <> 0 ELSE NOT k.conislocal END AS inherited,
       CASE WHEN k.contype <> 'f' AND COALESCE(k.conrelid <> ALL (held.list), true)
            THEN pg_catalog.pg_get_constraintdef(k.oid) END AS definition
  FROM pg_catalog.pg_constraint AS k
  JOIN pg_catalog.pg_namespace AS n ON n.oid = k.connamespace
 CROSS JOIN held
 WHERE (k.contype IN ('f', 'c') OR (k.contype = 'n' AND NOT k.convalidated))
   AND k.conrelid <> 0
   AND n.nspname <> 'information_schema'
   AND n.nspname !~ '^pg_'
 ORDER BY k.conrelid, k.conname, k.oid
