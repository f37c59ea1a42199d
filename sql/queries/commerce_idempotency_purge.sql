-- summary: remove idempotency keys that expired so long ago, at most so many (souk_dba)
-- params: keep:interval at_most:int dry_run:boolean
-- columns: removed
SELECT commerce.idempotency_purge($1, $2, $3) AS removed
