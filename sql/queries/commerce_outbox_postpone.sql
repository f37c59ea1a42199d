-- summary: let messages wait until a time, or for so many seconds, through the function granted to souk_oncall; audited, skips what a relay holds
-- params: tenant:bigint ids:bigint[] until:timestamptz reason:text dry_run:boolean seconds:float8
-- columns: matched changed locked overtaking
SELECT r.matched, r.changed, r.locked, r.overtaking
  FROM commerce.outbox_postpone($1, $2, GREATEST(pg_catalog.now(), COALESCE(pg_catalog.now() + pg_catalog.make_interval(secs => $6), $3)), $4, $5) AS r
