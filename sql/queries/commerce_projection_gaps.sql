-- summary: messages at or below a consumer's offset that it never saw, or failed on (souk_oncall, souk_dba)
-- params: consumer:text at_most:int
-- columns: tenant_id outbox_id event_type occurred_at processed_at status last_error
SELECT g.tenant_id, g.outbox_id, g.event_type, g.occurred_at, g.processed_at, g.status, g.last_error
  FROM commerce.projection_gaps($1, $2) AS g
