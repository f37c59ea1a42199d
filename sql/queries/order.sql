-- summary: one order with its amounts, and whether its lines make its subtotal
-- columns: tenant_id id order_number public_id status payment_status fulfillment_status channel region customer_id customer currency subtotal tax_amount shipping_amount discount_amount total_amount lines lines_total totals_agree notes shipping_address billing_address confirmed_at version created_at updated_at
SELECT o.tenant_id, o.id, o.order_number, o.public_id, o.status, o.payment_status,
       o.fulfillment_status, o.channel, o.region, o.customer_id, c.email AS customer, o.currency,
       o.subtotal, o.tax_amount, o.shipping_amount, o.discount_amount, o.total_amount,
       i.lines, i.total AS lines_total, i.total = o.subtotal AS totals_agree, o.notes,
       o.shipping_address, o.billing_address, o.confirmed_at, o.version, o.created_at, o.updated_at
  FROM commerce.sales_orders AS o
  LEFT JOIN commerce.customers_customers AS c ON c.tenant_id = o.tenant_id AND c.id = o.customer_id
  LEFT JOIN LATERAL (
       SELECT pg_catalog.count(*) AS lines, COALESCE(pg_catalog.sum(x.total_price), 0) AS total
         FROM commerce.sales_order_items AS x
        WHERE x.tenant_id = o.tenant_id AND x.order_id = o.id) AS i ON true
