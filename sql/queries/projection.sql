-- summary: events that the projection has not taken in: pending or failed
-- columns: tenant_id tenant consumer outbox_id event_type status attempts lag_seconds last_error occurred_at
SELECT p.tenant_id, COALESCE(t.slug, p.tenant_id::text) AS tenant, p.consumer, p.outbox_id, p.event_type, p.status,
       p.attempts, EXTRACT(epoch FROM pg_catalog.now() - p.occurred_at)::pg_catalog.float8 AS lag_seconds, p.last_error,
       p.occurred_at
  FROM commerce.graph_projection_status AS p
  LEFT JOIN commerce.tenancy_tenants AS t ON t.id = p.tenant_id
 WHERE p.status <> 'ok'
