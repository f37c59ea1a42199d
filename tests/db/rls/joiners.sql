-- SPDX-License-Identifier: MIT
-- Who lets himself in: by a list that he may write, by a function that writes it for him.
SET client_min_messages = error;
CREATE ROLE jn_owner NOLOGIN; CREATE ROLE jn_web LOGIN;
CREATE SCHEMA jn AUTHORIZATION jn_owner; GRANT USAGE ON SCHEMA jn TO jn_web;
SET ROLE jn_owner; SET search_path = jn;
CREATE TABLE users (id bigint PRIMARY KEY, name text NOT NULL);
CREATE TABLE orgs (id bigint PRIMARY KEY, name text NOT NULL);
CREATE TABLE org_members (org_id bigint NOT NULL REFERENCES orgs, user_id bigint NOT NULL REFERENCES users,
	post text NOT NULL CHECK (post IN ('chair', 'member')), PRIMARY KEY (org_id, user_id));
CREATE FUNCTION me() RETURNS bigint LANGUAGE sql STABLE AS $$
	SELECT nullif(current_setting('app.user_id', true), '')::bigint $$;
CREATE FUNCTION my_orgs() RETURNS SETOF bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = jn, pg_temp AS $$
	SELECT m.org_id FROM jn.org_members m WHERE m.user_id = jn.me() $$;
CREATE FUNCTION add_member(c bigint, who bigint, p text) RETURNS void LANGUAGE sql SECURITY DEFINER
	SET search_path = jn, pg_temp AS $$
	INSERT INTO jn.org_members (org_id, user_id, post) VALUES (c, who, p)
	ON CONFLICT (org_id, user_id) DO UPDATE SET post = excluded.post $$;
CREATE TABLE teams (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, org_id bigint NOT NULL REFERENCES orgs,
	name text NOT NULL DEFAULT 'team');
CREATE TABLE guests (team_id bigint NOT NULL REFERENCES teams, user_id bigint NOT NULL REFERENCES users,
	PRIMARY KEY (team_id, user_id));
CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, team_id bigint NOT NULL REFERENCES teams,
	body text NOT NULL DEFAULT 'note');
ALTER TABLE orgs ENABLE ROW LEVEL SECURITY; ALTER TABLE org_members ENABLE ROW LEVEL SECURITY;
ALTER TABLE teams ENABLE ROW LEVEL SECURITY; ALTER TABLE guests ENABLE ROW LEVEL SECURITY;
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON orgs FOR SELECT USING (id IN (SELECT my_orgs()));
CREATE POLICY own ON org_members FOR SELECT USING (org_id IN (SELECT my_orgs()));
CREATE POLICY own ON teams USING (org_id IN (SELECT my_orgs()));
CREATE POLICY own ON guests USING (user_id = me()) WITH CHECK (user_id = me());
CREATE POLICY guest ON notes FOR SELECT USING (EXISTS (SELECT FROM guests g WHERE g.team_id = notes.team_id
	AND g.user_id = me()));
GRANT SELECT ON orgs, org_members, notes TO jn_web; GRANT SELECT, INSERT, UPDATE, DELETE ON teams TO jn_web;
GRANT SELECT, INSERT, DELETE ON guests TO jn_web;
INSERT INTO users SELECT n, 'person ' || n FROM generate_series(1, 6) n;
INSERT INTO orgs SELECT n, 'club ' || n FROM generate_series(1, 3) n;
INSERT INTO org_members SELECT c, c * 2 - n, CASE n WHEN 0 THEN 'chair' ELSE 'member' END
	FROM generate_series(1, 3) c, generate_series(0, 1) n;
INSERT INTO teams (org_id) SELECT c FROM generate_series(1, 3) c, generate_series(1, 2);
INSERT INTO guests SELECT id, org_id * 2 FROM teams;
INSERT INTO notes (team_id) SELECT id FROM teams;
