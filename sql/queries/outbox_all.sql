-- summary: messages of any state
-- columns: id event_type state attempts enqueued_at due_at error tenant tenant_name aggregate_type aggregate_id trace event_id
-- example: outbox=commerce.outbox_messages outbox_id=m.id outbox_event_type=m.event_type outbox_state=m.claimed_by outbox_attempts=m.attempts
--   outbox_enqueued_at=m.occurred_at outbox_due_at=m.available_at outbox_error=m.last_error outbox_tenant_key=m.tenant_id outbox_tenant_called=NULL
--   outbox_kind_key=m.aggregate_type outbox_aggregate_key=m.aggregate_id outbox_trace_key=m.trace_id outbox_event_id=m.event_id
SELECT :outbox_id AS id, :outbox_event_type AS event_type, :outbox_state AS state, :outbox_attempts AS attempts,
       :outbox_enqueued_at AS enqueued_at, :outbox_due_at AS due_at, :outbox_error AS error, :outbox_tenant_key AS tenant, :outbox_tenant_called AS tenant_name,
       :outbox_kind_key AS aggregate_type, :outbox_aggregate_key AS aggregate_id, :outbox_trace_key AS trace, :outbox_event_id AS event_id
  FROM :outbox AS m
