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

-- fragment: one
SELECT 1
  FROM :base

-- fragment: nothing
 WHERE false

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

-- fragment: equal
q.:"column" = $1

-- fragment: raw
(:text
)
