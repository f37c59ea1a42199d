-- summary: every row that can be deleted without being read
-- example: schema=commerce table=catalog_products
DELETE FROM :"schema".:"table"
