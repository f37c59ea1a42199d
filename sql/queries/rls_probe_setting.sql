-- summary: one more thing that the session of a tenant says of itself, until the transaction ends
-- params: setting:text value:text
-- columns: setting
SELECT pg_catalog.set_config($1, $2, true) AS setting
