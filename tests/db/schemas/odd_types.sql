-- SPDX-License-Identifier: MIT
-- Types that have no order, that the server makes itself, that come from extensions where those are there, and values
-- whose texts are hard to carry: what is exported must load equal.
\set ON_ERROR_STOP on
CREATE TYPE weekday AS ENUM ('mon', 'wed');
ALTER TYPE weekday ADD VALUE 'tue' BEFORE 'wed';
ALTER TYPE weekday ADD VALUE 'it''s, "sun"' BEFORE 'mon';
CREATE TYPE span AS RANGE (subtype = float8);
CREATE TYPE line_item AS (sku text, n int, tags text[]);
CREATE DOMAIN tags AS text[] CHECK (cardinality(VALUE) < 9);
CREATE DOMAIN item AS line_item;
CREATE TABLE odd_types (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	"a ""b"", c" text,
	doubled int GENERATED ALWAYS AS (length("a ""b"", c")) STORED,
	day weekday, days weekday[], items line_item[], one item, list tags,
	grid int[], shifted int[], spans span, many int4multirange[],
	x xml, j json, jb jsonb, q tsquery, m money, p point, path path, poly polygon, c circle, l line, b box, s lseg,
	bits varbit, raw bytea, raws bytea[], at timestamptz[], age interval, f float4[], big numeric,
	who regrole, fn regprocedure, snap pg_snapshot, place tid, n name, ch "char", padded char(5)
);
INSERT INTO odd_types ("a ""b"", c", day, days, items, one, list, grid, shifted, spans, many, x, j, jb, q, m, p, path, poly, c,
	l, b, s, bits, raw, raws, at, age, f, big, who, fn, snap, place, n, ch, padded)
VALUES
	(E'it''s "q", \\ back\tslash\r\nline\n', 'it''s, "sun"', '{mon,"it''s, \"sun\""}',
	 ARRAY[ROW('a,"b"', 1, '{x,NULL,"NULL"}')::line_item, NULL], ROW('(', NULL, '{}')::line_item, '{"{","}",""}', '{{1,2},{3,NULL}}',
	 '[0:1]={7,8}', '[-Infinity,1e-300)', ARRAY['{[1,3),[5,7)}', '{}']::int4multirange[], '<a b="&quot;">ž &lt; </a>',
	 ' { "a" : 1 , "a" : 2, "n": 1.000000000000000000001 } ', '{"n": 1.000000000000000000001, "u": "\u00e9\n"}',
	 '''it''''s'' & !(b:*C | d)', '-1234.56', '(1e-300,-0)', '[(0,0),(1,1)]', '((0,0),(1,1),(2,0))', '<(0,0),1>', '{1,2,3}',
	 '(1,1),(0,0)', '[(0,0),(1,1)]', '', '\x00ff5c27', ARRAY['\x', '\x00']::bytea[], '{infinity,"0044-03-15 12:00 BC",NULL}',
	 '-1 year +2 mons -3 days 04:05:06.000001', '{NaN,-0,Infinity,1.17549e-38}', 'NaN', 'postgres', 'pg_catalog.abs(integer)', '10:20:10,14,15',
	 '(4294967295,65535)', '', '\377', 'ab '),
	('', 'tue', '{}', '{}', NULL, '{}', '{}', NULL, 'empty', '{}', '', 'null', 'null', '', '0', '(Infinity,NaN)', '((0,0))', '((0,0))',
	 '<(0,0),0>', '{0,1,0}', '(0,0),(0,0)', '[(0,0),(0,0)]', '101', '', '{}', '{}', '-00:00:00.000001', '{}', '-Infinity', '-', '-', '1:1:',
	 '(0,0)', 'x', '', ''),
	(repeat('日本語 𝄞 é ', 9000) || E'\u200b\u202e\u0001', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '(,)', NULL, NULL, NULL,
	 '"NULL"', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, repeat('10', 999)::varbit, NULL, NULL, NULL, '178000000 years', NULL,
	 (repeat('9', 1000) || '.' || repeat('1', 1000))::numeric, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('NULL', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
	 NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('\N', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
	 NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
DO $$
DECLARE
	x record;
BEGIN
	FOR x IN SELECT * FROM (VALUES
		('citext', 'citext', '{"A, b",a,""}'), ('hstore', 'hstore', '{"\"a\"=>\"it''s \\\\ , =>\", b=>NULL","","c=>\"\""}'),
		('ltree', 'ltree', '{a.b.c,a,""}'), ('cube', 'cube', '{"(1,2),(3,4)",(0),(-1)}'), ('isn', 'isbn13', '{978-0-393-04002-9,NULL,NULL}'))
		AS v (extension, type, choices)
	LOOP
		CONTINUE WHEN NOT EXISTS (SELECT FROM pg_available_extensions WHERE name = x.extension);
		EXECUTE format('CREATE EXTENSION %I', x.extension);
		EXECUTE format('ALTER TABLE odd_types ADD COLUMN e_%I %s', x.extension, x.type);
		EXECUTE format('UPDATE odd_types SET e_%I = ($1)[id]::%s', x.extension, x.type) USING x.choices::text[];
	END LOOP;
END
$$;
ANALYZE odd_types;
