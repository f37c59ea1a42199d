-- summary: up to three rows of some tenant, where none should be visible
-- columns: found
-- example: schema=commerce table=catalog_products found=t.id::text condition=true
SELECT :found AS found FROM :"schema".:"table" t WHERE :condition LIMIT 3
