-- SPDX-License-Identifier: MIT
-- A clinic behind PostgREST: request.jwt.claims as json, an api schema of views over data, a role per kind of person,
-- and beside it a device fleet whose tenants are roles.
-- What begins with "hole_" must raise a finding above info, what begins with "sound_" none.
-- Run by a superuser in an empty database.
\set ON_ERROR_STOP on
\set QUIET on
\o /dev/null
SET client_min_messages = error;
CREATE ROLE web_anon NOLOGIN;
CREATE ROLE web_staff NOLOGIN;
CREATE ROLE web_patient NOLOGIN;
CREATE ROLE web_authenticator LOGIN NOINHERIT;
GRANT web_anon, web_staff, web_patient TO web_authenticator;
CREATE ROLE data_owner NOLOGIN;
CREATE ROLE api_owner NOLOGIN;
CREATE SCHEMA data AUTHORIZATION data_owner;
CREATE SCHEMA api AUTHORIZATION api_owner;
GRANT USAGE ON SCHEMA api TO web_anon, web_staff, web_patient;
GRANT USAGE ON SCHEMA data TO api_owner, web_staff, web_patient;
SET ROLE data_owner;
CREATE TABLE data.clinics (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL);
CREATE FUNCTION data.claim(n text) RETURNS text LANGUAGE sql STABLE AS $$ SELECT NULLIF(current_setting('request.jwt.claims', true), '')::json ->> n $$;
CREATE FUNCTION data.clinic() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT data.claim('clinic_id')::uuid $$;
ALTER TABLE data.clinics ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY c ON data.clinics USING (id = (SELECT data.clinic()));
CREATE FUNCTION pg_temp.made(n text, condition text DEFAULT 'clinic_id = (SELECT data.clinic())', extra text DEFAULT '') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE TABLE data.%I (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), clinic_id uuid NOT NULL REFERENCES data.clinics,
		patient_id uuid, body text %s)', n, extra);
	EXECUTE format('CREATE INDEX ON data.%I (clinic_id)', n);
	EXECUTE format('ALTER TABLE data.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', n);
	IF condition <> '' THEN
		EXECUTE format('CREATE POLICY c ON data.%I USING (%s) WITH CHECK (%s)', n, condition, condition);
	END IF;
	EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON data.%I TO web_staff, api_owner', n);
