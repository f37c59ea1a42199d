-- SPDX-License-Identifier: MIT
-- Housing corporations: a schema for each, of which no two are quite the same.
-- What a comment calls "hole" must raise a finding above info, what it calls "sound" none.
-- Run by a superuser in an empty database of its own cluster.
\set ON_ERROR_STOP on
\set QUIET on
\o /dev/null
SET client_min_messages = error;
CREATE ROLE wc_migratie NOLOGIN; CREATE ROLE steun LOGIN; CREATE ROLE lezers NOLOGIN;
GRANT CREATE ON DATABASE :"DBNAME" TO wc_migratie;
DO $$ DECLARE s text; BEGIN FOREACH s IN ARRAY '{amstel,dommel,ijssel,vecht}'::text[] LOOP
 EXECUTE format('CREATE ROLE %I LOGIN', 'app_' || s); EXECUTE format('CREATE SCHEMA %I AUTHORIZATION wc_migratie', 'wc_' || s); EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I, steun', 'wc_' || s, 'app_' || s);
 EXECUTE format('SET ROLE wc_migratie');
 EXECUTE format('CREATE TABLE wc_%s.huurders (id serial PRIMARY KEY, naam text NOT NULL, bsn text)', s); EXECUTE format('CREATE TABLE wc_%s.woningen (id serial PRIMARY KEY, straat text NOT NULL)', s);
 EXECUTE format('CREATE TABLE wc_%s.contracten (id serial PRIMARY KEY, huurder_id int NOT NULL REFERENCES wc_%s.huurders, woning_id int NOT NULL REFERENCES wc_%s.woningen, huur numeric(10,2) NOT NULL)', s, s, s);
 EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA wc_%s TO app_%s', s, s); EXECUTE format('GRANT USAGE ON ALL SEQUENCES IN SCHEMA wc_%s TO app_%s', s, s); EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA wc_%s TO steun', s);
 EXECUTE 'RESET ROLE';
 EXECUTE format('INSERT INTO wc_%s.huurders (naam) SELECT %L || g FROM generate_series(1, 3) g', s, s); EXECUTE format('INSERT INTO wc_%s.woningen (straat) SELECT %L || g FROM generate_series(1, 3) g', s, s); EXECUTE format('INSERT INTO wc_%s.contracten (huurder_id, woning_id, huur) SELECT g, g, 500 + g FROM generate_series(1, 3) g', s);
END LOOP; END $$;
CREATE SCHEMA gemeen AUTHORIZATION wc_migratie; GRANT USAGE ON SCHEMA gemeen TO app_amstel, app_dommel, app_ijssel, app_vecht, steun;
COMMENT ON SCHEMA wc_amstel IS 'hole: its rows are read through a group'; COMMENT ON SCHEMA wc_ijssel IS 'sound';
-- holes
GRANT USAGE ON SCHEMA wc_dommel TO app_vecht; GRANT SELECT ON wc_dommel.huurders TO app_vecht; COMMENT ON SCHEMA wc_dommel IS 'hole: another tenant''s login reads it';
SET ROLE wc_migratie; SET search_path = gemeen, public;
CREATE TABLE postcodes (code char(6) PRIMARY KEY, plaats text NOT NULL); GRANT SELECT ON postcodes TO app_amstel, app_dommel, app_ijssel, app_vecht; INSERT INTO postcodes VALUES ('1000AA', 'Amsterdam'); COMMENT ON TABLE postcodes IS 'sound: shared';
CREATE VIEW alle_huurders AS SELECT 'amstel' AS wc, * FROM wc_amstel.huurders UNION ALL SELECT 'ijssel', * FROM wc_ijssel.huurders; GRANT SELECT ON alle_huurders TO app_amstel; COMMENT ON VIEW alle_huurders IS 'hole: rows of another tenant';
CREATE VIEW alle_contracten AS SELECT 'amstel' AS wc, * FROM wc_amstel.contracten UNION ALL SELECT 'ijssel', * FROM wc_ijssel.contracten; GRANT SELECT ON alle_contracten TO steun; COMMENT ON VIEW alle_contracten IS 'sound: only support';
CREATE VIEW markthuur AS SELECT avg(huur) AS gemiddeld, count(*) AS n FROM (SELECT huur FROM wc_amstel.contracten UNION ALL SELECT huur FROM wc_ijssel.contracten) x; GRANT SELECT ON markthuur TO app_amstel, app_ijssel; COMMENT ON VIEW markthuur IS 'sound: figures';
CREATE VIEW eigen WITH (security_invoker) AS SELECT * FROM wc_vecht.woningen; GRANT SELECT ON eigen TO app_amstel, app_vecht; COMMENT ON VIEW eigen IS 'sound: the reader''s rights';
CREATE FUNCTION zoek_huurder(n text) RETURNS TABLE (id int, naam text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ SELECT id, naam FROM wc_ijssel.huurders WHERE naam LIKE n $$; REVOKE EXECUTE ON FUNCTION zoek_huurder FROM PUBLIC; GRANT EXECUTE ON FUNCTION zoek_huurder TO app_amstel; COMMENT ON FUNCTION zoek_huurder IS 'hole: reads ijssel for amstel';
CREATE FUNCTION tel_eigen() RETURNS bigint LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$ SELECT count(*) FROM wc_amstel.huurders $$; COMMENT ON FUNCTION tel_eigen IS 'sound: caller''s rights';
CREATE FUNCTION zoek_steun(n text) RETURNS TABLE (id int, naam text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ SELECT id, naam FROM wc_ijssel.huurders WHERE naam LIKE n $$; REVOKE EXECUTE ON FUNCTION zoek_steun FROM PUBLIC; GRANT EXECUTE ON FUNCTION zoek_steun TO steun; COMMENT ON FUNCTION zoek_steun IS 'sound: for support';
CREATE TABLE wc_vecht.borg (id serial PRIMARY KEY, huurder_id int NOT NULL REFERENCES wc_dommel.huurders ON DELETE CASCADE); GRANT SELECT, INSERT ON wc_vecht.borg TO app_vecht; COMMENT ON TABLE wc_vecht.borg IS 'hole: key into another tenant''s schema';
CREATE TABLE wc_vecht.adressen (id serial PRIMARY KEY, postcode char(6) NOT NULL REFERENCES gemeen.postcodes); GRANT SELECT, INSERT ON wc_vecht.adressen TO app_vecht; COMMENT ON TABLE wc_vecht.adressen IS 'sound: key to what all share';
CREATE FUNCTION klacht_kopie() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ BEGIN INSERT INTO wc_amstel.huurders (naam) VALUES (NEW.naam); RETURN NEW; END $$; REVOKE EXECUTE ON FUNCTION klacht_kopie FROM PUBLIC; COMMENT ON FUNCTION klacht_kopie IS 'hole: writes amstel what dommel has';
CREATE TRIGGER kopie AFTER INSERT ON wc_dommel.huurders FOR EACH ROW EXECUTE FUNCTION klacht_kopie();
CREATE MATERIALIZED VIEW wc_ijssel.overzicht AS SELECT naam FROM wc_dommel.huurders; GRANT SELECT ON wc_ijssel.overzicht TO app_ijssel; COMMENT ON MATERIALIZED VIEW wc_ijssel.overzicht IS 'hole: kept rows of dommel';
RESET ROLE;
GRANT lezers TO app_dommel; GRANT USAGE ON SCHEMA wc_amstel TO lezers; GRANT SELECT ON wc_amstel.woningen TO lezers;
ANALYZE;
