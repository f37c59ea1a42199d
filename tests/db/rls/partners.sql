-- SPDX-License-Identifier: MIT
-- Rows that are two firms' (who sells and who buys), where people belong to firms by a list of members: the policies
-- ask it for either column, in one condition, in two policies, or in one look at the list.
SET client_min_messages = error;
CREATE ROLE pt_app LOGIN;
CREATE SCHEMA pt; GRANT USAGE ON SCHEMA pt TO pt_app; SET search_path = pt;
CREATE TABLE orgs (id int PRIMARY KEY, name text);
CREATE TABLE org_members (org_id int NOT NULL REFERENCES orgs, user_id int NOT NULL, PRIMARY KEY (org_id, user_id));
CREATE FUNCTION uid() RETURNS int LANGUAGE sql STABLE RETURN nullif(current_setting('app.user_id', true), '')::int;
CREATE FUNCTION mine() RETURNS SETOF int LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pt, pg_temp AS $$
	SELECT m.org_id FROM org_members m WHERE m.user_id = uid() $$;
CREATE FUNCTION is_in(o int) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pt, pg_temp AS $$
	SELECT EXISTS (SELECT FROM org_members m WHERE m.user_id = uid() AND m.org_id = o) $$;
INSERT INTO orgs SELECT i, 'o' || i FROM generate_series(1, 4) i;
INSERT INTO org_members SELECT i, 10 + i FROM generate_series(1, 4) i;
CREATE FUNCTION one(n text, pol text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
	EXECUTE format('CREATE TABLE %I (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, org_id int NOT NULL REFERENCES orgs,
		t text DEFAULT ''t'', live boolean NOT NULL DEFAULT false)', n);
	EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', n);
	EXECUTE format('CREATE POLICY p ON %I %s', n, pol);
	EXECUTE format('CREATE INDEX ON %I (org_id)', n);
	EXECUTE format('INSERT INTO %I (org_id) SELECT id FROM orgs', n);
	EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO pt_app', n);
END $$;
CREATE FUNCTION two(n text, VARIADIC policies text[]) RETURNS void LANGUAGE plpgsql AS $$ DECLARE p text; i int := 0; BEGIN
	EXECUTE format('CREATE TABLE %I (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, org_id int NOT NULL REFERENCES orgs,
		buyer_id int NOT NULL REFERENCES orgs, t text DEFAULT ''t'')', n);
	EXECUTE format('CREATE INDEX ON %I (org_id)', n); EXECUTE format('CREATE INDEX ON %I (buyer_id)', n);
	EXECUTE format('INSERT INTO %I (org_id, buyer_id) SELECT a.id, b.id FROM orgs a, orgs b WHERE a.id <> b.id', n);
	EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO pt_app', n);
	FOREACH p IN ARRAY policies LOOP
		i := i + 1;
		EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', n);
		EXECUTE format('CREATE POLICY p%s ON %I %s', i, n, p);
	END LOOP;
END $$;
SELECT one('sound_own', 'USING (is_in(org_id))'); SELECT one('sound_too', 'USING (is_in(org_id))');
SELECT one('sound_of', 'USING (org_id IN (SELECT mine()))');
SELECT two('sound_all', 'USING (org_id IN (SELECT mine()) OR buyer_id IN (SELECT mine()))');
SELECT two('sound_asked', 'USING (is_in(org_id) OR is_in(buyer_id))');
SELECT two('sound_looked', 'USING (EXISTS (SELECT FROM org_members m WHERE m.user_id = uid() AND m.org_id IN (sound_looked.org_id, sound_looked.buyer_id)))');
SELECT two('sound_twice', 'USING (is_in(org_id))', 'USING (is_in(buyer_id))');
SELECT two('sound_split', 'FOR SELECT USING (is_in(org_id) OR is_in(buyer_id))', 'FOR INSERT WITH CHECK (is_in(buyer_id))',
	'FOR UPDATE USING (is_in(org_id)) WITH CHECK (is_in(org_id))', 'FOR DELETE USING (is_in(buyer_id))');
SELECT one('sound_shown', 'USING (is_in(org_id))'); CREATE POLICY q ON sound_shown FOR SELECT USING (live);
SELECT two('hole_off', VARIADIC '{}');
SELECT two('hole_erased', 'FOR SELECT USING (is_in(org_id) OR is_in(buyer_id))', 'FOR DELETE USING (t = ''t'')');
SELECT two('hole_unset', 'USING (is_in(org_id) OR is_in(buyer_id) OR uid() IS NULL)');
SELECT two('hole_put', 'USING (is_in(org_id) OR is_in(buyer_id)) WITH CHECK (true)');
SELECT two('hole_either', 'FOR SELECT USING (is_in(org_id) OR buyer_id <> org_id)');
ALTER TABLE org_members ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON org_members FOR SELECT USING (user_id = uid());
REVOKE INSERT, UPDATE ON hole_erased FROM pt_app; REVOKE INSERT, UPDATE, DELETE ON hole_either FROM pt_app;
GRANT SELECT ON org_members TO pt_app;
DROP FUNCTION one, two;
ANALYZE;
