-- summary: what a product costs in each channel, and the rule that says so
-- columns: tenant_id product_id variant_id channel sku currency list_price sell_price rule_id rule
SELECT r.tenant_id, r.product_id, r.variant_id, r.channel,
       COALESCE(r.variant_sku, r.product_sku) AS sku, r.currency, r.list_price, r.sell_price,
       r.rule_id, u.name AS rule
  FROM commerce.pricing_resolved AS r
  LEFT JOIN commerce.pricing_rules AS u ON u.tenant_id = r.tenant_id AND u.id = r.rule_id
