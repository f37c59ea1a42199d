-- summary: collations and whether they compare bytewise
-- columns: oid name c
WITH used AS MATERIALIZED (
       SELECT DISTINCT a.attcollation AS oid FROM pg_catalog.pg_attribute AS a)
SELECT k.oid,
       CASE WHEN n.nspname = 'pg_catalog' THEN pg_catalog.quote_ident(k.collname)
            ELSE pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(k.collname)
            END AS name,
       k.collprovider = 'b' OR k.collprovider = 'c'
           AND k.collcollate IN ('C', 'POSIX', 'C.UTF-8', 'C.utf8') AS c
  FROM pg_catalog.pg_collation AS k
  JOIN pg_catalog.pg_namespace AS n ON n.oid = k.collnamespace
 WHERE k.oid IN (SELECT used.oid FROM used)
    OR k.collname IN ('C', 'POSIX')
 ORDER BY k.oid
