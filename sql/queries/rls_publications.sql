-- summary: which tables are published, by which schema if by one, the row filter in between, and what is said of all tables
-- columns: publication relation filter schema options
SELECT p.pubname AS publication, r.prrelid AS relation,
       pg_catalog.pg_get_expr(r.prqual, r.prrelid) AS filter, NULL::text AS schema,
       NULL::text AS options
FROM pg_catalog.pg_publication_rel r
JOIN pg_catalog.pg_publication p ON p.oid = r.prpubid
UNION ALL
SELECT p.pubname, c.oid, NULL, n.nspname, NULL
FROM pg_catalog.pg_publication_namespace s
JOIN pg_catalog.pg_publication p ON p.oid = s.pnpubid
JOIN pg_catalog.pg_namespace n ON n.oid = s.pnnspid
JOIN pg_catalog.pg_class c ON c.relnamespace = s.pnnspid AND c.relkind IN ('r', 'p')
UNION ALL
SELECT pubname, 0, NULL, NULL,
       pg_catalog.format('publish = %L, publish_via_partition_root = %s',
		pg_catalog.concat_ws(', ', CASE WHEN pubinsert THEN 'insert' END,
			CASE WHEN pubupdate THEN 'update' END, CASE WHEN pubdelete THEN 'delete' END,
			CASE WHEN pubtruncate THEN 'truncate' END), pubviaroot::text)
FROM pg_catalog.pg_publication
WHERE puballtables
