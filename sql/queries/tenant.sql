-- summary: one tenant, whole
-- columns: id slug name kind plan status region currency time_zone public_id primary_contact_email version created_at updated_at
SELECT t.id, t.slug, t.name, t.kind, t.plan, t.status, t.region, t.currency, t.time_zone,
       t.public_id, t.primary_contact_email, t.version, t.created_at, t.updated_at
  FROM commerce.tenancy_tenants AS t
