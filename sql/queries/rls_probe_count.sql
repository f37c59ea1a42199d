-- summary: how many rows there are (small tables only)
-- columns: found
-- example: schema=commerce table=catalog_products condition=t.tenant_id=1
SELECT pg_catalog.count(*)::text AS found FROM :"schema".:"table" t WHERE :condition
