-- summary: stock promised to carts and orders
-- columns: tenant_id id state order_ref quantity balance_id sku warehouse expires_at version created_at updated_at
SELECT r.tenant_id, r.id, r.state, r.order_ref, r.quantity, r.balance_id, p.sku, w.code AS warehouse,
       r.expires_at, r.version, r.created_at, r.updated_at
  FROM commerce.inventory_reservations AS r
  LEFT JOIN commerce.inventory_balances AS b ON b.tenant_id = r.tenant_id AND b.id = r.balance_id
  LEFT JOIN commerce.catalog_products AS p ON p.tenant_id = b.tenant_id AND p.id = b.product_id
  LEFT JOIN commerce.inventory_warehouses AS w ON w.tenant_id = b.tenant_id AND w.id = b.warehouse_id
