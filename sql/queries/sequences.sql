-- summary: sequences and how much of their range, or of their column's type, is used up
-- columns: oid schema name column type last limit used cycle
SELECT c.oid,
       n.nspname AS schema,
       c.relname AS name,
       t.relname || '.' || a.attname AS column,
       pg_catalog.format_type(COALESCE(a.atttypid, q.seqtypid), NULL) AS type,
       s.last_value AS last,
       LEAST(q.seqmax, CASE a.atttypid WHEN 21 THEN 32767 WHEN 23 THEN 2147483647 ELSE q.seqmax END)
           AS limit,
       CASE WHEN s.last_value IS NULL OR q.seqincrement < 0 THEN NULL
            ELSE pg_catalog.round(s.last_value::numeric * 100
                 / LEAST(q.seqmax, CASE a.atttypid WHEN 21 THEN 32767 WHEN 23 THEN 2147483647
                                   ELSE q.seqmax END), 1) END AS used,
       q.seqcycle AS cycle
  FROM pg_catalog.pg_sequence AS q
  JOIN pg_catalog.pg_class AS c ON c.oid = q.seqrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_sequences AS s
    ON s.schemaname = n.nspname AND s.sequencename = c.relname
  LEFT JOIN pg_catalog.pg_depend AS d
    ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid
   AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.deptype IN ('a', 'i')
   AND d.refobjsubid > 0
  LEFT JOIN pg_catalog.pg_class AS t ON t.oid = d.refobjid
  LEFT JOIN pg_catalog.pg_attribute AS a
    ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
 WHERE n.nspname !~ '^pg_'
