-- summary: partitions and inheritance children with their (first) parent
-- columns: relation parent
SELECT i.inhrelid AS relation,
       i.inhparent AS parent
  FROM pg_catalog.pg_inherits AS i
  JOIN pg_catalog.pg_class AS c ON c.oid = i.inhrelid
 WHERE c.relkind IN ('r', 'p', 'f')
 ORDER BY i.inhrelid, i.inhseqno DESC
