-- SPDX-License-Identifier: MIT
-- The pieces of a compiled filter; src/domain/filter_compile.c puts them together.

-- fragment: and
(:left AND :right)

-- fragment: or
(:left OR :right)

-- fragment: not
(:condition) IS NOT TRUE

-- fragment: compare
:subject :operator :value

-- fragment: column
q.:"column"

-- fragment: column_text
q.:"column"::pg_catalog.text

-- fragment: column_collated
(q.:"column" COLLATE "default")

-- fragment: value
:param

-- fragment: typed_value
CAST(:param AS :type)

-- fragment: null
:subject IS NULL

-- fragment: not_null
:subject IS NOT NULL

-- fragment: in
:subject IN (:values)

-- fragment: any
:subject :operator ANY (ARRAY[:values])

-- fragment: like
:subject LIKE :value

-- fragment: ilike
:subject ILIKE :value

-- fragment: match
:subject ~ :value

-- fragment: imatch
:subject ~* :value

-- fragment: begins
:subject ^@ :value

-- fragment: json_text
(q.:"column" #>> CAST(:path AS pg_catalog.text[]))

-- fragment: json_equals
((q.:"column" #>> CAST(:path AS pg_catalog.text[])) = :value OR CASE WHEN pg_catalog.json_typeof(q.:"column" #> CAST(:path AS pg_catalog.text[])) = 'array' THEN :value = ANY (ARRAY(SELECT pg_catalog.json_array_elements_text(q.:"column" #> CAST(:path AS pg_catalog.text[])))) END)

-- fragment: jsonb_equals
((q.:"column" #>> CAST(:path AS pg_catalog.text[])) = :value OR CASE WHEN pg_catalog.jsonb_typeof(q.:"column" #> CAST(:path AS pg_catalog.text[])) = 'array' THEN :value = ANY (ARRAY(SELECT pg_catalog.jsonb_array_elements_text(q.:"column" #> CAST(:path AS pg_catalog.text[])))) END)

-- fragment: json_number
(CASE WHEN pg_catalog.jsonb_typeof(q.:"column"::pg_catalog.jsonb #> CAST(:path AS pg_catalog.text[])) = 'number' THEN (q.:"column" #>> CAST(:path AS pg_catalog.text[]))::pg_catalog.numeric :operator CAST(:value AS pg_catalog.numeric) END)

-- fragment: json_has
q.:"column" OPERATOR(pg_catalog.@>) CAST(:value AS pg_catalog.jsonb)

-- fragment: array_has
q.:"column" OPERATOR(pg_catalog.@>) CAST(:value AS :type)

-- fragment: array_has_any
q.:"column" OPERATOR(pg_catalog.&&) CAST(:value AS :type)

-- fragment: array_any
:value OPERATOR(pg_catalog.=) ANY (q.:"column")

-- fragment: range_has
q.:"column" OPERATOR(pg_catalog.@>) :value

-- fragment: now
(pg_catalog.now() + CAST(:offset AS pg_catalog.interval))

-- fragment: day
(pg_catalog.date_trunc('day', pg_catalog.now() + CAST(:offset AS pg_catalog.interval)))

-- fragment: moment
CAST(:text AS pg_catalog.timestamptz)

-- fragment: later
(:moment + CAST(:length AS pg_catalog.interval))

-- fragment: cast
CAST(:value AS :type)

-- fragment: begins_range
(q.:"column" OPERATOR(pg_catalog.>=) :low AND q.:"column" OPERATOR(pg_catalog.<) :high)

-- fragment: begins_pattern
(q.:"column" OPERATOR(pg_catalog.~>=~) :low AND q.:"column" OPERATOR(pg_catalog.~<~) :high)

-- fragment: tsvector
(:expression) @@ pg_catalog.websearch_to_tsquery(:value)

-- fragment: fulltext
(:expression) @@ pg_catalog.websearch_to_tsquery(CAST(:'config' AS pg_catalog.regconfig), :value)
