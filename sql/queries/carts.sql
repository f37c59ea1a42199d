-- summary: shopping carts and what lies in them
-- columns: tenant_id id customer_id customer session_id channel lines value currency expires_at version created_at updated_at
SELECT k.tenant_id, k.id, k.customer_id, c.email AS customer, k.session_id, k.channel, i.lines, i.value,
       k.currency, k.expires_at, k.version, k.created_at, k.updated_at
  FROM commerce.sales_carts AS k
  LEFT JOIN commerce.customers_customers AS c
       ON c.tenant_id = k.tenant_id AND c.id = k.customer_id
  LEFT JOIN LATERAL (
       SELECT pg_catalog.count(*) AS lines, pg_catalog.sum(x.quantity * x.unit_price) AS value
         FROM commerce.sales_cart_items AS x
        WHERE x.tenant_id = k.tenant_id AND x.cart_id = k.id) AS i ON true
