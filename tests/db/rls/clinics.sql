-- SPDX-License-Identifier: MIT
-- Clinics in regions: a tenant is two columns, both of a domain, by settings with two dots; leaves that were detached and are
-- attached, generated columns, composite keys all the way, audit by triggers, statistics, archives.
-- What begins with "hole_" must raise a finding above info, what begins with "sound_" none.
-- Run by a superuser in an empty database of its own cluster.
\set ON_ERROR_STOP on
\set QUIET on
\o /dev/null
SET client_min_messages = error;
CREATE ROLE med_owner NOLOGIN;
CREATE ROLE med_desk LOGIN;
CREATE ROLE med_lab LOGIN;
CREATE ROLE med_report LOGIN;
CREATE ROLE hole_med_dump LOGIN;
CREATE SCHEMA med AUTHORIZATION med_owner;
CREATE SCHEMA kept AUTHORIZATION med_owner;
GRANT USAGE ON SCHEMA med TO med_desk, med_lab, med_report, hole_med_dump;
GRANT USAGE ON SCHEMA kept TO med_report;
GRANT pg_read_all_data TO hole_med_dump;
SET ROLE med_owner;
CREATE DOMAIN med.region AS text CHECK (VALUE ~ '^[a-z]{2}$');
CREATE DOMAIN med.clinic AS integer CHECK (VALUE > 0);
CREATE TABLE med.clinics (region med.region NOT NULL, clinic med.clinic NOT NULL, name text NOT NULL, PRIMARY KEY (region, clinic));
CREATE FUNCTION med.region() RETURNS text LANGUAGE sql STABLE RETURN current_setting('clinic.ctx.region', true);
CREATE FUNCTION med.clinic() RETURNS integer LANGUAGE sql STABLE RETURN NULLIF(current_setting('clinic.ctx.id', true), '')::integer;
ALTER TABLE med.clinics ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON med.clinics USING (region = (SELECT med.region()) AND clinic = (SELECT med.clinic()));
GRANT SELECT ON med.clinics TO med_desk, med_lab, med_report;

-- A table with a policy of the given condition.
CREATE FUNCTION pg_temp.made(n text, condition text DEFAULT 'region = (SELECT med.region()) AND clinic = (SELECT med.clinic())', extra text DEFAULT '') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE TABLE med.%I (region med.region NOT NULL, clinic med.clinic NOT NULL, id bigint GENERATED ALWAYS AS IDENTITY, note text %s, PRIMARY KEY (region, clinic, id), FOREIGN KEY (region, clinic) REFERENCES med.clinics ON DELETE RESTRICT)', n, extra);
	EXECUTE format('ALTER TABLE med.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', n);
	EXECUTE format('CREATE POLICY own ON med.%I USING (%s)', n, condition);
	EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON med.%I TO med_desk', n);
END $$;

