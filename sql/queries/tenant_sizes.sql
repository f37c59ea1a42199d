-- summary: how many rows each tenant has in each relation, from the statistics, without a scan
-- columns: schema name tenant label share rows bytes
-- example: tenant_column=tenant_id tenant_called=v.tenant
-- Only common tenants are in the statistics, and they hide tables whose row-level security binds the role.
SELECT s.schemaname AS schema,
       s.tablename AS name,
       v.tenant,
       :tenant_called AS label,
       pg_catalog.round(100 * v.share::numeric, 1) AS share,
       (v.share * GREATEST(c.reltuples, 0))::bigint AS rows,
       (v.share * (c.relpages + COALESCE(o.relpages, 0)) * pg_catalog.current_setting('block_size')::bigint)::bigint AS bytes
  FROM pg_catalog.pg_stats AS s
  JOIN pg_catalog.pg_namespace AS n ON n.nspname = s.schemaname
  JOIN pg_catalog.pg_class AS c ON c.relnamespace = n.oid AND c.relname = s.tablename
  LEFT JOIN pg_catalog.pg_class AS o ON o.oid = c.reltoastrelid
  JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attname = s.attname
 CROSS JOIN LATERAL ROWS FROM (pg_catalog.unnest(s.most_common_vals::text::text[]),
                                pg_catalog.unnest(s.most_common_freqs)) AS v (tenant, share)
 WHERE s.attname = :'tenant_column'
   AND NOT s.inherited
