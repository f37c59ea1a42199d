-- SPDX-License-Identifier: MIT
-- A column of every type that can be sorted, with repeats, NULLs and the values at the edge of each.
-- ICU collations are there only where the server knows them.
\set ON_ERROR_STOP on
SET TimeZone = 'Europe/Prague';
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TYPE pair AS (a int, b text);
CREATE DOMAIN sku AS text CHECK (length(VALUE) < 20);
CREATE DOMAIN positive AS numeric CHECK (VALUE > -100);
CREATE TABLE types (id int NOT NULL, part text NOT NULL);
INSERT INTO types SELECT i, chr(97 + i % 3) FROM generate_series(1, 90) AS i;

-- $3: values, of which each row takes one; every ninth row is NULL.
CREATE FUNCTION add_column(name text, type text, choices text[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('ALTER TABLE types ADD COLUMN %I %s', name, type);
	EXECUTE format('UPDATE types SET %I = CASE WHEN id %% 9 = 0 THEN NULL
		ELSE ($1[1 + (id * 7 + id / 11) %% %s])::%s END', name, cardinality(choices),
		split_part(type, ' COLLATE', 1)) USING choices;
END
$$;

SELECT add_column(v.name, v.type, v.choices) FROM (VALUES
	('c_text', 'text', ARRAY['', 'a', 'A', 'b', 'B', 'ab', 'a b', 'ä', 'Ž', 'ch', 'c', 'd', 'é', '日本', E'x\ty', '%_\', 'it''s']),
	('c_bytes', 'text COLLATE "C"', ARRAY['', 'a', 'A', 'b', 'B', 'ab', 'ä', 'Ž', 'ch', 'c', 'd', '日本']),
	('c_varchar', 'varchar(5)', ARRAY['', 'a', 'aa', 'zzzzz', 'b ']),
	('c_char', 'char(4)', ARRAY['', 'a', 'ab', 'abcd', 'b']),
	('c_name', 'name', ARRAY['', 'a', 'pg_class', 'Z']),
	('c_onechar', '"char"', ARRAY['a', 'b', 'z']),
	('c_int2', 'smallint', ARRAY['-32768', '0', '1', '32767']),
	('c_int4', 'integer', ARRAY['-2147483648', '-1', '0', '2147483647']),
	('c_int8', 'bigint', ARRAY['-9223372036854775808', '-1', '0', '9223372036854775807']),
	('c_numeric', 'numeric', ARRAY['NaN', 'Infinity', '-Infinity', '0', '0.0', '-0.001', '1e100', '12345678901234567890.123456789']),
	('c_money', 'numeric(10,2)', ARRAY['0', '1.10', '1.1', '99999999.99', '-5']),
	('c_cash', 'money', ARRAY['0', '1.10', '-92233720368547758.08', '92233720368547758.07']),
	('c_float4', 'real', ARRAY['NaN', 'Infinity', '-Infinity', '0', '-0', '1.17549e-38', '3.40282e+38', '0.1']),
	('c_float8', 'double precision', ARRAY['NaN', 'Infinity', '-Infinity', '0', '-0', '0.1', '0.30000000000000004', '1e-307', '1.7976931348623157e+308']),
	('c_bool', 'boolean', ARRAY['t', 'f']),
	('c_date', 'date', ARRAY['infinity', '-infinity', '0044-03-15 BC', '2000-02-29', '5874897-12-31', '2026-10-02']),
	('c_timestamp', 'timestamp', ARRAY['infinity', '-infinity', '4713-01-01 BC', '2026-10-25 02:30:00', '2026-10-25 02:30:00.000001', '294276-12-31 23:59:59.999999']),
	('c_timestamptz', 'timestamptz', ARRAY['infinity', '-infinity', '4713-01-01 BC', '2026-10-25 02:30:00+02', '2026-10-25 02:30:00+01', '1890-01-01 00:00:00+00', '2026-10-02 11:02:41.123456+00',
		-- the hours that come twice in St. John's and on Lord Howe Island, the night before Apia's missing day, Monrovia's odd offset
		'2026-11-01 04:00+00', '2026-11-01 05:00+00', '2026-04-04 14:45+00', '2026-04-04 15:15+00', '2011-12-30 09:59:59+00', '2011-12-30 10:00+00',
		'1972-01-07 00:44:29+00', '1972-01-07 00:44:30+00']),
	('c_time', 'time', ARRAY['00:00', '24:00', '12:30:00.5']),
	('c_timetz', 'timetz', ARRAY['00:00+00', '12:30+05:30', '12:30-08']),
	('c_interval', 'interval', ARRAY['1 mon', '30 days', '720 hours', '-1 day', '0', '1 year 2 mons 3 days 04:05:06.7', '-178000000 years']),
	('c_uuid', 'uuid', ARRAY['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff', '6f9619ff-8b86-d011-b42d-00cf4fc964ff']),
	('c_enum', 'mood', ARRAY['sad', 'ok', 'happy']),
	('c_inet', 'inet', ARRAY['10.0.0.1', '10.0.0.1/24', '::1', '192.168.0.0/16']),
	('c_cidr', 'cidr', ARRAY['10.0.0.0/8', '192.168.1.0/24', '2001:db8::/32']),
	('c_mac', 'macaddr', ARRAY['08:00:2b:01:02:03', '00:00:00:00:00:00']),
	('c_mac8', 'macaddr8', ARRAY['08:00:2b:01:02:03:04:05', 'ff:ff:ff:ff:ff:ff:ff:ff']),
	('c_tid', 'tid', ARRAY['(0,0)', '(0,1)', '(4294967295,65535)']),
	('c_bytea', 'bytea', ARRAY['', '\x00', '\xff00', '\xdeadbeef']),
	('c_bit', 'bit(3)', ARRAY['000', '101', '111']),
	('c_varbit', 'varbit', ARRAY['', '1', '10101']),
	('c_ints', 'int[]', ARRAY['{}', '{1}', '{1,2}', '{1,NULL}', '{-5}']),
	('c_texts', 'text[]', ARRAY['{}', '{a}', '{"a,b"}', '{a,b}', '{NULL}', '{"it''s \"q\""}']),
	('c_range', 'int4range', ARRAY['empty', '[1,5)', '(,3)', '[7,]', '(,)']),
	('c_multirange', 'int4multirange', ARRAY['{}', '{[1,3),[5,7)}', '{(,0)}']),
	('c_jsonb', 'jsonb', ARRAY['null', '{}', '[]', '1', '1.0', '"a"', '{"a": [1, {"b": "it''s"}]}', 'true']),
	('c_domain', 'sku', ARRAY['AB-1', 'ab-1', '']),
	('c_amount', 'positive', ARRAY['0', '5', '-99']),
	('c_pair', 'pair', ARRAY['(1,a)', '(1,)', '(,b)', '(2,"x, y")']),
	('c_pairs', 'pair[]', ARRAY['{}', '{"(1,a)"}', '{"(1,a)","(2,b)"}']),
	('c_oid', 'oid', ARRAY['0', '1', '4294967295']),
	('c_class', 'regclass', ARRAY['pg_class', 'pg_type', 'pg_proc']),
	('c_lsn', 'pg_lsn', ARRAY['0/0', '16/B374D848']),
	('c_xid8', 'xid8', ARRAY['0', '18446744073709551615']),
	('c_tsvector', 'tsvector', ARRAY['', 'a b c', 'a:1 b:2']),
	('c_never', 'integer', ARRAY['7'])
) AS v (name, type, choices);

DO $$
BEGIN
	IF EXISTS (SELECT FROM pg_collation WHERE collname = 'cs-x-icu') THEN
		CREATE COLLATION blind (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
		PERFORM add_column('c_czech', 'text COLLATE "cs-x-icu"', ARRAY['', 'a', 'A', 'c', 'ch', 'd', 'h', 'i', 'č', 'Ch', 'CH', 'cz']);
		PERFORM add_column('c_blind', 'text COLLATE blind', ARRAY['', 'a', 'A', 'B', 'b', 'é', 'É']);
	END IF;
END
$$;
-- Types that an extension brings, where the server has it; in no search_path, so that "<" alone is not theirs.
CREATE SCHEMA extra;
DO $$
DECLARE
	x record;
BEGIN
	FOR x IN SELECT * FROM (VALUES
		('citext', ARRAY['', 'a', 'A', 'B', 'b', 'é', 'É', 'ch']),
		('ltree', ARRAY['', 'a', 'a.b', 'a.b.c', 'B', 'a_b']),
		('cube', ARRAY['(1)', '(1,2)', '(1,2),(3,4)', '(-0.1)']),
		('seg', ARRAY['1', '1 .. 2', '< 3', '1.50'])) AS v (name, choices)
	LOOP
		IF EXISTS (SELECT FROM pg_available_extensions AS a WHERE a.name = x.name) THEN
			EXECUTE format('CREATE EXTENSION %I SCHEMA extra', x.name);
			PERFORM add_column('c_' || x.name, 'extra.' || x.name, x.choices);
		END IF;
	END LOOP;
END
$$;
-- A column that is never NULL and says so, of a few of them.
ALTER TABLE types ADD COLUMN n_text text NOT NULL DEFAULT '', ADD COLUMN n_int8 bigint NOT NULL DEFAULT 0,
	ADD COLUMN n_float8 float8 NOT NULL DEFAULT 'NaN', ADD COLUMN n_time timestamptz NOT NULL DEFAULT '-infinity';
UPDATE types SET n_text = COALESCE(c_text, 'none'), n_int8 = COALESCE(c_int8, 5), n_float8 = COALESCE(c_float8, 7),
	n_time = COALESCE(c_timestamptz, '2000-01-01');
ALTER TABLE types ADD PRIMARY KEY (part, id);
ANALYZE types;
