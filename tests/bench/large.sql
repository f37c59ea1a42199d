-- A million rows with a key, and nothing that souk knows.
CREATE TABLE items AS
SELECT n AS id, 'item-' || lpad(n::text, 7, '0') AS name, n % 1000 AS kind, (n % 9973) / 100.0 AS price, now() AS at
  FROM generate_series(1, 1000000) n;
ALTER TABLE items ADD PRIMARY KEY (id);
VACUUM ANALYZE items;
