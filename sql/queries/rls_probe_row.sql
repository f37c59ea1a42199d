-- summary: keep one row until the transaction ends, to be copied by a role that may not see it
-- columns: kept
-- example: schema=commerce table=catalog_products condition=t.id=1
SELECT pg_catalog.length(pg_catalog.set_config('souk.row', pg_catalog.to_jsonb(t.*)::text, true)) AS kept
  FROM :"schema".:"table" t WHERE :condition LIMIT 1
