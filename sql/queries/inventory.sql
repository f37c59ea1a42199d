-- summary: balances: what lies where, of which product, variant and lot
-- columns: tenant_id id product_id sku name variant_id variant lot_id lot expires_on warehouse_id warehouse on_hand reserved available incoming reorder_point reorder_quantity version updated_at
SELECT b.tenant_id, b.id, b.product_id, p.sku, p.name, b.variant_id, v.sku AS variant, b.lot_id,
       l.lot_code AS lot, l.expires_on, b.warehouse_id, w.code AS warehouse, b.on_hand, b.reserved,
       b.available, b.incoming, b.reorder_point, b.reorder_quantity, b.version, b.updated_at
  FROM commerce.inventory_balances AS b
  LEFT JOIN commerce.catalog_products AS p ON p.tenant_id = b.tenant_id AND p.id = b.product_id
  LEFT JOIN commerce.inventory_warehouses AS w ON w.tenant_id = b.tenant_id AND w.id = b.warehouse_id
  LEFT JOIN commerce.catalog_variants AS v
       ON v.tenant_id = b.tenant_id AND v.product_id = b.product_id AND v.id = b.variant_id
  LEFT JOIN commerce.inventory_lots AS l
       ON l.tenant_id = b.tenant_id AND l.product_id = b.product_id AND l.id = b.lot_id
