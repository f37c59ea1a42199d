-- summary: lines of orders
-- columns: tenant_id id order_id product_id sku name variant_id quantity unit_price total_price
SELECT i.tenant_id, i.id, i.order_id, i.product_id, i.product_snapshot ->> 'sku' AS sku,
       i.product_snapshot ->> 'name' AS name, i.variant_id, i.quantity, i.unit_price, i.total_price
  FROM commerce.sales_order_items AS i
