-- summary: who belongs to a tenant and whose name begins so, of its first few thousand
-- params: begins:text most:int
-- columns: value note
-- example: schema=commerce table=operator_grants person=operator tenant=tenant_id type=bigint own=1
SELECT DISTINCT m.person AS value, :'schema' || '.' || :'table' AS note
  FROM (SELECT t.:"person"::text AS person FROM :"schema".:"table" t
	 WHERE t.:"tenant" = CAST(:'own' AS :type) LIMIT 5000) m
 WHERE pg_catalog.starts_with(pg_catalog.lower(m.person), pg_catalog.lower($1))
 ORDER BY m.person
 LIMIT $2
