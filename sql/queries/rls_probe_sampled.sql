-- summary: keys of a few rows of two tenants, from a part: no index leads with the tenant and there are many rows
-- example: schema=commerce table=catalog_products tenant=tenant_id keys=t.id::text names=k0 somebody=true whose=s.tenant=ends.tenant lowest= strange= percent=1
WITH sample (tenant, :names) AS MATERIALIZED (
	(SELECT t.:"tenant" AS tenant, :keys FROM :"schema".:"table" t WHERE :somebody LIMIT 2000)
	UNION ALL
	(SELECT t.:"tenant" AS tenant, :keys FROM :"schema".:"table" t TABLESAMPLE SYSTEM (:percent)
	WHERE :somebody LIMIT 20000)),
a AS MATERIALIZED (SELECT t.tenant FROM sample t WHERE true :lowest ORDER BY t.tenant LIMIT 1),
ends AS MATERIALIZED (
	SELECT 'a' AS side, a.tenant FROM a
	UNION ALL
	(SELECT 'b', t.tenant FROM sample t WHERE true :strange ORDER BY t.tenant DESC LIMIT 1))
SELECT ends.side, ends.tenant::text AS tenant, rows.*
FROM ends
CROSS JOIN LATERAL (SELECT :names FROM sample s WHERE :whose LIMIT 3) rows
