-- summary: how many rows something shows, and what they are all together
-- columns: found digest
-- example: from=commerce.catalog_products
SELECT pg_catalog.count(*)::text AS found,
       pg_catalog.md5(pg_catalog.string_agg(s.row, E'\n' ORDER BY s.row)) AS digest
  FROM (SELECT (t.*)::text AS row FROM :from t LIMIT 20000) s
