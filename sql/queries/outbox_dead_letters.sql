-- summary: messages that failed or that nobody tries again
-- columns: id event_type aggregate tenant state enqueued_at due_at attempts error
-- example: outbox=commerce.outbox_messages outbox_id=m.id outbox_event_type=m.event_type outbox_aggregate=m.aggregate_id
--   outbox_tenant=m.tenant_id outbox_state=m.claimed_by outbox_enqueued_at=m.occurred_at outbox_due_at=m.available_at
--   outbox_attempts=m.attempts outbox_error=m.last_error outbox_dead=true outbox_failed=true
SELECT :outbox_id AS id, :outbox_event_type AS event_type, :outbox_aggregate AS aggregate, :outbox_tenant AS tenant,
       :outbox_state AS state, :outbox_enqueued_at AS enqueued_at, :outbox_due_at AS due_at, :outbox_attempts AS attempts,
       :outbox_error AS error
  FROM :outbox AS m
 WHERE (:outbox_dead) OR (:outbox_failed)
