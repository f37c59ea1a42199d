-- SPDX-License-Identifier: MIT
-- Agencies: organisations, their teams, the teams' projects and what hangs below. Whose a row is stands two and three steps up,
-- under near names (org, org_id, owner_org, organisation); parents may be missing, things are deleted softly.
-- What begins with "hole_" must raise a finding above info, what begins with "sound_" none.
-- Run by a superuser in an empty database of its own cluster.
\set ON_ERROR_STOP on
\set QUIET on
\o /dev/null
SET client_min_messages = error;
CREATE ROLE ag_owner NOLOGIN;
CREATE ROLE ag_web LOGIN;
CREATE ROLE ag_jobs LOGIN;
CREATE ROLE ag_ops NOLOGIN BYPASSRLS;
CREATE SCHEMA ag AUTHORIZATION ag_owner;
GRANT USAGE ON SCHEMA ag TO ag_web, ag_jobs;
SET ROLE ag_owner;
SET search_path = ag;

CREATE TABLE organisations (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL);
CREATE TABLE people (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), email text NOT NULL);
CREATE TABLE memberships (org_id uuid NOT NULL REFERENCES organisations ON DELETE CASCADE,
	person_id uuid NOT NULL REFERENCES people ON DELETE CASCADE, role text NOT NULL DEFAULT 'member',
	removed_at timestamptz, PRIMARY KEY (org_id, person_id));
