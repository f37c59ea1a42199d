-- summary: who opened the data of all tenants, for how long and why
-- columns: id operator reason opened_at expires_at closed_at
SELECT l.id, l.operator, l.reason, l.opened_at, l.expires_at, l.closed_at
  FROM commerce.break_glass_log AS l
