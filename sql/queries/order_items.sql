-- summary: lines of orders
-- columns: tenant_id id order_id order_number product_id sku name variant_id quantity unit_price total_price currency
SELECT i.tenant_id, i.id, i.order_id, o.order_number, i.product_id, i.product_snapshot ->> 'sku' AS sku,
       i.product_snapshot ->> 'name' AS name, i.variant_id, i.quantity, i.unit_price, i.total_price,
       o.currency
  FROM commerce.sales_order_items AS i
  LEFT JOIN commerce.sales_orders AS o ON o.tenant_id = i.tenant_id AND o.id = i.order_id
