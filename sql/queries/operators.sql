-- summary: which operator may see or edit which tenant, until when and why
-- columns: tenant_id tenant operator may_edit expires_at reason granted_by version created_at updated_at
SELECT g.tenant_id, t.slug AS tenant, g.operator, g.may_edit, g.expires_at, g.reason, g.granted_by,
       g.version, g.created_at, g.updated_at
  FROM commerce.operator_grants AS g
  LEFT JOIN commerce.tenancy_tenants AS t ON t.id = g.tenant_id
