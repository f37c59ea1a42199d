-- SPDX-License-Identifier: MIT
-- Mandates ("Mandanten") by a smallint, lists of partitions, chains of roles, and a hierarchy of
-- groups above them.
-- What begins with "hole_" must raise a finding above info, what begins with "sound_" none.
-- Run by a superuser in an empty database of its own cluster.
\set ON_ERROR_STOP on
\set QUIET on
\o /dev/null
SET client_min_messages = error;
DO $$ BEGIN
	CREATE ROLE eigner NOLOGIN; CREATE ROLE anwendung LOGIN; CREATE ROLE stapel LOGIN; CREATE ROLE leser NOLOGIN; CREATE ROLE revision NOLOGIN;
	CREATE ROLE alles_sehen NOLOGIN BYPASSRLS; CREATE ROLE zwischen NOLOGIN; GRANT alles_sehen TO zwischen;
	CREATE ROLE hole_kette LOGIN; CREATE ROLE sound_kette_ohne_erbe LOGIN; CREATE ROLE sound_pruefer LOGIN; GRANT leser TO hole_kette, sound_kette_ohne_erbe, sound_pruefer, stapel;
	IF current_setting('server_version_num')::int >= 160000 THEN
		EXECUTE 'GRANT zwischen TO hole_kette WITH INHERIT FALSE, SET TRUE'; EXECUTE 'GRANT zwischen TO sound_kette_ohne_erbe WITH INHERIT TRUE, SET FALSE';
	ELSE
		GRANT zwischen TO hole_kette;
	END IF;
EXCEPTION WHEN duplicate_object THEN NULL; END $$;
CREATE SCHEMA lager AUTHORIZATION eigner; CREATE SCHEMA werk AUTHORIZATION eigner;
GRANT USAGE ON SCHEMA lager, werk TO anwendung, stapel, leser, revision, alles_sehen;
SET ROLE eigner;
CREATE FUNCTION werk.mandant() RETURNS smallint LANGUAGE sql STABLE AS $$ SELECT nullif(current_setting('sys.mandant', true), '')::smallint $$;
CREATE FUNCTION werk.benutzer() RETURNS text LANGUAGE sql STABLE AS $$ SELECT nullif(current_setting('sys.benutzer', true), '') $$;
CREATE TABLE lager.konzerne (konzern_id smallint PRIMARY KEY, name text NOT NULL); GRANT SELECT ON lager.konzerne TO anwendung; -- two names, no secret
CREATE TABLE lager.mandanten (mandant smallint PRIMARY KEY, name text NOT NULL, ober smallint REFERENCES lager.mandanten ON DELETE RESTRICT);
ALTER TABLE lager.mandanten ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY p ON lager.mandanten USING (mandant = werk.mandant()); GRANT SELECT ON lager.mandanten TO anwendung, stapel;
CREATE FUNCTION werk.neu(n text, extra text DEFAULT '') RETURNS void LANGUAGE plpgsql AS $$ BEGIN
	EXECUTE format('CREATE TABLE lager.%I (mandant smallint NOT NULL REFERENCES lager.mandanten ON DELETE RESTRICT, nr int NOT NULL, bezeichnung text NOT NULL DEFAULT '''', gesperrt boolean NOT NULL DEFAULT false %s, PRIMARY KEY (mandant, nr))', n, extra);
	EXECUTE format('ALTER TABLE lager.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', n);
	EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON lager.%I TO anwendung', n);
END $$;
CREATE FUNCTION werk.mit(n text, c text, extra text DEFAULT '') RETURNS void LANGUAGE plpgsql AS $$ BEGIN PERFORM werk.neu(n, extra); EXECUTE format('CREATE POLICY p ON lager.%I USING (%s)', n, c); END $$;

-- Numbers: the same, a group of them, part of them
SELECT werk.mit('sound_artikel', 'mandant = werk.mandant()'); SELECT werk.mit('sound_belege', 'mandant = werk.mandant()'); SELECT werk.mit('sound_konten', 'werk.mandant() = mandant');
SELECT werk.mit('sound_direkt', 'mandant = current_setting(''sys.mandant'')::smallint');
SELECT werk.mit('sound_gekapselt', 'mandant = (SELECT nullif(current_setting(''sys.mandant'', true), '''')::smallint)');
SELECT werk.mit('sound_null_mandant', 'mandant = coalesce(werk.mandant(), 0::smallint)');
SELECT werk.mit('sound_differenz', 'mandant - werk.mandant() = 0');
SELECT werk.mit('sound_gesperrt', 'mandant = werk.mandant() AND (NOT gesperrt OR werk.benutzer() = ''leitung'')');
SELECT werk.mit('hole_maske', 'mandant & werk.mandant() <> 0');
SELECT werk.mit('hole_rest', 'mod(mandant, 100::smallint) = werk.mandant()');
SELECT werk.mit('hole_hundert', 'mandant / 100 = werk.mandant() / 100');
SELECT werk.mit('hole_bis', 'mandant <= werk.mandant()');
SELECT werk.mit('hole_spanne', 'mandant BETWEEN werk.mandant() AND werk.mandant() + 99');
SELECT werk.mit('hole_bereich', 'int4range(nullif(current_setting(''sys.von'', true), '''')::int, nullif(current_setting(''sys.bis'', true), '''')::int) @> mandant::int');
SELECT werk.mit('hole_gesperrt', 'mandant = werk.mandant() OR NOT gesperrt');
SELECT werk.mit('hole_vorgabe', 'mandant = coalesce(werk.mandant(), 1::smallint)');
SELECT werk.mit('hole_vorzeichen', 'sign(mandant) = sign(werk.mandant())');
SELECT werk.mit('hole_zeit', 'mandant = werk.mandant() OR EXTRACT(hour FROM now()) >= 0');
SELECT werk.mit('hole_wartung', 'mandant = werk.mandant() OR current_setting(''sys.wartung'', true) IS NOT NULL');

