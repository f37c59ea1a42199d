-- summary: balances that disagree with their ledger or their reservations; empty when all is well
-- columns: tenant_id balance_id product_id sku warehouse variant_id lot_id on_hand ledger_on_hand reserved ledger_reserved promised
SELECT d.tenant_id, d.balance_id, d.product_id, p.sku, w.code AS warehouse, d.variant_id, d.lot_id,
       d.on_hand, d.ledger_on_hand, d.reserved, d.ledger_reserved, d.promised
  FROM commerce.stock_drift AS d
  LEFT JOIN commerce.catalog_products AS p ON p.tenant_id = d.tenant_id AND p.id = d.product_id
  LEFT JOIN commerce.inventory_warehouses AS w ON w.tenant_id = d.tenant_id AND w.id = d.warehouse_id
