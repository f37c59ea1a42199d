-- summary: a row made as a finding says that rows may be
-- example: schema=commerce table=catalog_products column=name value='x' condition=t.id=1
UPDATE :"schema".:"table" t SET :"column" = :value WHERE :condition
