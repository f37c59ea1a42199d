-- SPDX-License-Identifier: MIT
-- Stores that are spread by company_id, as Citus wants it: the distribution column leads every key, reference tables beside it, roll-ups,
-- a queue; and what stands outside the tables: event triggers, languages, defaults, session_user, patterns.
-- What begins with "hole_" must raise a finding above info, what begins with "sound_" none.
-- Run by a superuser in an empty database of its own cluster.
\set ON_ERROR_STOP on
\set QUIET on
\o /dev/null
SET client_min_messages = error;
CREATE ROLE st_app LOGIN;
CREATE ROLE st_batch LOGIN;
CREATE ROLE st_support LOGIN;
CREATE ROLE st_deploy LOGIN;
CREATE TABLE companies (company_id bigint PRIMARY KEY, name text NOT NULL, slug text NOT NULL);
ALTER TABLE companies ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON companies USING (company_id = NULLIF(current_setting('citus_app.company', true), '')::bigint);
GRANT SELECT ON companies TO st_app;
CREATE TABLE sound_currencies (code char(3) PRIMARY KEY, name text NOT NULL);
CREATE TABLE sound_tax_rates (country char(2) NOT NULL, kind text NOT NULL, rate numeric(6,4) NOT NULL, PRIMARY KEY (country, kind));
GRANT SELECT ON sound_currencies, sound_tax_rates TO st_app;
CREATE SEQUENCE global_ids;
GRANT USAGE ON SEQUENCE global_ids TO st_app;
CREATE FUNCTION pg_temp.made(n text, condition text DEFAULT $$company_id = NULLIF(current_setting('citus_app.company', true), '')::bigint$$, extra text DEFAULT '') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE TABLE %I (company_id bigint NOT NULL REFERENCES companies, id bigint NOT NULL DEFAULT nextval(''global_ids''), store_id bigint, note text NOT NULL DEFAULT ''n'' %s, PRIMARY KEY (company_id, id))', n, extra);
	EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', n);
	EXECUTE format('CREATE POLICY own ON %I USING (%s)', n, condition);
	EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO st_app', n);
END $$;
SELECT pg_temp.made('sound_stores');
SELECT pg_temp.made('sound_products', extra => ', sku text, UNIQUE (company_id, sku)');
SELECT pg_temp.made('sound_orders', extra => ', FOREIGN KEY (company_id, store_id) REFERENCES sound_stores, currency char(3) REFERENCES sound_currencies');
CREATE INDEX ON sound_orders (company_id, store_id);
SELECT pg_temp.made('sound_lines', extra => ', order_id bigint NOT NULL, product_id bigint NOT NULL, FOREIGN KEY (company_id, order_id) REFERENCES sound_orders ON DELETE CASCADE, FOREIGN KEY (company_id, product_id) REFERENCES sound_products');
-- the default says whose a row is
SELECT pg_temp.made('sound_defaulted');
ALTER TABLE sound_defaulted ALTER company_id SET DEFAULT NULLIF(current_setting('citus_app.company', true), '')::bigint;
SELECT pg_temp.made('hole_default_other');
ALTER TABLE hole_default_other ALTER company_id SET DEFAULT NULLIF(current_setting('app.company_id', true), '')::bigint;
SELECT pg_temp.made('hole_default_one');
ALTER TABLE hole_default_one ALTER company_id SET DEFAULT 1;
-- who has logged in
SELECT pg_temp.made('hole_session_user', $$company_id = NULLIF(current_setting('citus_app.company', true), '')::bigint OR session_user = 'st_app'$$);
SELECT pg_temp.made('sound_session_user', $$company_id = NULLIF(current_setting('citus_app.company', true), '')::bigint OR session_user = 'st_deploy'$$);
SELECT pg_temp.made('hole_current_user', $$company_id = NULLIF(current_setting('citus_app.company', true), '')::bigint OR current_user IN ('st_app', 'st_batch')$$);
SELECT pg_temp.made('hole_not_user', $$company_id = NULLIF(current_setting('citus_app.company', true), '')::bigint OR current_user <> 'guest'$$);
SELECT pg_temp.made('sound_support_user', $$company_id = NULLIF(current_setting('citus_app.company', true), '')::bigint OR (current_user = 'st_support' AND note <> 'private')$$);
GRANT SELECT ON sound_support_user TO st_support;
SELECT pg_temp.made('hole_user_like', $$company_id = NULLIF(current_setting('citus_app.company', true), '')::bigint OR current_user LIKE 'st_%'$$);
-- patterns and ranges
SELECT pg_temp.made('hole_key_like', $$company_id::text LIKE current_setting('citus_app.company', true)$$);
SELECT pg_temp.made('hole_prefix', $$company_id::text LIKE current_setting('citus_app.company', true) || '%'$$);
SELECT pg_temp.made('hole_starts', $$starts_with(company_id::text, current_setting('citus_app.company', true))$$);
SELECT pg_temp.made('hole_position', $$position(company_id::text IN current_setting('citus_app.companies', true)) > 0$$);
SELECT pg_temp.made('hole_literal_like', $$company_id = NULLIF(current_setting('citus_app.company', true), '')::bigint OR company_id::text LIKE '1%'$$);
SELECT pg_temp.made('hole_setting_like', $$company_id = NULLIF(current_setting('citus_app.company', true), '')::bigint OR current_setting('citus_app.company', true) LIKE '0%'$$);
SELECT pg_temp.made('hole_at_most', $$company_id <= NULLIF(current_setting('citus_app.company', true), '')::bigint$$);
SELECT pg_temp.made('hole_left', $$left(company_id::text, 1) = left(current_setting('citus_app.company', true), 1)$$);
SELECT pg_temp.made('hole_modulo', $$company_id % 2 = NULLIF(current_setting('citus_app.company', true), '')::bigint % 2$$);
SELECT pg_temp.made('hole_substr', $$substring(current_setting('citus_app.company', true) from 1 for 1) = substring(company_id::text from 1 for 1)$$);
SELECT pg_temp.made('hole_coalesced', $$company_id = COALESCE(NULLIF(current_setting('citus_app.company', true), '')::bigint, company_id)$$);
SELECT pg_temp.made('hole_minus_one', $$NULLIF(current_setting('citus_app.company', true), '')::bigint IN (company_id, -1)$$);
SELECT pg_temp.made('hole_in_two', $$company_id IN (NULLIF(current_setting('citus_app.company', true), '')::bigint, 1)$$);
SELECT pg_temp.made('sound_in_list', $$company_id = ANY (string_to_array(current_setting('citus_app.company', true), ',')::bigint[])$$);
SELECT pg_temp.made('sound_text', $$company_id::text = current_setting('citus_app.company', true)$$);
SELECT pg_temp.made('sound_zero', $$company_id = COALESCE(NULLIF(current_setting('citus_app.company', true), '')::bigint, 0)$$);
SELECT pg_temp.made('sound_and_like', $$company_id = NULLIF(current_setting('citus_app.company', true), '')::bigint AND note LIKE 'n%'$$);
-- keys that leave the company out
SELECT pg_temp.made('hole_global_sku', extra => ', sku text UNIQUE');
CREATE UNIQUE INDEX loose_id ON sound_stores (id);
SELECT pg_temp.made('hole_loose_order', extra => ', FOREIGN KEY (store_id) REFERENCES sound_stores (id)');
SELECT pg_temp.made('hole_crossed', extra => ', other_company bigint, FOREIGN KEY (other_company, store_id) REFERENCES sound_stores ON DELETE CASCADE');
-- roll-ups
SELECT pg_temp.made('sound_daily', extra => ', day date, total numeric(12,2)');
CREATE TABLE hole_hourly (company_id bigint NOT NULL REFERENCES companies, hour timestamptz NOT NULL, total numeric(12,2), PRIMARY KEY (company_id, hour));
GRANT SELECT, INSERT, UPDATE ON hole_hourly TO st_app;
CREATE FUNCTION hole_roll_up() RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS
	$$ INSERT INTO hole_hourly SELECT company_id, '2026-01-01', count(*) FROM sound_orders GROUP BY company_id ON CONFLICT (company_id, hour) DO UPDATE SET total = excluded.total $$;
