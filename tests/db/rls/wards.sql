-- SPDX-License-Identifier: MIT
-- Wards and patients: memberships decide, by EXISTS and by functions; facilities below facilities in a closure table,
-- sharing between facilities, what is deleted softly, restrictive policies, an emergency that is written down.
-- What a comment calls "hole" must raise a finding above info, what it calls "sound" none.
-- Run by a superuser in an empty database of its own cluster.
\set ON_ERROR_STOP on
\set QUIET on
\o /dev/null
SET client_min_messages = error;
CREATE ROLE wd_owner NOLOGIN;
CREATE ROLE wd_app LOGIN;
CREATE ROLE wd_audit LOGIN;
CREATE SCHEMA care AUTHORIZATION wd_owner;
GRANT USAGE ON SCHEMA care TO wd_app, wd_audit;
SET ROLE wd_owner; SET search_path = care;
CREATE TABLE facility (facility_id uuid PRIMARY KEY DEFAULT gen_random_uuid(), parent_id uuid REFERENCES facility, name text NOT NULL);
CREATE TABLE facility_closure (ancestor_id uuid NOT NULL REFERENCES facility, descendant_id uuid NOT NULL REFERENCES facility, depth int NOT NULL,
	PRIMARY KEY (ancestor_id, descendant_id));
CREATE INDEX ON facility_closure (descendant_id);
CREATE TABLE staff_membership (staff_id uuid NOT NULL, facility_id uuid NOT NULL REFERENCES facility, role text NOT NULL DEFAULT 'nurse',
	valid_from timestamptz NOT NULL DEFAULT '2020-01-01', valid_to timestamptz, PRIMARY KEY (staff_id, facility_id));
CREATE INDEX ON staff_membership (facility_id);
CREATE FUNCTION me() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT nullif(current_setting('care.staff_id', true), '')::uuid $$;
-- who works where now; reads the memberships with its owner's rights
CREATE FUNCTION my_facilities() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = care, pg_temp AS $$
	SELECT facility_id FROM care.staff_membership WHERE staff_id = care.me() AND valid_from <= now() AND (valid_to IS NULL OR valid_to > now()) $$;
CREATE FUNCTION my_tree() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = care, pg_temp AS $$
	SELECT c.descendant_id FROM care.staff_membership m JOIN care.facility_closure c ON c.ancestor_id = m.facility_id
	WHERE m.staff_id = care.me() $$;
