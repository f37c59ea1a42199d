-- summary: a copy of an own row for another tenant
-- example: schema=commerce table=catalog_products columns=name values=t.name condition=t.id=1
INSERT INTO :"schema".:"table" (:columns)
SELECT :values FROM :"schema".:"table" t WHERE :condition LIMIT 1
