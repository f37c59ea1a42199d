-- summary: settings of the tenant
-- columns: tenant_id key value description version created_at updated_at
SELECT s.tenant_id, s.key, s.value, s.description, s.version, s.created_at, s.updated_at
  FROM commerce.tenancy_settings AS s
