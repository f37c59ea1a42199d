-- summary: deliver processed messages once more, through the function granted to souk_oncall; audited, skips what a relay holds
-- params: tenant:bigint ids:bigint[] reason:text dry_run:boolean
-- columns: matched changed locked overtaking
SELECT r.matched, r.changed, r.locked, r.overtaking
  FROM commerce.outbox_requeue($1, $2, $3, $4) AS r
