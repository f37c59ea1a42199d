-- summary: the schemas that tenants have, with how much is in each, from the catalog, without a scan
-- columns: name relations rows bytes index_bytes usage
-- example: tenant_schema_names={acme}
SELECT n.nspname AS name,
       pg_catalog.count(*) FILTER (WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')) AS relations,
       -- Unknown, not none, while no table in it was vacuumed or analyzed; one that is always empty never is.
       pg_catalog.sum(NULLIF(c.reltuples, -1)) FILTER (WHERE c.relkind IN ('r', 'm'))::bigint AS rows,
       CASE WHEN pg_catalog.bool_or(c.relpages > 0 OR c.reltuples >= 0)
                     FILTER (WHERE c.relkind IN ('r', 'm')) IS DISTINCT FROM false
            THEN COALESCE(pg_catalog.sum(GREATEST(c.relpages, 0)::bigint + COALESCE(t.relpages, 0))
                              FILTER (WHERE c.relkind IN ('r', 'm')), 0)::bigint
               * pg_catalog.current_setting('block_size')::bigint END AS bytes,
       CASE WHEN pg_catalog.bool_or(c.relpages > 0 OR c.reltuples >= 0)
                     FILTER (WHERE c.relkind IN ('r', 'm')) IS DISTINCT FROM false
            THEN COALESCE(pg_catalog.sum(c.relpages::bigint) FILTER (WHERE c.relkind = 'i'), 0)::bigint
               * pg_catalog.current_setting('block_size')::bigint END AS index_bytes,
       pg_catalog.has_schema_privilege(n.oid, 'USAGE') AS usage
  FROM pg_catalog.pg_namespace AS n
  JOIN pg_catalog.pg_class AS c ON c.relnamespace = n.oid
  LEFT JOIN pg_catalog.pg_class AS t ON t.oid = c.reltoastrelid
 WHERE n.nspname = ANY (:'tenant_schema_names'::name[])
 GROUP BY n.oid, n.nspname
