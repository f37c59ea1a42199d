-- summary: money that went back
-- columns: tenant_id id payment_id order_id amount reason created_by created_at
SELECT r.tenant_id, r.id, r.payment_id, p.order_id, r.amount, r.reason, r.created_by, r.created_at
  FROM commerce.payments_refunds AS r
  LEFT JOIN commerce.payments_payments AS p ON p.tenant_id = r.tenant_id AND p.id = r.payment_id
