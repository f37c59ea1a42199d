-- summary: customers of the tenant
-- columns: tenant_id id email username first_name last_name phone status region notes version created_at updated_at
SELECT c.tenant_id, c.id, c.email, c.username, c.first_name, c.last_name, c.phone, c.status, c.region,
       c.notes, c.version, c.created_at, c.updated_at
  FROM commerce.customers_customers AS c
