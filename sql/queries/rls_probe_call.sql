-- summary: a function is called for what it does; how many rows it gives
-- columns: found
-- example: from=pg_catalog.now()
SELECT pg_catalog.count(*)::text AS found FROM :from t
