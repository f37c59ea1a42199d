-- summary: what lies in carts, at the price last shown and the price now
-- columns: tenant_id id cart_id product_id sku variant_id quantity unit_price price_now currency price_updated_at added_at
SELECT i.tenant_id, i.id, i.cart_id, i.product_id, p.sku, i.variant_id, i.quantity, i.unit_price,
       r.sell_price AS price_now, k.currency, i.price_updated_at, i.added_at
  FROM commerce.sales_cart_items AS i
  LEFT JOIN commerce.sales_carts AS k ON k.tenant_id = i.tenant_id AND k.id = i.cart_id
  LEFT JOIN commerce.catalog_products AS p ON p.tenant_id = i.tenant_id AND p.id = i.product_id
  LEFT JOIN LATERAL commerce.resolved_price(i.tenant_id, i.product_id, i.variant_id, k.channel) AS r
       ON true
