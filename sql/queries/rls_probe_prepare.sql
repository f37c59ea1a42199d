-- summary: a statement whose plan is made as one tenant, to be executed as another
-- example: from=commerce.catalog_products found=t.id::text own=t.id=2
PREPARE souk_probe AS SELECT :found AS found FROM :from t WHERE :own LIMIT 3
