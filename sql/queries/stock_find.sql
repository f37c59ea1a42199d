-- summary: balances of a SKU, in one warehouse or in all
-- params: sku:text warehouse:text
-- columns: id sku warehouse on_hand reserved available
SELECT b.id, p.sku, w.code AS warehouse, b.on_hand, b.reserved, b.available
  FROM commerce.catalog_products AS p
  JOIN commerce.inventory_balances AS b ON b.tenant_id = p.tenant_id AND b.product_id = p.id
  JOIN commerce.inventory_warehouses AS w ON w.tenant_id = b.tenant_id AND w.id = b.warehouse_id
 WHERE p.sku = $1 AND p.deleted_at IS NULL
   AND ($2::pg_catalog.text IS NULL OR w.code = $2)
 ORDER BY w.code, b.id
 LIMIT 20
