-- summary: what each product sold, the unsold ones included
-- columns: tenant_id product_id product_name category_id currency times_ordered units_sold revenue average_price
SELECT d.tenant_id, d.product_id, d.product_name, d.category_id, d.currency, d.times_ordered,
       d.units_sold, d.revenue, d.average_price
  FROM commerce.product_performance AS d
