-- summary: what each product sold, the unsold ones included
-- columns: tenant_id product_id sku product_name category_id currency times_ordered units_sold revenue average_price
SELECT p.tenant_id, p.id AS product_id, p.sku, d.product_name, d.category_id, d.currency, d.times_ordered,
       d.units_sold, d.revenue, d.average_price
  FROM commerce.catalog_products AS p
 CROSS JOIN LATERAL (
       SELECT r.product_name, r.category_id, r.currency, r.times_ordered, r.units_sold, r.revenue, r.average_price
         FROM commerce.product_performance AS r
        WHERE r.tenant_id = p.tenant_id AND r.product_id = p.id) AS d
 WHERE p.deleted_at IS NULL
