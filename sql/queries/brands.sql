-- summary: brands of the tenant
-- columns: tenant_id id name slug version updated_at
SELECT b.tenant_id, b.id, b.name, b.slug, b.version, b.updated_at
  FROM commerce.catalog_brands AS b
