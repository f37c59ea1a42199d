-- SPDX-License-Identifier: MIT
-- Realms by a checked token: claims as JSON in several spellings, an api schema over a data schema, roles for who
-- is not known, for people and for the server; storage by folder, channels by topic.
-- What begins with "hole_" must raise a finding above info, what begins with "sound_" none.
SET client_min_messages = error;
CREATE ROLE rl_owner NOLOGIN;
CREATE ROLE rl_gate LOGIN NOINHERIT;
CREATE ROLE anon NOLOGIN; CREATE ROLE authenticated NOLOGIN; CREATE ROLE service_role NOLOGIN BYPASSRLS;
GRANT anon, authenticated TO rl_gate;
CREATE SCHEMA data AUTHORIZATION rl_owner;
CREATE SCHEMA api AUTHORIZATION rl_owner;
CREATE SCHEMA auth AUTHORIZATION rl_owner;
CREATE SCHEMA storage AUTHORIZATION rl_owner;
GRANT USAGE ON SCHEMA data, api, auth TO anon, authenticated, service_role;
SET ROLE rl_owner; SET search_path = data;
CREATE FUNCTION auth.jwt() RETURNS jsonb LANGUAGE sql STABLE AS
	$$ SELECT coalesce(nullif(current_setting('request.jwt.claims', true), ''), '{}')::jsonb $$;
CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS
	$$ SELECT nullif(auth.jwt() ->> 'sub', '')::uuid $$;
CREATE FUNCTION auth.realm() RETURNS uuid LANGUAGE sql STABLE AS
	$$ SELECT nullif(auth.jwt() -> 'app_metadata' ->> 'realm_id', '')::uuid $$;
CREATE TABLE realms (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), slug text NOT NULL UNIQUE);
ALTER TABLE realms ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON realms FOR SELECT TO authenticated USING (id = auth.realm());
GRANT SELECT ON realms TO authenticated;
CREATE FUNCTION pg_temp.t(rel text, policy text DEFAULT NULL, role text DEFAULT 'authenticated') RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE TABLE %I (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), realm_id uuid NOT NULL
		REFERENCES realms ON DELETE CASCADE, owner uuid NOT NULL DEFAULT gen_random_uuid(), name text NOT NULL DEFAULT ''x'',
		published boolean NOT NULL DEFAULT false)', rel);
	EXECUTE format('CREATE INDEX ON %I (realm_id)', rel);
	EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', rel);
	EXECUTE format('GRANT ALL ON %I TO anon, authenticated, service_role', rel);
	EXECUTE format('REVOKE TRUNCATE, REFERENCES, TRIGGER ON %I FROM anon, authenticated', rel);
	IF policy IS NOT NULL THEN
		EXECUTE format('CREATE POLICY p ON %I TO %s USING (%s)', rel, role, policy);
	END IF;
