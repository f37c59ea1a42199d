-- summary: indexes with keys, validity, use and size; expressions and predicates as text
-- columns: oid relation name method keys nkeys options collation unique primary exclusion valid ready nulls_not_distinct pattern predicate definition scans pages
-- fragments: lock.held
-- The definition is NULL for a plain index (columns only, default classes and collations): it is composed from
-- the parts, since pg_get_indexdef waits for locks and takes longer than all the rest.
WITH held AS MATERIALIZED (:held),
     classes AS MATERIALIZED (
       SELECT k.indclass,
              pg_catalog.bool_and(o.opcdefault) AS plain,
              (pg_catalog.array_agg(o.opcname ORDER BY u.place))[1] ~ 'pattern_ops$' AS pattern
         FROM (SELECT DISTINCT i.indclass FROM pg_catalog.pg_index AS i) AS k
        CROSS JOIN LATERAL pg_catalog.unnest(k.indclass::oid[]) WITH ORDINALITY AS u (class, place)
         JOIN pg_catalog.pg_opclass AS o ON o.oid = u.class
        GROUP BY k.indclass),
     collations AS MATERIALIZED (
       SELECT k.indcollation,
              pg_catalog.bool_and(u.oid IN (0, 100)) AS plain
         FROM (SELECT DISTINCT i.indcollation FROM pg_catalog.pg_index AS i) AS k
        CROSS JOIN LATERAL pg_catalog.unnest(k.indcollation::oid[]) AS u (oid)
        GROUP BY k.indcollation)
SELECT i.indexrelid AS oid,
       i.indrelid AS relation,
       c.relname AS name,
       am.amname AS method,
       i.indkey::text AS keys,
       i.indnkeyatts AS nkeys,
       i.indoption::text AS options,
       i.indcollation[0] AS collation,
       i.indisunique AS unique,
       i.indisprimary AS primary,
       i.indisexclusion AS exclusion,
       i.indisvalid AS valid,
       i.indisready AS ready,
       i.indnullsnotdistinct AS nulls_not_distinct,
       COALESCE(k.pattern, false) AS pattern,
       CASE WHEN i.indpred IS NOT NULL AND COALESCE(i.indrelid <> ALL (held.list), true)
            THEN pg_catalog.pg_get_expr(i.indpred, i.indrelid)
            WHEN i.indpred IS NOT NULL THEN '?' END AS predicate,
       CASE WHEN (i.indexprs IS NOT NULL OR i.indpred IS NOT NULL OR i.indisexclusion
                  OR c.reloptions IS NOT NULL OR NOT k.plain OR NOT o.plain)
             AND COALESCE(i.indrelid <> ALL (held.list), true)
             AND COALESCE(i.indexrelid <> ALL (held.list), true)
            THEN pg_catalog.pg_get_indexdef(i.indexrelid) END AS definition,
       pg_catalog.pg_stat_get_numscans(i.indexrelid) AS scans,
       c.relpages AS pages
  FROM pg_catalog.pg_index AS i
  JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
  JOIN pg_catalog.pg_class AS t ON t.oid = i.indrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace
  JOIN pg_catalog.pg_am AS am ON am.oid = c.relam
  LEFT JOIN classes AS k ON k.indclass = i.indclass
  LEFT JOIN collations AS o ON o.indcollation = i.indcollation
 CROSS JOIN held
 WHERE t.relkind IN ('r', 'p', 'm')
   AND n.nspname <> 'information_schema'
   AND n.nspname !~ '^pg_'
 ORDER BY i.indrelid, i.indisprimary DESC, c.relname
