-- summary: one installer at a time, until the transaction ends
-- columns: locked
SELECT pg_catalog.pg_advisory_xact_lock(
       pg_catalog.hashtextextended('souk: migrations of schema commerce', 0))::text AS locked
