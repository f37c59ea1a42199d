-- SPDX-License-Identifier: MIT
-- Laboratories: whose a row is, is told by a column that no list of words knows and by who works where; who it is, is
-- told by a row of sessions, whose key is all that a session says.
-- What a comment calls "hole" must raise a finding above info, what it calls "sound" none.
-- Run by a superuser in an empty database of its own cluster.
\set ON_ERROR_STOP on
\set QUIET on
\o /dev/null
SET client_min_messages = error;
CREATE ROLE lab_owner NOLOGIN;
CREATE ROLE lab_api LOGIN;
CREATE ROLE lab_read LOGIN;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
CREATE SCHEMA sec AUTHORIZATION lab_owner;
CREATE SCHEMA lab AUTHORIZATION lab_owner;
SET ROLE lab_owner;
GRANT USAGE ON SCHEMA sec, lab TO lab_api, lab_read;
CREATE TABLE lab.labs (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, slug text NOT NULL UNIQUE);
CREATE TABLE lab.people (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), email text NOT NULL UNIQUE, display_name text);
CREATE TABLE sec.opened (token text PRIMARY KEY, person_id uuid NOT NULL REFERENCES lab.people ON DELETE CASCADE);
CREATE TABLE lab.lab_people (lab_id int NOT NULL REFERENCES lab.labs ON DELETE CASCADE, person_id uuid NOT NULL REFERENCES lab.people ON DELETE CASCADE, grade text NOT NULL DEFAULT 'member', PRIMARY KEY (lab_id, person_id));
CREATE INDEX ON lab.lab_people (person_id);
CREATE FUNCTION sec.token() RETURNS text LANGUAGE sql STABLE AS $$ SELECT nullif(current_setting('lab.session', true), '') $$;
CREATE FUNCTION sec.person() RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
	SELECT person_id FROM sec.opened WHERE token = sec.token() $$;
CREATE FUNCTION sec.labs() RETURNS SETOF int LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
	SELECT lab_id FROM lab.lab_people WHERE person_id = sec.person() $$;
CREATE FUNCTION sec.is_head() RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$
	DECLARE n int; BEGIN SELECT count(*) INTO n FROM lab.lab_people WHERE person_id = sec.person() AND grade = 'head'; RETURN n > 0; END $$;
CREATE FUNCTION sec.is_head_of(l int) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
	SELECT EXISTS (SELECT FROM lab.lab_people p WHERE p.lab_id = l AND p.person_id = sec.person() AND p.grade = 'head') $$;
ALTER TABLE lab.labs ENABLE ROW LEVEL SECURITY;
ALTER TABLE lab.people ENABLE ROW LEVEL SECURITY;
ALTER TABLE lab.lab_people ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON lab.labs FOR SELECT USING (id IN (SELECT sec.labs()));
CREATE POLICY self ON lab.people FOR SELECT USING (id = (SELECT sec.person()));
CREATE POLICY seen ON lab.lab_people FOR SELECT USING (lab_id IN (SELECT sec.labs()));
GRANT SELECT ON lab.labs, lab.people, lab.lab_people TO lab_api, lab_read;

-- Tables with a policy for the members of a laboratory.
CREATE PROCEDURE pg_temp.members(n text, columns text) LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE TABLE lab.%I (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, lab_id int NOT NULL REFERENCES lab.labs ON DELETE RESTRICT, %s)', n, columns);
	EXECUTE format('CREATE INDEX ON lab.%I (lab_id)', n);
	EXECUTE format('ALTER TABLE lab.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', n);
	EXECUTE format('CREATE POLICY members ON lab.%I FOR SELECT USING (lab_id IN (SELECT sec.labs()))', n);
	EXECUTE format('GRANT SELECT ON lab.%I TO lab_api', n);
