-- What a window of a few pages must not be filled by: many columns, long values.
SELECT 'CREATE TABLE wide (id int PRIMARY KEY, ' || string_agg('c' || n || ' int', ', ') || ')'
  FROM generate_series(1, 1599) AS n \gexec
INSERT INTO wide (id, c1, c2) SELECT n, n, n FROM generate_series(1, 20000) AS n;
CREATE TABLE long (id int PRIMARY KEY, words text, more text);
INSERT INTO long SELECT n, repeat('bread ' || n || ' ', 1000), repeat('jam ', 2500) FROM generate_series(1, 20000) AS n;
CREATE TABLE huge (id int PRIMARY KEY, words text);
INSERT INTO huge SELECT n, repeat('x', 30000000) || n FROM generate_series(1, 40) AS n;
VACUUM ANALYZE;
