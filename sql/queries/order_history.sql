-- summary: every status an order had
-- columns: tenant_id id order_id order_number occurred_at from_status to_status actor reason trace_id
SELECT h.tenant_id, h.id, h.order_id, o.order_number, h.occurred_at, h.from_status, h.to_status, h.actor, h.reason,
       h.trace_id
  FROM commerce.sales_order_status_history AS h
  LEFT JOIN commerce.sales_orders AS o ON o.tenant_id = h.tenant_id AND o.id = h.order_id
