-- summary: has a relation that was never analyzed a few rows only? (it stops counting behind them)
-- columns: few
-- example: schema=commerce table=catalog_products
SELECT pg_catalog.count(*) <= 1000 AS few FROM (SELECT FROM :"schema".:"table" LIMIT 1001) t
