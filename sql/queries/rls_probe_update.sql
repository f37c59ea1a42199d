-- summary: rows of another tenant changed, by their keys
-- example: schema=commerce table=catalog_products column=tenant_id value=t.tenant_id condition=t.id=1
UPDATE :"schema".:"table" t SET :"column" = :value WHERE :condition
