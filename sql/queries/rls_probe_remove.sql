-- summary: rows of a tenant taken away, a thousand at most
-- example: schema=commerce table=catalog_products condition=t.tenant_id=1
DELETE FROM :"schema".:"table" d
 WHERE (d.tableoid, d.ctid) IN (SELECT t.tableoid, t.ctid FROM :"schema".:"table" t WHERE :condition LIMIT 1000)
