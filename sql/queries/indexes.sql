-- summary: indexes with size and use; which are unused, invalid or covered by another
-- columns: relation oid schema table name method parts definition unique primary valid scans bytes verdict instead
-- fragments: lock.held
-- Deparsing takes a lock: what somebody holds, or waits for, exclusively is told without its definition.
WITH held AS MATERIALIZED (:held)
SELECT i.indrelid AS relation,
       i.indexrelid AS oid,
       n.nspname AS schema,
       t.relname AS table,
       c.relname AS name,
       am.amname AS method,
       -- Of its text what tells it from others: "btree (tenant_id, sku) WHERE …".
       pg_catalog.substr(f.text, pg_catalog.strpos(f.text, ' USING ' || am.amname || ' (') + 7) AS parts,
       f.text AS definition,
       i.indisunique AS unique,
       i.indisprimary AS primary,
       i.indisvalid AS valid,
       COALESCE(w.scans, s.idx_scan) AS scans,
       COALESCE(w.pages, c.relpages) * pg_catalog.current_setting('block_size')::bigint AS bytes,
       CASE WHEN NOT i.indisvalid THEN 'invalid'
            WHEN d.same THEN 'duplicate'
            WHEN d.name IS NOT NULL THEN 'covered'
            -- A standby knows of its own scans only.
            WHEN s.idx_scan = 0 AND NOT i.indisunique AND NOT pg_catalog.pg_is_in_recovery()
                 THEN 'unused' END AS verdict,
       CASE WHEN i.indisvalid THEN d.name END AS instead
  FROM pg_catalog.pg_index AS i
  JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
  JOIN pg_catalog.pg_class AS t ON t.oid = i.indrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace
  JOIN pg_catalog.pg_am AS am ON am.oid = c.relam
 CROSS JOIN held
 CROSS JOIN LATERAL (SELECT COALESCE(i.indrelid <> ALL (held.list), true) AS free) AS l
 CROSS JOIN LATERAL (SELECT CASE WHEN l.free THEN pg_catalog.pg_get_indexdef(i.indexrelid) END AS text) AS f
  LEFT JOIN pg_catalog.pg_stat_all_indexes AS s ON s.indexrelid = i.indexrelid
  -- What is partitioned has nothing itself: its leaves'.
  LEFT JOIN LATERAL (
       WITH RECURSIVE parts AS (
              SELECT h.inhrelid AS oid FROM pg_catalog.pg_inherits AS h WHERE h.inhparent = c.oid
              UNION ALL
              SELECT h.inhrelid
                FROM parts AS p
                JOIN pg_catalog.pg_inherits AS h ON h.inhparent = p.oid)
       SELECT COALESCE(pg_catalog.sum(m.relpages), 0)::bigint AS pages,
              pg_catalog.sum(pg_catalog.pg_stat_get_numscans(m.oid))::bigint AS scans
         FROM parts AS p
         JOIN pg_catalog.pg_class AS m ON m.oid = p.oid AND m.relkind = 'i') AS w ON c.relkind = 'I'
  LEFT JOIN LATERAL (
       -- The same leading columns, classes and predicate, in a longer or an equal, older index.
       SELECT o.relname AS name, x.indkey::text = i.indkey::text AS same
         FROM pg_catalog.pg_index AS x
         JOIN pg_catalog.pg_class AS o ON o.oid = x.indexrelid
        WHERE x.indrelid = i.indrelid
          AND x.indexrelid <> i.indexrelid
          AND o.relam = c.relam
          AND am.amname = 'btree'
          AND x.indisvalid
          AND NOT i.indisunique
          AND i.indexprs IS NULL AND x.indexprs IS NULL
          AND (i.indpred IS NULL AND x.indpred IS NULL
               OR l.free
                  AND pg_catalog.pg_get_expr(i.indpred, i.indrelid)
                      = pg_catalog.pg_get_expr(x.indpred, x.indrelid))
          AND pg_catalog.left(x.indkey::text || ' ', pg_catalog.length(i.indkey::text) + 1)
              = i.indkey::text || ' '
          AND pg_catalog.left(x.indclass::text || ' ', pg_catalog.length(i.indclass::text) + 1)
              = i.indclass::text || ' '
          AND pg_catalog.left(x.indoption::text || ' ', pg_catalog.length(i.indoption::text) + 1)
              = i.indoption::text || ' '
          AND (x.indnatts > i.indnatts OR x.indisunique OR x.indexrelid < i.indexrelid)
        ORDER BY x.indkey::text = i.indkey::text DESC, x.indexrelid
        LIMIT 1) AS d ON true
 WHERE n.nspname <> 'information_schema'
   AND n.nspname !~ '^pg_'
