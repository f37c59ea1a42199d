-- summary: rows of another tenant changed, by their keys
-- example: schema=commerce table=catalog_products tenant=tenant_id condition=t.id=1
UPDATE :"schema".:"table" t SET :"tenant" = t.:"tenant" WHERE :condition
