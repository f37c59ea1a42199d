-- summary: which tables are published, by which schema if by one, and the row filter in between
-- columns: publication relation filter schema
SELECT p.pubname AS publication, r.prrelid AS relation,
       pg_catalog.pg_get_expr(r.prqual, r.prrelid) AS filter, NULL::text AS schema
FROM pg_catalog.pg_publication_rel r
JOIN pg_catalog.pg_publication p ON p.oid = r.prpubid
UNION ALL
SELECT p.pubname, c.oid, NULL, n.nspname
FROM pg_catalog.pg_publication_namespace s
JOIN pg_catalog.pg_publication p ON p.oid = s.pnpubid
JOIN pg_catalog.pg_namespace n ON n.oid = s.pnnspid
JOIN pg_catalog.pg_class c ON c.relnamespace = s.pnnspid AND c.relkind IN ('r', 'p')
UNION ALL
SELECT pubname, 0, NULL, NULL
FROM pg_catalog.pg_publication
WHERE puballtables
