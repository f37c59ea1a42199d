-- SPDX-License-Identifier: MIT
-- Pieces of the probes' statements.

-- fragment: key
t.:"column"::text
-- fragment: equals
t.:"column" = CAST(:'value' AS :type)
-- fragment: differs
t.:"column" IS DISTINCT FROM CAST(:'value' AS :type)
-- fragment: differs_known
t.:"column" <> CAST(:'value' AS :type)
-- A list or a path is another tenant's where it has nothing in common with this one's.
-- fragment: apart_list
NOT t.:"column" && CAST(:'value' AS :type)
-- fragment: apart_path
NOT (t.:"column" OPERATOR(:type_schema<@) CAST(:'value' AS :type) OR t.:"column" OPERATOR(:type_schema@>) CAST(:'value' AS :type))
-- fragment: column
t.:"column"
-- fragment: value
CAST(:'value' AS :type)
-- fragment: default
DEFAULT
-- fragment: joined
:there.:"parent" = :here.:"column"
-- fragment: hangs
EXISTS (SELECT FROM (SELECT t.*) s :between JOIN :"schema".:"table" p ON :condition WHERE p.:"column" = CAST(:'value' AS :type))
-- fragment: hop
JOIN :"schema".:"table" :row ON :condition
-- A row of some tenant: not one that belongs to nobody, and so to everybody.
-- fragment: somebody
t.:"column" IS NOT NULL AND t.:"column"::pg_catalog.text !~ '^(-.*|[0[:punct:][:space:]]*|public|global|shared|system|none|default)$'
-- fragment: is_role
EXISTS (SELECT FROM pg_catalog.pg_roles o WHERE o.rolname::pg_catalog.text = :'prefix' || t.:"column"::pg_catalog.text || :'suffix')
-- Nobody is below it.
-- fragment: lowest
AND t.:"column" NOT IN (SELECT d.:"parent" FROM :"schema".:"table" d WHERE d.:"parent" <> d.:"key")
-- Neither the first tenant, nor one above it.
-- fragment: stranger
AND t.:"column" NOT IN (
	WITH RECURSIVE up AS (
		SELECT d.:"key" AS id, d.:"parent" AS above FROM :"schema".:"table" d JOIN a ON d.:"key" = a.tenant
		UNION SELECT d.:"key", d.:"parent" FROM :"schema".:"table" d JOIN up ON d.:"key" = up.above)
	SELECT up.id FROM up)
-- Lists and paths: somebody has nothing in common with it, and not with the first tenant's.
-- A table of pairs says who is above whom, at any distance: each stands above itself there, as
-- partners do not.
-- fragment: lowest_pair
AND (NOT EXISTS (SELECT FROM :"schema".:"table" o WHERE o.:"own" = o.:"other")
	OR NOT EXISTS (SELECT FROM :"schema".:"table" o WHERE o.:"own" = t.:"column" AND o.:"other" <> t.:"column"))
-- fragment: stranger_pair
AND (NOT EXISTS (SELECT FROM :"schema".:"table" o WHERE o.:"own" = o.:"other")
	OR NOT EXISTS (SELECT FROM :"schema".:"table" o JOIN a
		ON o.:"own" = a.tenant AND o.:"other" = t.:"column" OR o.:"other" = a.tenant AND o.:"own" = t.:"column"))
-- fragment: lowest_list
AND EXISTS (SELECT FROM :"schema".:"table" o WHERE NOT o.:"column" && t.:"column")
-- fragment: stranger_list
AND NOT EXISTS (SELECT FROM a WHERE t.:"column" && a.tenant)
-- fragment: lowest_path
AND EXISTS (SELECT FROM :"schema".:"table" o
	WHERE NOT (o.:"column" OPERATOR(:type_schema<@) t.:"column" OR o.:"column" OPERATOR(:type_schema@>) t.:"column"))
-- fragment: stranger_path
AND NOT EXISTS (SELECT FROM a
	WHERE t.:"column" OPERATOR(:type_schema<@) a.tenant OR t.:"column" OPERATOR(:type_schema@>) a.tenant)
-- The rows of one of the two tenants; types of extensions have no operators here.
-- fragment: whose
:row.:"column" = ends.tenant
-- fragment: whose_text
:row.:"column"::pg_catalog.text = ends.tenant::pg_catalog.text
-- A row that belongs to two tenants is shared by them, by what stands in it.
-- fragment: party_stranger
AND (t.:"column" IS NULL OR t.:"column"::pg_catalog.text <> (SELECT a.tenant::pg_catalog.text FROM a))
-- fragment: party_apart
AND (:row.:"column" IS NULL OR :row.:"column"::pg_catalog.text NOT IN (SELECT e.tenant::pg_catalog.text FROM ends e))
-- fragment: party_not
AND :row.:"column" IS DISTINCT FROM CAST(:'value' AS :type)
-- fragment: elsewhere
AND NOT EXISTS (SELECT FROM :"schema".:"table" o WHERE o.:"person"::text = m.person::text AND o.:"tenant"::text <> :'own')
-- fragment: nobody_else
NOT EXISTS (SELECT FROM :"schema".:"table" o WHERE o.:"person" = m.person AND o.:"tenant" IS DISTINCT FROM CAST(:'own' AS :type))
-- fragment: anybody
true
-- fragment: by_name
m.person
-- The key of a session that somebody has opened.
-- fragment: by_session
(SELECT o.:"key" FROM :"schema".:"table" o WHERE o.:"person" = m.person ORDER BY :open LIMIT 1)
-- What ends in the future comes before what has no end, and both before what is over.
-- fragment: open_time
CASE WHEN :"row".:"column" > pg_catalog.now() THEN 0 WHEN :"row".:"column" IS NULL THEN 1 ELSE 2 END
-- fragment: open_flag
CASE WHEN :"row".:"column" = :usual THEN 0 ELSE 1 END
-- fragment: open_anyway
pg_catalog.now()
-- fragment: same
v.:"column" = t.:"column"
-- fragment: alike
o.:"column" = t.:"column"
-- fragment: shown
EXISTS (SELECT FROM :from v WHERE :same)
-- No other tenant has a row with the same values: whoever sees them sees this tenant's.
-- fragment: distinct
AND NOT EXISTS (SELECT FROM :"schema".:"table" o WHERE o.:"tenant"::pg_catalog.text IS DISTINCT FROM t.:"tenant"::pg_catalog.text AND :alike)
-- Columns without a table's name are those of this one, whatever stands beside it.
-- fragment: unshared
AND NOT EXISTS (SELECT FROM (SELECT t.*) s WHERE :shared)
-- fragment: unshared_only
(:condition) AND (:shared) IS NOT TRUE
-- fragment: only
AND NOT EXISTS (SELECT FROM :"schema".:"table" p WHERE :joined AND p.:"tenant"::pg_catalog.text IS DISTINCT FROM ends.tenant::pg_catalog.text)
-- fragment: relation
:"schema".:"table"
-- fragment: null
CAST(NULL AS :type)
-- fragment: rows
(SELECT t.* FROM :"schema".:"table" t WHERE :condition)
-- fragment: texts
SELECT (t.*)::text AS row FROM :"schema".:"table" t WHERE :condition
-- fragment: more_texts
 UNION ALL SELECT (t.*)::text FROM :"schema".:"table" t WHERE :condition
-- fragment: together
(:all)
-- What was found, and with which rows made so.
-- fragment: arranged
(:found) || :'label'
-- fragment: kept
CAST(pg_catalog.current_setting('souk.row', true)::pg_catalog.jsonb ->> :'column' AS :type)
