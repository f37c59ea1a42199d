-- summary: messages about something, whether and when each left; narrowed by aggregate_type and aggregate_id
-- columns: tenant_id id occurred_at event_type aggregate_type aggregate_id aggregate_version state attempts available_at processed_at dead_at last_error trace_id
SELECT m.tenant_id, m.id, m.occurred_at, m.event_type, m.aggregate_type, m.aggregate_id,
       m.aggregate_version,
       CASE WHEN m.processed_at IS NOT NULL THEN 'processed'
            WHEN m.dead_at IS NOT NULL THEN 'dead'
            WHEN m.claimed_until > pg_catalog.now() THEN 'claimed'
            WHEN m.attempts > 0 THEN 'retrying'
            WHEN m.available_at > pg_catalog.now() THEN 'delayed'
            ELSE 'due' END AS state,
       m.attempts, m.available_at, m.processed_at, m.dead_at, m.last_error, m.trace_id
  FROM commerce.outbox_messages AS m
