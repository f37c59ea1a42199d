-- A relation without tenants, with statistics.
CREATE TABLE cities (
	id int PRIMARY KEY,
	name text NOT NULL,
	kind text NOT NULL,
	password text NOT NULL
);
INSERT INTO cities
SELECT n, 'Springfield ' || n, (ARRAY ['harbour', 'town', 'village', 'town'])[1 + n % 4], 'hunter2'
  FROM generate_series(1, 400) AS n;
ANALYZE cities;
