-- summary: somebody says of itself that it belongs to another tenant
-- example: schema=commerce table=catalog_products columns=name values='x'
INSERT INTO :"schema".:"table" (:columns) VALUES (:values)
