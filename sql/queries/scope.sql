-- summary: the settings of one transaction, made in the order of the arrays; they end with it
-- params: names:text[] values:text[]
-- columns: settings
SELECT pg_catalog.count(pg_catalog.set_config(s.name, s.value, true)) AS settings
  FROM ROWS FROM (pg_catalog.unnest($1::pg_catalog.text[]),
                  pg_catalog.unnest($2::pg_catalog.text[])) AS s (name, value);
