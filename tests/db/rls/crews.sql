-- SPDX-License-Identifier: MIT
-- A starter kit for teams: whose a row is, is asked of functions that look into the memberships and are
-- compared with true, as starter kits of Supabase do; a person's own membership is shown beside the team's.
-- What begins with "hole_" must raise a finding above info, what begins with "sound_" none.
-- Run by a superuser in an empty database.
\set ON_ERROR_STOP on
\set QUIET on
\o /dev/null
SET client_min_messages = error;
DO $$ BEGIN
 CREATE ROLE anon NOLOGIN; CREATE ROLE authenticated NOLOGIN; CREATE ROLE service_role NOLOGIN BYPASSRLS; CREATE ROLE authenticator LOGIN NOINHERIT;
 GRANT anon, authenticated, service_role TO authenticator;
EXCEPTION WHEN duplicate_object THEN NULL; END $$;
CREATE SCHEMA auth; CREATE SCHEMA kit;
GRANT USAGE ON SCHEMA auth, kit, public TO anon, authenticated, service_role;
CREATE TABLE auth.users (id uuid PRIMARY KEY, email text);
CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS $$ select (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid $$;
CREATE TYPE kit.rank AS ENUM ('captain', 'hand');
CREATE TABLE kit.teams (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), captain_id uuid NOT NULL DEFAULT auth.uid() REFERENCES auth.users, slug text UNIQUE, solo boolean NOT NULL DEFAULT false);
CREATE TABLE kit.team_members (user_id uuid NOT NULL REFERENCES auth.users ON DELETE CASCADE, team_id uuid NOT NULL REFERENCES kit.teams ON DELETE CASCADE, rank kit.rank NOT NULL, PRIMARY KEY (user_id, team_id));
CREATE INDEX ON kit.team_members (team_id);
GRANT SELECT, INSERT, UPDATE, DELETE ON kit.teams, kit.team_members TO authenticated, service_role;
ALTER TABLE kit.teams ENABLE ROW LEVEL SECURITY; ALTER TABLE kit.team_members ENABLE ROW LEVEL SECURITY;
-- Names with their schemas throughout: no temporary table takes the place of one.
CREATE FUNCTION kit.has_rank(team_id uuid, rank kit.rank DEFAULT NULL) RETURNS boolean LANGUAGE sql SECURITY DEFINER SET search_path = public AS $$
 SELECT EXISTS (SELECT 1 FROM kit.team_members m WHERE m.user_id = auth.uid() AND m.team_id = has_rank.team_id AND (m.rank = has_rank.rank OR has_rank.rank IS NULL)) $$;
CREATE FUNCTION kit.my_teams(rank kit.rank DEFAULT NULL) RETURNS SETOF uuid LANGUAGE sql SECURITY DEFINER SET search_path = public AS $$
 SELECT m.team_id FROM kit.team_members m WHERE m.user_id = auth.uid() AND (m.rank = my_teams.rank OR my_teams.rank IS NULL) $$;
