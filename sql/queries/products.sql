-- summary: products of the tenant with what lies in all its warehouses
-- columns: tenant_id id sku name price price_cents currency status on_hand reserved brand_id category_id version updated_at
SELECT p.tenant_id, p.id, p.sku, p.name, p.price, p.price_cents, p.currency, p.status,
       s.on_hand, s.reserved, p.brand_id, p.category_id, p.version, p.updated_at
  FROM commerce.catalog_products AS p
  LEFT JOIN LATERAL (
       SELECT pg_catalog.sum(b.on_hand) AS on_hand, pg_catalog.sum(b.reserved) AS reserved
         FROM commerce.inventory_balances AS b
        WHERE b.tenant_id = p.tenant_id AND b.product_id = p.id) AS s ON true
 WHERE p.deleted_at IS NULL
