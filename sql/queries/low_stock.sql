-- summary: balances at or below their reorder point, the emptiest first
-- columns: tenant_id id product_id sku name variant_id warehouse available on_hand reserved incoming reorder_point reorder_quantity version updated_at
SELECT b.tenant_id, b.id, b.product_id, p.sku, p.name, b.variant_id, w.code AS warehouse,
       b.available, b.on_hand, b.reserved, b.incoming, b.reorder_point, b.reorder_quantity,
       b.version, b.updated_at
  FROM commerce.inventory_balances AS b
  LEFT JOIN commerce.catalog_products AS p ON p.tenant_id = b.tenant_id AND p.id = b.product_id
  LEFT JOIN commerce.inventory_warehouses AS w ON w.tenant_id = b.tenant_id AND w.id = b.warehouse_id
 WHERE b.available <= b.reorder_point