-- A group above: its mandates see each other on purpose, by a table nobody of them writes
CREATE TABLE lager.zugehoerig (mandant smallint PRIMARY KEY REFERENCES lager.mandanten ON DELETE CASCADE, konzern_id smallint NOT NULL REFERENCES lager.konzerne ON DELETE CASCADE); GRANT SELECT ON lager.zugehoerig TO anwendung;
ALTER TABLE lager.zugehoerig ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY p ON lager.zugehoerig USING (mandant = werk.mandant()); CREATE INDEX ON lager.zugehoerig (konzern_id);
CREATE TABLE lager.zustaendig (benutzer text NOT NULL, mandant smallint NOT NULL REFERENCES lager.mandanten ON DELETE CASCADE, PRIMARY KEY (mandant, benutzer));
ALTER TABLE lager.zustaendig ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY ich ON lager.zustaendig USING (benutzer = werk.benutzer()); GRANT SELECT ON lager.zustaendig TO anwendung;
SELECT werk.mit('sound_zustaendig', 'mandant = ANY (ARRAY(SELECT z.mandant FROM lager.zustaendig z WHERE z.benutzer = werk.benutzer()))');
SELECT werk.mit('sound_zustaendig_some', 'mandant = SOME (SELECT z.mandant FROM lager.zustaendig z WHERE z.benutzer = werk.benutzer())');
SELECT werk.mit('sound_zustaendig_zahl', 'EXISTS (SELECT FROM lager.zustaendig z WHERE (z.mandant, z.benutzer) = (sound_zustaendig_zahl.mandant, werk.benutzer()))');
SELECT werk.mit('sound_zustaendig_cte', 'mandant IN (WITH meine AS (SELECT z.mandant FROM lager.zustaendig z WHERE z.benutzer = werk.benutzer()) SELECT m.mandant FROM meine m)');
SELECT werk.mit('hole_zustaendig_aller', 'mandant <> ALL (SELECT z.mandant FROM lager.zustaendig z WHERE z.benutzer = ''gesperrt'')');
SELECT werk.mit('hole_zustaendig_irgendwo', 'EXISTS (SELECT FROM lager.zustaendig z WHERE z.benutzer = werk.benutzer() AND z.mandant IS NOT NULL)');
SELECT werk.mit('hole_zustaendig_cte', 'EXISTS (WITH meine AS (SELECT z.mandant FROM lager.zustaendig z WHERE z.benutzer = werk.benutzer()) SELECT FROM meine)');
SELECT werk.mit('hole_zustaendig_left', 'EXISTS (SELECT FROM lager.mandanten m LEFT JOIN lager.zustaendig z ON z.mandant = m.mandant AND z.benutzer = werk.benutzer() WHERE m.mandant = werk.mandant())');
SELECT werk.mit('hole_oberste', 'mandant = werk.mandant() OR (SELECT m.ober FROM lager.mandanten m WHERE m.mandant = werk.mandant()) IS NULL');

