-- summary: a value where another tenant's row has none
-- example: schema=commerce table=catalog_products column=name type=text value=x condition=t.id=1
UPDATE :"schema".:"table" t SET :"column" = CAST(:'value' AS :type) WHERE (:condition) AND t.:"column" IS NULL
