-- summary: keys of rows of the first and of the last tenant that are shown somewhere else, else of any of theirs
-- example: schema=commerce table=catalog_products tenant=tenant_id keys=t.id::text somebody=true whose=t.tenant_id=ends.tenant lowest= strange= shown=true distinct=
WITH a AS MATERIALIZED (
	SELECT t.:"tenant" AS tenant FROM :"schema".:"table" t
	WHERE :somebody :lowest ORDER BY t.:"tenant" LIMIT 1
), ends AS MATERIALIZED (
	SELECT 'a' AS side, a.tenant FROM a
	UNION ALL
	(SELECT 'b', t.:"tenant" FROM :"schema".:"table" t
	WHERE :somebody :strange ORDER BY t.:"tenant" DESC LIMIT 1)
)
SELECT ends.side, ends.tenant::text AS tenant, rows.*
FROM ends
CROSS JOIN LATERAL (
	(SELECT :keys FROM :"schema".:"table" t WHERE :whose AND :shown :distinct LIMIT 3)
	UNION ALL
	(SELECT :keys FROM :"schema".:"table" t WHERE :whose :distinct LIMIT 3)) rows
