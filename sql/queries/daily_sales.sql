-- summary: orders and revenue per day of the tenant, region and currency
-- columns: tenant_id sale_date region currency order_count cancelled_count revenue average_order
SELECT d.tenant_id, d.sale_date, d.region, d.currency, d.order_count, d.cancelled_count, d.revenue,
       d.average_order
  FROM commerce.daily_sales AS d
