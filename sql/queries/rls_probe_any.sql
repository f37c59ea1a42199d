-- summary: up to three rows, where none should be visible
-- columns: found
-- example: schema=commerce table=catalog_products found=t.id::text
SELECT :found AS found FROM :"schema".:"table" t LIMIT 3
