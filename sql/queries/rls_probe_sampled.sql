-- summary: keys of a few rows of two tenants, from a part: no index leads with the tenant and there are many rows
-- example: schema=commerce table=catalog_products tenant=tenant_id keys=t.id::text names=k0 somebody=true percent=1
WITH sample (tenant, :names) AS MATERIALIZED (
	(SELECT t.:"tenant" AS tenant, :keys FROM :"schema".:"table" t WHERE :somebody LIMIT 2000)
	UNION ALL
	(SELECT t.:"tenant" AS tenant, :keys FROM :"schema".:"table" t TABLESAMPLE SYSTEM (:percent)
	WHERE :somebody LIMIT 20000)),
ends AS MATERIALIZED (
	(SELECT 'a' AS side, s.tenant FROM sample s ORDER BY s.tenant LIMIT 1)
	UNION ALL
	(SELECT 'b', s.tenant FROM sample s ORDER BY s.tenant DESC LIMIT 1))
SELECT ends.side, ends.tenant::text AS tenant, rows.*
FROM ends
CROSS JOIN LATERAL (SELECT :names FROM sample s WHERE s.tenant = ends.tenant LIMIT 3) rows
