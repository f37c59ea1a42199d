-- SPDX-License-Identifier: MIT
-- Organisations below organisations by path, closure and recursion; seats, teams, shares, what is one
-- person's own, what is in the bin.
-- What begins with "hole_" must raise a finding above info, what begins with "sound_" none.
SET client_min_messages = error;
CREATE EXTENSION ltree;
CREATE ROLE fa_owner NOLOGIN;
CREATE ROLE fa_app LOGIN;
CREATE SCHEMA fam AUTHORIZATION fa_owner;
GRANT USAGE ON SCHEMA fam TO fa_app;
SET ROLE fa_owner; SET search_path = fam, public;
CREATE TABLE orgs (id int PRIMARY KEY, parent_id int REFERENCES orgs, path ltree NOT NULL, name text NOT NULL);
CREATE TABLE people (id int PRIMARY KEY, email text NOT NULL UNIQUE);
CREATE TABLE closure (ancestor int NOT NULL REFERENCES orgs, descendant int NOT NULL REFERENCES orgs,
	PRIMARY KEY (ancestor, descendant));
CREATE TABLE seats (org_id int NOT NULL REFERENCES orgs, person_id int NOT NULL REFERENCES people,
	role text NOT NULL DEFAULT 'member', PRIMARY KEY (org_id, person_id));
CREATE FUNCTION org() RETURNS int LANGUAGE sql STABLE AS
	$$ SELECT nullif(current_setting('fam.org', true), '')::int $$;
CREATE FUNCTION me() RETURNS int LANGUAGE sql STABLE AS
	$$ SELECT nullif(current_setting('fam.person', true), '')::int $$;
ALTER TABLE orgs ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON orgs USING (id = org());
ALTER TABLE seats ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON seats FOR SELECT USING (person_id = me());
GRANT SELECT ON orgs, seats TO fa_app;
CREATE FUNCTION my_orgs() RETURNS SETOF int LANGUAGE sql STABLE SECURITY DEFINER
	SET search_path = fam, public, pg_temp AS $$
	WITH RECURSIVE mine AS (
		SELECT org_id AS id FROM seats WHERE person_id = me()
		UNION SELECT o.id FROM orgs o JOIN mine m ON o.parent_id = m.id)
	SELECT id FROM mine $$;
CREATE FUNCTION hole_some_orgs() RETURNS SETOF int LANGUAGE sql STABLE SECURITY DEFINER
	SET search_path = fam, public, pg_temp AS $$
	WITH RECURSIVE mine AS (
		SELECT org_id AS id FROM seats
		UNION SELECT o.id FROM orgs o JOIN mine m ON o.parent_id = m.id)
	SELECT id FROM mine $$;
CREATE FUNCTION is_seated(o int) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
	SET search_path = fam, pg_temp AS
	$$ SELECT EXISTS (SELECT 1 FROM seats s WHERE s.org_id = o AND s.person_id = me()) $$;
CREATE FUNCTION is_seated_somewhere(o int) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
	SET search_path = fam, pg_temp AS
	$$ SELECT EXISTS (SELECT 1 FROM seats s WHERE s.person_id = me() AND s.role = 'member') $$;
CREATE FUNCTION has_role(o int, wanted text) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
	SET search_path = fam, pg_temp AS $$
	BEGIN
		RETURN EXISTS (SELECT 1 FROM seats s WHERE s.org_id = o AND s.person_id = me() AND s.role = wanted);
	END $$;
CREATE FUNCTION org_id_is(org_id int) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
	SET search_path = fam, pg_temp AS
	$$ SELECT EXISTS (SELECT 1 FROM seats s WHERE s.org_id = org_id AND s.person_id = me()) $$;
