-- SPDX-License-Identifier: MIT
-- Practices by an integer under several names, as frameworks and hands have named it: patients, what was true when,
-- parts by region, parents that may be missing, code that others own.
-- What begins with "hole_" must raise a finding above info, what begins with "sound_" none.
-- Run by a superuser in an empty database of its own cluster.
\set ON_ERROR_STOP on
\set QUIET on
\o /dev/null
SET client_min_messages = error;
CREATE ROLE pr_owner NOLOGIN;
CREATE ROLE pr_app LOGIN;
CREATE ROLE pr_reports LOGIN;
CREATE ROLE pr_dev LOGIN;
CREATE ROLE pr_vendor NOLOGIN;
CREATE SCHEMA pr AUTHORIZATION pr_owner;
GRANT USAGE ON SCHEMA pr TO pr_app, pr_reports, pr_dev;
SET ROLE pr_owner; SET search_path = pr;
CREATE TABLE practices (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, region text NOT NULL DEFAULT 'eu');
CREATE FUNCTION current_practice() RETURNS integer LANGUAGE sql STABLE AS $$ SELECT NULLIF(current_setting('app.practice', true), '')::integer $$;
ALTER TABLE practices ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON practices FOR SELECT USING (id = current_practice());
GRANT SELECT ON practices TO pr_app, pr_reports;
CREATE FUNCTION pg_temp.made(n text, condition text DEFAULT 'practice_id = current_practice()', col text DEFAULT 'practice_id', extra text DEFAULT '') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE TABLE %I (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, %I integer NOT NULL REFERENCES practices ON DELETE RESTRICT, note text NOT NULL DEFAULT ''n'' %s)', n, col, extra);
	EXECUTE format('CREATE INDEX ON %I (%I)', n, col);
	EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', n);
	EXECUTE format('CREATE POLICY own ON %I USING (%s)', n, condition);
	EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO pr_app', n);
