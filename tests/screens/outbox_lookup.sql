-- Messages of the platform's own outbox whose ids, trace and times are known, beside those of its seed.
INSERT INTO commerce.outbox_messages (id, event_id, tenant_id, aggregate_type, aggregate_id, event_type, payload, actor, trace_id,
	occurred_at, available_at, attempts, last_error, processed_at)
OVERRIDING SYSTEM VALUE
SELECT 900000 + i, ('00000000-0000-4000-8000-' || lpad(i::text, 12, '0'))::uuid, t.id, 'Customer', 900000,
       (ARRAY['CustomerRegistered', 'CustomerUpdated', 'CustomerUpdated', 'CustomerUpdated'])[i], jsonb_build_object('n', i), 'app_web_1', 'trace-known',
       timestamptz '2026-01-02 03:04:05Z' + i * interval '1 h', timestamptz '2026-01-02 03:04:05Z' + i * interval '1 h',
       CASE WHEN i = 4 THEN 3 ELSE 0 END, CASE WHEN i = 4 THEN 'no broker' END, CASE WHEN i < 4 THEN timestamptz '2026-01-03' END
  FROM commerce.tenancy_tenants AS t, generate_series(1, 4) AS i
 WHERE t.slug = 'acme-bakery';
