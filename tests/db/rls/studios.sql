-- SPDX-License-Identifier: MIT
-- Studios on a hosted gateway: claims of a token in request.jwt.claims, auth.uid(), organisations in app_metadata,
-- members with roles, files by folder, an API of views and functions.
-- What a comment calls "hole" must raise a finding above info, what it calls "sound" none.
-- Run by a superuser in an empty database of its own cluster.
\set ON_ERROR_STOP on
\set QUIET on
\o /dev/null
SET client_min_messages = error;
CREATE ROLE st_owner NOLOGIN;
CREATE ROLE anon NOLOGIN;
CREATE ROLE authenticated NOLOGIN;
CREATE ROLE service_role NOLOGIN BYPASSRLS;
CREATE ROLE authenticator LOGIN NOINHERIT IN ROLE anon, authenticated;
CREATE SCHEMA auth AUTHORIZATION st_owner;
CREATE SCHEMA app AUTHORIZATION st_owner;
CREATE SCHEMA api AUTHORIZATION st_owner;
CREATE SCHEMA files AUTHORIZATION st_owner;
GRANT USAGE ON SCHEMA auth, app, api, files TO anon, authenticated, service_role;
SET ROLE st_owner; SET search_path = app;
CREATE FUNCTION auth.jwt() RETURNS jsonb LANGUAGE sql STABLE AS
	$$ SELECT coalesce(nullif(current_setting('request.jwt.claims', true), '')::jsonb, '{}'::jsonb) $$;
CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS
	$$ SELECT coalesce(nullif(current_setting('request.jwt.claim.sub', true), ''),
		nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid $$;
CREATE FUNCTION auth.role() RETURNS text LANGUAGE sql STABLE AS
	$$ SELECT nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role' $$;
CREATE TABLE organizations (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL,
	slug text NOT NULL DEFAULT gen_random_uuid()::text, created_by uuid);
CREATE TABLE memberships (organization_id uuid NOT NULL REFERENCES organizations ON DELETE CASCADE,
	user_id uuid NOT NULL, role text NOT NULL DEFAULT 'member', PRIMARY KEY (organization_id, user_id));
CREATE INDEX ON memberships (user_id);
ALTER TABLE organizations ENABLE ROW LEVEL SECURITY;
ALTER TABLE memberships ENABLE ROW LEVEL SECURITY;
CREATE FUNCTION my_orgs() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS
	$$ SELECT organization_id FROM app.memberships WHERE user_id = auth.uid() $$;
CREATE FUNCTION has_role_on(org uuid, VARIADIC roles text[]) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
	SET search_path = '' AS
	$$ SELECT EXISTS (SELECT 1 FROM app.memberships m WHERE m.organization_id = org
		AND m.user_id = (SELECT auth.uid()) AND m.role = ANY (roles)) $$;
-- asks for the role, and forgets where
CREATE FUNCTION has_role(r text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS
	$$ SELECT EXISTS (SELECT 1 FROM app.memberships m WHERE m.user_id = auth.uid() AND m.role = r) $$;
-- its argument is not looked at
CREATE FUNCTION is_member_wrong(organization_id uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
	SET search_path = '' AS
	$$ SELECT EXISTS (SELECT 1 FROM app.memberships m WHERE m.user_id = auth.uid()
		AND m.organization_id = organization_id) $$;
CREATE FUNCTION is_member(org uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$
BEGIN
	IF auth.uid() IS NULL THEN
		RETURN false;
	END IF;
	RETURN EXISTS (SELECT 1 FROM app.memberships m WHERE m.organization_id = org AND m.user_id = auth.uid());
END $$;
CREATE POLICY "Members see their organizations" ON organizations FOR SELECT TO authenticated
	USING (id IN (SELECT my_orgs()));
CREATE POLICY "Owners rename" ON organizations FOR UPDATE TO authenticated
	USING (has_role_on(id, 'owner')) WITH CHECK (has_role_on(id, 'owner'));
CREATE POLICY "Members see members" ON memberships FOR SELECT TO authenticated
	USING (organization_id IN (SELECT my_orgs()));
GRANT SELECT, UPDATE (name) ON organizations TO authenticated;
GRANT SELECT ON memberships TO authenticated;
CREATE FUNCTION pg_temp.t(rel text, policy text DEFAULT NULL, rest text DEFAULT '') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE TABLE %I (id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
		organization_id uuid NOT NULL REFERENCES organizations ON DELETE CASCADE,
		title text NOT NULL DEFAULT gen_random_uuid()::text, created_by uuid DEFAULT gen_random_uuid() %s)', rel, rest);
	EXECUTE format('CREATE INDEX ON %I (organization_id)', rel);
	EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', rel);
	EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO authenticated', rel);
	IF policy IS NOT NULL THEN
		EXECUTE format('CREATE POLICY "Members do all" ON %I TO authenticated USING (%s)', rel, policy);
	END IF;
END $$;
-- sound ways of saying it
SELECT pg_temp.t('projects', 'organization_id IN (SELECT my_orgs())');
COMMENT ON TABLE projects IS 'sound';
SELECT pg_temp.t('scripts', $$organization_id = ((SELECT auth.jwt()) -> 'app_metadata' ->> 'organization_id')::uuid$$);
COMMENT ON TABLE scripts IS 'sound';
SELECT pg_temp.t('takes', $$organization_id::text IN (SELECT jsonb_array_elements_text(auth.jwt() -> 'app_metadata' -> 'organizations'))$$);
SELECT pg_temp.t('mixes', $$auth.jwt() -> 'app_metadata' -> 'organizations' ? organization_id::text$$);
SELECT pg_temp.t('stems', $$organization_id = ANY (ARRAY(SELECT (jsonb_array_elements_text(auth.jwt() -> 'app_metadata' -> 'organizations'))::uuid))$$);
COMMENT ON TABLE stems IS 'sound';
SELECT pg_temp.t('episodes', '(SELECT is_member(organization_id))');
SELECT pg_temp.t('guests');
CREATE POLICY r ON guests FOR SELECT TO authenticated USING (EXISTS (SELECT 1 FROM memberships m
	WHERE m.organization_id = guests.organization_id AND m.user_id = (SELECT auth.uid())));
CREATE POLICY i ON guests FOR INSERT TO authenticated WITH CHECK (EXISTS (SELECT FROM memberships m
	WHERE m.organization_id = guests.organization_id AND m.user_id = (SELECT auth.uid()) AND m.role IN ('owner', 'editor')));
CREATE POLICY u ON guests FOR UPDATE TO authenticated
	USING (organization_id IN (SELECT m.organization_id FROM memberships m WHERE m.user_id = (SELECT auth.uid()) AND m.role <> 'viewer'));
CREATE POLICY d ON guests FOR DELETE TO authenticated
	USING (organization_id IN (SELECT m.organization_id FROM memberships m WHERE m.user_id = (SELECT auth.uid()) AND m.role = 'owner'));
COMMENT ON TABLE guests IS NULL;
-- published ones are for everybody to read, members write
SELECT pg_temp.t('shows', NULL, ', is_public boolean NOT NULL DEFAULT false');
CREATE POLICY r ON shows FOR SELECT TO anon, authenticated USING (is_public);
CREATE POLICY m ON shows TO authenticated USING (organization_id IN (SELECT my_orgs()));
GRANT SELECT ON shows TO anon;
COMMENT ON TABLE shows IS 'sound';
-- who is invited reads what is for his address
SELECT pg_temp.t('invitations', NULL, ', email text NOT NULL DEFAULT gen_random_uuid() || ''@example.org''');
CREATE POLICY m ON invitations TO authenticated USING (has_role_on(organization_id, 'owner', 'admin'));
CREATE POLICY mine ON invitations FOR SELECT TO authenticated USING (email = (SELECT auth.jwt()) ->> 'email');
COMMENT ON TABLE invitations IS 'sound';
-- drafts of one's own, inside one's organizations
SELECT pg_temp.t('drafts', 'created_by = (SELECT auth.uid()) AND organization_id IN (SELECT my_orgs())');
COMMENT ON TABLE drafts IS 'sound';
-- a floor against people with one factor
SELECT pg_temp.t('contracts', 'organization_id IN (SELECT my_orgs())');
CREATE POLICY aal ON contracts AS RESTRICTIVE TO authenticated USING ((SELECT auth.jwt() ->> 'aal') = 'aal2');
COMMENT ON TABLE contracts IS 'sound';
SELECT pg_temp.t('payouts', 'has_role_on(organization_id, ''owner'')');
CREATE POLICY svc ON payouts TO service_role USING (true) WITH CHECK (true);
GRANT ALL ON payouts TO service_role;
-- holes
SELECT pg_temp.t('tracks', $$auth.role() = 'authenticated'$$);
COMMENT ON TABLE tracks IS 'hole: whoever has signed in';
SELECT pg_temp.t('chapters', '(SELECT auth.uid()) IS NOT NULL');
COMMENT ON TABLE chapters IS 'hole: the same';
SELECT pg_temp.t('briefs', $$organization_id = (auth.jwt() -> 'user_metadata' ->> 'organization_id')::uuid$$);
COMMENT ON TABLE briefs IS 'hole: people change it themselves';
SELECT pg_temp.t('sponsors', 'EXISTS (SELECT 1 FROM memberships WHERE organization_id = organization_id AND user_id = auth.uid())');
COMMENT ON TABLE sponsors IS 'hole: the inner name wins';
SELECT pg_temp.t('budgets', $$has_role('owner')$$);
COMMENT ON TABLE budgets IS 'hole: owner of any';
SELECT pg_temp.t('rates', 'is_member_wrong(organization_id)');
COMMENT ON TABLE rates IS 'hole: the column wins over the argument';
SELECT pg_temp.t('schedules');
CREATE POLICY r ON schedules FOR SELECT TO authenticated USING (organization_id IN (SELECT my_orgs()));
CREATE POLICY i ON schedules FOR INSERT TO authenticated WITH CHECK (created_by = auth.uid());
COMMENT ON TABLE schedules IS 'hole: into whose organization is not asked';
REVOKE UPDATE, DELETE ON schedules FROM authenticated;
SELECT pg_temp.t('reviews');
CREATE POLICY r ON reviews FOR SELECT TO authenticated USING (organization_id IN (SELECT my_orgs()));
CREATE POLICY u ON reviews FOR UPDATE TO authenticated USING (organization_id IN (SELECT my_orgs())) WITH CHECK (true);
REVOKE INSERT, DELETE ON reviews FROM authenticated;
COMMENT ON TABLE reviews IS 'hole: moved to another';
-- members who add themselves
CREATE TABLE crew (organization_id uuid NOT NULL REFERENCES organizations ON DELETE CASCADE, user_id uuid NOT NULL,
	PRIMARY KEY (organization_id, user_id));
ALTER TABLE crew ENABLE ROW LEVEL SECURITY;
CREATE POLICY r ON crew FOR SELECT TO authenticated USING (user_id = (SELECT auth.uid()));
CREATE POLICY i ON crew FOR INSERT TO authenticated WITH CHECK (user_id = (SELECT auth.uid()));
GRANT SELECT, INSERT ON crew TO authenticated;
COMMENT ON TABLE crew IS 'hole: whoever likes is in it';
SELECT pg_temp.t('calls', 'organization_id IN (SELECT c.organization_id FROM crew c WHERE c.user_id = (SELECT auth.uid()))');
COMMENT ON TABLE calls IS 'hole: whoever joins by himself';
-- what hangs from a project
CREATE TABLE project_notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	project_id uuid NOT NULL REFERENCES projects ON DELETE CASCADE, body text NOT NULL DEFAULT 'x');
CREATE INDEX ON project_notes (project_id);
ALTER TABLE project_notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON project_notes TO authenticated USING (EXISTS (SELECT 1 FROM projects p WHERE p.id = project_notes.project_id));
GRANT SELECT, INSERT, UPDATE, DELETE ON project_notes TO authenticated;
COMMENT ON TABLE project_notes IS 'sound: the policies of its parent hold there';
CREATE TABLE project_files (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	project_id uuid NOT NULL REFERENCES projects ON DELETE CASCADE, path text NOT NULL DEFAULT 'x');
CREATE INDEX ON project_files (project_id);
ALTER TABLE project_files ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON project_files TO authenticated USING (project_id IS NOT NULL);
GRANT SELECT, INSERT, UPDATE, DELETE ON project_files TO authenticated;
COMMENT ON TABLE project_files IS 'hole: any parent will do';
CREATE TABLE project_tags (project_id uuid NOT NULL REFERENCES projects ON DELETE CASCADE, tag text NOT NULL,
	PRIMARY KEY (project_id, tag));
GRANT SELECT, INSERT, DELETE ON project_tags TO authenticated;
COMMENT ON TABLE project_tags IS 'hole: a link table nobody thought of';
-- files by folder
CREATE FUNCTION files.foldername(name text) RETURNS text[] LANGUAGE sql IMMUTABLE AS
	$$ SELECT (string_to_array(name, '/'))[1 : array_length(string_to_array(name, '/'), 1) - 1] $$;
-- the API
CREATE VIEW api.projects WITH (security_invoker = on) AS SELECT id, title FROM projects;
COMMENT ON VIEW api.projects IS 'sound';
CREATE VIEW api.guests AS SELECT id, organization_id, title FROM guests;
COMMENT ON VIEW api.guests IS 'hole: reads as its owner';
CREATE VIEW api.my_guests WITH (security_barrier) AS SELECT g.* FROM guests g WHERE g.organization_id IN (SELECT my_orgs());
COMMENT ON VIEW api.my_guests IS 'sound: its own condition';
GRANT SELECT ON api.projects, api.guests, api.my_guests TO authenticated;
CREATE FUNCTION api.search_contracts(q text) RETURNS SETOF contracts LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS
	$$ SELECT * FROM app.contracts WHERE title LIKE '%' || q || '%' $$;
COMMENT ON FUNCTION api.search_contracts IS 'hole: searches all';
CREATE FUNCTION api.find_drafts(q text) RETURNS SETOF drafts LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS
	$$ SELECT * FROM app.drafts d WHERE d.title LIKE '%' || q || '%' AND d.organization_id IN (SELECT app.my_orgs()) $$;
COMMENT ON FUNCTION api.find_drafts IS 'sound: of one''s own';
CREATE FUNCTION api.list_drafts(q text) RETURNS SETOF drafts LANGUAGE sql STABLE SET search_path = '' AS
	$$ SELECT * FROM app.drafts d WHERE d.title LIKE '%' || q || '%' $$;
COMMENT ON FUNCTION api.list_drafts IS 'sound: the caller''s rights';
CREATE FUNCTION api.scripts_of(p_user uuid) RETURNS SETOF scripts LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS
	$$ SELECT s.* FROM app.scripts s JOIN app.memberships m USING (organization_id) WHERE m.user_id = p_user $$;
COMMENT ON FUNCTION api.scripts_of IS 'hole: the caller says who he is';
CREATE FUNCTION api.create_organization(name text) RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	org uuid;
BEGIN
	IF auth.uid() IS NULL THEN
		RAISE EXCEPTION 'not signed in' USING ERRCODE = '28000';
	END IF;
	INSERT INTO app.organizations (name, created_by) VALUES (name, auth.uid()) RETURNING id INTO org;
	INSERT INTO app.memberships VALUES (org, auth.uid(), 'owner');
	RETURN org;
END $$;
COMMENT ON FUNCTION api.create_organization IS 'sound: of what it has just made';
CREATE FUNCTION api.accept(p_invitation uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
	inv app.invitations;
BEGIN
	SELECT * INTO inv FROM app.invitations WHERE id = p_invitation AND email = auth.jwt() ->> 'email';
	IF NOT FOUND THEN
		RAISE EXCEPTION 'no such invitation';
	END IF;
	INSERT INTO app.memberships VALUES (inv.organization_id, auth.uid(), 'member') ON CONFLICT DO NOTHING;
	DELETE FROM app.invitations WHERE id = inv.id;
END $$;
COMMENT ON FUNCTION api.accept IS 'sound: whom the invitation is for';
CREATE FUNCTION api.delete_take(p_id uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
	DELETE FROM app.takes WHERE id = p_id;
END $$;
COMMENT ON FUNCTION api.delete_take IS 'hole: whose is not asked';
CREATE FUNCTION api.delete_stem(p_id uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
	IF NOT EXISTS (SELECT 1 FROM app.stems s WHERE s.id = p_id AND app.is_member(s.organization_id)) THEN
		RAISE EXCEPTION 'forbidden' USING ERRCODE = '42501';
	END IF;
	DELETE FROM app.stems WHERE id = p_id;
END $$;
COMMENT ON FUNCTION api.delete_stem IS 'sound: asked before';
CREATE MATERIALIZED VIEW api.leaderboard AS SELECT organization_id, count(*) AS n FROM projects GROUP BY 1;
GRANT SELECT ON api.leaderboard TO authenticated, anon;
COMMENT ON MATERIALIZED VIEW api.leaderboard IS 'hole: every organization''s figures';
CREATE MATERIALIZED VIEW app.usage AS SELECT organization_id, count(*) AS n FROM stems GROUP BY 1;
COMMENT ON MATERIALIZED VIEW app.usage IS 'sound: nobody may read it';
CREATE FUNCTION api.my_usage() RETURNS SETOF app.usage LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS
	$$ SELECT * FROM app.usage WHERE organization_id IN (SELECT app.my_orgs()) $$;
COMMENT ON FUNCTION api.my_usage IS 'sound';
RESET ROLE; SET search_path = app;
INSERT INTO organizations (id, name) SELECT ('00000000-0000-4000-8000-00000000000' || g)::uuid, 'o' || g FROM generate_series(1, 3) g;
INSERT INTO memberships SELECT id, ('10000000-0000-4000-8000-00000000000' || right(id::text, 1))::uuid, 'owner' FROM organizations;
INSERT INTO memberships SELECT id, ('20000000-0000-4000-8000-00000000000' || right(id::text, 1))::uuid, 'member' FROM organizations;
INSERT INTO crew SELECT organization_id, user_id FROM memberships;
DO $$ DECLARE t text; BEGIN
	FOR t IN SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'organization_id'
			WHERE relnamespace = 'app'::regnamespace AND relkind = 'r' AND relname NOT IN ('memberships', 'crew') ORDER BY 1 LOOP
		EXECUTE format('INSERT INTO %I (organization_id, created_by) SELECT organization_id, user_id FROM memberships, generate_series(1, 3)', t);
	END LOOP;
END $$;
INSERT INTO project_notes (project_id) SELECT id FROM projects;
INSERT INTO project_files (project_id) SELECT id FROM projects;
INSERT INTO project_tags SELECT id, 'x' FROM projects;
REFRESH MATERIALIZED VIEW api.leaderboard;
REFRESH MATERIALIZED VIEW app.usage;
ANALYZE;
