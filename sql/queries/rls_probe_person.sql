-- summary: somebody who belongs to a tenant and to no other, of its first few, and what a session of theirs says
-- columns: person says
-- example: schema=commerce table=operator_grants person=operator tenant=tenant_id type=bigint own=1 only=true elsewhere= says=m.person
SELECT w.person, w.says
  FROM (SELECT m.person::text AS person, CAST(:says AS text) AS says
	  FROM (SELECT t.:"person" AS person FROM :"schema".:"table" t
		 WHERE t.:"tenant" = CAST(:'own' AS :type) AND t.:"person" IS NOT NULL LIMIT 20) m
	 WHERE :only :elsewhere) w
 WHERE w.says IS NOT NULL
 LIMIT 1
