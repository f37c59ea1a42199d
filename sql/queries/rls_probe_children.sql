-- summary: keys of rows that hang from rows of the first and of the last tenant
-- example: schema=commerce table=sales_order_items parent_schema=commerce parent=sales_orders tenant=tenant_id keys=t.id::text somebody=true whose=p.tenant_id=ends.tenant lowest= strange= between= condition=p.id=t.order_id shown=true distinct=
WITH a AS MATERIALIZED (
	SELECT t.:"tenant" AS tenant FROM :"parent_schema".:"parent" t
	WHERE :somebody :lowest ORDER BY t.:"tenant" LIMIT 1
), ends AS MATERIALIZED (
	SELECT 'a' AS side, a.tenant FROM a
	UNION ALL
	(SELECT 'b', t.:"tenant" FROM :"parent_schema".:"parent" t
	WHERE :somebody :strange ORDER BY t.:"tenant" DESC LIMIT 1)
)
SELECT ends.side, ends.tenant::text AS tenant, rows.*
FROM ends
CROSS JOIN LATERAL (SELECT :keys FROM :"schema".:"table" t
	:between
	JOIN :"parent_schema".:"parent" p ON :condition
	WHERE :whose AND :shown :distinct LIMIT 3) rows
