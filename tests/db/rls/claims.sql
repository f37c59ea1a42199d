-- SPDX-License-Identifier: MIT
-- Teams as Supabase applications have them: claims in a setting, anon and authenticated.
-- What begins with "hole_" must raise a finding above info, what begins with "sound_" none.
-- Run by a superuser in an empty database.
\set ON_ERROR_STOP on
\set QUIET on
\o /dev/null
SET client_min_messages = error;
DO $$ BEGIN
 CREATE ROLE anon NOLOGIN; CREATE ROLE authenticated NOLOGIN; CREATE ROLE service_role NOLOGIN BYPASSRLS; CREATE ROLE authenticator LOGIN NOINHERIT; CREATE ROLE supabase_admin NOLOGIN;
 GRANT anon, authenticated, service_role TO authenticator;
EXCEPTION WHEN duplicate_object THEN NULL; END $$;
CREATE SCHEMA auth;
GRANT USAGE ON SCHEMA public, auth TO anon, authenticated, service_role;
CREATE TABLE auth.users (id uuid PRIMARY KEY, email text);
CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS $$ select coalesce(nullif(current_setting('request.jwt.claim.sub', true), ''), (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'))::uuid $$;
CREATE FUNCTION auth.role() RETURNS text LANGUAGE sql STABLE AS $$ select coalesce(nullif(current_setting('request.jwt.claim.role', true), ''), (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role'))::text $$;
CREATE FUNCTION auth.jwt() RETURNS jsonb LANGUAGE sql STABLE AS $$ select coalesce(nullif(current_setting('request.jwt.claim', true), ''), nullif(current_setting('request.jwt.claims', true), ''))::jsonb $$;
CREATE TABLE teams (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL, created_by uuid DEFAULT auth.uid());
CREATE TABLE team_members (team_id uuid NOT NULL REFERENCES teams ON DELETE CASCADE, user_id uuid NOT NULL, role text NOT NULL DEFAULT 'member', PRIMARY KEY (team_id, user_id));
CREATE TABLE profiles (id uuid PRIMARY KEY REFERENCES auth.users, display_name text, avatar_url text);
ALTER TABLE teams ENABLE ROW LEVEL SECURITY; ALTER TABLE team_members ENABLE ROW LEVEL SECURITY; ALTER TABLE profiles ENABLE ROW LEVEL SECURITY;
CREATE FUNCTION public.is_team_member(t uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ select exists (select 1 from public.team_members where team_id = t and user_id = (select auth.uid())) $$;
CREATE FUNCTION public.get_my_teams() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ select team_id from public.team_members where user_id = auth.uid() $$;
CREATE POLICY "Members see their teams" ON teams FOR SELECT TO authenticated USING (is_team_member(id));
CREATE POLICY "Anybody signed in may create" ON teams FOR INSERT TO authenticated WITH CHECK ((select auth.uid()) = created_by);
CREATE POLICY "Members see members" ON team_members FOR SELECT TO authenticated USING (team_id IN (SELECT get_my_teams()));
CREATE POLICY "Public profiles" ON profiles FOR SELECT USING (true);
CREATE POLICY "Own profile" ON profiles FOR UPDATE USING (auth.uid() = id);
CREATE FUNCTION mk(n text, extra text DEFAULT '') RETURNS void LANGUAGE plpgsql AS $$ BEGIN
 EXECUTE format('CREATE TABLE %I (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, team_id uuid NOT NULL REFERENCES teams ON DELETE CASCADE, user_id uuid, title text %s)', n, extra);
 EXECUTE format('CREATE INDEX ON %I (team_id)', n); EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', n);
END $$;
SELECT mk('sound_docs'); 
CREATE POLICY s ON sound_docs FOR SELECT TO authenticated USING (team_id IN (SELECT team_id FROM team_members WHERE user_id = (SELECT auth.uid())));
CREATE POLICY i ON sound_docs FOR INSERT TO authenticated WITH CHECK (is_team_member(team_id));
CREATE POLICY u ON sound_docs FOR UPDATE TO authenticated USING (is_team_member(team_id));
CREATE POLICY d ON sound_docs FOR DELETE TO authenticated USING (EXISTS (SELECT 1 FROM team_members m WHERE m.team_id = sound_docs.team_id AND m.user_id = auth.uid() AND m.role = 'owner'));
SELECT mk('sound_notes'); CREATE POLICY own ON sound_notes TO authenticated USING (auth.uid() = user_id) WITH CHECK (auth.uid() = user_id AND is_team_member(team_id));
SELECT mk('sound_service'); CREATE POLICY svc ON sound_service USING (auth.role() = 'service_role'); CREATE POLICY s ON sound_service FOR SELECT TO authenticated USING (team_id IN (SELECT get_my_teams()));
SELECT mk('sound_service2'); CREATE POLICY svc ON sound_service2 TO service_role USING (true); CREATE POLICY s ON sound_service2 FOR SELECT TO authenticated USING (team_id = ANY (ARRAY(SELECT get_my_teams())));
SELECT mk('sound_jwt_claim'); CREATE POLICY s ON sound_jwt_claim TO authenticated USING (team_id = ((auth.jwt() -> 'app_metadata') ->> 'team_id')::uuid);
SELECT mk('sound_published', ', is_public boolean NOT NULL DEFAULT false'); CREATE POLICY s ON sound_published FOR SELECT TO authenticated USING (is_team_member(team_id));
CREATE VIEW sound_my_docs WITH (security_invoker = on) AS SELECT * FROM sound_docs;
SELECT mk('hole_authenticated'); CREATE POLICY s ON hole_authenticated FOR SELECT USING (auth.role() = 'authenticated');
SELECT mk('hole_uid_notnull'); CREATE POLICY s ON hole_uid_notnull FOR SELECT TO authenticated USING (auth.uid() IS NOT NULL);
SELECT mk('hole_true_to_auth'); CREATE POLICY s ON hole_true_to_auth FOR SELECT TO authenticated USING (true);
SELECT mk('hole_insert_true'); CREATE POLICY s ON hole_insert_true FOR SELECT TO authenticated USING (is_team_member(team_id)); CREATE POLICY i ON hole_insert_true FOR INSERT TO authenticated WITH CHECK (true);
SELECT mk('hole_insert_uid'); CREATE POLICY s ON hole_insert_uid FOR SELECT TO authenticated USING (is_team_member(team_id)); CREATE POLICY i ON hole_insert_uid FOR INSERT TO authenticated WITH CHECK (auth.uid() = user_id);
SELECT mk('hole_user_meta'); CREATE POLICY s ON hole_user_meta TO authenticated USING (team_id = ((auth.jwt() -> 'user_metadata') ->> 'team_id')::uuid);
SELECT mk('hole_capture'); CREATE POLICY s ON hole_capture FOR SELECT TO authenticated USING (EXISTS (SELECT 1 FROM team_members WHERE team_members.team_id = team_id AND user_id = auth.uid()));
SELECT mk('hole_anymember'); CREATE POLICY s ON hole_anymember FOR SELECT TO authenticated USING (auth.uid() IN (SELECT user_id FROM team_members));
SELECT mk('hole_off'); ALTER TABLE hole_off DISABLE ROW LEVEL SECURITY; CREATE POLICY s ON hole_off FOR SELECT USING (is_team_member(team_id));
SELECT mk('hole_anon'); CREATE POLICY s ON hole_anon FOR SELECT TO anon, authenticated USING (true);
CREATE VIEW hole_docs_view AS SELECT d.*, t.name FROM sound_docs d JOIN teams t ON t.id = d.team_id;
CREATE MATERIALIZED VIEW hole_stats AS SELECT team_id, count(*) FROM sound_docs GROUP BY 1;
CREATE FUNCTION hole_search(q text) RETURNS SETOF sound_docs LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ select * from public.sound_docs where title ilike q $$;
CREATE FUNCTION hole_team_docs(t uuid) RETURNS SETOF sound_docs LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ select * from public.sound_docs where team_id = t $$;
CREATE FUNCTION sound_team_docs(t uuid) RETURNS SETOF sound_docs LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$ begin if not public.is_team_member(t) then raise exception 'no'; end if; return query select * from public.sound_docs where team_id = t; end $$;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO anon, authenticated, service_role;

INSERT INTO teams VALUES ('11111111-1111-1111-1111-111111111111', 'One'), ('22222222-2222-2222-2222-222222222222', 'Two');
INSERT INTO team_members SELECT id, id FROM teams;
DO $$
DECLARE
	r regclass;
BEGIN
	FOR r IN SELECT c.oid FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'team_id'
		WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND c.relname ~ '^(hole|sound)_' LOOP
		EXECUTE format('INSERT INTO %s (team_id, title) SELECT t.id, ''row '' || n
			FROM teams t, generate_series(1, 2) n', r);
	END LOOP;
END $$;
REFRESH MATERIALIZED VIEW hole_stats;
