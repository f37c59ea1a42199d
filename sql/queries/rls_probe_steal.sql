-- summary: every row that can be updated without being read made one's own
-- example: schema=commerce table=catalog_products tenant=tenant_id type=bigint own=1
UPDATE :"schema".:"table" t SET :"tenant" = CAST(:'own' AS :type)
