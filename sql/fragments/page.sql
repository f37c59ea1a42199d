-- SPDX-License-Identifier: MIT
-- The pieces of the page protocol; src/domain/page.c puts them together. q is what is paged through.

-- fragment: rows
SELECT :columns
  FROM :base

-- fragment: where
 WHERE :condition

-- fragment: and
   AND :condition

-- fragment: order
 ORDER BY :keys

-- fragment: limit
 LIMIT :limit

-- fragment: range
(:rows)

-- fragment: then
UNION ALL

-- fragment: count
SELECT pg_catalog.count(*) AS rows
  FROM :base

-- fragment: there
1 AS there

-- fragment: one
SELECT 1
  FROM :base

-- fragment: nothing
 WHERE false

-- What the server knows of a column's values. A table is read with its partitions and heirs: where the server has looked
-- at all of them together, that counts.
-- fragment: statistics
SELECT CAST(s.most_common_vals::pg_catalog.text AS :type[]) AS common,
       s.most_common_freqs::pg_catalog.float8[] AS shares,
       CAST(s.histogram_bounds::pg_catalog.text AS :type[]) AS bounds,
       1 - s.null_frac AS whole
  FROM pg_catalog.pg_stats AS s
 WHERE s.schemaname = $1::pg_catalog.text
   AND s.tablename = $2::pg_catalog.text
   AND s.attname = $3::pg_catalog.text
 ORDER BY s.inherited DESC
 LIMIT 1

-- Which part of a column's values lies before one, as the statistics tell; no row where they tell nothing.
-- fragment: position
SELECT LEAST(1, GREATEST(0, (pg_catalog.width_bucket(:value, h.bounds) - 0.5)
                            / NULLIF(pg_catalog.cardinality(h.bounds) - 1, 0))) AS part
  FROM (:statistics) AS h
 WHERE h.bounds IS NOT NULL

-- The bounds that it takes for that, a hundred of them at least where there are as many.
-- fragment: bounds
SELECT b.value::pg_catalog.text AS bound
  FROM (:statistics) AS h
 CROSS JOIN LATERAL pg_catalog.unnest(h.bounds) WITH ORDINALITY AS b (value, place)
 WHERE (b.place - 1) % GREATEST(1, (pg_catalog.cardinality(h.bounds) - 1) / 100) = 0
 ORDER BY b.place

-- The value that so large a part of a column's values lies before, as the statistics tell, and of a common value the part
-- of its own rows that does. A common value has its own share of the rows, between two bounds of the histogram lies an
-- equal share of those left. The table lends no row, but its column's collation.
-- fragment: share
WITH s AS MATERIALIZED (
	:statistics
), v AS (
	SELECT t.:"column" AS value, false AS common, CAST(NULL AS pg_catalog.float8) AS share
	  FROM :table AS t
	 WHERE false
	UNION ALL
	SELECT pg_catalog.unnest(s.common), true, pg_catalog.unnest(s.shares)
	  FROM s
	UNION ALL
	SELECT b.value, false,
	       GREATEST(0, s.whole - COALESCE((SELECT pg_catalog.sum(f) FROM pg_catalog.unnest(s.shares) AS f), 0))
	       / (pg_catalog.cardinality(s.bounds) - 1)
	  FROM s
	 CROSS JOIN LATERAL pg_catalog.unnest(s.bounds) WITH ORDINALITY AS b (value, place)
	 WHERE b.place < pg_catalog.cardinality(s.bounds)
), o AS (
	SELECT v.value, v.common, v.share,
	       pg_catalog.sum(v.share) OVER (ORDER BY v.value, v.common ROWS UNBOUNDED PRECEDING) AS until,
	       pg_catalog.sum(v.share) OVER () * $4::pg_catalog.float8 AS wanted
	  FROM v
	 WHERE v.share > 0
)
SELECT o.value::pg_catalog.text AS bound,
       CASE WHEN o.common THEN 1 - (o.until - o.wanted) / o.share END AS rest
  FROM o
 WHERE o.until >= o.wanted
 ORDER BY o.until
 LIMIT 1

-- fragment: explain
EXPLAIN (FORMAT JSON) :statement

-- fragment: analyze
EXPLAIN (ANALYZE, FORMAT JSON) :statement

-- fragment: all
q.*

-- fragment: whole
q.:"column"

