-- summary: up to three rows that should not be visible, and one that should
-- columns: found other
-- example: from=commerce.catalog_products home=commerce.catalog_products found=t.id::text condition=t.id=1 own=t.id=2
(SELECT :found AS found, true AS other FROM :from t WHERE :condition LIMIT 3)
UNION ALL
(SELECT NULL, false FROM :home t WHERE :own LIMIT 1)