END $$;
SELECT pg_temp.made('sound_patients', extra => ', UNIQUE (practice_id, id)');
SELECT pg_temp.made('sound_staff');
SELECT pg_temp.made('sound_rooms', 'practice = current_practice()', 'practice');
SELECT pg_temp.made('sound_devices', 'owning_practice = current_practice()', 'owning_practice');
SELECT pg_temp.made('hole_rooms', 'practice IS NOT NULL', 'practice');
SELECT pg_temp.made('hole_devices', 'true', 'owning_practice');
SELECT pg_temp.made('hole_shifts', 'note <> ''''', 'for_practice');
CREATE TABLE hole_fridges (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, practice integer NOT NULL REFERENCES practices ON DELETE CASCADE, label text NOT NULL DEFAULT 'f');
CREATE INDEX ON hole_fridges (practice);
GRANT SELECT, INSERT ON hole_fridges TO pr_app;
-- parents that may be missing
CREATE TABLE sound_visits (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, patient_id bigint REFERENCES sound_patients ON DELETE SET NULL, note text NOT NULL DEFAULT 'v');
ALTER TABLE sound_visits ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON sound_visits USING (EXISTS (SELECT 1 FROM sound_patients p WHERE p.id = sound_visits.patient_id));
CREATE INDEX ON sound_visits (patient_id);
CREATE TABLE hole_letters (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, patient_id bigint REFERENCES sound_patients ON DELETE SET NULL, note text NOT NULL DEFAULT 'v');
CREATE INDEX ON hole_letters (patient_id);
CREATE TABLE hole_calls (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, patient_id bigint REFERENCES sound_patients ON DELETE CASCADE, note text NOT NULL DEFAULT 'v');
ALTER TABLE hole_calls ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON hole_calls USING (patient_id IS NULL OR EXISTS (SELECT 1 FROM sound_patients p WHERE p.id = hole_calls.patient_id));
CREATE INDEX ON hole_calls (patient_id);
CREATE TABLE hole_forms (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, visit_id bigint REFERENCES sound_visits ON DELETE CASCADE, note text NOT NULL DEFAULT 'v');
CREATE INDEX ON hole_forms (visit_id);
CREATE TABLE hole_scans (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, visit_id bigint REFERENCES sound_visits ON DELETE CASCADE, note text NOT NULL DEFAULT 'v');
ALTER TABLE hole_scans ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON hole_scans USING (visit_id > 0);
CREATE INDEX ON hole_scans (visit_id);
GRANT SELECT, INSERT, UPDATE, DELETE ON sound_visits, hole_letters, hole_calls, hole_forms, hole_scans TO pr_app;
-- what all share, and happens to point at what is somebody's
CREATE TABLE sound_drugs (id integer PRIMARY KEY, name text NOT NULL);
CREATE TABLE sound_leaflets (id integer PRIMARY KEY, drug_id integer REFERENCES sound_drugs, text text NOT NULL);
GRANT SELECT ON sound_drugs, sound_leaflets TO pr_app;
CREATE TABLE sound_people (id integer PRIMARY KEY, name text NOT NULL);
CREATE TABLE sound_profiles (id integer PRIMARY KEY REFERENCES sound_people, last_patient bigint REFERENCES sound_patients ON DELETE SET NULL);
ALTER TABLE sound_profiles ENABLE ROW LEVEL SECURITY;
CREATE POLICY everybody ON sound_profiles FOR SELECT USING (true);
CREATE INDEX ON sound_profiles (last_patient);
GRANT SELECT ON sound_people, sound_profiles TO pr_app;
-- what was true when
CREATE TABLE sound_patients_history (LIKE sound_patients, during tstzrange NOT NULL);
CREATE INDEX ON sound_patients_history (practice_id);
ALTER TABLE sound_patients_history ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON sound_patients_history FOR SELECT USING (practice_id = current_practice());
GRANT SELECT ON sound_patients_history TO pr_app;
CREATE TABLE hole_staff_history (LIKE sound_staff, during tstzrange NOT NULL);
CREATE INDEX ON hole_staff_history (practice_id);
GRANT SELECT ON hole_staff_history TO pr_app;
CREATE FUNCTION versioned() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pr, pg_temp AS $$
BEGIN
	EXECUTE format('INSERT INTO pr.%I SELECT ($1).*, tstzrange(NULL, now())', TG_ARGV[0]) USING OLD;
	RETURN NULL;
END $$;
CREATE TRIGGER versioned AFTER UPDATE OR DELETE ON sound_patients FOR EACH ROW EXECUTE FUNCTION versioned('sound_patients_history');
CREATE FUNCTION hole_as_of(at timestamptz) RETURNS SETOF sound_patients_history LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pr, pg_temp AS
	$$ SELECT * FROM sound_patients_history WHERE during @> at $$;
CREATE FUNCTION sound_as_of(at timestamptz) RETURNS SETOF sound_patients_history LANGUAGE sql STABLE SET search_path = pr, pg_temp AS
	$$ SELECT * FROM sound_patients_history WHERE during @> at $$;
CREATE VIEW sound_latest WITH (security_invoker) AS SELECT DISTINCT ON (id) * FROM sound_patients_history ORDER BY id, lower(during) DESC;
CREATE VIEW hole_latest AS SELECT DISTINCT ON (id) * FROM sound_patients_history ORDER BY id, lower(during) DESC;
CREATE VIEW hole_all_time AS SELECT id, practice_id, note FROM sound_patients UNION ALL SELECT id, practice_id, note FROM sound_patients_history;
GRANT SELECT ON sound_latest, hole_latest, hole_all_time TO pr_app;
SELECT pg_temp.made('sound_current', 'practice_id = current_practice() AND (ended IS NULL OR ended > now())', extra => ', ended timestamptz');
SELECT pg_temp.made('hole_expired', 'practice_id = current_practice() OR ended < now()', extra => ', ended timestamptz');
SELECT pg_temp.made('hole_embargo', 'CASE WHEN ended IS NULL THEN practice_id = current_practice() ELSE true END', extra => ', ended timestamptz');
SELECT pg_temp.made('sound_embargo', 'CASE WHEN ended IS NULL THEN practice_id = current_practice() ELSE practice_id = current_practice() AND note <> ''x'' END', extra => ', ended timestamptz');
-- parts by region
CREATE TABLE sound_claims (region text NOT NULL, id bigint NOT NULL, practice_id integer NOT NULL REFERENCES practices ON DELETE RESTRICT, amount numeric(10,2), PRIMARY KEY (region, practice_id, id)) PARTITION BY LIST (region);
CREATE INDEX ON sound_claims (practice_id);
CREATE TABLE sound_claims_eu PARTITION OF sound_claims FOR VALUES IN ('eu');
CREATE TABLE hole_claims_us PARTITION OF sound_claims FOR VALUES IN ('us');
ALTER TABLE sound_claims ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON sound_claims USING (practice_id = current_practice());
GRANT SELECT, INSERT ON sound_claims TO pr_app;
GRANT SELECT ON hole_claims_us TO pr_reports;
SELECT pg_temp.made('hole_region', 'region = (SELECT p.region FROM practices p WHERE p.id = current_practice())', extra => ', region text NOT NULL DEFAULT ''eu''');
SELECT pg_temp.made('sound_region', 'region = (SELECT p.region FROM practices p WHERE p.id = current_practice()) AND practice_id = current_practice()', extra => ', region text NOT NULL DEFAULT ''eu''');
-- what fills the column
SELECT pg_temp.made('sound_filled');
ALTER TABLE sound_filled ALTER practice_id SET DEFAULT current_practice();
SELECT pg_temp.made('hole_filled');
ALTER TABLE hole_filled ALTER practice_id SET DEFAULT current_setting('app.tenant', true)::integer;
-- keys
SELECT pg_temp.made('hole_recalls', extra => ', patient_id bigint REFERENCES sound_patients ON DELETE CASCADE');
SELECT pg_temp.made('sound_recalls', extra => ', patient_id bigint, FOREIGN KEY (practice_id, patient_id) REFERENCES sound_patients (practice_id, id) ON DELETE CASCADE');
SELECT pg_temp.made('hole_numbers', extra => ', number text UNIQUE');
-- code that a login may replace
CREATE FUNCTION sound_owned() RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT true $$;
SELECT pg_temp.made('sound_by_code', 'practice_id = current_practice() AND sound_owned()');
RESET ROLE; SET search_path = pr;
CREATE FUNCTION hole_mine(p integer) RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT p = NULLIF(current_setting('app.practice', true), '')::integer $$;
ALTER FUNCTION hole_mine(integer) OWNER TO pr_dev;
SET ROLE pr_owner;
SELECT pg_temp.made('sound_by_replaceable', 'practice_id = current_practice() AND hole_mine(practice_id)');
CREATE FUNCTION hole_stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.note := lower(NEW.note); RETURN NEW; END $$;
CREATE FUNCTION sound_stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.note := lower(NEW.note); RETURN NEW; END $$;
CREATE TRIGGER stamp BEFORE INSERT ON sound_rooms FOR EACH ROW EXECUTE FUNCTION hole_stamp();
CREATE TRIGGER stamp BEFORE INSERT ON sound_staff FOR EACH ROW EXECUTE FUNCTION sound_stamp();
RESET ROLE;
ALTER FUNCTION hole_stamp() OWNER TO pr_app;
ALTER FUNCTION sound_stamp() OWNER TO pr_vendor;
CREATE LANGUAGE plodd HANDLER plpgsql_call_handler;
CREATE LANGUAGE plperlu HANDLER plpgsql_call_handler;
UPDATE pg_language SET lanpltrusted = true, lanacl = '{=U/postgres}' WHERE lanname = 'plperlu';
CREATE FUNCTION hole_odd() RETURNS integer LANGUAGE plodd AS 'BEGIN RETURN 1; END';
CREATE FUNCTION sound_odd() RETURNS integer LANGUAGE plodd AS 'BEGIN RETURN 1; END';
REVOKE EXECUTE ON FUNCTION sound_odd() FROM PUBLIC;

