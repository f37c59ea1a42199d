-- summary: mark messages dead: nobody tries them again, through the function granted to souk_oncall; audited, skips what a relay holds
-- params: tenant:bigint ids:bigint[] reason:text dry_run:boolean
-- columns: matched changed locked overtaking
SELECT r.matched, r.changed, r.locked, r.overtaking
  FROM commerce.outbox_bury($1, $2, $3, $4) AS r
