-- summary: up to three rows of some tenant, where none should be visible
-- columns: found
-- example: from=commerce.catalog_products found=t.id::text condition=true
SELECT :found AS found FROM :from t WHERE :condition LIMIT 3