CREATE INDEX ON memberships (person_id);
CREATE FUNCTION me() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT NULLIF(current_setting('request.person', true), '')::uuid $$;
CREATE FUNCTION is_member(o uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ag, pg_temp AS
	$$ SELECT EXISTS (SELECT 1 FROM memberships m WHERE m.org_id = o AND m.person_id = me() AND m.removed_at IS NULL) $$;
CREATE FUNCTION my_orgs() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ag, pg_temp AS
	$$ SELECT org_id FROM memberships WHERE person_id = me() AND removed_at IS NULL $$;
-- it asks whether anybody is, not whether one is oneself
CREATE FUNCTION has_members(o uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ag, pg_temp AS
	$$ SELECT EXISTS (SELECT 1 FROM memberships m WHERE m.org_id = o) $$;
CREATE FUNCTION is_member_somewhere(o uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ag, pg_temp AS
	$$ SELECT EXISTS (SELECT 1 FROM memberships m WHERE m.person_id = me()) $$;
ALTER TABLE organisations ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON organisations FOR SELECT USING (id IN (SELECT my_orgs()));
ALTER TABLE people ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON people FOR SELECT USING (id = (SELECT me()));
ALTER TABLE memberships ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON memberships FOR SELECT USING (org_id IN (SELECT my_orgs()));
GRANT SELECT ON organisations, people, memberships TO ag_web;

CREATE TABLE sound_teams (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, org_id uuid NOT NULL REFERENCES organisations ON DELETE CASCADE,
	name text NOT NULL, deleted_at timestamptz, UNIQUE (org_id, name), UNIQUE (org_id, id));
CREATE TABLE sound_projects (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, team_id bigint NOT NULL REFERENCES sound_teams ON DELETE CASCADE,
	name text NOT NULL, deleted_at timestamptz);
CREATE INDEX ON sound_projects (team_id);
CREATE TABLE sound_tasks (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, project_id bigint NOT NULL REFERENCES sound_projects ON DELETE CASCADE,
	title text NOT NULL);
CREATE INDEX ON sound_tasks (project_id);
CREATE FUNCTION org_of_team(t bigint) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ag, pg_temp AS
	$$ SELECT org_id FROM sound_teams WHERE id = t $$;
CREATE FUNCTION org_of_project(p bigint) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ag, pg_temp AS
	$$ SELECT t.org_id FROM sound_projects p JOIN sound_teams t ON t.id = p.team_id WHERE p.id = $1 $$;
ALTER TABLE sound_teams ENABLE ROW LEVEL SECURITY;
ALTER TABLE sound_projects ENABLE ROW LEVEL SECURITY;
ALTER TABLE sound_tasks ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON sound_teams USING (org_id IN (SELECT my_orgs()));
CREATE POLICY own ON sound_projects USING (EXISTS (SELECT 1 FROM sound_teams t WHERE t.id = sound_projects.team_id));
CREATE POLICY own ON sound_tasks USING (project_id IN (SELECT p.id FROM sound_projects p));
GRANT SELECT, INSERT, UPDATE, DELETE ON sound_teams, sound_projects, sound_tasks TO ag_web;

-- by(): a table whose team is told, with the condition
CREATE FUNCTION pg_temp.by_team(n text, condition text, nullable boolean DEFAULT false) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE TABLE %I (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, team_id bigint %s REFERENCES sound_teams ON DELETE CASCADE, body text NOT NULL DEFAULT ''b'', deleted_at timestamptz)', n, CASE WHEN nullable THEN '' ELSE 'NOT NULL' END);
	EXECUTE format('CREATE INDEX ON %I (team_id)', n);
	EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', n);
	EXECUTE format('CREATE POLICY own ON %I USING (%s)', n, condition);
	EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO ag_web', n);
END $$;
CREATE FUNCTION pg_temp.by_org(n text, condition text, col text DEFAULT 'org_id') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE TABLE %I (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, %I uuid NOT NULL REFERENCES organisations ON DELETE CASCADE, body text NOT NULL DEFAULT ''b'', deleted_at timestamptz, author uuid)', n, col);
	EXECUTE format('CREATE INDEX ON %I (%I)', n, col);
	EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', n);
	EXECUTE format('CREATE POLICY own ON %I USING (%s)', n, condition);
	EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO ag_web', n);
END $$;
-- two steps up
SELECT pg_temp.by_team('sound_boards', 'is_member(org_of_team(team_id))');
SELECT pg_temp.by_team('sound_files', 'EXISTS (SELECT 1 FROM sound_teams t WHERE t.id = sound_files.team_id AND is_member(t.org_id))');
SELECT pg_temp.by_team('sound_notes', 'team_id IN (SELECT t.id FROM sound_teams t JOIN memberships m ON m.org_id = t.org_id WHERE m.person_id = (SELECT me()) AND m.removed_at IS NULL)');
SELECT pg_temp.by_team('sound_drafts', 'team_id IN (SELECT t.id FROM sound_teams t WHERE t.org_id IN (SELECT my_orgs())) AND deleted_at IS NULL');
SELECT pg_temp.by_team('sound_maybe', 'EXISTS (SELECT 1 FROM sound_teams t WHERE t.id = team_id AND is_member(t.org_id))', true);
SELECT pg_temp.by_team('hole_has_members', 'has_members(org_of_team(team_id))');
SELECT pg_temp.by_team('hole_somewhere', 'is_member_somewhere(org_of_team(team_id))');
SELECT pg_temp.by_team('hole_orphans', 'team_id IS NULL OR EXISTS (SELECT 1 FROM sound_teams t WHERE t.id = team_id AND is_member(t.org_id))', true);
SELECT pg_temp.by_team('hole_any_team', 'EXISTS (SELECT 1 FROM sound_teams t WHERE is_member(t.org_id))');
SELECT pg_temp.by_team('sound_joined', 'EXISTS (SELECT 1 FROM sound_teams t JOIN memberships m ON m.org_id = m.org_id WHERE t.id = sound_joined.team_id AND m.person_id = (SELECT me()))');
SELECT pg_temp.by_team('hole_deleted', 'deleted_at IS NOT NULL OR is_member(org_of_team(team_id))');
SELECT pg_temp.by_team('sound_left_join', 'EXISTS (SELECT 1 FROM sound_teams t LEFT JOIN memberships m ON m.org_id = t.org_id AND m.person_id = (SELECT me()) WHERE t.id = sound_left_join.team_id)');
SELECT pg_temp.by_team('hole_removed', 'team_id NOT IN (SELECT t.id FROM sound_teams t JOIN memberships m ON m.org_id = t.org_id WHERE m.person_id = (SELECT me()) AND m.removed_at IS NOT NULL)');
CREATE TABLE hole_checklist (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, task_id bigint NOT NULL REFERENCES sound_tasks ON DELETE CASCADE, body text NOT NULL);
CREATE INDEX ON hole_checklist (task_id);
GRANT SELECT, INSERT ON hole_checklist TO ag_web;
CREATE TABLE hole_attachments (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, task_id bigint REFERENCES sound_tasks ON DELETE SET NULL, body text NOT NULL);
CREATE INDEX ON hole_attachments (task_id);
GRANT SELECT, INSERT ON hole_attachments TO ag_web;
CREATE TABLE sound_labels (task_id bigint NOT NULL REFERENCES sound_tasks ON DELETE CASCADE, label text NOT NULL, PRIMARY KEY (task_id, label));
ALTER TABLE sound_labels ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON sound_labels USING (EXISTS (SELECT 1 FROM sound_tasks k WHERE k.id = task_id));
GRANT SELECT, INSERT, DELETE ON sound_labels TO ag_web;
-- which of two tables' org_id?  the inner one: any of one's tasks lets in
CREATE TABLE hole_watchers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, project_id bigint NOT NULL REFERENCES sound_projects ON DELETE CASCADE, person_id uuid NOT NULL);
CREATE INDEX ON hole_watchers (project_id);
ALTER TABLE hole_watchers ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON hole_watchers USING (EXISTS (SELECT 1 FROM sound_tasks k WHERE k.project_id = project_id));
GRANT SELECT, INSERT ON hole_watchers TO ag_web;
-- near names
SELECT pg_temp.by_org('sound_invoices', 'is_member(owner_org)', 'owner_org');
SELECT pg_temp.by_org('sound_quotes', 'is_member(organisation)', 'organisation');
SELECT pg_temp.by_org('sound_events', 'org IN (SELECT my_orgs())', 'org');
SELECT pg_temp.by_org('hole_receipts', 'author IS NOT NULL', 'organisation_uuid');
SELECT pg_temp.by_org('hole_contracts', 'true', 'owner_org');
CREATE TABLE hole_bills (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, organisation uuid NOT NULL REFERENCES organisations ON DELETE CASCADE, body text NOT NULL DEFAULT 'b');
CREATE INDEX ON hole_bills (organisation);
GRANT SELECT ON hole_bills TO ag_web;
-- by membership, right and wrong
SELECT pg_temp.by_org('sound_posts', 'EXISTS (SELECT FROM memberships m WHERE m.org_id = sound_posts.org_id AND m.person_id = (SELECT me()) AND m.removed_at IS NULL)');
SELECT pg_temp.by_org('sound_admin_posts', $$EXISTS (SELECT FROM memberships m WHERE m.org_id = sound_admin_posts.org_id AND m.person_id = (SELECT me()) AND m.role = 'admin')$$);
SELECT pg_temp.by_org('sound_any_of', 'org_id = ANY (ARRAY(SELECT my_orgs()))');
SELECT pg_temp.by_org('sound_authors', 'author = (SELECT me()) AND is_member(org_id)');
SELECT pg_temp.by_org('hole_shadowed', 'EXISTS (SELECT FROM memberships m WHERE org_id = m.org_id AND m.person_id = (SELECT me()))');
SELECT pg_temp.by_org('hole_admins', $$is_member(org_id) OR EXISTS (SELECT FROM memberships m WHERE m.person_id = (SELECT me()) AND m.role = 'admin')$$);
SELECT pg_temp.by_org('sound_bound_members', 'EXISTS (SELECT FROM memberships m WHERE m.org_id = sound_bound_members.org_id)');
SELECT pg_temp.by_org('hole_counted', '(SELECT count(*) FROM memberships m WHERE m.person_id = (SELECT me())) > 0');
SELECT pg_temp.by_org('hole_anonymous', 'me() IS NULL OR is_member(org_id)');
SELECT pg_temp.by_org('hole_not_member', 'is_member(org_id) IS NOT NULL');
SELECT pg_temp.by_org('hole_check', 'is_member(org_id)');
DROP POLICY own ON hole_check;
CREATE POLICY own ON hole_check USING (is_member(org_id)) WITH CHECK (author = (SELECT me()));
SELECT pg_temp.by_org('sound_check', 'is_member(org_id)');
DROP POLICY own ON sound_check;
CREATE POLICY own ON sound_check USING (is_member(org_id)) WITH CHECK (author = (SELECT me()) AND is_member(org_id));
-- soft deletion by views
CREATE VIEW sound_live_teams WITH (security_invoker) AS SELECT * FROM sound_teams WHERE deleted_at IS NULL;
CREATE VIEW hole_live_projects AS SELECT * FROM sound_projects WHERE deleted_at IS NULL;
CREATE VIEW sound_my_projects WITH (security_barrier) AS SELECT p.* FROM sound_projects p JOIN sound_teams t ON t.id = p.team_id WHERE is_member(t.org_id) AND p.deleted_at IS NULL;
GRANT SELECT ON sound_live_teams, hole_live_projects, sound_my_projects TO ag_web;
-- definer code
CREATE FUNCTION hole_project_tasks(p bigint) RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ag, pg_temp AS
	$$ SELECT title FROM sound_tasks WHERE project_id = p $$;
CREATE FUNCTION sound_project_tasks(p bigint) RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ag, pg_temp AS
	$$ SELECT title FROM sound_tasks WHERE project_id = p AND is_member(org_of_project(p)) $$;
CREATE FUNCTION sound_rename(p bigint, n text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = ag, pg_temp AS $$
BEGIN
	IF NOT is_member(org_of_project(p)) THEN RAISE EXCEPTION 'not yours' USING ERRCODE = '42501'; END IF;
	UPDATE sound_projects SET name = n WHERE id = p;
END $$;
CREATE FUNCTION hole_rename(p bigint, n text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = ag, pg_temp AS $$
BEGIN
	IF me() IS NULL THEN RAISE EXCEPTION 'sign in' USING ERRCODE = '42501'; END IF;
	UPDATE sound_projects SET name = n WHERE id = p;
END $$;
CREATE FUNCTION hole_join(o uuid) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = ag, pg_temp AS
	$$ INSERT INTO memberships (org_id, person_id) VALUES (o, me()) $$;
RESET ROLE;

INSERT INTO organisations SELECT ('00000000-0000-4000-8000-00000000000' || g)::uuid, 'o' || g FROM generate_series(1, 3) g;
INSERT INTO people SELECT ('00000000-0000-4000-9000-00000000000' || g)::uuid, 'p' || g || '@x' FROM generate_series(1, 4) g;
INSERT INTO memberships (org_id, person_id, role) SELECT o.id, p.id, 'member' FROM organisations o JOIN people p ON right(p.id::text, 1) = right(o.id::text, 1);
INSERT INTO sound_teams (org_id, name) SELECT id, 'team ' || n FROM organisations, generate_series(1, 2) n;
INSERT INTO sound_projects (team_id, name) SELECT id, 'project' FROM sound_teams;
INSERT INTO sound_tasks (project_id, title) SELECT id, 'task of ' || id FROM sound_projects;
INSERT INTO hole_checklist (task_id, body) SELECT id, 'c' FROM sound_tasks;
INSERT INTO hole_attachments (task_id, body) SELECT id, 'c' FROM sound_tasks;
INSERT INTO sound_labels SELECT id, 'l' FROM sound_tasks;
INSERT INTO hole_watchers (project_id, person_id) SELECT id, gen_random_uuid() FROM sound_projects;
DO $$
DECLARE
	r record;
BEGIN
	FOR r IN SELECT c.oid::regclass AS rel, a.attname AS col FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname IN ('org_id', 'owner_org', 'organisation', 'organisation_uuid', 'org')
		WHERE relkind = 'r' AND relname ~ '^(hole|sound)_' AND relname <> 'sound_teams' LOOP
		EXECUTE format('INSERT INTO %s (%I) SELECT id FROM ag.organisations, generate_series(1, 3)', r.rel, r.col);
		IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = r.rel AND attname = 'author') THEN
			EXECUTE format('UPDATE %s t SET author = m.person_id FROM ag.memberships m WHERE m.org_id = t.%I', r.rel, r.col);
		END IF;
	END LOOP;
	FOR r IN SELECT c.oid::regclass AS rel FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'team_id'
		WHERE relkind = 'r' AND relname ~ '^(hole|sound)_' AND relname <> 'sound_projects' LOOP
		EXECUTE format('INSERT INTO %s (team_id) SELECT id FROM ag.sound_teams', r.rel);
	END LOOP;
END $$;
UPDATE ag.hole_deleted SET deleted_at = now() WHERE id % 2 = 0;
INSERT INTO ag.hole_orphans (body) VALUES ('nobody''s');
ANALYZE;
