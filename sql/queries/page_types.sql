-- summary: names and categories of types that are not built in
-- params: oids:oid[]
-- columns: oid name category
SELECT t.oid,
       pg_catalog.format_type(t.oid, -1) AS name,
       t.typcategory AS category
  FROM pg_catalog.pg_type AS t
 WHERE t.oid = ANY ($1::pg_catalog.oid[]);
