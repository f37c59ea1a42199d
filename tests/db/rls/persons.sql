-- SPDX-License-Identifier: MIT
-- An application without tenants, as Supabase's guides begin: each person has rows of their own.
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
GRANT USAGE ON SCHEMA public, auth TO anon, authenticated, service_role;
CREATE TABLE auth.users (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), email text UNIQUE);
CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS $$ select coalesce(nullif(current_setting('request.jwt.claim.sub', true), ''), (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'))::uuid $$;
CREATE FUNCTION auth.jwt() RETURNS jsonb LANGUAGE sql STABLE AS $$ select coalesce(nullif(current_setting('request.jwt.claims', true), ''), '{}')::jsonb $$;
CREATE FUNCTION mk(n text, protect bool DEFAULT true) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
 EXECUTE format('CREATE TABLE %I (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id uuid NOT NULL REFERENCES auth.users ON DELETE CASCADE, body text, published boolean NOT NULL DEFAULT false)', n);
 EXECUTE format('CREATE INDEX ON %I (user_id)', n);
 IF protect THEN EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', n); END IF;
 EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO anon, authenticated', n);
END $$;
CREATE TABLE sound_profiles (id uuid PRIMARY KEY REFERENCES auth.users ON DELETE CASCADE, username text);
ALTER TABLE sound_profiles ENABLE ROW LEVEL SECURITY; GRANT SELECT, INSERT, UPDATE ON sound_profiles TO anon, authenticated;
CREATE POLICY "Public profiles are viewable by everyone." ON sound_profiles FOR SELECT USING (true);
CREATE POLICY "Users can insert their own profile." ON sound_profiles FOR INSERT WITH CHECK ((select auth.uid()) = id);
CREATE POLICY "Users can update own profile." ON sound_profiles FOR UPDATE USING ((select auth.uid()) = id);
SELECT mk('sound_orders'); CREATE POLICY own ON sound_orders TO authenticated USING ((select auth.uid()) = user_id) WITH CHECK ((select auth.uid()) = user_id);
SELECT mk('sound_posts'); CREATE POLICY seen ON sound_posts FOR SELECT USING (published); CREATE POLICY own ON sound_posts TO authenticated USING ((select auth.uid()) = user_id);
SELECT mk('sound_notes'); CREATE POLICY s ON sound_notes FOR SELECT TO authenticated USING (auth.uid() = user_id); CREATE POLICY i ON sound_notes FOR INSERT TO authenticated WITH CHECK (auth.uid() = user_id);
CREATE TABLE sound_prices (id text PRIMARY KEY, amount int NOT NULL); GRANT SELECT ON sound_prices TO anon, authenticated;
CREATE VIEW sound_mine WITH (security_invoker = true) AS SELECT id, user_id, body FROM sound_orders; GRANT SELECT ON sound_mine TO authenticated;
CREATE FUNCTION sound_count() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT count(*) FROM public.sound_orders WHERE user_id = auth.uid() $$;

SELECT mk('hole_todos', false);
SELECT mk('hole_signed_in'); CREATE POLICY p ON hole_signed_in FOR SELECT TO authenticated USING (auth.uid() IS NOT NULL);
SELECT mk('hole_insert'); CREATE POLICY s ON hole_insert FOR SELECT TO authenticated USING ((select auth.uid()) = user_id); CREATE POLICY i ON hole_insert FOR INSERT TO authenticated WITH CHECK (true);
SELECT mk('hole_gives_away'); CREATE POLICY own ON hole_gives_away TO authenticated USING ((select auth.uid()) = user_id) WITH CHECK (true);
SELECT mk('hole_reads_all'); CREATE POLICY own ON hole_reads_all TO authenticated USING ((select auth.uid()) = user_id); CREATE POLICY r ON hole_reads_all FOR SELECT TO authenticated USING (true);
SELECT mk('hole_deletes'); CREATE POLICY own ON hole_deletes TO authenticated USING ((select auth.uid()) = user_id); CREATE POLICY d ON hole_deletes FOR DELETE TO authenticated USING (true);
SELECT mk('hole_metadata'); CREATE POLICY p ON hole_metadata TO authenticated USING ((select auth.uid()) = user_id OR (auth.jwt() -> 'user_metadata' ->> 'role') = 'admin');
SELECT mk('hole_public_writes'); CREATE POLICY "Public posts" ON hole_public_writes USING (true);
CREATE VIEW hole_view AS SELECT id, user_id, body FROM sound_orders; GRANT SELECT ON hole_view TO authenticated;
CREATE FUNCTION hole_find(q text) RETURNS SETOF sound_orders LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT * FROM public.sound_orders WHERE body = q $$;
DO $$ DECLARE r record; BEGIN
 INSERT INTO auth.users (email) SELECT 'u' || i FROM generate_series(1, 5) i; INSERT INTO sound_profiles SELECT id, email FROM auth.users; INSERT INTO sound_prices VALUES ('p', 1);
 FOR r IN SELECT c.oid::regclass AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'published' WHERE c.relkind = 'r' LOOP
  EXECUTE format('INSERT INTO %s (user_id, body) SELECT id, ''b'' FROM auth.users, generate_series(1, 2)', r.name);
 END LOOP;
END $$;
ANALYZE;
