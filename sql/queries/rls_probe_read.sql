-- summary: up to three rows that should not be visible
-- columns: found
-- example: schema=commerce table=catalog_products found=t.id::text condition=t.id=1
SELECT :found AS found FROM :"schema".:"table" t WHERE :condition LIMIT 3
