-- summary: what became of a transaction: committed, aborted, in progress, or NULL when it is too old
-- params: xid:text
-- columns: status
SELECT pg_catalog.pg_xact_status($1::pg_catalog.xid8) AS status