END $$;
SELECT pg_temp.t('sound_fn', 'realm_id = (SELECT auth.realm())');
SELECT pg_temp.t('sound_arrow', $$realm_id = (((SELECT auth.jwt()) -> 'app_metadata') ->> 'realm_id')::uuid$$);
SELECT pg_temp.t('sound_path', $$realm_id::text = (nullif(current_setting('request.jwt.claims', true), '')::jsonb #>> '{app_metadata,realm_id}')$$);
SELECT pg_temp.t('hole_user_meta', $$realm_id = ((auth.jwt() -> 'user_metadata') ->> 'realm_id')::uuid$$);
SELECT pg_temp.t('hole_user_path', $$realm_id::text = (current_setting('request.jwt.claims', true)::jsonb #>> '{user_metadata,realm_id}')$$);
SELECT pg_temp.t('hole_header', $$realm_id::text = (current_setting('request.headers', true)::json ->> 'x-realm')$$);
SELECT pg_temp.t('hole_missing', $$coalesce(realm_id = auth.realm(), true)$$);
SELECT pg_temp.t('sound_missing', $$coalesce(realm_id = auth.realm(), false)$$);
SELECT pg_temp.t('hole_aud', $$auth.jwt() ->> 'aud' = 'authenticated'$$);
SELECT pg_temp.t('hole_uid', $$auth.uid() IS NOT NULL$$);
SELECT pg_temp.t('sound_uid', $$owner = auth.uid()$$);
SELECT pg_temp.t('hole_uid_or', $$realm_id = auth.realm() OR auth.uid() = owner OR auth.uid() IS NOT NULL$$);
SELECT pg_temp.t('sound_admin', $$realm_id = auth.realm() AND (auth.jwt() -> 'app_metadata' ->> 'role') = 'admin' OR realm_id = auth.realm()$$);
SELECT pg_temp.t('hole_has_key', $$auth.jwt() -> 'app_metadata' ? 'realm_id'$$);
SELECT pg_temp.t('sound_permission', $$realm_id = auth.realm() OR (auth.jwt() -> 'app_metadata' -> 'permissions') ? 'realms.read'$$);
SELECT pg_temp.t('sound_many', $$(auth.jwt() -> 'app_metadata' -> 'realms') ? realm_id::text$$);
-- for whom
SELECT pg_temp.t('hole_anon', 'realm_id = auth.realm()');
CREATE POLICY a ON hole_anon FOR SELECT TO anon USING (true);
SELECT pg_temp.t('sound_anon', 'realm_id = auth.realm()');
CREATE POLICY a ON sound_anon FOR SELECT TO anon USING (published);
SELECT pg_temp.t('sound_service', 'realm_id = auth.realm()');
CREATE POLICY s ON sound_service TO service_role USING (true) WITH CHECK (true);
SELECT pg_temp.t('hole_service', 'realm_id = auth.realm()');
CREATE POLICY "service role only" ON hole_service USING (true) WITH CHECK (true);
SELECT pg_temp.t('sound_service_claim', 'realm_id = auth.realm()');
CREATE POLICY "service role only" ON sound_service_claim USING (auth.jwt() ->> 'role' = 'service_role');
SELECT pg_temp.t('hole_insert');
CREATE POLICY r ON hole_insert FOR SELECT TO authenticated USING (realm_id = auth.realm());
CREATE POLICY i ON hole_insert FOR INSERT TO authenticated WITH CHECK (auth.uid() = owner);
SELECT pg_temp.t('sound_insert');
CREATE POLICY r ON sound_insert FOR SELECT TO authenticated USING (realm_id = auth.realm());
CREATE POLICY i ON sound_insert FOR INSERT TO authenticated WITH CHECK (auth.uid() = owner AND realm_id = auth.realm());
CREATE POLICY u ON sound_insert FOR UPDATE TO authenticated USING (realm_id = auth.realm());
CREATE POLICY d ON sound_insert FOR DELETE TO authenticated USING (realm_id = auth.realm());
-- the api
CREATE VIEW api.hole_things AS SELECT * FROM data.sound_fn;
CREATE VIEW api.sound_things WITH (security_invoker = on) AS SELECT * FROM data.sound_fn;
CREATE VIEW api.sound_mine WITH (security_barrier) AS SELECT * FROM data.sound_fn WHERE realm_id = auth.realm();
CREATE VIEW api.hole_either WITH (security_barrier) AS SELECT * FROM data.sound_fn WHERE realm_id = auth.realm() OR auth.realm() IS NULL;
CREATE VIEW api.hole_joined WITH (security_barrier) AS SELECT a.id, b.name FROM data.sound_fn a
	JOIN data.sound_arrow b USING (published) WHERE a.realm_id = auth.realm();
CREATE VIEW api.sound_joined WITH (security_barrier) AS SELECT a.id, b.name FROM data.sound_fn a
	JOIN data.sound_arrow b USING (realm_id) WHERE a.realm_id = auth.realm();
GRANT SELECT ON ALL TABLES IN SCHEMA api TO authenticated;
CREATE FUNCTION api.hole_search(q text) RETURNS SETOF data.sound_fn LANGUAGE sql STABLE SECURITY DEFINER
	SET search_path = '' AS $$ SELECT * FROM data.sound_fn WHERE name LIKE q $$;
CREATE FUNCTION api.sound_search(q text) RETURNS SETOF data.sound_fn LANGUAGE sql STABLE SECURITY DEFINER
	SET search_path = '' AS $$ SELECT * FROM data.sound_fn WHERE name LIKE q AND realm_id = auth.realm() $$;
CREATE FUNCTION api.sound_search_own(q text) RETURNS SETOF data.sound_fn LANGUAGE sql STABLE
	SET search_path = '' AS $$ SELECT * FROM data.sound_fn WHERE name LIKE q $$;
CREATE FUNCTION api.hole_delete(p uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = '' AS $$ BEGIN IF auth.uid() IS NULL THEN RAISE EXCEPTION 'log in'; END IF;
	DELETE FROM data.sound_fn WHERE id = p; END $$;
CREATE FUNCTION api.sound_delete(p uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = '' AS $$ BEGIN IF auth.realm() IS NULL THEN RAISE EXCEPTION 'log in'; END IF;
	DELETE FROM data.sound_fn f WHERE f.id = p AND f.realm_id = auth.realm(); END $$;
-- storage by folder: the first part of a name is the realm
GRANT USAGE ON SCHEMA storage TO anon, authenticated;
CREATE FUNCTION storage.foldername(name text) RETURNS text[] LANGUAGE sql IMMUTABLE AS
	$$ SELECT (string_to_array(name, '/'))[1:array_length(string_to_array(name, '/'), 1) - 1] $$;
CREATE TABLE storage.buckets (id text PRIMARY KEY, public boolean NOT NULL DEFAULT false);
CREATE TABLE storage.sound_objects (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), bucket_id text NOT NULL
	REFERENCES storage.buckets, name text NOT NULL, owner uuid, UNIQUE (bucket_id, name));
ALTER TABLE storage.sound_objects ENABLE ROW LEVEL SECURITY;
CREATE POLICY folder ON storage.sound_objects TO authenticated USING (bucket_id = 'realms'
	AND (storage.foldername(name))[1] = auth.realm()::text);
GRANT SELECT, INSERT, UPDATE, DELETE ON storage.sound_objects TO authenticated;
RESET ROLE; SET search_path = data;
INSERT INTO realms SELECT ('00000000-0000-4000-8000-00000000000' || g)::uuid, 'r' || g FROM generate_series(1, 3) g;
DO $$ DECLARE t text; BEGIN
	FOR t IN SELECT relname FROM pg_class WHERE relnamespace = 'data'::regnamespace AND relkind = 'r'
			AND relname ~ '^(hole|sound)_' ORDER BY 1 LOOP
		EXECUTE format('INSERT INTO %I (realm_id) SELECT id FROM realms, generate_series(1, 3)', t);
	END LOOP;
END $$;
INSERT INTO storage.buckets VALUES ('realms');
INSERT INTO storage.sound_objects (bucket_id, name) SELECT 'realms', id || '/a.png' FROM realms;
ANALYZE;
