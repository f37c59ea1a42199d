-- summary: the columns that a relation has now, each as its number, name and type
-- params: relation
-- columns: shape
SELECT pg_catalog.string_agg(pg_catalog.concat_ws(' ', a.attnum, a.attname, a.atttypid, a.atttypmod), ','
                             ORDER BY a.attnum) AS shape
  FROM pg_catalog.pg_attribute AS a
 WHERE a.attrelid = $1::pg_catalog.oid
   AND a.attnum > 0
   AND NOT a.attisdropped
