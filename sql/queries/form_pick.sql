-- summary: records that a foreign key may refer to, whose name or key holds a text
-- params: search:text limit:int
-- columns: key label
-- example: schema=commerce table=catalog_categories key=id label=name conditions=
SELECT r.:"key"::pg_catalog.text AS key, r.:"label"::pg_catalog.text AS label
  FROM :"schema".:"table" AS r
 WHERE ($1::pg_catalog.text = ''
        OR pg_catalog.strpos(pg_catalog.lower(r.:"label"::pg_catalog.text), pg_catalog.lower($1)) > 0
        OR r.:"key"::pg_catalog.text = $1)
   :conditions
 ORDER BY r.:"label", r.:"key"
 LIMIT $2::pg_catalog.int8
