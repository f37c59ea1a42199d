-- summary: the audit row of a save, in the same transaction
-- params: tenant:text action:text entity_type:text entity_id:text before:text after:text reason:text save_id:text
-- example: schema=commerce table=audit_log
INSERT INTO :"schema".:"table" (tenant_id, action, entity_type, entity_id, before, after, reason, save_id)
SELECT p.tenant_id, $2, $3, $4, $5::pg_catalog.jsonb, $6::pg_catalog.jsonb, $7, $8::pg_catalog.uuid
  FROM pg_catalog.jsonb_populate_record(CAST(NULL AS :"schema".:"table"),
       pg_catalog.jsonb_build_object('tenant_id', $1::pg_catalog.text)) AS p
