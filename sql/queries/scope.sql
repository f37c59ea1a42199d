-- summary: the settings of one transaction, in this order; they end with it
-- params: names:text[] values:text[]
-- columns: set_config
SELECT pg_catalog.set_config(s.name, s.value, true)
  FROM ROWS FROM (pg_catalog.unnest($1::pg_catalog.text[]),
                  pg_catalog.unnest($2::pg_catalog.text[]))
       WITH ORDINALITY AS s (name, value, n)
 ORDER BY s.n;
