-- summary: the ledger of stock
-- columns: tenant_id id occurred_at movement_type on_hand_delta reserved_delta product_id sku balance_id warehouse reference_type reference_id reason actor
SELECT m.tenant_id, m.id, m.occurred_at, m.movement_type, m.on_hand_delta, m.reserved_delta,
       m.product_id, p.sku, m.balance_id, w.code AS warehouse, m.reference_type, m.reference_id,
       m.reason, m.actor
  FROM commerce.inventory_movements AS m
  LEFT JOIN commerce.catalog_products AS p ON p.tenant_id = m.tenant_id AND p.id = m.product_id
  LEFT JOIN commerce.inventory_warehouses AS w ON w.tenant_id = m.tenant_id AND w.id = m.warehouse_id