-- Shared rows without a mandate: read by all, written by nobody / by everybody
SELECT werk.neu('sound_vorlagen'); ALTER TABLE lager.sound_vorlagen DROP CONSTRAINT sound_vorlagen_pkey, ALTER mandant DROP NOT NULL; CREATE UNIQUE INDEX ON lager.sound_vorlagen (mandant, nr) NULLS NOT DISTINCT;
CREATE POLICY r ON lager.sound_vorlagen FOR SELECT USING (mandant IS NULL OR mandant = werk.mandant()); CREATE POLICY w ON lager.sound_vorlagen USING (mandant = werk.mandant()) WITH CHECK (mandant = werk.mandant());
SELECT werk.neu('hole_vorlagen'); ALTER TABLE lager.hole_vorlagen DROP CONSTRAINT hole_vorlagen_pkey, ALTER mandant DROP NOT NULL; CREATE UNIQUE INDEX ON lager.hole_vorlagen (mandant, nr) NULLS NOT DISTINCT;
CREATE POLICY r ON lager.hole_vorlagen USING (coalesce(mandant, werk.mandant()) = werk.mandant());
SELECT werk.neu('sound_allgemein'); CREATE POLICY r ON lager.sound_allgemein FOR SELECT USING (mandant IN (0, werk.mandant())); CREATE POLICY w ON lager.sound_allgemein FOR INSERT WITH CHECK (mandant = werk.mandant()); REVOKE UPDATE, DELETE ON lager.sound_allgemein FROM anwendung;
SELECT werk.neu('hole_allgemein'); CREATE POLICY r ON lager.hole_allgemein USING (mandant IN (0, werk.mandant()));

-- Partitions by list: one of them granted, one bound otherwise, one attached later, a default one
CREATE TABLE lager.sound_bewegung (mandant smallint NOT NULL, nr int NOT NULL, menge int, PRIMARY KEY (mandant, nr)) PARTITION BY LIST (mandant);
CREATE TABLE lager.sound_bewegung_1 PARTITION OF lager.sound_bewegung FOR VALUES IN (1); CREATE TABLE lager.hole_bewegung_2 PARTITION OF lager.sound_bewegung FOR VALUES IN (2);
CREATE TABLE lager.hole_bewegung_rest (LIKE lager.sound_bewegung INCLUDING ALL); ALTER TABLE lager.sound_bewegung ATTACH PARTITION lager.hole_bewegung_rest DEFAULT;
ALTER TABLE lager.sound_bewegung ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY p ON lager.sound_bewegung USING (mandant = werk.mandant()); GRANT SELECT, INSERT ON lager.sound_bewegung, lager.hole_bewegung_2 TO anwendung;
ALTER TABLE lager.hole_bewegung_rest ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY p ON lager.hole_bewegung_rest USING (mandant > 0); GRANT SELECT ON lager.hole_bewegung_rest TO anwendung;
CREATE TABLE lager.sound_bewegung_3 (LIKE lager.sound_bewegung INCLUDING ALL); ALTER TABLE lager.sound_bewegung_3 ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY p ON lager.sound_bewegung_3 USING (mandant = werk.mandant()); GRANT SELECT ON lager.sound_bewegung_3 TO anwendung; ALTER TABLE lager.sound_bewegung ATTACH PARTITION lager.sound_bewegung_3 FOR VALUES IN (3);

-- Privileges: by column, by a group, to everybody, of a kind that no policy binds
SELECT werk.mit('hole_leeren', 'mandant = werk.mandant()'); GRANT TRUNCATE ON lager.hole_leeren TO leser;
SELECT werk.mit('hole_ausloeser', 'mandant = werk.mandant()'); GRANT TRIGGER ON lager.hole_ausloeser TO PUBLIC;
SELECT werk.mit('hole_verweise', 'mandant = werk.mandant()'); GRANT REFERENCES (mandant, nr) ON lager.hole_verweise TO anwendung;
SELECT werk.mit('sound_spalten', 'mandant = werk.mandant()'); REVOKE UPDATE ON lager.sound_spalten FROM anwendung; GRANT UPDATE (bezeichnung) ON lager.sound_spalten TO anwendung;
SELECT werk.mit('hole_spalten', 'mandant = werk.mandant()'); REVOKE UPDATE ON lager.hole_spalten FROM anwendung; GRANT UPDATE (mandant, bezeichnung) ON lager.hole_spalten TO anwendung;
CREATE TABLE lager.hole_offen (mandant smallint NOT NULL, nr int, geheim text); GRANT SELECT (nr, geheim) ON lager.hole_offen TO PUBLIC;
CREATE TABLE lager.sound_zu (mandant smallint NOT NULL, nr int, geheim text);
GRANT SELECT ON lager.sound_artikel TO leser, alles_sehen;
SELECT werk.mit('sound_pruefung', 'mandant = werk.mandant()'); CREATE POLICY rev ON lager.sound_pruefung FOR SELECT TO revision USING (true); GRANT SELECT ON lager.sound_pruefung TO revision;

