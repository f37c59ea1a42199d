-- summary: money that went back
-- columns: tenant_id id payment_id provider_ref order_id order_number amount currency reason created_by created_at
SELECT r.tenant_id, r.id, r.payment_id, p.provider_ref, p.order_id, o.order_number, r.amount, p.currency, r.reason, r.created_by,
       r.created_at
  FROM commerce.payments_refunds AS r
  LEFT JOIN commerce.payments_payments AS p ON p.tenant_id = r.tenant_id AND p.id = r.payment_id
  LEFT JOIN commerce.sales_orders AS o ON o.tenant_id = p.tenant_id AND o.id = p.order_id
