-- summary: reviews, the product and what was said
-- columns: tenant_id id product_id sku rating title review_text is_verified is_approved helpful_count customer_id order_id version created_at
SELECT r.tenant_id, r.id, r.product_id, p.sku, r.rating, r.title, r.review_text, r.is_verified,
       r.is_approved, r.helpful_count, r.customer_id, r.order_id, r.version, r.created_at
  FROM commerce.catalog_reviews AS r
  LEFT JOIN commerce.catalog_products AS p ON p.tenant_id = r.tenant_id AND p.id = r.product_id