CREATE FUNCTION pg_temp.t(rel text, using_ text DEFAULT NULL, check_ text DEFAULT NULL) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE TABLE %I (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
		org_id int NOT NULL REFERENCES orgs, owner_id int REFERENCES people, team_id int,
		visibility text NOT NULL DEFAULT ''private'', deleted_at timestamptz,
		body text NOT NULL DEFAULT '''', UNIQUE (org_id, id))', rel);
	EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', rel);
	EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO fa_app', rel);
	IF using_ IS NOT NULL THEN
		EXECUTE format('CREATE POLICY p ON %I USING (%s) %s', rel, using_, 'WITH CHECK (' || check_ || ')');
	END IF;
END $$;
-- what one organisation gives to all, which a table of the operators names
CREATE TABLE knobs (name text PRIMARY KEY, value int NOT NULL);
GRANT SELECT ON knobs TO fa_app;
CREATE FUNCTION house_org() RETURNS int LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = fam, pg_temp AS $$
	DECLARE v int; BEGIN SELECT k.value INTO v FROM knobs k WHERE k.name = 'house'; RETURN v; END $$;
SELECT pg_temp.t('sound_house');
CREATE POLICY r ON sound_house FOR SELECT USING (org_id = org() OR org_id = house_org());
CREATE POLICY w ON sound_house USING (org_id = org());
SELECT pg_temp.t('sound_house_org');
CREATE POLICY r ON sound_house_org FOR SELECT USING (org_id = org() OR org_id = (SELECT k.value FROM knobs k WHERE k.name = 'house'));
CREATE POLICY w ON sound_house_org USING (org_id = org());
SELECT pg_temp.t('hole_knob', 'org_id = org() OR org_id IN (SELECT k.value FROM knobs k)');
SELECT pg_temp.t('sound_plain', 'org_id = org()');
SELECT pg_temp.t('sound_seated', 'is_seated(org_id)');
SELECT pg_temp.t('hole_seated', 'is_seated_somewhere(org_id)');
SELECT pg_temp.t('hole_shadowed', 'org_id_is(org_id)');
SELECT pg_temp.t('sound_tree', 'org_id IN (SELECT my_orgs())');
SELECT pg_temp.t('sound_tree_any', 'org_id = ANY (ARRAY(SELECT my_orgs()))');
SELECT pg_temp.t('hole_tree', 'org_id IN (SELECT hole_some_orgs())');
SELECT pg_temp.t('sound_role', $$has_role(org_id, 'member')$$);
SELECT pg_temp.t('hole_role', $$has_role(org_id, 'member') OR has_role(org(), 'member')$$);
SELECT pg_temp.t('sound_writer', $$is_seated(org_id)$$, $$has_role(org_id, 'member')$$);
SELECT pg_temp.t('hole_writer', $$is_seated(org_id)$$, $$has_role(org(), 'member')$$);
SELECT pg_temp.t('sound_subquery', 'org_id IN (SELECT s.org_id FROM seats s WHERE s.person_id = me())');
SELECT pg_temp.t('sound_by_policy', 'org_id IN (SELECT s.org_id FROM seats s WHERE s.person_id = s.person_id)');
-- what a person owns
SELECT pg_temp.t('sound_own', 'org_id = org() AND owner_id = me()');
SELECT pg_temp.t('hole_own', 'org_id = org() OR owner_id IS NOT NULL');
SELECT pg_temp.t('sound_public');
CREATE POLICY r ON sound_public FOR SELECT USING (visibility = 'public' OR org_id = org());
CREATE POLICY i ON sound_public FOR INSERT WITH CHECK (org_id = org());
CREATE POLICY u ON sound_public FOR UPDATE USING (org_id = org());
CREATE POLICY d ON sound_public FOR DELETE USING (org_id = org());
SELECT pg_temp.t('hole_public');
CREATE POLICY r ON hole_public FOR SELECT USING (visibility = 'public' OR org_id = org());
CREATE POLICY i ON hole_public FOR INSERT WITH CHECK (org_id = org());
CREATE POLICY u ON hole_public FOR UPDATE USING (org_id = org() OR visibility = 'public');
CREATE POLICY d ON hole_public FOR DELETE USING (org_id = org());
-- the bin
SELECT pg_temp.t('sound_bin', 'org_id = org() AND deleted_at IS NULL', 'org_id = org()');
SELECT pg_temp.t('hole_bin', 'deleted_at IS NULL OR org_id = org()');
SELECT pg_temp.t('hole_bin_and', 'deleted_at IS NOT NULL AND org_id = org() OR deleted_at IS NULL');
SELECT pg_temp.t('sound_bin_floor', 'org_id = org()');
CREATE POLICY bin ON sound_bin_floor AS RESTRICTIVE FOR SELECT USING (deleted_at IS NULL);
SELECT pg_temp.t('hole_bin_second', 'org_id = org()');
CREATE POLICY bin ON hole_bin_second FOR SELECT USING (deleted_at IS NULL);
SELECT pg_temp.t('hole_bin_read');
CREATE POLICY r ON hole_bin_read FOR SELECT USING (deleted_at IS NULL OR org_id = org());
CREATE POLICY w ON hole_bin_read FOR ALL USING (org_id = org());
SELECT pg_temp.t('sound_bin_public');
CREATE POLICY r ON sound_bin_public FOR SELECT USING (visibility = 'public' AND deleted_at IS NULL OR org_id = org());
CREATE POLICY w ON sound_bin_public FOR ALL USING (org_id = org());
-- shares
CREATE TABLE shares (doc_id int NOT NULL, person_id int NOT NULL REFERENCES people, PRIMARY KEY (doc_id, person_id));
ALTER TABLE shares ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON shares USING (person_id = me());
GRANT SELECT, INSERT, DELETE ON shares TO fa_app;
SELECT pg_temp.t('hole_shared', 'org_id = org() OR id IN (SELECT s.doc_id FROM shares s WHERE s.person_id = me())');
-- one gives only what is one's own
CREATE TABLE sound_gifts (doc_id int NOT NULL, person_id int NOT NULL REFERENCES people, PRIMARY KEY (doc_id, person_id));
ALTER TABLE sound_gifts ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON sound_gifts FOR SELECT USING (person_id = me());
CREATE POLICY g ON sound_gifts FOR INSERT WITH CHECK (doc_id IN (SELECT d.id FROM sound_plain d));
GRANT SELECT, INSERT ON sound_gifts TO fa_app;
SELECT pg_temp.t('sound_gifted', 'org_id = org() AND id IN (SELECT s.doc_id FROM shares s WHERE s.person_id = me())');
CREATE TABLE given (doc_id int NOT NULL, person_id int NOT NULL REFERENCES people, PRIMARY KEY (doc_id, person_id));
ALTER TABLE given ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON given FOR SELECT USING (person_id = me());
GRANT SELECT ON given TO fa_app;
SELECT pg_temp.t('sound_shared');
CREATE POLICY r ON sound_shared FOR SELECT USING (org_id = org()
	OR id IN (SELECT s.doc_id FROM given s WHERE s.person_id = me()));
CREATE POLICY w ON sound_shared USING (org_id = org());
-- seats that one takes oneself
CREATE TABLE hole_seats (org_id int NOT NULL REFERENCES orgs, person_id int NOT NULL REFERENCES people,
	PRIMARY KEY (org_id, person_id));
ALTER TABLE hole_seats ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON hole_seats USING (person_id = me());
GRANT SELECT, INSERT ON hole_seats TO fa_app;
SELECT pg_temp.t('hole_by_seat', 'EXISTS (SELECT 1 FROM hole_seats s WHERE s.org_id = hole_by_seat.org_id AND s.person_id = me())');
-- lines of documents
CREATE TABLE sound_lines (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, plain_id int NOT NULL
	REFERENCES sound_plain ON DELETE CASCADE, body text NOT NULL DEFAULT '');
CREATE TABLE hole_lines (LIKE sound_lines INCLUDING ALL, FOREIGN KEY (plain_id) REFERENCES sound_plain ON DELETE CASCADE);
CREATE TABLE hole_lines_any (LIKE sound_lines INCLUDING ALL, FOREIGN KEY (plain_id) REFERENCES sound_plain ON DELETE CASCADE);
CREATE INDEX ON sound_lines (plain_id); CREATE INDEX ON hole_lines (plain_id); CREATE INDEX ON hole_lines_any (plain_id);
ALTER TABLE sound_lines ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE hole_lines_any ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY p ON sound_lines USING (plain_id IN (SELECT id FROM sound_plain));
CREATE POLICY p ON hole_lines_any USING (EXISTS (SELECT id FROM sound_plain WHERE id = plain_id OR body = ''));
GRANT SELECT, INSERT, UPDATE, DELETE ON sound_lines, hole_lines, hole_lines_any TO fa_app;
-- code
CREATE FUNCTION hole_find(wanted text) RETURNS SETOF sound_plain LANGUAGE plpgsql STABLE SECURITY DEFINER
	SET search_path = fam, pg_temp AS $$
	BEGIN
		RETURN QUERY SELECT d.* FROM sound_tree d WHERE d.body = wanted OR org_id = org();
	END $$;
ALTER TABLE sound_tree NO FORCE ROW LEVEL SECURITY;
CREATE FUNCTION sound_find(wanted text) RETURNS SETOF sound_plain LANGUAGE plpgsql STABLE
	SET search_path = fam, pg_temp AS $$
	BEGIN
		RETURN QUERY SELECT d.* FROM sound_tree d WHERE d.body = wanted;
	END $$;
CREATE FUNCTION sound_count() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER
	SET search_path = fam, pg_temp AS $$ SELECT count(*) FROM sound_tree WHERE is_seated(org_id) $$;
RESET ROLE; SET search_path = fam, public;
INSERT INTO orgs VALUES (1, NULL, 'a', 'a'), (2, NULL, 'b', 'b'), (3, NULL, 'c', 'c');
INSERT INTO orgs VALUES (11, 1, 'a.x', 'ax'), (21, 2, 'b.x', 'bx');
INSERT INTO knobs VALUES ('house', 3), ('other', 2);
INSERT INTO people SELECT g, 'p' || g || '@x' FROM generate_series(1, 6) g;
INSERT INTO seats SELECT g, g FROM generate_series(1, 3) g;
INSERT INTO closure SELECT id, id FROM orgs;
INSERT INTO closure VALUES (1, 11), (2, 21);
DO $$ DECLARE t text; BEGIN
	FOR t IN SELECT relname FROM pg_class WHERE relnamespace = 'fam'::regnamespace AND relkind = 'r'
			AND relname ~ '^(hole|sound)_' AND relname !~ 'lines|shares|seats|gifts' ORDER BY 1 LOOP
		EXECUTE format('INSERT INTO %I (org_id, owner_id) SELECT o, o FROM generate_series(1, 3) o,
			generate_series(1, 3)', t);
	END LOOP;
END $$;
INSERT INTO sound_lines (plain_id) SELECT id FROM sound_plain;
INSERT INTO hole_lines (plain_id) SELECT id FROM sound_plain;
INSERT INTO hole_lines_any (plain_id) SELECT id FROM sound_plain;
INSERT INTO hole_seats SELECT g, g FROM generate_series(1, 3) g;
ANALYZE;
