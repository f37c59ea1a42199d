-- summary: which tables are published, and whether a row filter is in between
-- columns: publication relation filtered
SELECT p.pubname AS publication, r.prrelid AS relation, r.prqual IS NOT NULL AS filtered
FROM pg_catalog.pg_publication_rel r
JOIN pg_catalog.pg_publication p ON p.oid = r.prpubid
UNION ALL
SELECT p.pubname, c.oid, false
FROM pg_catalog.pg_publication_namespace s
JOIN pg_catalog.pg_publication p ON p.oid = s.pnpubid
JOIN pg_catalog.pg_class c ON c.relnamespace = s.pnnspid AND c.relkind IN ('r', 'p')
UNION ALL
SELECT pubname, 0, false
FROM pg_catalog.pg_publication
WHERE puballtables
