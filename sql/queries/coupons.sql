-- summary: coupons and how often each was used
-- columns: tenant_id id code type value currency minimum_amount maximum_discount usage_count usage_limit valid_from valid_until is_active version updated_at
SELECT c.tenant_id, c.id, c.code, c.type, c.value, c.currency, c.minimum_amount, c.maximum_discount,
       c.usage_count, c.usage_limit, c.valid_from, c.valid_until, c.is_active, c.version,
       c.updated_at
  FROM commerce.pricing_coupons AS c
