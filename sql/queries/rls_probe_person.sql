-- summary: somebody who belongs to a tenant and to no other, of its first few, and what a session of theirs says
-- columns: person says
-- example: schema=commerce table=operator_grants person=operator tenant=tenant_id type=bigint own=1 only=true elsewhere= says=m.person open=pg_catalog.now()
SELECT w.person, w.says
  FROM (SELECT m.person::text AS person, CAST(:says AS text) AS says, m.place
	  FROM (SELECT t.:"person" AS person, :open AS place
		  FROM (SELECT * FROM :"schema".:"table" o
			 WHERE o.:"tenant" = CAST(:'own' AS :type) AND o.:"person" IS NOT NULL LIMIT 50000) t
		 ORDER BY 2 LIMIT 20) m
	 WHERE :only :elsewhere) w
 WHERE w.says IS NOT NULL
 ORDER BY w.place
 LIMIT 1
