-- summary: which order used which coupon
-- columns: tenant_id id coupon_id code order_id order_number customer_id discount_amount currency redeemed_at
SELECT r.tenant_id, r.id, r.coupon_id, c.code, r.order_id, o.order_number, r.customer_id,
       r.discount_amount, o.currency, r.redeemed_at
  FROM commerce.pricing_coupon_redemptions AS r
  LEFT JOIN commerce.pricing_coupons AS c ON c.tenant_id = r.tenant_id AND c.id = r.coupon_id
  LEFT JOIN commerce.sales_orders AS o ON o.tenant_id = r.tenant_id AND o.id = r.order_id
