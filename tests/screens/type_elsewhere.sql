-- A type of an extension that is in no search_path: "<" alone would compare its values as texts.
CREATE SCHEMA extra;
CREATE EXTENSION citext SCHEMA extra;
CREATE TABLE names (id int PRIMARY KEY, name extra.citext NOT NULL);
INSERT INTO names
SELECT g, CASE WHEN g % 2 = 0 THEN upper(chr(97 + g / 2 % 26)) ELSE chr(97 + g / 2 % 26) END || g FROM generate_series(1, 1000) AS g;
ANALYZE names;
