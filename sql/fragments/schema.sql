-- What is asked of a relation that only the person names: sizes by tenant, keys of its documents.

-- fragment: tenants
SELECT d.:"key"::text AS id, d.:"label"::text AS label
  FROM :"schema".:"table" AS d
 ORDER BY 2, 1
 LIMIT $1::bigint

-- fragment: tenant_rows
EXPLAIN (FORMAT JSON) SELECT FROM :"schema".:"table" AS r WHERE r.:"column" = CAST($1::text AS :type)

-- fragment: keys
WITH sample AS MATERIALIZED (
	SELECT d.:"column"::text::jsonb AS doc
	  FROM :"schema".:"table" AS d :sample
	 WHERE d.:"column" IS NOT NULL
	 LIMIT $1::bigint)
SELECT k.key,
       pg_catalog.count(*) AS records,
       (SELECT pg_catalog.count(*) FROM sample) AS sampled,
       pg_catalog.string_agg(DISTINCT pg_catalog.jsonb_typeof(k.value), ', ') AS types
  FROM sample AS s
 CROSS JOIN LATERAL pg_catalog.jsonb_each(
       CASE WHEN pg_catalog.jsonb_typeof(s.doc) = 'object' THEN s.doc END) AS k
 GROUP BY k.key
 ORDER BY 2 DESC, 1
 LIMIT 200

-- fragment: sample
TABLESAMPLE SYSTEM (:part)
