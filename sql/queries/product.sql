-- summary: one product, whole
-- columns: tenant_id id public_id sku name slug short_description description brand_id brand category_id category price compare_at_price cost currency price_cents status is_digital requires_shipping weight dimensions tags metadata version created_at updated_at deleted_at
SELECT p.tenant_id, p.id, p.public_id, p.sku, p.name, p.slug, p.short_description, p.description,
       p.brand_id, b.name AS brand, p.category_id, c.name AS category, p.price, p.compare_at_price,
       p.cost, p.currency, p.price_cents, p.status, p.is_digital, p.requires_shipping, p.weight,
       p.dimensions, p.tags, p.metadata, p.version, p.created_at, p.updated_at, p.deleted_at
  FROM commerce.catalog_products AS p
  LEFT JOIN commerce.catalog_brands AS b ON b.tenant_id = p.tenant_id AND b.id = p.brand_id
  LEFT JOIN commerce.catalog_categories AS c
       ON c.tenant_id = p.tenant_id AND c.id = p.category_id