-- sound
SELECT pg_temp.made('sound_patients', extra => ', email text, UNIQUE (region, clinic, email)');
SELECT pg_temp.made('sound_visits', extra => ', patient bigint NOT NULL, FOREIGN KEY (region, clinic, patient) REFERENCES med.sound_patients ON DELETE RESTRICT');
SELECT pg_temp.made('sound_turned', 'clinic = (SELECT med.clinic()) AND (SELECT med.region()) = region');
SELECT pg_temp.made('sound_pair', '(region, clinic) = ((SELECT med.region()), (SELECT med.clinic()))');
SELECT pg_temp.made('sound_pair_in', '(region, clinic) IN (SELECT c.region, c.clinic FROM med.clinics c)');
SELECT pg_temp.made('sound_exists', 'EXISTS (SELECT FROM med.clinics c WHERE c.region = sound_exists.region AND c.clinic = sound_exists.clinic)');
SELECT pg_temp.made('sound_both_cast', '(region || ''/'' || clinic::text) = (current_setting(''clinic.ctx.region'', true) || ''/'' || current_setting(''clinic.ctx.id'', true))');
SELECT pg_temp.made('sound_plain', 'region = current_setting(''clinic.ctx.region'', true) AND clinic = NULLIF(current_setting(''clinic.ctx.id'', true), '''')::integer');
SELECT pg_temp.made('sound_open_visits', 'region = (SELECT med.region()) AND clinic = (SELECT med.clinic()) AND note IS NOT NULL');
SELECT pg_temp.made('sound_generated', extra => ', initials text GENERATED ALWAYS AS (left(note, 1)) STORED');
SELECT pg_temp.made('sound_two_policies');
CREATE POLICY narrow ON med.sound_two_policies AS RESTRICTIVE FOR SELECT TO PUBLIC USING (note <> 'sealed');
SELECT pg_temp.made('sound_floor', 'true');
CREATE POLICY floor_region ON med.sound_floor AS RESTRICTIVE USING (region = (SELECT med.region()));
CREATE POLICY floor_clinic ON med.sound_floor AS RESTRICTIVE USING (clinic = (SELECT med.clinic()));
SELECT pg_temp.made('sound_read_write');
DROP POLICY own ON med.sound_read_write;
CREATE POLICY r ON med.sound_read_write FOR SELECT USING (region = (SELECT med.region()) AND clinic = (SELECT med.clinic()));
CREATE POLICY i ON med.sound_read_write FOR INSERT WITH CHECK (region = (SELECT med.region()) AND clinic = (SELECT med.clinic()));
REVOKE UPDATE, DELETE ON med.sound_read_write FROM med_desk;
CREATE TABLE med.sound_results (region med.region NOT NULL, clinic med.clinic NOT NULL, id bigint NOT NULL, at date NOT NULL, value numeric(10,2), PRIMARY KEY (region, clinic, at, id), FOREIGN KEY (region, clinic) REFERENCES med.clinics ON DELETE RESTRICT) PARTITION BY RANGE (at);
CREATE TABLE med.sound_results_2025 PARTITION OF med.sound_results FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE med.sound_results_2026 (LIKE med.sound_results INCLUDING ALL);
ALTER TABLE med.sound_results ATTACH PARTITION med.sound_results_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
ALTER TABLE med.sound_results ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON med.sound_results USING (region = (SELECT med.region()) AND clinic = (SELECT med.clinic()));
GRANT SELECT, INSERT ON med.sound_results TO med_lab;
CREATE TABLE med.sound_results_2024 (LIKE med.sound_results INCLUDING ALL); -- detached, and nobody may read it
CREATE TABLE med.sound_by_region (region med.region NOT NULL, clinic med.clinic NOT NULL, id bigint NOT NULL, note text, PRIMARY KEY (region, clinic, id)) PARTITION BY LIST (region);
CREATE TABLE med.sound_by_region_de PARTITION OF med.sound_by_region FOR VALUES IN ('de');
CREATE TABLE med.sound_by_region_fr PARTITION OF med.sound_by_region FOR VALUES IN ('fr');
ALTER TABLE med.sound_by_region ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON med.sound_by_region USING (region = (SELECT med.region()) AND clinic = (SELECT med.clinic()));
GRANT SELECT, INSERT ON med.sound_by_region TO med_lab;
CREATE TABLE med.sound_drugs (code text PRIMARY KEY, name text NOT NULL);
GRANT SELECT ON med.sound_drugs TO med_desk, med_lab;
CREATE STATISTICS med.by_place (dependencies) ON region, clinic FROM med.sound_patients;
CREATE VIEW med.sound_today WITH (security_invoker = on, security_barrier = on) AS SELECT v.* FROM med.sound_visits v JOIN med.sound_patients p ON (p.region, p.clinic, p.id) = (v.region, v.clinic, v.patient);
CREATE VIEW med.sound_of_clinic WITH (security_barrier) AS SELECT id, note FROM med.sound_patients WHERE region = (SELECT med.region()) AND clinic = (SELECT med.clinic());
GRANT SELECT ON med.sound_today, med.sound_of_clinic TO med_desk;
CREATE FUNCTION med.sound_stamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	NEW.region := COALESCE(med.region(), NEW.region);
	NEW.clinic := COALESCE(med.clinic(), NEW.clinic);
	RETURN NEW;
END $$;
SELECT pg_temp.made('sound_stamped');
CREATE TRIGGER stamp BEFORE INSERT OR UPDATE ON med.sound_stamped FOR EACH ROW EXECUTE FUNCTION med.sound_stamp();
CREATE PROCEDURE med.sound_enter(r text, c integer) LANGUAGE plpgsql AS $$
BEGIN
	PERFORM set_config('clinic.ctx.region', r, true), set_config('clinic.ctx.id', c::text, true);
END $$;

-- holes
SELECT pg_temp.made('hole_region_only', 'region = (SELECT med.region())');
SELECT pg_temp.made('hole_clinic_only', 'clinic = (SELECT med.clinic())');
SELECT pg_temp.made('hole_either', 'region = (SELECT med.region()) OR clinic = (SELECT med.clinic())');
SELECT pg_temp.made('hole_pair_mixed', '(region, clinic) = ((SELECT med.region()), clinic)');
SELECT pg_temp.made('hole_exists_half', 'EXISTS (SELECT FROM med.clinics c WHERE c.region = hole_exists_half.region)');
SELECT pg_temp.made('hole_exists_self', 'EXISTS (SELECT FROM med.clinics c WHERE c.region = c.region AND c.clinic = c.clinic)');
SELECT pg_temp.made('hole_all_regions', '(region = (SELECT med.region()) OR (SELECT med.region()) = ''zz'') AND clinic = (SELECT med.clinic())');
SELECT pg_temp.made('hole_unset', 'COALESCE(region = (SELECT med.region()) AND clinic = (SELECT med.clinic()), true)');
SELECT pg_temp.made('hole_clinic_like', 'region LIKE (SELECT med.region()) AND clinic = (SELECT med.clinic())');
SELECT pg_temp.made('hole_glued', '(region || clinic::text) LIKE current_setting(''clinic.ctx.key'', true) || ''%''');
SELECT pg_temp.made('hole_check_region');
DROP POLICY own ON med.hole_check_region;
CREATE POLICY own ON med.hole_check_region USING (region = (SELECT med.region()) AND clinic = (SELECT med.clinic())) WITH CHECK (region = (SELECT med.region()));
SELECT pg_temp.made('hole_insert_any');
DROP POLICY own ON med.hole_insert_any;
CREATE POLICY r ON med.hole_insert_any FOR SELECT USING (region = (SELECT med.region()) AND clinic = (SELECT med.clinic()));
CREATE POLICY i ON med.hole_insert_any FOR INSERT WITH CHECK (region IS NOT NULL AND clinic > 0);
SELECT pg_temp.made('hole_delete_region');
CREATE POLICY d ON med.hole_delete_region FOR DELETE USING (region = (SELECT med.region()));
SELECT pg_temp.made('hole_floor', 'true');
CREATE POLICY floor_region ON med.hole_floor AS RESTRICTIVE USING (region = (SELECT med.region()));
SELECT pg_temp.made('hole_unique', extra => ', insurance text UNIQUE');
SELECT pg_temp.made('hole_unique_region', extra => ', insurance text, UNIQUE (region, insurance)');
SELECT pg_temp.made('hole_fk', extra => ', patient bigint, other_clinic integer, FOREIGN KEY (region, other_clinic, patient) REFERENCES med.sound_patients ON DELETE RESTRICT');
SELECT pg_temp.made('hole_fk_cascade', extra => ', patient bigint, other_clinic integer, FOREIGN KEY (region, other_clinic, patient) REFERENCES med.sound_patients ON DELETE CASCADE');
SELECT pg_temp.made('hole_off');
ALTER TABLE med.hole_off DISABLE ROW LEVEL SECURITY;
CREATE TABLE med.hole_results_2023 (LIKE med.sound_results INCLUDING ALL); -- detached, and still readable
GRANT SELECT ON med.hole_results_2023 TO med_lab;
CREATE TABLE med.hole_results_2027 PARTITION OF med.sound_results FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');
GRANT SELECT ON med.hole_results_2027 TO med_lab;
SELECT pg_temp.made('hole_truncated');
GRANT TRUNCATE ON med.hole_truncated TO med_lab;
CREATE TABLE med.hole_lines (visit bigint NOT NULL, region med.region NOT NULL, clinic med.clinic NOT NULL, line integer NOT NULL, text text, PRIMARY KEY (region, clinic, visit, line), FOREIGN KEY (region, clinic, visit) REFERENCES med.sound_visits ON DELETE RESTRICT);
GRANT SELECT, INSERT ON med.hole_lines TO med_desk;
CREATE MATERIALIZED VIEW kept.hole_by_clinic AS SELECT region, clinic, count(*) AS n, min(note) AS first FROM med.sound_patients GROUP BY region, clinic;
GRANT SELECT ON kept.hole_by_clinic TO med_report;
CREATE FUNCTION med.hole_enter(r text, c integer) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	PERFORM set_config('clinic.ctx.region', r, false), set_config('clinic.ctx.id', c::text, false);
END $$;
RESET ROLE;
CREATE VIEW med.hole_of_region WITH (security_barrier) AS SELECT region, clinic, id, note FROM med.sound_patients WHERE region = (SELECT med.region());
CREATE VIEW med.hole_join WITH (security_barrier) AS SELECT v.region, v.clinic, v.id, v.note FROM med.sound_visits v JOIN med.clinics c ON c.region = v.region WHERE c.region = (SELECT med.region()) AND c.clinic = (SELECT med.clinic());
GRANT SELECT ON med.hole_of_region, med.hole_join TO med_report;
CREATE FUNCTION med.hole_patient(r text, i bigint) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT note FROM med.sound_patients WHERE region = r AND id = i $$;
-- Of the clinic's number, whatever the region; with the region, by itself, by a pair and by a helper.
CREATE FUNCTION med.hole_of_number(m text) RETURNS SETOF med.sound_patients LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT * FROM med.sound_patients WHERE email = m AND clinic = med.clinic() $$;
CREATE FUNCTION med.hole_renote(n text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$ BEGIN UPDATE med.sound_patients SET note = n WHERE region = current_setting('clinic.ctx.region', true); END $$;
CREATE FUNCTION med.hole_of_list() RETURNS TABLE (region text, clinic integer, note text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT p.region, p.clinic, p.note FROM med.sound_patients p WHERE p.region = med.region() ORDER BY p.clinic $$;
CREATE FUNCTION med.sound_of_var(m text) RETURNS SETOF med.sound_patients LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$ DECLARE r text; c integer; BEGIN
 SELECT med.region(), med.clinic() INTO r, c; RETURN QUERY SELECT p.* FROM med.sound_patients p WHERE p.email = m AND p.region = r AND p.clinic = c; END $$;
CREATE FUNCTION med.sound_of_both(m text) RETURNS SETOF med.sound_patients LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT * FROM med.sound_patients WHERE email = m AND region = med.region() AND clinic = med.clinic() $$;
CREATE FUNCTION med.sound_of_pair(m text) RETURNS SETOF med.sound_patients LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT * FROM med.sound_patients p WHERE email = m AND (p.region, p.clinic) = (med.region(), med.clinic()) $$;
CREATE FUNCTION med.sound_is_here(p med.sound_patients) RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT p.region = med.region() AND p.clinic = med.clinic() $$;
CREATE FUNCTION med.sound_of_helper(m text) RETURNS SETOF med.sound_patients LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT p.* FROM med.sound_patients p WHERE p.email = m AND p.clinic = med.clinic() AND med.sound_is_here(p) $$;
CREATE PUBLICATION sound_lists FOR TABLE med.sound_drugs;
CREATE PUBLICATION hole_results FOR TABLE med.sound_results;

INSERT INTO med.clinics VALUES ('de', 1, 'Mitte'), ('de', 2, 'Nord'), ('fr', 1, 'Centre');
INSERT INTO med.sound_patients (region, clinic, note, email) SELECT region, clinic, 'p', 'a@b' FROM med.clinics;
INSERT INTO med.sound_visits (region, clinic, note, patient) SELECT region, clinic, 'v', id FROM med.sound_patients;
INSERT INTO med.hole_lines SELECT id, region, clinic, 1, 'l' FROM med.sound_visits;
DO $$
DECLARE
	r regclass;
BEGIN
	FOR r IN SELECT c.oid FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'note' JOIN pg_attribute i ON i.attrelid = c.oid AND i.attname = 'id' AND i.attidentity = 'a'
		WHERE relkind = 'r' AND relname ~ '^(hole|sound)_' AND relname !~ 'patients|visits' AND relnamespace = 'med'::regnamespace LOOP
		EXECUTE format('INSERT INTO %s (region, clinic, note) SELECT region, clinic, ''row '' || n FROM med.clinics, generate_series(1, 2) n', r);
	END LOOP;
END $$;
INSERT INTO med.sound_by_region SELECT region, clinic, 1, 'r' FROM med.clinics;
INSERT INTO med.sound_results SELECT region, clinic, 1, d, 1 FROM med.clinics, unnest(ARRAY['2025-05-05', '2026-05-05', '2027-05-05']::date[]) d;
INSERT INTO med.hole_results_2023 SELECT region, clinic, 1, '2023-05-05', 1 FROM med.clinics;
REFRESH MATERIALIZED VIEW kept.hole_by_clinic;
