-- Something of each kind that is chosen from.
CREATE TABLE shelves (id int PRIMARY KEY, name text NOT NULL UNIQUE);
INSERT INTO shelves SELECT n, 'shelf ' || lpad(n::text, 2, '0') FROM generate_series(1, 40) AS n;
CREATE TABLE loaves (
	id int PRIMARY KEY,
	name text NOT NULL,
	marks text[] NOT NULL,
	baked date,
	shelf int NOT NULL REFERENCES shelves,
	note text,
	version int NOT NULL DEFAULT 1
);
INSERT INTO loaves SELECT n, 'loaf ' || n, '{rye,fresh}', '2026-03-10', 1 + n % 40 FROM generate_series(1, 30) AS n;
ANALYZE;
