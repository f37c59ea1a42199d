-- summary: coupons and how often each was used
-- columns: tenant_id id code type value percent_off amount_off currency minimum_amount maximum_discount usage_count usage_limit valid_from valid_until is_active version updated_at
SELECT c.tenant_id, c.id, c.code, c.type, c.value,
       CASE c.type WHEN 'percentage' THEN c.value END AS percent_off,
       CASE c.type WHEN 'fixed' THEN c.value END AS amount_off, c.currency, c.minimum_amount, c.maximum_discount,
       c.usage_count, c.usage_limit, c.valid_from, c.valid_until, c.is_active, c.version,
       c.updated_at
  FROM commerce.pricing_coupons AS c
