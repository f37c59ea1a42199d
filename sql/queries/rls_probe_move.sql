-- summary: an own row given to another tenant
-- example: schema=commerce table=catalog_products tenant=tenant_id type=bigint other=2 condition=t.id=1
UPDATE :"schema".:"table" t SET :"tenant" = CAST(:'other' AS :type) WHERE :condition
