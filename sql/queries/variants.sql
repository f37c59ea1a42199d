-- summary: variants of products; one without a price costs what its product costs
-- columns: tenant_id id product_id sku name price price_cents product_price currency attributes sort_order is_active on_hand reserved version updated_at
SELECT v.tenant_id, v.id, v.product_id, v.sku, v.name, v.price, v.price_cents,
       p.price AS product_price, p.currency, v.attributes, v.sort_order, v.is_active,
       s.on_hand, s.reserved, v.version, v.updated_at
  FROM commerce.catalog_variants AS v
  LEFT JOIN commerce.catalog_products AS p ON p.tenant_id = v.tenant_id AND p.id = v.product_id
  LEFT JOIN LATERAL (
       SELECT pg_catalog.sum(b.on_hand) AS on_hand, pg_catalog.sum(b.reserved) AS reserved
         FROM commerce.inventory_balances AS b
        WHERE b.tenant_id = v.tenant_id AND b.product_id = v.product_id
          AND b.variant_id = v.id) AS s ON true
