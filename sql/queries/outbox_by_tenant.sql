-- summary: a sample of the messages that wait, by tenant
-- columns: tenant messages
-- example: outbox=commerce.outbox_messages outbox_due=true outbox_tenant=m.tenant_id outbox_order=
SELECT COALESCE(s.v, '–') AS tenant, pg_catalog.count(*) AS messages
  FROM (SELECT :outbox_tenant::pg_catalog.text AS v FROM :outbox AS m WHERE :outbox_due :outbox_order LIMIT 10000) AS s
 GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 20
