-- summary: who did what, when and why
-- columns: tenant_id id occurred_at actor_id actor_role action entity_type entity_id reason before after save_id trace_id
SELECT a.tenant_id, a.id, a.occurred_at, a.actor_id, a.actor_role, a.action, a.entity_type,
       a.entity_id, a.reason, a.before, a.after, a.save_id, a.trace_id
  FROM commerce.audit_log AS a