CREATE FUNCTION works_at(f uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = care, pg_temp AS $$
	SELECT EXISTS (SELECT FROM care.staff_membership m WHERE m.facility_id = f AND m.staff_id = care.me()) $$;
CREATE FUNCTION may_prescribe(f uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = care, pg_temp AS $$
DECLARE
	r text;
BEGIN
	SELECT role INTO r FROM care.staff_membership WHERE facility_id = f AND staff_id = care.me();
	RETURN coalesce(r = 'physician', false);
END $$;
ALTER TABLE facility ENABLE ROW LEVEL SECURITY;
ALTER TABLE facility_closure ENABLE ROW LEVEL SECURITY;
ALTER TABLE staff_membership ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON facility FOR SELECT USING (facility_id IN (SELECT my_facilities()));
CREATE POLICY own ON facility_closure FOR SELECT USING (ancestor_id IN (SELECT my_facilities()));
CREATE POLICY own ON staff_membership FOR SELECT USING (staff_id = (SELECT me()));
CREATE POLICY mates ON staff_membership FOR SELECT USING (facility_id IN (SELECT my_facilities()));
GRANT SELECT ON facility, facility_closure, staff_membership TO wd_app;
COMMENT ON TABLE staff_membership IS 'sound: one''s own, and those beside one';
CREATE FUNCTION pg_temp.t(rel text, policy text DEFAULT NULL, rest text DEFAULT '') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE TABLE %I (%s_id uuid PRIMARY KEY DEFAULT gen_random_uuid(), facility_id uuid NOT NULL REFERENCES facility,
		note text NOT NULL DEFAULT ''x'', deleted_at timestamptz %s)', rel, rel, rest);
	EXECUTE format('CREATE INDEX ON %I (facility_id)', rel);
	EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', rel);
	EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO wd_app', rel);
	IF policy IS NOT NULL THEN
		EXECUTE format('CREATE POLICY p ON %I USING (%s)', rel, policy);
	END IF;
END $$;
SELECT pg_temp.t('patient', 'facility_id IN (SELECT my_facilities())');
CREATE POLICY alive ON patient AS RESTRICTIVE FOR SELECT USING (deleted_at IS NULL);
COMMENT ON TABLE patient IS 'sound';
SELECT pg_temp.t('bed', 'EXISTS (SELECT 1 FROM staff_membership m WHERE m.facility_id = bed.facility_id AND m.staff_id = me() AND (m.valid_to IS NULL OR m.valid_to > now()))');
COMMENT ON TABLE bed IS 'sound';
SELECT pg_temp.t('roster', 'facility_id IN (SELECT my_tree())');
COMMENT ON TABLE roster IS 'sound: and below one''s own';
SELECT pg_temp.t('supply', 'EXISTS (SELECT 1 FROM staff_membership m JOIN facility_closure c ON c.ancestor_id = m.facility_id
	WHERE m.staff_id = (SELECT me()) AND c.descendant_id = supply.facility_id)');
COMMENT ON TABLE supply IS 'sound: the same, written out';
SELECT pg_temp.t('prescription');
CREATE POLICY r ON prescription FOR SELECT USING (facility_id IN (SELECT my_facilities()));
CREATE POLICY i ON prescription FOR INSERT WITH CHECK (may_prescribe(facility_id));
CREATE POLICY u ON prescription FOR UPDATE USING (may_prescribe(facility_id)) WITH CHECK (may_prescribe(facility_id));
REVOKE DELETE ON prescription FROM wd_app;
-- what is shared with others is read there, and stays theirs
CREATE TABLE referral_share (referral_id uuid NOT NULL, to_facility_id uuid NOT NULL REFERENCES facility, PRIMARY KEY (referral_id, to_facility_id));
SELECT pg_temp.t('referral');
ALTER TABLE referral_share ADD FOREIGN KEY (referral_id) REFERENCES referral ON DELETE CASCADE;
CREATE INDEX ON referral_share (to_facility_id);
ALTER TABLE referral_share ENABLE ROW LEVEL SECURITY;
CREATE POLICY got ON referral_share FOR SELECT USING (to_facility_id IN (SELECT my_facilities()));
GRANT SELECT ON referral_share TO wd_app;
CREATE POLICY own ON referral USING (facility_id IN (SELECT my_facilities()));
CREATE POLICY shared ON referral FOR SELECT USING (EXISTS (SELECT 1 FROM referral_share s WHERE s.referral_id = referral.referral_id
	AND s.to_facility_id IN (SELECT my_facilities())));
COMMENT ON TABLE referral IS 'sound: shared with one''s own';
-- the floor says the facility, the policies who in it
SELECT pg_temp.t('incident');
CREATE POLICY facility ON incident AS RESTRICTIVE USING (facility_id IN (SELECT my_facilities())) WITH CHECK (facility_id IN (SELECT my_facilities()));
CREATE POLICY anyone ON incident USING (true);
COMMENT ON TABLE incident IS 'sound: a floor for all commands';
SELECT pg_temp.t('handover');
CREATE POLICY a ON handover FOR SELECT USING (works_at(facility_id) AND deleted_at IS NULL);
CREATE POLICY b ON handover FOR INSERT WITH CHECK (works_at(facility_id));
CREATE POLICY c ON handover FOR UPDATE USING (works_at(facility_id)) WITH CHECK (works_at(facility_id));
CREATE POLICY d ON handover FOR DELETE USING (false);
-- children of patients
CREATE TABLE vital (vital_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, patient_id uuid NOT NULL REFERENCES patient, value numeric(6,2) NOT NULL DEFAULT 1);
CREATE INDEX ON vital (patient_id);
ALTER TABLE vital ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON vital USING (patient_id IN (SELECT p.patient_id FROM patient p));
GRANT SELECT, INSERT ON vital TO wd_app;
COMMENT ON TABLE vital IS 'sound: through the patient';
CREATE TABLE diagnosis (diagnosis_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, patient_id uuid NOT NULL REFERENCES patient, code text NOT NULL DEFAULT 'x');
CREATE INDEX ON diagnosis (patient_id);
ALTER TABLE diagnosis ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON diagnosis USING (EXISTS (SELECT 1 FROM patient p JOIN staff_membership m ON m.facility_id = p.facility_id WHERE m.staff_id = (SELECT me())));
GRANT SELECT ON diagnosis TO wd_app;
COMMENT ON TABLE diagnosis IS 'hole: of whichever patient';
CREATE TABLE allergy (allergy_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, patient_id uuid NOT NULL REFERENCES patient, code text NOT NULL DEFAULT 'x');
CREATE INDEX ON allergy (patient_id);
GRANT SELECT, INSERT ON allergy TO wd_app;
COMMENT ON TABLE allergy IS 'hole: unprotected';
-- holes
SELECT pg_temp.t('imaging', 'EXISTS (SELECT 1 FROM staff_membership m WHERE m.staff_id = me())');
COMMENT ON TABLE imaging IS 'hole: whoever works anywhere';
SELECT pg_temp.t('transfer', 'EXISTS (SELECT 1 FROM staff_membership m WHERE m.facility_id = transfer.facility_id)');
COMMENT ON TABLE transfer IS 'sound: of the members one sees those of one''s own facilities';
SELECT pg_temp.t('complaint', $$EXISTS (SELECT 1 FROM staff_membership m WHERE m.staff_id = me() AND (m.facility_id = complaint.facility_id OR m.role = 'physician'))$$);
COMMENT ON TABLE complaint IS 'hole: a physician of any';
SELECT pg_temp.t('appointment', 'facility_id IN (SELECT my_facilities())');
CREATE POLICY "deleted" ON appointment FOR SELECT USING (deleted_at IS NOT NULL);
COMMENT ON TABLE appointment IS 'hole: what is deleted is everybody''s';
SELECT pg_temp.t('consent', NULL);
CREATE POLICY facility ON consent AS RESTRICTIVE FOR SELECT USING (facility_id IN (SELECT my_facilities()));
CREATE POLICY anyone ON consent USING (true);
COMMENT ON TABLE consent IS 'hole: the floor is for reading';
SELECT pg_temp.t('admission');
CREATE POLICY r ON admission FOR SELECT USING (facility_id IN (SELECT my_facilities()));
CREATE POLICY u ON admission FOR UPDATE USING (facility_id IN (SELECT my_facilities())) WITH CHECK (deleted_at IS NULL OR deleted_at <= now());
REVOKE INSERT, DELETE ON admission FROM wd_app;
COMMENT ON TABLE admission IS 'hole: moved away while it is deleted';
CREATE FUNCTION emergency() RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT coalesce(current_setting('care.break_glass', true), 'off') = 'on' $$;
SELECT pg_temp.t('chart', 'facility_id IN (SELECT my_facilities()) OR emergency()');
COMMENT ON TABLE chart IS 'hole: whoever says it is an emergency';
-- an emergency that was granted, by one and to one, for a facility
CREATE TABLE glass (staff_id uuid NOT NULL, facility_id uuid NOT NULL REFERENCES facility, until timestamptz NOT NULL, PRIMARY KEY (staff_id, facility_id));
ALTER TABLE glass ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON glass FOR SELECT USING (staff_id = (SELECT me()));
GRANT SELECT ON glass TO wd_app;
SELECT pg_temp.t('record');
CREATE POLICY own ON record USING (facility_id IN (SELECT my_facilities()));
CREATE POLICY broken ON record FOR SELECT USING (EXISTS (SELECT 1 FROM glass g WHERE g.staff_id = (SELECT me()) AND g.facility_id = record.facility_id AND g.until > now()));
COMMENT ON TABLE record IS 'sound: an emergency that was granted';
CREATE TABLE self_glass (staff_id uuid NOT NULL, facility_id uuid NOT NULL REFERENCES facility, until timestamptz NOT NULL DEFAULT 'infinity', PRIMARY KEY (staff_id, facility_id));
ALTER TABLE self_glass ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON self_glass USING (staff_id = (SELECT me()));
GRANT SELECT, INSERT ON self_glass TO wd_app;
COMMENT ON TABLE self_glass IS 'hole: whoever likes is in it';
SELECT pg_temp.t('letter');
CREATE POLICY own ON letter USING (facility_id IN (SELECT my_facilities()));
CREATE POLICY broken ON letter FOR SELECT USING (EXISTS (SELECT 1 FROM self_glass g WHERE g.staff_id = (SELECT me()) AND g.facility_id = letter.facility_id AND g.until > now()));
COMMENT ON TABLE letter IS 'hole: one grants it to oneself';
SELECT pg_temp.t('lab_order', 'facility_id IN (SELECT my_facilities())', ', patient_id uuid REFERENCES patient ON DELETE CASCADE');
CREATE INDEX ON lab_order (patient_id);
COMMENT ON TABLE lab_order IS 'hole: a patient of another facility';
SELECT pg_temp.t('lab_result', 'facility_id IN (SELECT my_facilities()) AND patient_id IN (SELECT p.patient_id FROM patient p)', ', patient_id uuid REFERENCES patient');
CREATE INDEX ON lab_result (patient_id);
COMMENT ON TABLE lab_result IS 'sound: the patient is looked up';
-- the audit is written for all and read by the auditors' login
CREATE TABLE access_log (log_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, facility_id uuid NOT NULL, staff_id uuid, what text NOT NULL DEFAULT 'x');
CREATE INDEX ON access_log (facility_id);
ALTER TABLE access_log ENABLE ROW LEVEL SECURITY;
CREATE POLICY w ON access_log FOR INSERT TO wd_app WITH CHECK (staff_id = (SELECT me()) AND facility_id IN (SELECT my_facilities()));
GRANT INSERT ON access_log TO wd_app;
COMMENT ON TABLE access_log IS 'sound: written, not read';
-- code
CREATE FUNCTION find_patient(q text) RETURNS SETOF patient LANGUAGE sql STABLE SECURITY DEFINER SET search_path = care, pg_temp AS
	$$ SELECT * FROM care.patient WHERE note ILIKE q || '%' AND deleted_at IS NULL $$;
COMMENT ON FUNCTION find_patient IS 'hole: in all facilities';
CREATE FUNCTION find_mine(q text) RETURNS SETOF patient LANGUAGE sql STABLE SECURITY DEFINER SET search_path = care, pg_temp AS
	$$ SELECT p.* FROM care.patient p WHERE p.note ILIKE q || '%' AND EXISTS (SELECT FROM care.staff_membership m WHERE m.facility_id = p.facility_id AND m.staff_id = care.me()) $$;
COMMENT ON FUNCTION find_mine IS 'sound';
CREATE FUNCTION discharge(p uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = care, pg_temp AS $$
DECLARE
	f uuid;
BEGIN
	SELECT facility_id INTO f FROM care.patient WHERE patient_id = p;
	IF f IS NULL OR NOT care.works_at(f) THEN
		RAISE EXCEPTION 'not yours' USING ERRCODE = 'insufficient_privilege';
	END IF;
	UPDATE care.patient SET deleted_at = now() WHERE patient_id = p;
END $$;
COMMENT ON FUNCTION discharge IS 'sound: asked first';
CREATE FUNCTION erase(p uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = care, pg_temp AS $$
BEGIN
	IF care.me() IS NULL THEN
		RAISE EXCEPTION 'who are you';
	END IF;
	DELETE FROM care.supply WHERE supply_id = p;
END $$;
COMMENT ON FUNCTION erase IS 'hole: being somebody is enough';
CREATE VIEW patient_list AS SELECT patient_id, facility_id, note FROM patient WHERE deleted_at IS NULL;
GRANT SELECT ON patient_list TO wd_app;
COMMENT ON VIEW patient_list IS 'hole: reads as the owner';
CREATE VIEW patient_mine WITH (security_invoker) AS SELECT patient_id, facility_id, note FROM patient WHERE deleted_at IS NULL;
GRANT SELECT ON patient_mine TO wd_app;
COMMENT ON VIEW patient_mine IS 'sound';
RESET ROLE; SET search_path = care;
INSERT INTO facility SELECT ('00000000-0000-4000-8000-00000000000' || g)::uuid, NULL, 'f' || g FROM generate_series(1, 4) g;
INSERT INTO facility_closure SELECT facility_id, facility_id, 0 FROM facility;
INSERT INTO staff_membership (staff_id, facility_id, role) SELECT ('10000000-0000-4000-8000-00000000000' || right(facility_id::text, 1))::uuid, facility_id, 'physician' FROM facility;
INSERT INTO staff_membership (staff_id, facility_id) SELECT ('20000000-0000-4000-8000-00000000000' || right(facility_id::text, 1))::uuid, facility_id FROM facility;
DO $$ DECLARE t text; BEGIN
	FOR t IN SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'facility_id'
			JOIN pg_attribute l ON l.attrelid = c.oid AND l.attname = 'deleted_at'
			WHERE relnamespace = 'care'::regnamespace AND relkind = 'r' ORDER BY 1 LOOP
		EXECUTE format('INSERT INTO %I (facility_id) SELECT facility_id FROM facility, generate_series(1, 4)', t);
	END LOOP;
END $$;
INSERT INTO appointment (facility_id, deleted_at) SELECT facility_id, now() FROM facility;
INSERT INTO self_glass (staff_id, facility_id) SELECT staff_id, facility_id FROM staff_membership;
INSERT INTO vital (patient_id) SELECT patient_id FROM patient;
INSERT INTO diagnosis (patient_id) SELECT patient_id FROM patient;
INSERT INTO allergy (patient_id) SELECT patient_id FROM patient;
INSERT INTO access_log (facility_id, staff_id) SELECT facility_id, staff_id FROM staff_membership;
UPDATE lab_order o SET patient_id = p.patient_id FROM patient p WHERE p.facility_id = o.facility_id;
UPDATE lab_result o SET patient_id = p.patient_id FROM patient p WHERE p.facility_id = o.facility_id;
INSERT INTO referral_share SELECT referral_id, '00000000-0000-4000-8000-000000000002' FROM referral WHERE facility_id = '00000000-0000-4000-8000-000000000001' LIMIT 1;
ANALYZE;