END $$;
-- sound
SELECT pg_temp.made('sound_visits');
SELECT pg_temp.made('sound_inline', $$clinic_id = ((current_setting('request.jwt.claims', true)::json) ->> 'clinic_id')::uuid$$);
SELECT pg_temp.made('sound_array', $$clinic_id::text = ANY (ARRAY(SELECT json_array_elements_text((NULLIF(current_setting('request.jwt.claims', true), ''))::json -> 'clinics')))$$);
SELECT pg_temp.made('sound_subject', $$clinic_id = (SELECT data.clinic()) AND (patient_id = data.claim('sub')::uuid OR data.claim('kind') = 'staff')$$);
SELECT pg_temp.made('sound_by_role', '');
CREATE POLICY staff ON data.sound_by_role TO web_staff USING (clinic_id = (SELECT data.clinic()));
CREATE POLICY patient ON data.sound_by_role FOR SELECT TO web_patient USING (patient_id = data.claim('sub')::uuid);
GRANT SELECT ON data.sound_by_role TO web_patient;
SELECT pg_temp.made('sound_hidden');
REVOKE ALL ON data.sound_hidden FROM web_staff;
ALTER TABLE data.sound_hidden DISABLE ROW LEVEL SECURITY;
REVOKE ALL ON data.sound_hidden FROM api_owner;
SELECT pg_temp.made('sound_floor_all', 'true');
CREATE POLICY floor ON data.sound_floor_all AS RESTRICTIVE USING (clinic_id = (SELECT data.clinic()));
CREATE TABLE data.sound_drugs (code text PRIMARY KEY, name text NOT NULL);
GRANT SELECT ON data.sound_drugs TO web_anon, web_staff;
CREATE TABLE data.sound_visit_drugs (visit_id uuid NOT NULL REFERENCES data.sound_visits ON DELETE CASCADE, code text NOT NULL REFERENCES data.sound_drugs, PRIMARY KEY (visit_id, code));
ALTER TABLE data.sound_visit_drugs ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY p ON data.sound_visit_drugs USING (EXISTS (SELECT FROM data.sound_visits v WHERE v.id = visit_id AND v.clinic_id = data.clinic()));
GRANT SELECT, INSERT ON data.sound_visit_drugs TO web_staff;
GRANT SELECT ON ALL TABLES IN SCHEMA data TO api_owner;
REVOKE ALL ON data.sound_hidden FROM api_owner;
SELECT pg_temp.made('hole_claim_admin', $$clinic_id = (SELECT data.clinic()) OR current_setting('request.headers', true)::json ->> 'x-admin' = '1'$$);
SELECT pg_temp.made('hole_header', $$clinic_id = ((current_setting('request.headers', true))::json ->> 'x-clinic-id')::uuid OR current_setting('request.headers', true) IS NULL$$);
SELECT pg_temp.made('hole_signed', $$data.claim('sub') IS NOT NULL$$);
SELECT pg_temp.made('hole_contains', $$current_setting('request.jwt.claims', true) LIKE '%' || clinic_id::text || '%'$$);
SELECT pg_temp.made('hole_kind', $$clinic_id = (SELECT data.clinic()) OR data.claim('kind') IS DISTINCT FROM 'patient'$$);
SELECT pg_temp.made('hole_patient', '');
CREATE POLICY s ON data.hole_patient FOR SELECT USING (clinic_id = (SELECT data.clinic()));
CREATE POLICY i ON data.hole_patient FOR INSERT WITH CHECK (patient_id IS NOT NULL);
SELECT pg_temp.made('hole_moved', '');
CREATE POLICY s ON data.hole_moved FOR SELECT USING (clinic_id = (SELECT data.clinic()));
CREATE POLICY u ON data.hole_moved FOR UPDATE USING (clinic_id = (SELECT data.clinic())) WITH CHECK (id IS NOT NULL);
SELECT pg_temp.made('hole_everybody');
CREATE POLICY public_read ON data.hole_everybody FOR SELECT TO web_staff USING (true);
SELECT pg_temp.made('hole_numbers', 'clinic_id = (SELECT data.clinic())', ', number int, CONSTRAINT hole_numbers_key UNIQUE (number)');
SELECT pg_temp.made('hole_truncated');
GRANT TRUNCATE ON data.hole_truncated TO web_staff;
RESET ROLE;
SET ROLE api_owner;
CREATE VIEW api.sound_visits AS SELECT id, clinic_id, body FROM data.sound_visits;
CREATE VIEW api.sound_invoker WITH (security_invoker) AS SELECT v.id, d.code FROM data.sound_visits v JOIN data.sound_visit_drugs d ON d.visit_id = v.id;
CREATE VIEW api.sound_drugs AS SELECT * FROM data.sound_drugs;
GRANT SELECT ON ALL TABLES IN SCHEMA api TO web_staff;
GRANT SELECT ON api.sound_drugs TO web_anon;
RESET ROLE;
CREATE VIEW api.hole_visits AS SELECT * FROM data.sound_visits;
CREATE VIEW api.hole_drugs_used AS SELECT d.code, array_agg(v.body) AS bodies FROM data.sound_visits v JOIN data.sound_visit_drugs d ON d.visit_id = v.id GROUP BY d.code;
CREATE VIEW api.hole_union AS SELECT id, body FROM data.sound_visits WHERE clinic_id = data.clinic() UNION ALL SELECT id, body FROM data.sound_inline;
CREATE VIEW api.hole_wrong_or AS SELECT id, body FROM data.sound_visits WHERE clinic_id = data.clinic() OR body IS NOT NULL;
CREATE VIEW api.hole_self_join WITH (security_barrier) AS SELECT b.id, b.body FROM data.sound_visits a JOIN data.sound_visits b ON b.body = a.body WHERE a.clinic_id = data.clinic();
CREATE VIEW api.sound_barrier WITH (security_barrier) AS SELECT v.id, v.body FROM data.sound_visits v JOIN data.clinics c ON c.id = v.clinic_id WHERE c.id = data.clinic();
CREATE VIEW api.sound_used AS SELECT d.code, count(*) AS times FROM data.sound_visit_drugs d GROUP BY d.code;
GRANT SELECT ON api.hole_visits, api.hole_drugs_used, api.hole_union, api.hole_wrong_or, api.hole_self_join, api.sound_barrier, api.sound_used TO web_staff;
CREATE FUNCTION api.hole_visit_bodies(c uuid) RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = data, pg_temp AS $$ SELECT body FROM sound_visits WHERE clinic_id = c $$;
CREATE FUNCTION api.hole_login_check() RETURNS SETOF text LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = data, pg_temp AS $$
BEGIN
	IF current_setting('request.jwt.claims', true) IS NULL THEN
		RAISE insufficient_privilege;
	END IF;
	RETURN QUERY SELECT body FROM sound_visits;
END $$;
CREATE FUNCTION api.sound_visit_count() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = data, pg_temp AS $$ SELECT count(*) FROM sound_visits WHERE clinic_id = clinic() $$;
CREATE FUNCTION api.sound_own_bodies(c uuid) RETURNS SETOF text LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = data, pg_temp AS $$
DECLARE mine uuid := clinic();
BEGIN
	IF mine IS NULL OR c <> mine THEN
		RAISE insufficient_privilege;
	END IF;
	RETURN QUERY SELECT body FROM sound_visits WHERE clinic_id = c;
END $$;

INSERT INTO data.clinics VALUES ('11111111-1111-1111-1111-111111111111', 'One'), ('22222222-2222-2222-2222-222222222222', 'Two');
DO $$
DECLARE
	r regclass;
BEGIN
	FOR r IN SELECT c.oid FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'patient_id'
		WHERE c.relkind = 'r' AND c.relnamespace = 'data'::regnamespace LOOP
		EXECUTE format('INSERT INTO %s (clinic_id, patient_id, body) SELECT id, id, ''row '' || n || id FROM data.clinics, generate_series(1, 2) n', r);
	END LOOP;
END $$;
INSERT INTO data.sound_drugs VALUES ('A01', 'aspirin');
INSERT INTO data.sound_visit_drugs SELECT id, 'A01' FROM data.sound_visits;
