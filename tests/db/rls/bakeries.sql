-- SPDX-License-Identifier: MIT
-- Bakeries: a schema for each, whose logins are numbered and not named after them; a shared catalogue of recipes.
-- What a comment calls "hole" must raise a finding above info, what it calls "sound" none.
-- Run by a superuser in an empty database of its own cluster.
\set ON_ERROR_STOP on
\set QUIET on
\o /dev/null
SET client_min_messages = error;
CREATE ROLE oven_ddl NOLOGIN;
CREATE ROLE oven_fleet LOGIN;
COMMENT ON ROLE oven_fleet IS 'sound: looks after all';
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
CREATE SCHEMA recipes AUTHORIZATION oven_ddl;
CREATE TABLE recipes.doughs (id int PRIMARY KEY, title text NOT NULL);
ALTER TABLE recipes.doughs OWNER TO oven_ddl;
INSERT INTO recipes.doughs VALUES (1, 'rye');
GRANT USAGE ON SCHEMA recipes TO PUBLIC;
GRANT SELECT ON recipes.doughs TO PUBLIC;
COMMENT ON TABLE recipes.doughs IS 'sound: of all';
CREATE PROCEDURE pg_temp.bakery(n text, no int) LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE ROLE %I LOGIN', 'u' || no);
	EXECUTE format('CREATE SCHEMA %I AUTHORIZATION oven_ddl', n);
	EXECUTE 'SET LOCAL ROLE oven_ddl';
	EXECUTE format('CREATE TABLE %1$I.breads (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, dough int NOT NULL REFERENCES recipes.doughs ON DELETE RESTRICT, title text NOT NULL)', n);
	EXECUTE format('CREATE INDEX ON %I.breads (dough)', n);
	EXECUTE format('CREATE TABLE %1$I.sales (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, bread bigint NOT NULL REFERENCES %1$I.breads ON DELETE RESTRICT, cents int NOT NULL)', n);
	EXECUTE format('CREATE INDEX ON %I.sales (bread)', n);
	EXECUTE format('CREATE TABLE %1$I.staff (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL)', n);
	EXECUTE format('INSERT INTO %I.breads (dough, title) SELECT 1, %L || g FROM generate_series(1, 3) g', n, n);
	EXECUTE format('INSERT INTO %1$I.sales (bread, cents) SELECT id, 100 FROM %1$I.breads', n);
	EXECUTE format('INSERT INTO %1$I.staff (name) VALUES (%2$L)', n, 'baker of ' || n);
	EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I, oven_fleet', n, 'u' || no);
	EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %I TO %I', n, 'u' || no);
	EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA %I TO oven_fleet', n);
	EXECUTE 'RESET ROLE';
END $$;
BEGIN;
CALL pg_temp.bakery('crust', 101); CALL pg_temp.bakery('crumb', 102); CALL pg_temp.bakery('loaf', 103);
CALL pg_temp.bakery('bagel', 104); CALL pg_temp.bakery('rolls', 105); CALL pg_temp.bakery('pita', 106);
CALL pg_temp.bakery('naan', 107); CALL pg_temp.bakery('scone', 108); CALL pg_temp.bakery('brioche', 109);
COMMIT;
COMMENT ON SCHEMA crust IS 'sound';
COMMENT ON SCHEMA recipes IS 'sound: of all';
-- one table of another's
GRANT USAGE ON SCHEMA crumb TO u101; GRANT SELECT ON crumb.staff TO u101;
COMMENT ON SCHEMA crumb IS 'hole: u101 reads its staff';
-- as much as one's own
GRANT USAGE ON SCHEMA bagel TO u103; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA bagel TO u103;
COMMENT ON SCHEMA bagel IS 'hole: u103 has all of it';
-- USAGE and nothing below it
GRANT USAGE ON SCHEMA rolls TO u106;
COMMENT ON SCHEMA rolls IS 'sound: nothing is granted there';
-- its objects among another's
GRANT USAGE, CREATE ON SCHEMA pita TO u107;
COMMENT ON SCHEMA pita IS 'hole: u107 may put its own there';
-- a table that another owns
ALTER TABLE naan.sales OWNER TO u108;
GRANT USAGE ON SCHEMA naan TO u108;
COMMENT ON SCHEMA naan IS 'hole: a table of u108 there';
-- everybody
GRANT USAGE ON SCHEMA scone TO PUBLIC; GRANT SELECT ON scone.staff TO PUBLIC;
COMMENT ON SCHEMA scone IS 'hole: for all';
-- a membership
GRANT u109 TO u105;
COMMENT ON SCHEMA brioche IS 'hole: u105 is u109';
-- code
CREATE VIEW loaf.v_market AS SELECT title FROM loaf.breads UNION ALL SELECT title FROM rolls.breads;
GRANT SELECT ON loaf.v_market TO u103;
COMMENT ON VIEW loaf.v_market IS 'hole: of rolls as well';
CREATE VIEW loaf.v_mine WITH (security_invoker) AS SELECT title FROM loaf.breads;
GRANT SELECT ON loaf.v_mine TO u103;
COMMENT ON VIEW loaf.v_mine IS 'sound';
CREATE FUNCTION recipes.sales_of(s text) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ DECLARE n bigint; BEGIN EXECUTE format('SELECT sum(cents) FROM %I.sales', s) INTO n; RETURN n; END $$;
COMMENT ON FUNCTION recipes.sales_of(text) IS 'hole: of any bakery';
CREATE FUNCTION recipes.dough(n int) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ SELECT title FROM recipes.doughs WHERE id = n $$;
COMMENT ON FUNCTION recipes.dough(int) IS 'sound: of all';
ALTER TABLE crust.sales ADD branch bigint REFERENCES rolls.staff ON DELETE RESTRICT;
CREATE INDEX ON crust.sales (branch);
COMMENT ON TABLE crust.sales IS 'hole: a key into rolls';
COMMENT ON TABLE crust.breads IS 'sound: a key to what all share';
ANALYZE;