END $$;
CALL pg_temp.members('reagents', 'name text NOT NULL');
COMMENT ON TABLE lab.reagents IS 'sound';
CALL pg_temp.members('samples', 'barcode text NOT NULL');
COMMENT ON TABLE lab.samples IS 'sound';
CREATE POLICY work ON lab.samples USING (lab_id IN (SELECT sec.labs()));
GRANT INSERT, UPDATE, DELETE ON lab.samples TO lab_api;
-- One whose setting is not known can read nothing; whoever is signed in reads all.
CALL pg_temp.members('notebooks', 'body text NOT NULL');
COMMENT ON TABLE lab.notebooks IS 'hole';
CREATE POLICY reads ON lab.notebooks FOR SELECT USING (sec.person() IS NOT NULL);
-- A head of some laboratory takes another's rows: what is written must be his own, what is read need not.
CALL pg_temp.members('budgets', $$amount numeric(12,2) NOT NULL, status text NOT NULL DEFAULT 'new'$$);
COMMENT ON TABLE lab.budgets IS 'hole';
CREATE POLICY settle ON lab.budgets FOR UPDATE USING (status = 'new' AND sec.is_head()) WITH CHECK (lab_id IN (SELECT sec.labs()));
GRANT UPDATE ON lab.budgets TO lab_api;
CALL pg_temp.members('spendings', $$amount numeric(12,2) NOT NULL, status text NOT NULL DEFAULT 'new'$$);
COMMENT ON TABLE lab.spendings IS 'sound';
CREATE POLICY settle ON lab.spendings FOR UPDATE USING (status = 'new' AND sec.is_head_of(lab_id)) WITH CHECK (lab_id IN (SELECT sec.labs()));
GRANT UPDATE ON lab.spendings TO lab_api;
-- The row of the sub-query is never compared with the row that is asked about.
CALL pg_temp.members('freezers', 'name text NOT NULL');
COMMENT ON TABLE lab.freezers IS 'hole';
CREATE POLICY works ON lab.freezers FOR SELECT USING (EXISTS (SELECT FROM lab.lab_people p WHERE lab_id = p.lab_id AND p.person_id = sec.person()));
-- What is published, in other languages and by the hour.
CALL pg_temp.members('protocols', 'body text NOT NULL, published_at timestamptz');
COMMENT ON TABLE lab.protocols IS 'sound';
CREATE POLICY published ON lab.protocols FOR SELECT USING (published_at IS NOT NULL AND published_at <= now());
CALL pg_temp.members('cenniki', '"czyPubliczny" boolean NOT NULL DEFAULT false');
COMMENT ON TABLE lab.cenniki IS 'sound';
CREATE POLICY publiczne ON lab.cenniki FOR SELECT USING ("czyPubliczny" IS TRUE);
CALL pg_temp.members('methods', '"isPublic" boolean NOT NULL DEFAULT false');
COMMENT ON TABLE lab.methods IS 'sound';
CREATE POLICY public ON lab.methods FOR SELECT USING ("isPublic");
CALL pg_temp.members('assays', '"republicOnly" boolean NOT NULL DEFAULT false');
COMMENT ON TABLE lab.assays IS 'hole';
CREATE POLICY part ON lab.assays FOR SELECT USING ("republicOnly");
CALL pg_temp.members('posters', 'due_at timestamptz NOT NULL DEFAULT now()');
COMMENT ON TABLE lab.posters IS 'hole';
CREATE POLICY due ON lab.posters FOR SELECT USING (due_at <= now());
-- Whoever was invited sees it by an address that nobody else has; a grade is everybody's.
CALL pg_temp.members('invites', 'email text NOT NULL');
COMMENT ON TABLE lab.invites IS 'sound';
CREATE POLICY mine ON lab.invites FOR SELECT USING (email = (SELECT p.email FROM lab.people p WHERE p.id = sec.person()));
CALL pg_temp.members('offers', 'to_name text NOT NULL');
COMMENT ON TABLE lab.offers IS 'hole';
CREATE POLICY mine ON lab.offers FOR SELECT USING (to_name = (SELECT p.display_name FROM lab.people p WHERE p.id = sec.person()));
-- What hangs from a sample.
CREATE TABLE lab.aliquots (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, sample_id int NOT NULL REFERENCES lab.samples ON DELETE CASCADE, ml numeric(8,2) NOT NULL);
COMMENT ON TABLE lab.aliquots IS 'sound';
CREATE INDEX ON lab.aliquots (sample_id);
ALTER TABLE lab.aliquots ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY by_sample ON lab.aliquots USING (EXISTS (SELECT FROM lab.samples s WHERE s.id = aliquots.sample_id));
GRANT SELECT, INSERT, UPDATE, DELETE ON lab.aliquots TO lab_api;
CREATE TABLE lab.readings (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, sample_id int NOT NULL REFERENCES lab.samples ON DELETE CASCADE, val numeric(8,2) NOT NULL);
COMMENT ON TABLE lab.readings IS 'hole';
CREATE INDEX ON lab.readings (sample_id);
GRANT SELECT, INSERT ON lab.readings TO lab_api;