INSERT INTO practices (name, region) VALUES ('a', 'eu'), ('b', 'us'), ('c', 'eu');
DO $$
DECLARE
	r record;
BEGIN
	FOR r IN SELECT c.oid::regclass AS rel, a.attname AS col FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname ~ 'practice'
		JOIN pg_attribute i ON i.attrelid = c.oid AND i.attname = 'id' AND i.attidentity = 'a'
		WHERE relkind = 'r' AND relname ~ '^(hole|sound)_' LOOP
		EXECUTE format('INSERT INTO %s (%I) SELECT id FROM pr.practices, generate_series(1, 2)', r.rel, r.col);
	END LOOP;
END $$;
INSERT INTO sound_patients_history SELECT p.*, tstzrange('2020-01-01', NULL) FROM sound_patients p;
INSERT INTO hole_staff_history SELECT p.*, tstzrange('2020-01-01', NULL) FROM sound_staff p;
UPDATE hole_expired SET ended = '2020-01-01' WHERE id % 2 = 0;
UPDATE hole_embargo SET ended = '2020-01-01' WHERE id % 2 = 0;
UPDATE hole_region r SET region = p.region FROM practices p WHERE p.id = practice_id;
UPDATE sound_region r SET region = p.region FROM practices p WHERE p.id = practice_id;
INSERT INTO sound_claims SELECT region, id, id, 1 FROM practices;
INSERT INTO sound_claims SELECT 'us', 100 + id, id, 1 FROM practices;
INSERT INTO sound_visits (patient_id) SELECT id FROM sound_patients;
INSERT INTO hole_letters (patient_id) SELECT id FROM sound_patients;
INSERT INTO hole_calls (patient_id) SELECT id FROM sound_patients;
INSERT INTO hole_calls (note) VALUES ('nobody');
INSERT INTO hole_forms (visit_id) SELECT id FROM sound_visits;
INSERT INTO hole_scans (visit_id) SELECT id FROM sound_visits;
UPDATE hole_recalls SET patient_id = p.id FROM sound_patients p WHERE p.practice_id = hole_recalls.practice_id;
UPDATE hole_numbers SET number = id::text;
INSERT INTO sound_drugs VALUES (1, 'a');
ANALYZE;
