-- summary: orders of the tenant
-- columns: tenant_id id order_number status payment_status fulfillment_status total_amount total_cents currency customer_id customer channel region version created_at updated_at
SELECT o.tenant_id, o.id, o.order_number, o.status, o.payment_status, o.fulfillment_status,
       o.total_amount, o.total_cents, o.currency, o.customer_id, c.email AS customer, o.channel,
       o.region, o.version, o.created_at, o.updated_at
  FROM commerce.sales_orders AS o
  LEFT JOIN commerce.customers_customers AS c ON c.tenant_id = o.tenant_id AND c.id = o.customer_id
