-- SPDX-License-Identifier: MIT
-- Supabase as its starters have it: profiles, organizations, invitations, storage.
SET client_min_messages = error;
CREATE ROLE anon NOLOGIN;
CREATE ROLE authenticated NOLOGIN;
CREATE ROLE service_role NOLOGIN BYPASSRLS;
CREATE ROLE authenticator LOGIN NOINHERIT;
GRANT anon, authenticated, service_role TO authenticator;
CREATE SCHEMA auth; GRANT USAGE ON SCHEMA auth TO anon, authenticated, service_role;
CREATE TABLE auth.users (id uuid PRIMARY KEY, email text, raw_user_meta_data jsonb,
	raw_app_meta_data jsonb);
CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS $$
	SELECT coalesce(nullif(current_setting('request.jwt.claim.sub', true), ''),
	(nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'))::uuid $$;
CREATE FUNCTION auth.role() RETURNS text LANGUAGE sql STABLE AS $$
	SELECT coalesce(nullif(current_setting('request.jwt.claim.role', true), ''),
	(nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role'))::text $$;
CREATE FUNCTION auth.jwt() RETURNS jsonb LANGUAGE sql STABLE AS $$
	SELECT coalesce(nullif(current_setting('request.jwt.claim', true), ''),
	nullif(current_setting('request.jwt.claims', true), ''))::jsonb $$;
GRANT USAGE ON SCHEMA public TO anon, authenticated, service_role;
SET search_path = public;
CREATE TABLE sound_organizations (id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	name text NOT NULL, owner_id uuid NOT NULL REFERENCES auth.users);
CREATE TABLE profiles (id uuid PRIMARY KEY REFERENCES auth.users ON DELETE CASCADE,
	full_name text, is_admin boolean NOT NULL DEFAULT false);
CREATE POLICY "own profile" ON profiles FOR SELECT TO authenticated
	USING ((SELECT auth.uid()) = id);
CREATE POLICY "edit own profile" ON profiles FOR UPDATE TO authenticated
	USING ((SELECT auth.uid()) = id);
-- members
CREATE TABLE sound_org_members (org_id uuid NOT NULL REFERENCES sound_organizations
	ON DELETE CASCADE, user_id uuid NOT NULL REFERENCES auth.users ON DELETE CASCADE,
	role text NOT NULL DEFAULT 'member', PRIMARY KEY (org_id, user_id));
CREATE POLICY "see my memberships" ON sound_org_members FOR SELECT TO authenticated
	USING (user_id = (SELECT auth.uid()));
CREATE SCHEMA private; GRANT USAGE ON SCHEMA private TO authenticated;
CREATE FUNCTION private.is_org_member(o uuid) RETURNS boolean LANGUAGE sql STABLE
	SECURITY DEFINER SET search_path = '' AS $$ SELECT EXISTS (SELECT 1
	FROM public.sound_org_members m WHERE m.org_id = o AND m.user_id = (SELECT auth.uid())) $$;
CREATE FUNCTION private.my_orgs() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER
	SET search_path = '' AS $$ SELECT m.org_id FROM public.sound_org_members m
	WHERE m.user_id = (SELECT auth.uid()) $$;
CREATE POLICY "orgs of mine" ON sound_organizations FOR SELECT TO authenticated
	USING (id IN (SELECT private.my_orgs()));
CREATE POLICY "create org" ON sound_organizations FOR INSERT TO authenticated
	WITH CHECK (owner_id = (SELECT auth.uid()));
CREATE TABLE sound_projects (id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	org_id uuid NOT NULL REFERENCES sound_organizations ON DELETE CASCADE,
	name text NOT NULL DEFAULT 'n');
CREATE POLICY p ON sound_projects FOR ALL TO authenticated
	USING (private.is_org_member(org_id));
CREATE TABLE sound_boards (id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	org_id uuid NOT NULL REFERENCES sound_organizations ON DELETE CASCADE,
	name text NOT NULL DEFAULT 'n');
CREATE POLICY p ON sound_boards FOR ALL TO authenticated
	USING (org_id IN (SELECT private.my_orgs())) WITH CHECK (org_id IN (SELECT private.my_orgs()));
CREATE TABLE hole_documents (id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	org_id uuid NOT NULL REFERENCES sound_organizations ON DELETE CASCADE,
	name text NOT NULL DEFAULT 'n');
CREATE POLICY p ON hole_documents FOR SELECT USING (auth.role() = 'authenticated');
CREATE TABLE hole_attachments (id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	org_id uuid NOT NULL REFERENCES sound_organizations ON DELETE CASCADE,
	name text NOT NULL DEFAULT 'n');
CREATE POLICY p ON hole_attachments FOR ALL TO authenticated USING ((SELECT auth.uid())
	IS NOT NULL);
CREATE TABLE hole_comments (id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	org_id uuid NOT NULL REFERENCES sound_organizations ON DELETE CASCADE, author uuid NOT NULL
	REFERENCES auth.users, name text NOT NULL DEFAULT 'n');
CREATE POLICY s ON hole_comments FOR SELECT TO authenticated
	USING (private.is_org_member(org_id));
CREATE POLICY i ON hole_comments FOR INSERT TO authenticated
	WITH CHECK (author = (SELECT auth.uid()));
CREATE TABLE sound_reactions (id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	org_id uuid NOT NULL REFERENCES sound_organizations ON DELETE CASCADE, author uuid NOT NULL
	REFERENCES auth.users, name text NOT NULL DEFAULT 'n');
CREATE POLICY s ON sound_reactions FOR SELECT TO authenticated
	USING (private.is_org_member(org_id));
CREATE POLICY i ON sound_reactions FOR INSERT TO authenticated
	WITH CHECK (author = (SELECT auth.uid()) AND private.is_org_member(org_id));
CREATE TABLE hole_billing (id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	org_id uuid NOT NULL REFERENCES sound_organizations ON DELETE CASCADE,
	name text NOT NULL DEFAULT 'n');
CREATE POLICY p ON hole_billing FOR SELECT TO authenticated
	USING (org_id = ((SELECT auth.jwt()) -> 'user_metadata' ->> 'org_id')::uuid);
CREATE TABLE sound_subscriptions (id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	org_id uuid NOT NULL REFERENCES sound_organizations ON DELETE CASCADE,
	name text NOT NULL DEFAULT 'n');
CREATE POLICY p ON sound_subscriptions FOR SELECT TO authenticated
	USING (org_id = ((SELECT auth.jwt()) -> 'app_metadata' ->> 'org_id')::uuid);
CREATE POLICY adm ON sound_subscriptions FOR ALL TO service_role USING (true);
CREATE TABLE hole_audit_log (id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	org_id uuid NOT NULL REFERENCES sound_organizations ON DELETE CASCADE,
	name text NOT NULL DEFAULT 'n');
CREATE POLICY p ON hole_audit_log FOR SELECT TO authenticated USING (EXISTS (SELECT 1
	FROM profiles pr WHERE pr.id = (SELECT auth.uid()) AND pr.is_admin));
CREATE TABLE hole_invites (id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	org_id uuid NOT NULL REFERENCES sound_organizations ON DELETE CASCADE,
	email text NOT NULL DEFAULT 'n', token text NOT NULL DEFAULT 't');
CREATE POLICY "lookup by token" ON hole_invites FOR SELECT TO anon, authenticated USING (true);
CREATE POLICY "manage" ON hole_invites FOR ALL TO authenticated
	USING (private.is_org_member(org_id));
CREATE TABLE teams (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), org_id uuid NOT NULL
	REFERENCES sound_organizations ON DELETE CASCADE, name text NOT NULL DEFAULT 'n');
CREATE POLICY p ON teams FOR ALL TO authenticated USING (private.is_org_member(org_id));
CREATE TABLE hole_team_members (team_id uuid NOT NULL REFERENCES teams ON DELETE CASCADE,
	user_id uuid NOT NULL REFERENCES auth.users, PRIMARY KEY (team_id, user_id));
CREATE POLICY s ON hole_team_members FOR SELECT TO authenticated
	USING (user_id = (SELECT auth.uid()));
CREATE POLICY i ON hole_team_members FOR INSERT TO authenticated
	WITH CHECK (user_id = (SELECT auth.uid()));
CREATE TABLE hole_team_secrets (id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	team_id uuid NOT NULL REFERENCES teams ON DELETE CASCADE, secret text NOT NULL DEFAULT 's');
CREATE POLICY p ON hole_team_secrets FOR SELECT TO authenticated USING (EXISTS (SELECT 1
	FROM hole_team_members tm WHERE tm.team_id = hole_team_secrets.team_id
	AND tm.user_id = (SELECT auth.uid())));
CREATE TABLE sound_todos (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
	user_id uuid NOT NULL DEFAULT auth.uid() REFERENCES auth.users, task text NOT NULL DEFAULT
	't');
CREATE POLICY p ON sound_todos FOR ALL TO authenticated USING ((SELECT auth.uid()) = user_id);
CREATE TABLE hole_settings (org_id uuid PRIMARY KEY REFERENCES sound_organizations
	ON DELETE CASCADE, theme text NOT NULL DEFAULT 'x');
CREATE VIEW hole_member_emails AS SELECT m.org_id, u.email
	FROM sound_org_members m JOIN auth.users u ON u.id = m.user_id;
CREATE VIEW sound_my_projects WITH (security_invoker = true) AS SELECT * FROM sound_projects;
CREATE FUNCTION hole_search_projects(q text) RETURNS SETOF sound_projects
	LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
	SELECT * FROM public.sound_projects p WHERE p.name ILIKE '%' || q || '%' $$;
CREATE FUNCTION sound_search_boards(q text) RETURNS SETOF sound_boards LANGUAGE sql STABLE
	AS $$ SELECT * FROM public.sound_boards p WHERE p.name ILIKE '%' || q || '%' $$;
CREATE FUNCTION handle_new_user() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = '' AS $$ BEGIN INSERT INTO public.profiles (id, full_name) VALUES (new.id,
	new.raw_user_meta_data ->> 'full_name') ON CONFLICT DO NOTHING; RETURN new; END $$;
CREATE TRIGGER on_auth_user_created AFTER INSERT
	ON auth.users FOR EACH ROW EXECUTE FUNCTION handle_new_user();
CREATE FUNCTION hole_accept_invite(o uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = '' AS $$ BEGIN INSERT INTO public.sound_org_members (org_id, user_id)
	VALUES (o, (SELECT auth.uid())) ON CONFLICT DO NOTHING; END $$;
CREATE FUNCTION sound_redeem_invite(t text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = '' AS $$ DECLARE i public.hole_invites; BEGIN
SELECT * INTO i FROM public.hole_invites v WHERE v.token = t
	AND v.email = (SELECT auth.jwt() ->> 'email');
IF NOT FOUND THEN RAISE EXCEPTION 'no such invite';
END IF;
  INSERT INTO public.sound_org_members (org_id, user_id) VALUES (i.org_id,
	(SELECT auth.uid())) ON CONFLICT DO NOTHING; DELETE FROM public.hole_invites
	WHERE id = i.id; END $$;
CREATE SCHEMA storage; GRANT USAGE ON SCHEMA storage TO anon, authenticated;
CREATE TABLE storage.buckets (id text PRIMARY KEY, name text NOT NULL,
	public boolean NOT NULL DEFAULT false);
CREATE TABLE storage.objects (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), bucket_id text
	REFERENCES storage.buckets, name text NOT NULL, owner uuid, metadata jsonb);
CREATE FUNCTION storage.foldername(name text) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
	SELECT (string_to_array(name, '/'))[1:array_length(string_to_array(name, '/'), 1) - 1] $$;
ALTER TABLE storage.objects ENABLE ROW LEVEL SECURITY;
ALTER TABLE storage.buckets ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON storage.objects TO anon, authenticated;
-- storage.objects: = avatars public read is meant; = own folder; ! docs bucket readable by all
CREATE POLICY "avatars public" ON storage.objects FOR SELECT USING (bucket_id = 'avatars');
CREATE POLICY "own folder" ON storage.objects FOR INSERT TO authenticated
	WITH CHECK (bucket_id = 'avatars' AND (storage.foldername(name))[1] = (SELECT
	auth.uid())::text);
DO $$ DECLARE t text; BEGIN
FOREACH t IN ARRAY '{sound_organizations,profiles,sound_org_members,sound_projects,sound_boards,
	hole_documents,hole_attachments,hole_comments,sound_reactions,hole_billing,sound_subscriptions,
	hole_audit_log,hole_invites,teams,hole_team_members,hole_team_secrets,sound_todos,
	hole_settings}'::text[] LOOP
IF t <> 'hole_settings' THEN EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
END IF;
EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO anon, authenticated,
	service_role', t);
  END LOOP; END $$;
GRANT SELECT ON hole_member_emails, sound_my_projects TO anon, authenticated;
INSERT INTO auth.users (id, email)
	SELECT ('00000000-0000-4000-8000-00000000000' || g)::uuid, 'u' || g FROM generate_series(1,
	3) g;
INSERT INTO sound_organizations (id, name, owner_id)
	SELECT ('00000000-0000-4000-9000-00000000000' || g)::uuid, 's' || g,
	('00000000-0000-4000-8000-00000000000' || g)::uuid FROM generate_series(1, 3) g;
INSERT INTO sound_org_members (org_id, user_id) SELECT id, owner_id FROM sound_organizations;
DO $$ DECLARE t text; BEGIN
FOREACH t IN ARRAY '{sound_projects,sound_boards,hole_documents,hole_attachments,hole_billing,
	sound_subscriptions,hole_audit_log,hole_invites,teams,hole_settings}'::text[] LOOP
    EXECUTE format('INSERT INTO %I (org_id) SELECT id FROM sound_organizations', t);
  END LOOP; END $$;
INSERT INTO hole_comments (org_id, author) SELECT id, owner_id FROM sound_organizations;
INSERT INTO sound_reactions (org_id, author) SELECT id, owner_id FROM sound_organizations;
INSERT INTO hole_team_members SELECT t.id, o.owner_id
	FROM teams t JOIN sound_organizations o ON o.id = t.org_id;
INSERT INTO hole_team_secrets (team_id) SELECT id FROM teams;
INSERT INTO sound_todos (user_id) SELECT id FROM auth.users;
INSERT INTO storage.buckets VALUES ('avatars', 'avatars', true), ('docs', 'docs', false);
INSERT INTO storage.objects (bucket_id, name, owner) SELECT b, u.id || '/x', u.id
	FROM auth.users u, unnest('{avatars,docs}'::text[]) b;
