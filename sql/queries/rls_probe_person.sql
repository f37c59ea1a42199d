-- summary: somebody who belongs to a tenant and to no other, of its first few
-- columns: person
-- example: schema=commerce table=operator_grants person=operator tenant=tenant_id type=bigint own=1 only=true elsewhere=
SELECT m.person::text AS person
  FROM (SELECT t.:"person" AS person FROM :"schema".:"table" t
	 WHERE t.:"tenant" = CAST(:'own' AS :type) AND t.:"person" IS NOT NULL LIMIT 20) m
 WHERE :only :elsewhere
 LIMIT 1
