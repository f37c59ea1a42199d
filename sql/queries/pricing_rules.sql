-- summary: pricing rules, what each is about and what it takes off
-- columns: tenant_id id name channel about product_id product variant_id category_id category method desired_sell_price percent_off amount_off priority starts_at ends_at is_active version updated_at
SELECT r.tenant_id, r.id, r.name, r.channel, NULLIF(pg_catalog.concat_ws(', ', p.sku, c.name), '') AS about, r.product_id, p.sku AS product, r.variant_id,
       r.category_id, c.name AS category, r.method, r.desired_sell_price, r.percent_off,
       r.amount_off, r.priority, r.starts_at, r.ends_at, r.is_active, r.version, r.updated_at
  FROM commerce.pricing_rules AS r
  LEFT JOIN commerce.catalog_products AS p ON p.tenant_id = r.tenant_id AND p.id = r.product_id
  LEFT JOIN commerce.catalog_categories AS c
       ON c.tenant_id = r.tenant_id AND c.id = r.category_id
