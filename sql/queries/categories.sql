-- summary: categories, each with the one above it
-- columns: tenant_id id name slug parent_id parent sort_order is_active description version updated_at
SELECT c.tenant_id, c.id, c.name, c.slug, c.parent_id, u.name AS parent, c.sort_order, c.is_active,
       c.description, c.version, c.updated_at
  FROM commerce.catalog_categories AS c
  LEFT JOIN commerce.catalog_categories AS u ON u.tenant_id = c.tenant_id AND u.id = c.parent_id