-- What all laboratories share: they are so many that not nearly every table says whose its rows are.
CREATE TABLE lab.units (code text PRIMARY KEY);
CREATE TABLE lab.species (code text PRIMARY KEY);
CREATE TABLE lab.hazards (code text PRIMARY KEY);
CREATE TABLE lab.elements (code text PRIMARY KEY);
CREATE TABLE lab.grades (code text PRIMARY KEY);
CREATE TABLE lab.isotopes (code text PRIMARY KEY, element text NOT NULL REFERENCES lab.elements ON DELETE RESTRICT);
GRANT SELECT ON lab.units, lab.species, lab.hazards, lab.elements, lab.grades, lab.isotopes TO lab_api;

-- Code of the owner's: who changes the laboratory itself, and which.
CREATE FUNCTION lab.rename(p_lab int, p_slug text) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
	UPDATE lab.labs SET slug = p_slug WHERE id = p_lab $$;
COMMENT ON FUNCTION lab.rename IS 'hole';
CREATE FUNCTION lab.rename_own(p_lab int, p_slug text) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
	UPDATE lab.labs SET slug = p_slug WHERE id = p_lab AND sec.is_head_of(id) $$;
COMMENT ON FUNCTION lab.rename_own IS 'sound';
CREATE FUNCTION lab.found(p_slug text) RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
	INSERT INTO lab.labs (slug) VALUES (p_slug) RETURNING id $$;
COMMENT ON FUNCTION lab.found IS 'sound';

-- Published to another server.
RESET ROLE;
CREATE PUBLICATION prices FOR TABLE lab.cenniki WHERE ("czyPubliczny");
COMMENT ON PUBLICATION prices IS 'sound';
CREATE PUBLICATION hole_samples FOR TABLE lab.samples;

INSERT INTO lab.labs (slug) SELECT 'lab' || i FROM generate_series(1, 4) i;
INSERT INTO lab.people (email, display_name) SELECT slug || '@example.org', 'Robin' FROM lab.labs;
INSERT INTO lab.lab_people SELECT l.id, p.id, 'head' FROM lab.labs l JOIN lab.people p ON p.email = l.slug || '@example.org';
INSERT INTO sec.opened SELECT 'token of ' || email, id FROM lab.people;
INSERT INTO lab.reagents (lab_id, name) SELECT id, slug FROM lab.labs;
INSERT INTO lab.samples (lab_id, barcode) SELECT id, slug FROM lab.labs;
INSERT INTO lab.aliquots (sample_id, ml) SELECT id, 1 FROM lab.samples;
INSERT INTO lab.readings (sample_id, val) SELECT id, 1 FROM lab.samples;
INSERT INTO lab.notebooks (lab_id, body) SELECT id, slug FROM lab.labs;
INSERT INTO lab.budgets (lab_id, amount) SELECT id, 10 FROM lab.labs;
INSERT INTO lab.spendings (lab_id, amount) SELECT id, 10 FROM lab.labs;
INSERT INTO lab.freezers (lab_id, name) SELECT id, slug FROM lab.labs;
INSERT INTO lab.protocols (lab_id, body, published_at) SELECT id, slug, CASE WHEN id % 2 = 0 THEN now() - interval '1 day' END FROM lab.labs;
INSERT INTO lab.cenniki (lab_id, "czyPubliczny") SELECT id, i = 1 FROM lab.labs, generate_series(1, 2) i;
INSERT INTO lab.methods (lab_id, "isPublic") SELECT id, i = 1 FROM lab.labs, generate_series(1, 2) i;
INSERT INTO lab.assays (lab_id, "republicOnly") SELECT id, i = 1 FROM lab.labs, generate_series(1, 2) i;
INSERT INTO lab.posters (lab_id, due_at) SELECT id, now() - interval '1 day' FROM lab.labs;
INSERT INTO lab.invites (lab_id, email) SELECT id, 'new' || id || '@example.org' FROM lab.labs;
INSERT INTO lab.offers (lab_id, to_name) SELECT id, 'Robin' FROM lab.labs;
ANALYZE;
