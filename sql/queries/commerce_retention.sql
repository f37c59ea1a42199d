-- summary: drop months of the outbox that are old and done, remove done messages of the others (souk_dba)
-- params: keep:interval at_most:int dry_run:boolean
-- columns: months_dropped messages_removed
SELECT r.months_dropped, r.messages_removed FROM commerce.outbox_retention($1, $2, $3) AS r
