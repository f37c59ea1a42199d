-- summary: keys of rows that hang from rows of the first and of the last tenant
-- example: schema=commerce table=sales_order_items parent_schema=commerce parent=sales_orders tenant=tenant_id keys=t.id::text condition=p.id=t.order_id
WITH ends AS MATERIALIZED (
	(SELECT 'a' AS side, p.:"tenant" AS tenant FROM :"parent_schema".:"parent" p
	WHERE p.:"tenant" IS NOT NULL ORDER BY p.:"tenant" LIMIT 1)
	UNION ALL
	(SELECT 'b', p.:"tenant" FROM :"parent_schema".:"parent" p
	WHERE p.:"tenant" IS NOT NULL ORDER BY p.:"tenant" DESC LIMIT 1)
)
SELECT ends.side, ends.tenant::text AS tenant, rows.*
FROM ends
CROSS JOIN LATERAL (SELECT :keys FROM :"schema".:"table" t
	JOIN :"parent_schema".:"parent" p ON :condition
	WHERE p.:"tenant" = ends.tenant LIMIT 3) rows
