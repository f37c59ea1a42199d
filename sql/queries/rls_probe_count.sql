-- summary: how many rows are visible (small tables only)
-- columns: found
-- example: schema=commerce table=catalog_products
SELECT pg_catalog.count(*)::text AS found FROM :"schema".:"table"
