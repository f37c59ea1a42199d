-- summary: keys of a few rows of the first and of the last tenant that has rows
-- example: schema=commerce table=catalog_products tenant=tenant_id keys=t.id::text somebody=true distinct=
WITH ends AS MATERIALIZED (
	(SELECT 'a' AS side, t.:"tenant" AS tenant FROM :"schema".:"table" t
	WHERE :somebody ORDER BY t.:"tenant" LIMIT 1)
	UNION ALL
	(SELECT 'b', t.:"tenant" FROM :"schema".:"table" t
	WHERE :somebody ORDER BY t.:"tenant" DESC LIMIT 1)
)
SELECT ends.side, ends.tenant::text AS tenant, rows.*
FROM ends
CROSS JOIN LATERAL (SELECT :keys FROM :"schema".:"table" t WHERE t.:"tenant" = ends.tenant :distinct LIMIT 3) rows