CREATE FUNCTION kit.in_any_team() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT EXISTS (SELECT 1 FROM kit.team_members WHERE user_id = auth.uid()) $$;
-- It names a table by its name alone, and its path does not end with pg_temp.
CREATE FUNCTION kit.hole_bare(team_id uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = kit AS $$ SELECT EXISTS (SELECT 1 FROM team_members m WHERE m.user_id = auth.uid() AND m.team_id = hole_bare.team_id) $$;
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA kit FROM PUBLIC; GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA kit TO authenticated, service_role;
COMMENT ON FUNCTION kit.has_rank IS 'sound'; COMMENT ON FUNCTION kit.my_teams IS 'sound'; COMMENT ON TABLE kit.teams IS 'sound'; COMMENT ON TABLE kit.team_members IS 'sound';
CREATE POLICY "members see it" ON kit.teams FOR SELECT TO authenticated USING (kit.has_rank(id) = true);
CREATE POLICY "captains see it" ON kit.teams FOR SELECT TO authenticated USING (captain_id = auth.uid());
CREATE POLICY "captains edit it" ON kit.teams FOR UPDATE TO authenticated USING (kit.has_rank(id, 'captain') = true);
CREATE POLICY "own memberships" ON kit.team_members FOR SELECT TO authenticated USING (user_id = auth.uid());
CREATE POLICY "team mates" ON kit.team_members FOR SELECT TO authenticated USING (kit.has_rank(team_id) = true);
CREATE POLICY "one may leave" ON kit.team_members FOR DELETE TO authenticated USING (user_id = auth.uid());
CREATE POLICY "captains send off" ON kit.team_members FOR DELETE TO authenticated USING (kit.has_rank(team_id, 'captain') = true AND user_id <> (SELECT captain_id FROM kit.teams t WHERE t.id = team_id));
CREATE FUNCTION kit.mk(n text, protect boolean DEFAULT true) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
 EXECUTE format('CREATE TABLE %I (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), team_id uuid NOT NULL REFERENCES kit.teams ON DELETE CASCADE, author_id uuid REFERENCES auth.users ON DELETE SET NULL, title text, made timestamptz NOT NULL DEFAULT now())', n);
 EXECUTE format('CREATE INDEX ON %I (team_id)', n);
 IF protect THEN EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', n); END IF;
 EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO authenticated', n);
END $$;
SELECT kit.mk('sound_posts'); CREATE POLICY r ON sound_posts FOR SELECT TO authenticated USING (team_id IN (SELECT kit.my_teams())); CREATE POLICY i ON sound_posts FOR INSERT TO authenticated WITH CHECK (team_id IN (SELECT kit.my_teams())); CREATE POLICY d ON sound_posts FOR DELETE TO authenticated USING (team_id IN (SELECT kit.my_teams('captain')));
SELECT kit.mk('sound_bills'); CREATE POLICY r ON sound_bills FOR SELECT USING (kit.has_rank(team_id) = true);
SELECT kit.mk('sound_invites'); CREATE POLICY r ON sound_invites FOR SELECT TO authenticated USING (made > now() - interval '1 day' AND kit.has_rank(team_id, 'captain') = true); CREATE POLICY i ON sound_invites FOR INSERT TO authenticated WITH CHECK ((SELECT solo FROM kit.teams WHERE id = team_id) = false AND kit.has_rank(team_id, 'captain') = true);
SELECT kit.mk('sound_is_true'); CREATE POLICY p ON sound_is_true TO authenticated USING (kit.has_rank(team_id) IS TRUE);
SELECT kit.mk('sound_not_false'); CREATE POLICY p ON sound_not_false TO authenticated USING (kit.has_rank(team_id) <> false);
SELECT kit.mk('sound_turned'); CREATE POLICY p ON sound_turned TO authenticated USING (true = kit.has_rank(team_id));
SELECT kit.mk('sound_drafts'); CREATE POLICY t ON sound_drafts FOR SELECT TO authenticated USING (kit.has_rank(team_id)); CREATE POLICY mine ON sound_drafts FOR SELECT TO authenticated USING (author_id = auth.uid());
-- A service that came later puts the team into the token: one policy says nothing of all the others.
SELECT kit.mk('sound_token'); CREATE POLICY p ON sound_token FOR SELECT TO authenticated USING (team_id = (nullif(current_setting('request.jwt.claims', true), '')::jsonb #>> '{app_metadata,team_id}')::uuid);

SELECT kit.mk('hole_plain', false);
SELECT kit.mk('hole_any'); CREATE POLICY p ON hole_any TO authenticated USING (kit.in_any_team() = true);
SELECT kit.mk('hole_or'); CREATE POLICY p ON hole_or TO authenticated USING (kit.has_rank(team_id) = true OR title IS NOT NULL);
SELECT kit.mk('hole_others'); CREATE POLICY p ON hole_others FOR SELECT TO authenticated USING (kit.has_rank(team_id) = false);
SELECT kit.mk('hole_insert'); CREATE POLICY r ON hole_insert FOR SELECT TO authenticated USING (kit.has_rank(team_id) = true); CREATE POLICY i ON hole_insert FOR INSERT TO authenticated WITH CHECK (auth.uid() IS NOT NULL);
SELECT kit.mk('hole_moves'); CREATE POLICY p ON hole_moves TO authenticated USING (kit.has_rank(team_id) = true) WITH CHECK (true);
SELECT kit.mk('hole_wide'); CREATE POLICY t ON hole_wide FOR SELECT TO authenticated USING (kit.has_rank(team_id) = true); CREATE POLICY w ON hole_wide FOR SELECT TO authenticated USING (made < now());
CREATE VIEW hole_view AS SELECT id, team_id, title FROM sound_posts; GRANT SELECT ON hole_view TO authenticated;
CREATE FUNCTION hole_find(q text) RETURNS SETOF sound_posts LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT * FROM public.sound_posts WHERE title = q $$;
-- Each has his own row, whatever his teams: who finds all of them by a name shows them, telling whether a name is taken does not.
CREATE TABLE sound_profiles (user_id uuid PRIMARY KEY REFERENCES auth.users ON DELETE CASCADE, nick text, phone text);
ALTER TABLE sound_profiles ENABLE ROW LEVEL SECURITY; CREATE POLICY me ON sound_profiles TO authenticated USING (user_id = (SELECT auth.uid()));
GRANT SELECT, INSERT, UPDATE, DELETE ON sound_profiles TO authenticated;
CREATE FUNCTION hole_people(q text) RETURNS TABLE (nick text, phone text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT p.nick, p.phone FROM public.sound_profiles p WHERE p.nick LIKE q || '%' $$;
CREATE FUNCTION hole_rename_any(who uuid, q text) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$ UPDATE public.sound_profiles SET nick = q WHERE user_id = who $$;
CREATE FUNCTION sound_taken(q text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT EXISTS (SELECT FROM public.sound_profiles p WHERE p.nick = q) $$;
CREATE FUNCTION sound_me() RETURNS TABLE (nick text, phone text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT p.nick, p.phone FROM public.sound_profiles p WHERE p.user_id = auth.uid() $$;
CREATE FUNCTION sound_how_many() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT count(*) FROM public.sound_profiles $$;
INSERT INTO auth.users SELECT ('00000000-0000-0000-0000-00000000000' || i)::uuid, 'u' || i || '@example.org' FROM generate_series(1, 4) i;
INSERT INTO sound_profiles SELECT id, email, '0' FROM auth.users;
INSERT INTO kit.teams (id, captain_id, slug) SELECT ('10000000-0000-0000-0000-00000000000' || i)::uuid, ('00000000-0000-0000-0000-00000000000' || i)::uuid, 'team' || i FROM generate_series(1, 3) i;
INSERT INTO kit.team_members SELECT captain_id, id, 'captain' FROM kit.teams;
INSERT INTO kit.team_members VALUES ('00000000-0000-0000-0000-000000000004', '10000000-0000-0000-0000-000000000001', 'hand');
DO $$ DECLARE r record; BEGIN
 FOR r IN SELECT c.oid::regclass AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'author_id' WHERE c.relkind = 'r' LOOP
  EXECUTE format('INSERT INTO %s (team_id, author_id, title) SELECT id, captain_id, ''t'' || i FROM kit.teams, generate_series(1, 3) i', r.name);
 END LOOP;
END $$;
DROP FUNCTION kit.mk;
ANALYZE;
