-- summary: addresses of customers
-- columns: tenant_id id customer_id customer address_type is_default street_address city state postal_code country version updated_at
SELECT a.tenant_id, a.id, a.customer_id, c.email AS customer, a.address_type, a.is_default, a.street_address, a.city,
       a.state, a.postal_code, a.country, a.version, a.updated_at
  FROM commerce.customers_addresses AS a
  LEFT JOIN commerce.customers_customers AS c ON c.tenant_id = a.tenant_id AND c.id = a.customer_id
