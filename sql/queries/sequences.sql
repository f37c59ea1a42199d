-- summary: sequences and how much of their range, or of their column's type, is left
-- columns: oid schema name column type last limit headroom cycle
-- Headroom is in percent; NULL: the role may not read the sequence.
SELECT c.oid,
       n.nspname AS schema,
       c.relname AS name,
       t.relname || '.' || a.attname AS column,
       pg_catalog.format_type(COALESCE(a.atttypid, q.seqtypid), NULL) AS type,
       s.last_value AS last,
       e.last::bigint AS limit,
       CASE WHEN s.sequencename IS NOT NULL
            THEN pg_catalog.round(100 * (e.last - COALESCE(s.last_value, e.first))
                                  / NULLIF(e.last - e.first, 0), 1) END AS headroom,
       q.seqcycle AS cycle
  FROM pg_catalog.pg_sequence AS q
  JOIN pg_catalog.pg_class AS c ON c.oid = q.seqrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_sequences AS s
    ON s.schemaname = n.nspname AND s.sequencename = c.relname
   AND pg_catalog.has_sequence_privilege(c.oid, 'USAGE, SELECT')
  LEFT JOIN pg_catalog.pg_depend AS d
    ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid
   AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.deptype IN ('a', 'i')
   AND d.refobjsubid > 0
  LEFT JOIN pg_catalog.pg_class AS t ON t.oid = d.refobjid
  LEFT JOIN pg_catalog.pg_attribute AS a
    ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
 CROSS JOIN LATERAL (
       SELECT CASE a.atttypid WHEN 21 THEN 32767 WHEN 23 THEN 2147483647 ELSE q.seqmax END AS top,
              CASE a.atttypid WHEN 21 THEN -32768 WHEN 23 THEN -2147483648 ELSE q.seqmin END
                  AS bottom) AS k
 -- Where it begins and ends, whichever way it counts.
 CROSS JOIN LATERAL (
       SELECT CASE WHEN q.seqincrement > 0 THEN GREATEST(q.seqmin, k.bottom)
                   ELSE LEAST(q.seqmax, k.top) END::numeric AS first,
              CASE WHEN q.seqincrement > 0 THEN LEAST(q.seqmax, k.top)
                   ELSE GREATEST(q.seqmin, k.bottom) END::numeric AS last) AS e
 WHERE n.nspname !~ '^pg_'
