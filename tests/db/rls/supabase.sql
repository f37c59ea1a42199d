-- SPDX-License-Identifier: MIT
-- An issue tracker on Supabase: organisations, auth.uid() and auth.jwt() asked once per query, storage, RPC.
-- What begins with "hole_" must raise a finding above info, what begins with "sound_" none.
-- Run by a superuser in an empty database.
\set ON_ERROR_STOP on
\set QUIET on
\o /dev/null
SET client_min_messages = error;
CREATE ROLE anon NOLOGIN;
CREATE ROLE authenticated NOLOGIN;
CREATE ROLE service_role NOLOGIN BYPASSRLS;
CREATE ROLE authenticator LOGIN NOINHERIT;
GRANT anon, authenticated, service_role TO authenticator;
CREATE SCHEMA auth;
CREATE SCHEMA storage;
CREATE SCHEMA private;
GRANT USAGE ON SCHEMA public, auth, storage TO anon, authenticated, service_role;
GRANT USAGE ON SCHEMA private TO authenticated;
CREATE TABLE auth.users (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), email text, raw_user_meta_data jsonb, raw_app_meta_data jsonb);
CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS $$
	select coalesce(nullif(current_setting('request.jwt.claim.sub', true), ''),
		(nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'))::uuid $$;
CREATE FUNCTION auth.jwt() RETURNS jsonb LANGUAGE sql STABLE AS $$
	select coalesce(nullif(current_setting('request.jwt.claim', true), ''),
		nullif(current_setting('request.jwt.claims', true), ''))::jsonb $$;

CREATE TABLE organizations (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL, plan text NOT NULL DEFAULT 'free');
CREATE TABLE organization_members (
	organization_id uuid NOT NULL REFERENCES organizations ON DELETE CASCADE,
	user_id uuid NOT NULL REFERENCES auth.users ON DELETE CASCADE,
	role text NOT NULL DEFAULT 'member' CHECK (role IN ('owner', 'admin', 'member')),
	PRIMARY KEY (organization_id, user_id));
CREATE INDEX ON organization_members (user_id);
ALTER TABLE organizations ENABLE ROW LEVEL SECURITY;
ALTER TABLE organization_members ENABLE ROW LEVEL SECURITY;
CREATE FUNCTION private.user_org_ids() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
	select organization_id from public.organization_members where user_id = (select auth.uid()) $$;
CREATE FUNCTION private.has_role(org uuid, wanted text[]) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$
begin
	return exists (
		select 1 from public.organization_members m
		where m.organization_id = org and m.user_id = (select auth.uid()) and m.role = any (wanted));
end $$;
CREATE POLICY "Members can view their organizations" ON organizations FOR SELECT TO authenticated
	USING (id IN (SELECT private.user_org_ids()));
CREATE POLICY "Owners can rename" ON organizations FOR UPDATE TO authenticated
	USING ((SELECT private.has_role(id, ARRAY['owner']))) WITH CHECK ((SELECT private.has_role(id, ARRAY['owner'])));
CREATE POLICY "Members can view members" ON organization_members FOR SELECT TO authenticated
	USING (organization_id IN (SELECT private.user_org_ids()));
CREATE POLICY "Admins manage members" ON organization_members FOR ALL TO authenticated
	USING (private.has_role(organization_id, ARRAY['owner', 'admin']))
	WITH CHECK (private.has_role(organization_id, ARRAY['owner', 'admin']));

CREATE FUNCTION pg_temp.made(n text, extra text DEFAULT '') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE TABLE %I (id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
		organization_id uuid NOT NULL REFERENCES organizations ON DELETE CASCADE,
		author_id uuid REFERENCES auth.users ON DELETE SET NULL, title text %s)', n, extra);
	EXECUTE format('CREATE INDEX ON %I (organization_id)', n);
	EXECUTE format('CREATE INDEX ON %I (author_id)', n);
	EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', n);
END $$;

-- sound
SELECT pg_temp.made('sound_issues');
CREATE POLICY s ON sound_issues FOR SELECT TO authenticated USING (organization_id IN (SELECT private.user_org_ids()));
CREATE POLICY i ON sound_issues FOR INSERT TO authenticated WITH CHECK (author_id = (SELECT auth.uid()) AND organization_id IN (SELECT private.user_org_ids()));
CREATE POLICY u ON sound_issues FOR UPDATE TO authenticated USING (organization_id IN (SELECT private.user_org_ids())) WITH CHECK (organization_id IN (SELECT private.user_org_ids()));
CREATE POLICY d ON sound_issues FOR DELETE TO authenticated USING (private.has_role(organization_id, ARRAY['owner', 'admin']));
SELECT pg_temp.made('sound_labels');
CREATE POLICY a ON sound_labels TO authenticated USING ((SELECT auth.uid()) IN (SELECT m.user_id FROM organization_members m WHERE m.organization_id = sound_labels.organization_id));
SELECT pg_temp.made('sound_claimed');
CREATE POLICY a ON sound_claimed TO authenticated USING (organization_id = ((SELECT auth.jwt()) -> 'app_metadata' ->> 'organization_id')::uuid);
SELECT pg_temp.made('sound_claimed_list');
CREATE POLICY a ON sound_claimed_list FOR SELECT TO authenticated
	USING (organization_id::text IN (SELECT jsonb_array_elements_text((SELECT auth.jwt()) -> 'app_metadata' -> 'organizations')));
SELECT pg_temp.made('sound_mfa');
CREATE POLICY a ON sound_mfa FOR SELECT TO authenticated USING (organization_id IN (SELECT private.user_org_ids()));
CREATE POLICY strong ON sound_mfa AS RESTRICTIVE FOR ALL TO authenticated USING (((SELECT auth.jwt()) ->> 'aal') = 'aal2');
SELECT pg_temp.made('sound_drafts');
CREATE POLICY a ON sound_drafts TO authenticated USING (author_id = (SELECT auth.uid()) AND private.has_role(organization_id, ARRAY['owner', 'admin', 'member']));
SELECT pg_temp.made('sound_worker');
CREATE POLICY svc ON sound_worker TO service_role USING (true) WITH CHECK (true);
CREATE POLICY s ON sound_worker FOR SELECT TO authenticated USING (organization_id = ANY (ARRAY(SELECT private.user_org_ids())));
SELECT pg_temp.made('sound_soft', ', deleted_at timestamptz');
CREATE POLICY s ON sound_soft FOR SELECT TO authenticated USING (deleted_at IS NULL AND organization_id IN (SELECT private.user_org_ids()));
CREATE TABLE sound_comments (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	issue_id uuid NOT NULL REFERENCES sound_issues ON DELETE CASCADE, body text);
CREATE INDEX ON sound_comments (issue_id);
ALTER TABLE sound_comments ENABLE ROW LEVEL SECURITY;
CREATE POLICY a ON sound_comments TO authenticated USING (EXISTS (SELECT 1 FROM sound_issues i WHERE i.id = issue_id AND i.organization_id IN (SELECT private.user_org_ids())));
CREATE TABLE sound_timezones (id int PRIMARY KEY, name text NOT NULL);
ALTER TABLE sound_timezones ENABLE ROW LEVEL SECURITY;
CREATE POLICY "Everybody reads" ON sound_timezones FOR SELECT USING (true);
CREATE TABLE sound_preferences (user_id uuid PRIMARY KEY REFERENCES auth.users ON DELETE CASCADE, theme text);
ALTER TABLE sound_preferences ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON sound_preferences TO authenticated USING ((SELECT auth.uid()) = user_id) WITH CHECK ((SELECT auth.uid()) = user_id);
CREATE VIEW sound_issue_list WITH (security_invoker = true) AS SELECT i.id, i.title, o.name FROM sound_issues i JOIN organizations o ON o.id = i.organization_id;
CREATE VIEW sound_platform_days AS SELECT date_trunc('day', now()) AS day, count(*) AS issues, count(*) FILTER (WHERE title IS NULL) AS untitled FROM sound_issues;
CREATE FUNCTION sound_rename(issue uuid, t text) RETURNS void LANGUAGE sql AS $$ update sound_issues set title = t where id = issue $$;
CREATE FUNCTION sound_transfer(issue uuid, org uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
begin
	if not private.has_role(org, array['owner']) then
		raise exception 'not allowed';
	end if;
	update public.sound_issues set organization_id = org
		where id = issue and organization_id in (select private.user_org_ids());
end $$;
CREATE FUNCTION sound_my_orgs() RETURNS TABLE (id uuid, name text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
	select o.id, o.name from public.organizations o join public.organization_members m on m.organization_id = o.id where m.user_id = auth.uid() $$;

-- holes
SELECT pg_temp.made('hole_signed_in');
CREATE POLICY s ON hole_signed_in FOR SELECT TO authenticated USING ((SELECT auth.uid()) IS NOT NULL);
SELECT pg_temp.made('hole_role_claim');
CREATE POLICY s ON hole_role_claim FOR SELECT USING (((SELECT auth.jwt()) ->> 'role') = 'authenticated');
SELECT pg_temp.made('hole_metadata');
CREATE POLICY s ON hole_metadata FOR SELECT TO authenticated USING (organization_id = ((SELECT auth.jwt()) -> 'user_metadata' ->> 'organization_id')::uuid);
SELECT pg_temp.made('hole_admin_claim');
CREATE POLICY s ON hole_admin_claim FOR SELECT TO authenticated USING (organization_id IN (SELECT private.user_org_ids()) OR (SELECT auth.jwt()) -> 'user_metadata' ->> 'role' = 'admin');
SELECT pg_temp.made('hole_captured');
CREATE POLICY s ON hole_captured FOR SELECT TO authenticated USING (EXISTS (SELECT 1 FROM organization_members WHERE organization_id = organization_id AND user_id = (SELECT auth.uid())));
SELECT pg_temp.made('hole_any_org');
CREATE POLICY s ON hole_any_org FOR SELECT TO authenticated USING ((SELECT auth.uid()) IN (SELECT user_id FROM organization_members));
SELECT pg_temp.made('hole_insert');
CREATE POLICY s ON hole_insert FOR SELECT TO authenticated USING (organization_id IN (SELECT private.user_org_ids()));
CREATE POLICY i ON hole_insert FOR INSERT TO authenticated WITH CHECK (author_id = (SELECT auth.uid()));
SELECT pg_temp.made('hole_update');
CREATE POLICY s ON hole_update FOR SELECT TO authenticated USING (organization_id IN (SELECT private.user_org_ids()));
CREATE POLICY u ON hole_update FOR UPDATE TO authenticated USING (organization_id IN (SELECT private.user_org_ids())) WITH CHECK (true);
SELECT pg_temp.made('hole_delete');
CREATE POLICY s ON hole_delete FOR SELECT TO authenticated USING (organization_id IN (SELECT private.user_org_ids()));
CREATE POLICY d ON hole_delete FOR DELETE TO authenticated USING (true);
SELECT pg_temp.made('hole_anon_read');
CREATE POLICY s ON hole_anon_read FOR SELECT TO authenticated USING (organization_id IN (SELECT private.user_org_ids()));
CREATE POLICY share ON hole_anon_read FOR SELECT TO anon USING (true);
SELECT pg_temp.made('hole_forgotten');
ALTER TABLE hole_forgotten DISABLE ROW LEVEL SECURITY;
SELECT pg_temp.made('hole_wrong_floor');
CREATE POLICY a ON hole_wrong_floor TO authenticated USING (true);
CREATE POLICY floor ON hole_wrong_floor AS RESTRICTIVE FOR SELECT TO authenticated USING (organization_id IN (SELECT private.user_org_ids()));
CREATE TABLE hole_invites (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), organization_id uuid NOT NULL REFERENCES organizations ON DELETE CASCADE,
	email text NOT NULL UNIQUE, role text NOT NULL);
CREATE INDEX ON hole_invites (organization_id);
ALTER TABLE hole_invites ENABLE ROW LEVEL SECURITY;
CREATE POLICY a ON hole_invites TO authenticated USING (private.has_role(organization_id, ARRAY['owner', 'admin']));
CREATE TABLE hole_attachments (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, issue_id uuid NOT NULL REFERENCES sound_issues ON DELETE CASCADE, path text);
CREATE INDEX ON hole_attachments (issue_id);
CREATE VIEW hole_issue_export AS SELECT i.*, o.name FROM sound_issues i JOIN organizations o ON o.id = i.organization_id;
CREATE MATERIALIZED VIEW hole_org_stats AS SELECT organization_id, count(*) AS issues FROM sound_issues GROUP BY 1;
CREATE FUNCTION hole_find_issue(q text) RETURNS SETOF sound_issues LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
	select * from public.sound_issues where title ilike '%' || q || '%' $$;
CREATE FUNCTION hole_issue(issue uuid) RETURNS sound_issues LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
declare r public.sound_issues;
begin
	if auth.uid() is null then raise exception 'sign in'; end if;
	select * into r from public.sound_issues where id = issue;
	return r;
end $$;
GRANT ALL ON ALL TABLES IN SCHEMA public TO service_role;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO anon, authenticated;

INSERT INTO auth.users (id, email) VALUES ('11111111-1111-1111-1111-111111111111', 'one@example.com'), ('22222222-2222-2222-2222-222222222222', 'two@example.com');
INSERT INTO organizations (id, name) SELECT id, email FROM auth.users;
INSERT INTO organization_members SELECT id, id, 'owner' FROM auth.users;
DO $$
DECLARE
	r regclass;
BEGIN
	FOR r IN SELECT c.oid FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'author_id'
		WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace LOOP
		EXECUTE format('INSERT INTO %s (organization_id, author_id, title) SELECT u.id, u.id, ''row '' || n
			FROM auth.users u, generate_series(1, 2) n', r);
	END LOOP;
END $$;
INSERT INTO sound_comments (issue_id, body) SELECT id, 'hm' FROM sound_issues;
INSERT INTO hole_attachments (issue_id, path) SELECT id, '/x' FROM sound_issues;
INSERT INTO hole_invites (organization_id, email, role) SELECT id, email, 'member' FROM auth.users;
REFRESH MATERIALIZED VIEW hole_org_stats;
