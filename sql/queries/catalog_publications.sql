-- summary: publications and the relations they name
-- columns: oid name all_tables insert update delete truncate relations
SELECT p.oid,
       p.pubname AS name,
       p.puballtables AS all_tables,
       p.pubinsert AS insert,
       p.pubupdate AS update,
       p.pubdelete AS delete,
       p.pubtruncate AS truncate,
       (SELECT pg_catalog.array_agg(c.oid::text ORDER BY c.oid)::text
          FROM pg_catalog.pg_class AS c
         WHERE c.oid IN (SELECT r.prrelid
                           FROM pg_catalog.pg_publication_rel AS r
                          WHERE r.prpubid = p.oid)
            OR c.relkind IN ('r', 'p')
               AND c.relnamespace IN (SELECT s.pnnspid
                                        FROM pg_catalog.pg_publication_namespace AS s
                                       WHERE s.pnpubid = p.oid)) AS relations
  FROM pg_catalog.pg_publication AS p
 ORDER BY p.pubname
