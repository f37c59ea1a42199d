-- summary: every row that can be updated without being read changed, or made one's own
-- example: schema=commerce table=catalog_products column=tenant_id value=1
UPDATE :"schema".:"table" t SET :"column" = :value
