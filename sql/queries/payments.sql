-- summary: payments and how much of each went back
-- columns: tenant_id id order_id order_number provider provider_ref method status amount amount_cents currency refunded failure captured_at version created_at updated_at
SELECT p.tenant_id, p.id, p.order_id, o.order_number, p.provider, p.provider_ref, p.method, p.status,
       p.amount, p.amount_cents, p.currency, r.refunded, p.failure, p.captured_at, p.version,
       p.created_at, p.updated_at
  FROM commerce.payments_payments AS p
  LEFT JOIN commerce.sales_orders AS o ON o.tenant_id = p.tenant_id AND o.id = p.order_id
  LEFT JOIN LATERAL (
       SELECT pg_catalog.sum(x.amount) AS refunded
         FROM commerce.payments_refunds AS x
        WHERE x.tenant_id = p.tenant_id AND x.payment_id = p.id) AS r ON true
