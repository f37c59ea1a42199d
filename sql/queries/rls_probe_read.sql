-- summary: up to three rows that should not be visible, and one that should
-- columns: found other
-- example: schema=commerce table=catalog_products found=t.id::text condition=t.id=1 own=t.id=2
(SELECT :found AS found, true AS other FROM :"schema".:"table" t WHERE :condition LIMIT 3)
UNION ALL
(SELECT NULL, false FROM :"schema".:"table" t WHERE :own LIMIT 1)
