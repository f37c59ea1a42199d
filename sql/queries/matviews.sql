-- summary: materialized views: size, who may read them, and whether a full unique index lets them be refreshed while read
-- columns: oid schema name owner populated concurrent granted estimate bytes index_bytes
SELECT c.oid::bigint AS oid, n.nspname AS schema, c.relname AS name,
       pg_catalog.pg_get_userbyid(c.relowner) AS owner, c.relispopulated AS populated,
       EXISTS (SELECT FROM pg_catalog.pg_index AS i
                WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid
                  AND i.indpred IS NULL AND i.indexprs IS NULL) AS concurrent,
       EXISTS (SELECT FROM pg_catalog.aclexplode(c.relacl) AS a
                WHERE a.grantee <> c.relowner) AS granted,
       NULLIF(c.reltuples, -1)::bigint AS estimate,
       -- As of relations: of the last VACUUM or ANALYZE, unknown before it.
       CASE WHEN c.relpages > 0 OR c.reltuples >= 0
            THEN (GREATEST(c.relpages, 0) + COALESCE(t.relpages, 0))::bigint * b.size END AS bytes,
       CASE WHEN c.relpages > 0 OR c.reltuples >= 0
            THEN (SELECT COALESCE(pg_catalog.sum(k.relpages), 0)::bigint * b.size
                    FROM pg_catalog.pg_index AS x
                    JOIN pg_catalog.pg_class AS k ON k.oid = x.indexrelid
                   WHERE x.indrelid = c.oid) END AS index_bytes
  FROM pg_catalog.pg_class AS c
 CROSS JOIN (SELECT pg_catalog.current_setting('block_size')::bigint AS size) AS b
  LEFT JOIN pg_catalog.pg_class AS t ON t.oid = c.reltoastrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
 WHERE c.relkind = 'm'
