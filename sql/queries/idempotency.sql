-- summary: idempotency keys; a pending one older than minutes is stuck
-- columns: tenant_id scope key state status_code stuck request_hash response created_at completed_at expires_at
SELECT k.tenant_id, k.scope, k.key, k.state, k.status_code,
       k.state = 'pending' AND k.created_at < pg_catalog.now() - INTERVAL '5 minutes' AS stuck,
       k.request_hash, k.response, k.created_at, k.completed_at, k.expires_at
  FROM commerce.idempotency_keys AS k
