-- summary: records that a foreign key may refer to, by name
-- params: limit:int
-- columns: key label
-- example: schema=commerce table=catalog_categories key=id label=name
SELECT r.:"key"::pg_catalog.text AS key, r.:"label"::pg_catalog.text AS label
  FROM :"schema".:"table" AS r
 ORDER BY r.:"label", r.:"key"
 LIMIT $1::pg_catalog.int8
