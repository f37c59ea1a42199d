-- What the planner knows little of: how many lines a definition has, how many functions a schema.
SELECT pg_catalog.format('CREATE VIEW wide AS SELECT %s',
                         pg_catalog.string_agg(pg_catalog.format('%s AS c%s', i, i), ', ' ORDER BY i))
  FROM pg_catalog.generate_series(1, 500) AS i \gexec
SELECT pg_catalog.format('CREATE FUNCTION f%s() RETURNS integer LANGUAGE sql RETURN %s', pg_catalog.lpad(i::text, 3, '0'), i)
  FROM pg_catalog.generate_series(1, 300) AS i \gexec
CREATE FUNCTION words() RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN RETURN QUERY SELECT 'w' || i FROM pg_catalog.generate_series(1, 400) AS i; END $$;
