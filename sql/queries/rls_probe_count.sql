-- summary: how many rows are visible (small tables only)
-- columns: found
SELECT pg_catalog.count(*)::text AS found FROM :"schema".:"table"