-- fragment: cut
pg_catalog.left(q.:"column"::pg_catalog.text, :cut) AS :"column"

-- fragment: cut_bytes
pg_catalog.substring(q.:"column", 1, :cut) AS :"column"

-- fragment: value
:param

-- fragment: typed_value
CAST(:param AS :type)

-- A value that a page may go on from: of what is cut a digest of the whole follows the beginning, so that the row is told
-- from one whose value begins so too.
-- fragment: place
pg_catalog.left(q.:"column"::pg_catalog.text, :cut)
    || CASE WHEN pg_catalog.length(q.:"column"::pg_catalog.text) > :cut
            THEN pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(q.:"column"::pg_catalog.text,
                     pg_catalog.getdatabaseencoding())), 'hex')
            ELSE '' END

-- fragment: place_bytes
pg_catalog.substring(q.:"column", 1, :cut)
    || CASE WHEN pg_catalog.length(q.:"column") > :cut THEN pg_catalog.sha256(q.:"column") ELSE '' END

-- As a sub-query it is dear enough to the planner to be made of the page's rows only, after a sort of all.
-- fragment: place_output
(SELECT :place) AS :"column"

-- fragment: is_place
:place = :param

-- As a whole looked up once, before: of COALESCE row-level security would not know that it tells nothing of other rows,
-- and no index would serve.
-- fragment: value_of_row
(SELECT COALESCE((:row LIMIT 1), :beginning))

-- fragment: ascending
q.:"column"

-- fragment: descending
q.:"column" DESC

-- fragment: nulls_first
:key NULLS FIRST

-- fragment: nulls_last
:key NULLS LAST

-- fragment: row
(:columns) :operator (:values)

-- fragment: compare
q.:"column" :operator :value

-- fragment: is_null
q.:"column" IS NULL

-- fragment: is_not_null
q.:"column" IS NOT NULL

-- fragment: is_no_row
q.:"column" IS NOT DISTINCT FROM NULL

-- fragment: is_row
q.:"column" IS DISTINCT FROM NULL

-- fragment: query
(:text
) AS q

-- fragment: relation
:"schema".:"table" AS q

-- fragment: raw
(:text
)

-- One value, no more than its first characters.
-- fragment: beginning
SELECT pg_catalog.left(p.:"column"::pg_catalog.text, :most::int) FROM (:page) AS p

-- One value in pieces of about a megabyte that follow one another, none of which begins within a character. It is
-- cut as bytes: to find a place in a text, all before it is walked through. NULL is one row, a row that is gone none.
-- In the database's own encoding where that is what the client asked for; where its characters cannot be told from
-- their second bytes it stays in one piece.
-- fragment: pieces
SELECT pg_catalog.convert_from(pg_catalog.substr(v.bytes, n.at + 1, n.stop - n.at), v.encoding)
  FROM (SELECT pg_catalog.convert_to(p.:"column"::pg_catalog.text, e.encoding) AS bytes,
               e.encoding
          FROM (:page) AS p
         CROSS JOIN (SELECT CASE pg_catalog.current_setting('client_encoding')
                                 WHEN pg_catalog.getdatabaseencoding() THEN pg_catalog.getdatabaseencoding()
                                 ELSE 'UTF8' END AS encoding) AS e
        OFFSET 0) AS v
 CROSS JOIN LATERAL (
       SELECT c.at,
              COALESCE(pg_catalog.lead(c.at) OVER (ORDER BY c.at), pg_catalog.length(v.bytes)) AS stop
         FROM (SELECT s.at + CASE WHEN s.at = 0 OR pg_catalog.get_byte(v.bytes, s.at) & 192 <> 128 THEN 0
                                  WHEN s.at + 1 >= pg_catalog.length(v.bytes)
                                    OR pg_catalog.get_byte(v.bytes, s.at + 1) & 192 <> 128 THEN 1
                                  WHEN s.at + 2 >= pg_catalog.length(v.bytes)
                                    OR pg_catalog.get_byte(v.bytes, s.at + 2) & 192 <> 128 THEN 2
                                  ELSE 3 END AS at
                 FROM pg_catalog.generate_series(0, GREATEST(pg_catalog.length(v.bytes) - 1, 0),
                                                 CASE WHEN v.encoding LIKE 'EUC%' THEN 1073741824 ELSE 1048576 END)
                      AS s (at)) AS c) AS n
