-- SPDX-License-Identifier: MIT
-- Each person's own workspaces: every row says its workspace, which no policy asks, and its person, whom all
-- ask.  The person is whose a row is; what is not private may be read by others.
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
CREATE SCHEMA auth;
GRANT USAGE ON SCHEMA auth, public TO anon, authenticated, service_role;
CREATE TABLE auth.users (id uuid PRIMARY KEY, email text);
CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS $$ select (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid $$;
CREATE TABLE sound_workspaces (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), user_id uuid NOT NULL REFERENCES auth.users ON DELETE CASCADE, sharing text NOT NULL DEFAULT 'private', name text, UNIQUE (user_id, id));
ALTER TABLE sound_workspaces ENABLE ROW LEVEL SECURITY; GRANT SELECT, INSERT, UPDATE, DELETE ON sound_workspaces TO anon, authenticated;
CREATE FUNCTION mk(n text, protect boolean DEFAULT true) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
 EXECUTE format('CREATE TABLE %I (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), user_id uuid NOT NULL REFERENCES auth.users ON DELETE CASCADE, workspace_id uuid NOT NULL, sharing text NOT NULL DEFAULT ''private'', body text, FOREIGN KEY (user_id, workspace_id) REFERENCES sound_workspaces (user_id, id) ON DELETE CASCADE)', n);
 EXECUTE format('CREATE INDEX ON %I (user_id, workspace_id)', n);
 IF protect THEN EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', n); END IF;
 EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO anon, authenticated', n);
END $$;
CREATE POLICY own ON sound_workspaces USING (user_id = auth.uid()) WITH CHECK (user_id = auth.uid()); CREATE POLICY seen ON sound_workspaces FOR SELECT USING (sharing <> 'private');
SELECT mk('sound_folders'); CREATE POLICY own ON sound_folders USING (user_id = auth.uid()) WITH CHECK (user_id = auth.uid()); CREATE POLICY seen ON sound_folders FOR SELECT USING (workspace_id IN (SELECT id FROM sound_workspaces WHERE sharing <> 'private'));
SELECT mk('sound_chats'); CREATE POLICY own ON sound_chats USING (user_id = auth.uid()) WITH CHECK (user_id = auth.uid()); CREATE POLICY seen ON sound_chats FOR SELECT USING (NOT sharing = 'private');
SELECT mk('sound_prompts'); CREATE POLICY own ON sound_prompts TO authenticated USING ((SELECT auth.uid()) = user_id) WITH CHECK ((SELECT auth.uid()) = user_id);
SELECT mk('sound_files'); CREATE POLICY own ON sound_files TO authenticated USING ((SELECT auth.uid()) = user_id);
CREATE VIEW sound_mine WITH (security_invoker = true) AS SELECT id, user_id, body FROM sound_chats; GRANT SELECT ON sound_mine TO authenticated;

SELECT mk('hole_tools', false);
SELECT mk('hole_signed_in'); CREATE POLICY p ON hole_signed_in FOR SELECT TO authenticated USING (auth.uid() IS NOT NULL);
SELECT mk('hole_workspace'); CREATE POLICY p ON hole_workspace FOR SELECT TO authenticated USING (workspace_id IS NOT NULL);
SELECT mk('hole_insert'); CREATE POLICY s ON hole_insert FOR SELECT TO authenticated USING ((SELECT auth.uid()) = user_id); CREATE POLICY i ON hole_insert FOR INSERT TO authenticated WITH CHECK (true);
SELECT mk('hole_edits'); CREATE POLICY own ON hole_edits TO authenticated USING ((SELECT auth.uid()) = user_id); CREATE POLICY e ON hole_edits FOR UPDATE TO authenticated USING (sharing <> 'private');
SELECT mk('hole_private'); CREATE POLICY own ON hole_private TO authenticated USING ((SELECT auth.uid()) = user_id); CREATE POLICY r ON hole_private FOR SELECT TO authenticated USING (sharing = 'private');
SELECT mk('hole_reads_all'); CREATE POLICY own ON hole_reads_all TO authenticated USING ((SELECT auth.uid()) = user_id); CREATE POLICY r ON hole_reads_all FOR SELECT TO authenticated USING (true);
CREATE VIEW hole_view AS SELECT id, user_id, body FROM sound_chats; GRANT SELECT ON hole_view TO authenticated;
CREATE FUNCTION hole_find(q text) RETURNS SETOF sound_chats LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT * FROM public.sound_chats WHERE body = q $$;
INSERT INTO auth.users SELECT ('00000000-0000-0000-0000-00000000000' || i)::uuid, 'u' || i || '@example.org' FROM generate_series(1, 4) i;
INSERT INTO sound_workspaces (user_id, name) SELECT id, 'home' FROM auth.users;
DO $$ DECLARE r record; BEGIN
 FOR r IN SELECT c.oid::regclass AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'workspace_id' WHERE c.relkind = 'r' LOOP
  EXECUTE format('INSERT INTO %s (user_id, workspace_id, body) SELECT user_id, id, ''b'' || i FROM sound_workspaces, generate_series(1, 3) i', r.name);
 END LOOP;
END $$;
UPDATE hole_edits SET sharing = 'link';
DROP FUNCTION mk;
ANALYZE;