CREATE FUNCTION sound_roll_up() RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS
	$$ INSERT INTO sound_daily (company_id, day, total) SELECT company_id, '2026-01-01', count(*) FROM sound_orders GROUP BY company_id $$;
REVOKE EXECUTE ON FUNCTION sound_roll_up() FROM PUBLIC;
-- what happens at DDL runs as whoever does it, and is written by whom?
CREATE FUNCTION sound_on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE DEBUG 'ddl'; END $$;
CREATE EVENT TRIGGER watch ON ddl_command_end EXECUTE FUNCTION sound_on_ddl();
GRANT CREATE ON SCHEMA public TO st_deploy;
CREATE FUNCTION hole_on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE DEBUG 'ddl'; END $$;
ALTER FUNCTION hole_on_ddl() OWNER TO st_batch;
CREATE EVENT TRIGGER tagged ON ddl_command_end EXECUTE FUNCTION hole_on_ddl();
RESET ROLE;
INSERT INTO companies SELECT g, 'c' || g, 'c' || g FROM unnest(ARRAY[1, 2, 12, 3]) g;
INSERT INTO sound_currencies VALUES ('EUR', 'Euro');
INSERT INTO sound_stores (company_id) SELECT company_id FROM companies, generate_series(1, 2);
INSERT INTO sound_products (company_id, sku) SELECT company_id, 'a' FROM companies;
INSERT INTO sound_orders (company_id, store_id) SELECT company_id, id FROM sound_stores;
INSERT INTO sound_lines (company_id, order_id, product_id) SELECT o.company_id, o.id, p.id FROM sound_orders o JOIN sound_products p USING (company_id);
INSERT INTO hole_hourly SELECT company_id, '2026-01-01', 1 FROM companies;
DO $$
DECLARE
	r regclass;
BEGIN
	FOR r IN SELECT c.oid FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'note'
		WHERE relkind = 'r' AND relname ~ '^(hole|sound)_' AND relname NOT IN ('sound_stores', 'sound_products', 'sound_orders', 'sound_lines') LOOP
		EXECUTE format('INSERT INTO %s (company_id) SELECT company_id FROM companies, generate_series(1, 2)', r);
	END LOOP;
END $$;
ANALYZE;
