-- summary: the value that so large a part of a column's values lies before, as the statistics tell
-- params: schema:text table:text column:text part:float8
-- columns: bound
SELECT h.bounds[1 + pg_catalog.round($4::pg_catalog.float8 * (pg_catalog.cardinality(h.bounds) - 1))::pg_catalog.int4] AS bound
  FROM (SELECT s.histogram_bounds::pg_catalog.text::pg_catalog.text[] AS bounds
          FROM pg_catalog.pg_stats AS s
         WHERE s.schemaname = $1::pg_catalog.text
           AND s.tablename = $2::pg_catalog.text
           AND s.attname = $3::pg_catalog.text
           AND NOT s.inherited) AS h;
