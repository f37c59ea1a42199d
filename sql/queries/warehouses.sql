-- summary: warehouses of the tenant
-- columns: tenant_id id code name region is_active version updated_at
SELECT w.tenant_id, w.id, w.code, w.name, w.region, w.is_active, w.version, w.updated_at
  FROM commerce.inventory_warehouses AS w