RESET ROLE;
-- Code with other rights
CREATE VIEW lager.hole_summen WITH (security_barrier) AS SELECT mandant, sum(nr) AS summe FROM lager.sound_artikel GROUP BY mandant; GRANT SELECT ON lager.hole_summen TO leser;
CREATE VIEW lager.sound_summen WITH (security_barrier) AS SELECT mandant, sum(nr) AS summe FROM lager.sound_artikel WHERE mandant = werk.mandant() GROUP BY mandant; GRANT SELECT ON lager.sound_summen TO leser;
CREATE VIEW lager.sound_zahl WITH (security_barrier) AS SELECT count(*) AS zahl FROM lager.sound_artikel WHERE mandant = werk.mandant(); GRANT SELECT ON lager.sound_zahl TO leser;
CREATE VIEW lager.hole_zustaendige WITH (security_barrier) AS SELECT a.* FROM lager.sound_artikel a, lager.zustaendig z WHERE z.benutzer = werk.benutzer(); GRANT SELECT ON lager.hole_zustaendige TO anwendung;
CREATE VIEW lager.sound_zustaendige WITH (security_barrier) AS SELECT a.* FROM lager.sound_artikel a, lager.zustaendig z WHERE z.benutzer = werk.benutzer() AND z.mandant = a.mandant; GRANT SELECT ON lager.sound_zustaendige TO anwendung;
CREATE MATERIALIZED VIEW lager.hole_bestand AS SELECT bezeichnung, count(*) FROM lager.sound_artikel GROUP BY 1; GRANT SELECT ON lager.hole_bestand TO PUBLIC;
CREATE PUBLICATION hole_ausfuhr FOR TABLES IN SCHEMA lager; CREATE PUBLICATION sound_ausfuhr FOR TABLE lager.konzerne;
CREATE FUNCTION werk.hole_leser() RETURNS SETOF lager.sound_artikel LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ DECLARE z lager.sound_artikel; BEGIN FOR z IN SELECT * FROM lager.sound_artikel LOOP RETURN NEXT z; END LOOP; END $$;
CREATE FUNCTION werk.sound_leser() RETURNS SETOF lager.sound_artikel LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ DECLARE z lager.sound_artikel; BEGIN FOR z IN SELECT a.* FROM lager.sound_artikel a WHERE a.mandant = werk.mandant() LOOP RETURN NEXT z; END LOOP; END $$;
CREATE FUNCTION werk.hole_umbuchen(von smallint, nach smallint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ BEGIN UPDATE lager.sound_artikel SET mandant = nach WHERE mandant = von; END $$;
CREATE FUNCTION werk.hole_temp_pfad() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = lager AS $$ SELECT count(*) FROM sound_artikel WHERE mandant = werk.mandant() $$;
CREATE FUNCTION werk.hole_temp_vorn() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_temp, lager AS $$ SELECT count(*) FROM sound_artikel WHERE mandant = werk.mandant() $$;
CREATE FUNCTION werk.sound_temp_hinten() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = lager, pg_temp AS $$ SELECT count(*) FROM sound_artikel WHERE mandant = werk.mandant() $$;
CREATE FUNCTION werk.hole_dicht(smallint) RETURNS boolean LANGUAGE sql IMMUTABLE LEAKPROOF AS $$ SELECT 1 / $1 > 0 $$;
CREATE FUNCTION werk.hole_wechsel(m smallint) RETURNS void LANGUAGE plpgsql AS $$ BEGIN PERFORM set_config('sys.mandant', m::text, 'f'); END $$;
CREATE FUNCTION werk.sound_wechsel(m smallint) RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE format('SET LOCAL sys.mandant = %L', m); END $$;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA werk TO anwendung;
CREATE SCHEMA hole_vorgaben AUTHORIZATION eigner; GRANT USAGE ON SCHEMA hole_vorgaben TO anwendung; ALTER DEFAULT PRIVILEGES FOR ROLE eigner IN SCHEMA hole_vorgaben GRANT UPDATE ON TABLES TO anwendung;
INSERT INTO lager.konzerne VALUES (1, 'K'); INSERT INTO lager.mandanten VALUES (1, 'Nord'), (2, 'Süd'), (3, 'West'); INSERT INTO lager.zugehoerig SELECT mandant, 1 FROM lager.mandanten; INSERT INTO lager.zustaendig SELECT 'b' || mandant, mandant FROM lager.mandanten;
INSERT INTO lager.sound_bewegung SELECT m, n, 1 FROM generate_series(1, 4) m, generate_series(1, 2) n; INSERT INTO lager.hole_offen VALUES (1, 1, 'a'), (2, 2, 'b');
DO $$ DECLARE r record; BEGIN
	FOR r IN SELECT c.oid::regclass AS t FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'gesperrt' WHERE c.relkind = 'r' LOOP
		EXECUTE format('INSERT INTO %s (mandant, nr) SELECT m.mandant, n FROM lager.mandanten m, generate_series(1, 2) n', r.t);
	END LOOP;
END $$;
REFRESH MATERIALIZED VIEW lager.hole_bestand;
