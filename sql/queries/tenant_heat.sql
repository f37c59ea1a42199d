-- summary: how much of each relation belongs to which tenant, from the statistics, without a scan
-- columns: name tenant label bytes
-- example: tenant_column=tenant_id tenant_called=v.tenant
-- Only common tenants are in the statistics, and they hide tables whose row-level security binds the role.
SELECT s.tablename AS name,
       v.tenant,
       :tenant_called AS label,
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
 ORDER BY c.relpages DESC, s.tablename, pg_catalog.length(v.tenant), v.tenant
 LIMIT 1000
