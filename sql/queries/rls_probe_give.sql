-- summary: every row that can be updated without being read given to another tenant
-- example: schema=commerce table=catalog_products tenant=tenant_id type=bigint other=1
UPDATE :"schema".:"table" t SET :"tenant" = CAST(:'other' AS :type)
