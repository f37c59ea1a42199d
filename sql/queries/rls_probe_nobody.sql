-- summary: how many rows without a tenant are visible (it stops counting)
-- columns: found
-- example: schema=commerce table=catalog_products tenant=tenant_id
SELECT pg_catalog.count(*)::text AS found
  FROM (SELECT FROM :"schema".:"table" t WHERE t.:"tenant" IS NULL LIMIT 1000) s
