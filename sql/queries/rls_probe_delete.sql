-- summary: rows of another tenant deleted, by their keys
-- example: schema=commerce table=catalog_products condition=t.id=1
DELETE FROM :"schema".:"table" t WHERE :condition
