-- SPDX-License-Identifier: MIT
-- Organisations as Supabase applications have them: membership helpers in a private schema, claims, storage, RPCs.
-- What begins with "hole_" must raise a finding above info, what begins with "sound_" none.
-- Run by a superuser in an empty database of its own cluster.
\set ON_ERROR_STOP on
\set QUIET on
\o /dev/null
SET client_min_messages=error;
DO $$ BEGIN
 CREATE ROLE anon NOLOGIN; CREATE ROLE authenticated NOLOGIN; CREATE ROLE service_role NOLOGIN BYPASSRLS; CREATE ROLE authenticator LOGIN NOINHERIT;
 GRANT anon, authenticated, service_role TO authenticator;
EXCEPTION WHEN duplicate_object THEN NULL; END $$;
CREATE SCHEMA auth; CREATE SCHEMA storage; CREATE SCHEMA private;
GRANT USAGE ON SCHEMA public, auth, storage TO anon, authenticated, service_role;
CREATE TABLE auth.users (id uuid PRIMARY KEY, email text UNIQUE, raw_user_meta_data jsonb, raw_app_meta_data jsonb);
CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS $$ select nullif(coalesce(current_setting('request.jwt.claim.sub', true), (nullif(current_setting('request.jwt.claims', true),'')::jsonb ->> 'sub')), '')::uuid $$;
CREATE FUNCTION auth.jwt() RETURNS jsonb LANGUAGE sql STABLE AS $$ select coalesce(nullif(current_setting('request.jwt.claim', true), ''), nullif(current_setting('request.jwt.claims', true), ''))::jsonb $$;
CREATE FUNCTION auth.role() RETURNS text LANGUAGE sql STABLE AS $$ select nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role' $$;
CREATE FUNCTION auth.email() RETURNS text LANGUAGE sql STABLE AS $$ select nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'email' $$;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA auth TO PUBLIC;
CREATE TABLE organizations (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL, slug text UNIQUE);
CREATE TABLE memberships (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), org_id uuid NOT NULL REFERENCES organizations ON DELETE CASCADE, user_id uuid NOT NULL REFERENCES auth.users ON DELETE CASCADE, role text NOT NULL DEFAULT 'member', UNIQUE (org_id, user_id));
ALTER TABLE organizations ENABLE ROW LEVEL SECURITY; ALTER TABLE memberships ENABLE ROW LEVEL SECURITY;
CREATE FUNCTION private.is_org_member(_org_id uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path TO '' AS $$ SELECT EXISTS (SELECT 1 FROM public.memberships WHERE org_id = _org_id AND user_id = (SELECT auth.uid())); $$;
CREATE FUNCTION private.user_orgs() RETURNS TABLE (org_id uuid) LANGUAGE sql STABLE SECURITY DEFINER SET search_path TO '' AS $$ SELECT m.org_id FROM public.memberships m WHERE m.user_id = (SELECT auth.uid()); $$;
CREATE FUNCTION private.has_role(_org_id uuid, _roles text[]) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$ begin return exists (select 1 from public.memberships m where m.org_id = _org_id and m.user_id = (select auth.uid()) and m.role = any(_roles)); end; $$;
CREATE FUNCTION private.is_member_nopath(_org_id uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER AS $$ SELECT EXISTS (SELECT 1 FROM public.memberships WHERE org_id = _org_id AND user_id = (SELECT auth.uid())); $$;
GRANT USAGE ON SCHEMA private TO authenticated;
CREATE POLICY o ON organizations FOR SELECT TO authenticated USING (private.is_org_member(id));
CREATE POLICY m ON memberships FOR SELECT TO authenticated USING (org_id IN (SELECT private.user_orgs()));
CREATE POLICY mi ON memberships FOR INSERT TO authenticated WITH CHECK (private.has_role(org_id, ARRAY['owner','admin']));
CREATE POLICY mu ON memberships FOR UPDATE TO authenticated USING (private.has_role(org_id, '{owner}')) WITH CHECK (private.has_role(org_id, '{owner}'));
CREATE FUNCTION mk(n text, extra text DEFAULT '') RETURNS void LANGUAGE plpgsql AS $$ BEGIN
 EXECUTE format('CREATE TABLE %I (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), org_id uuid NOT NULL REFERENCES organizations ON DELETE CASCADE, created_by uuid DEFAULT auth.uid(), title text DEFAULT ''t'' %s)', n, extra);
 EXECUTE format('CREATE INDEX ON %I (org_id)', n); EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', n); END $$;
-- clean
SELECT mk('sound_member'); CREATE POLICY a ON sound_member TO authenticated USING ((SELECT private.is_org_member(org_id)));
SELECT mk('sound_in'); CREATE POLICY a ON sound_in TO authenticated USING (org_id IN (SELECT private.user_orgs())) WITH CHECK (org_id IN (SELECT private.user_orgs()));
SELECT mk('sound_in2'); CREATE POLICY a ON sound_in2 TO authenticated USING (org_id IN (SELECT uo.org_id FROM private.user_orgs() uo)) WITH CHECK (private.has_role(org_id, array['admin']));
SELECT mk('sound_role'); CREATE POLICY a ON sound_role TO authenticated USING (private.has_role(org_id, array['owner','admin','member']));
SELECT mk('sound_appmeta'); CREATE POLICY a ON sound_appmeta TO authenticated USING (org_id = ((SELECT auth.jwt() -> 'app_metadata' ->> 'org_id')::uuid));
SELECT mk('sound_jwt_org'); CREATE POLICY a ON sound_jwt_org TO authenticated USING (org_id = (SELECT (auth.jwt() ->> 'org_id')::uuid));
SELECT mk('sound_jwt_orgs'); CREATE POLICY a ON sound_jwt_orgs TO authenticated USING (org_id::text IN (SELECT jsonb_array_elements_text(auth.jwt() -> 'app_metadata' -> 'orgs')));
SELECT mk('sound_jwt_has'); CREATE POLICY a ON sound_jwt_has TO authenticated USING ((auth.jwt() -> 'app_metadata' -> 'orgs') ? org_id::text);
SELECT mk('sound_join'); CREATE POLICY a ON sound_join TO authenticated USING (EXISTS (SELECT 1 FROM memberships m JOIN organizations o ON o.id = m.org_id WHERE m.org_id = sound_join.org_id AND m.user_id = (SELECT auth.uid())));
SELECT mk('sound_two'); CREATE POLICY r ON sound_two FOR SELECT TO authenticated USING (private.is_org_member(org_id)); CREATE POLICY w ON sound_two FOR ALL TO authenticated USING (private.has_role(org_id, '{admin}'));
SELECT mk('sound_svc'); CREATE POLICY s ON sound_svc TO service_role USING (true) WITH CHECK (true); CREATE POLICY r ON sound_svc FOR SELECT TO authenticated USING (private.is_org_member(org_id));
SELECT mk('sound_svc_jwt'); CREATE POLICY s ON sound_svc_jwt USING ((auth.jwt() ->> 'role') = 'service_role'); CREATE POLICY r ON sound_svc_jwt FOR SELECT TO authenticated USING (private.is_org_member(org_id));
SELECT mk('sound_mfa'); CREATE POLICY r ON sound_mfa TO authenticated USING (private.is_org_member(org_id)); CREATE POLICY mfa ON sound_mfa AS RESTRICTIVE TO authenticated USING ((SELECT auth.jwt() ->> 'aal') = 'aal2');
SELECT mk('sound_own_and_org'); CREATE POLICY r ON sound_own_and_org TO authenticated USING (created_by = (SELECT auth.uid()) AND private.is_org_member(org_id));
SELECT mk('sound_deleted', ', deleted_at timestamptz'); CREATE POLICY r ON sound_deleted TO authenticated USING (deleted_at IS NULL AND private.is_org_member(org_id));
SELECT mk('sound_parent'); CREATE POLICY r ON sound_parent TO authenticated USING (private.is_org_member(org_id));
CREATE TABLE sound_child (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), parent_id uuid NOT NULL REFERENCES sound_parent ON DELETE CASCADE, body text); CREATE INDEX ON sound_child (parent_id); ALTER TABLE sound_child ENABLE ROW LEVEL SECURITY;
CREATE POLICY r ON sound_child TO authenticated USING (EXISTS (SELECT 1 FROM sound_parent p WHERE p.id = sound_child.parent_id AND private.is_org_member(p.org_id)));
CREATE TABLE storage.objects (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), bucket_id text, name text, owner uuid, org_id uuid NOT NULL REFERENCES public.organizations ON DELETE CASCADE); CREATE INDEX ON storage.objects (org_id); ALTER TABLE storage.objects ENABLE ROW LEVEL SECURITY;
CREATE POLICY r ON storage.objects FOR SELECT TO authenticated USING (bucket_id = 'docs' AND private.is_org_member(org_id));
CREATE POLICY i ON storage.objects FOR INSERT TO authenticated WITH CHECK (bucket_id = 'docs' AND private.is_org_member(org_id) AND (storage.objects.name) LIKE (org_id::text || '/%'));
CREATE TABLE plans (id text PRIMARY KEY, price numeric(10,2)); ALTER TABLE plans ENABLE ROW LEVEL SECURITY; CREATE POLICY "public plans" ON plans FOR SELECT TO anon, authenticated USING (true);
CREATE TABLE waitlist (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), email text); ALTER TABLE waitlist ENABLE ROW LEVEL SECURITY; CREATE POLICY "anyone may join" ON waitlist FOR INSERT TO anon WITH CHECK (true);
CREATE VIEW sound_v_invoker WITH (security_invoker=true) AS SELECT * FROM sound_member;
CREATE FUNCTION sound_rpc(_org uuid) RETURNS SETOF sound_member LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$ begin if not private.has_role(_org, array['admin']) then raise exception 'forbidden'; end if; return query select * from public.sound_member m where m.org_id = _org; end $$;
CREATE FUNCTION sound_rpc_mine() RETURNS SETOF sound_member LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$ select m.* from public.sound_member m join public.memberships x on x.org_id = m.org_id where x.user_id = auth.uid() $$;
CREATE FUNCTION sound_rpc_svc() RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$ select count(*) from public.sound_member $$; REVOKE EXECUTE ON FUNCTION sound_rpc_svc() FROM PUBLIC; GRANT EXECUTE ON FUNCTION sound_rpc_svc() TO service_role;
CREATE FUNCTION sound_create_org(n text) RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$ declare o uuid; begin insert into public.organizations (name) values (n) returning id into o; insert into public.memberships (org_id, user_id, role) values (o, auth.uid(), 'owner'); return o; end $$;
CREATE FUNCTION handle_new_user() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$ begin insert into public.profiles (id) values (new.id); return new; end $$;
CREATE TABLE profiles (id uuid PRIMARY KEY REFERENCES auth.users ON DELETE CASCADE, full_name text); ALTER TABLE profiles ENABLE ROW LEVEL SECURITY; CREATE POLICY r ON profiles FOR SELECT USING (auth.uid() = id); CREATE POLICY u ON profiles FOR UPDATE USING ((SELECT auth.uid()) = id);
CREATE TRIGGER on_auth_user_created AFTER INSERT ON auth.users FOR EACH ROW EXECUTE FUNCTION handle_new_user();
-- holes
SELECT mk('hole_usermeta'); CREATE POLICY a ON hole_usermeta TO authenticated USING (org_id = ((auth.jwt() -> 'user_metadata' ->> 'org_id')::uuid));
SELECT mk('hole_usermeta2'); CREATE POLICY a ON hole_usermeta2 TO authenticated USING (org_id::text = (SELECT raw_user_meta_data ->> 'org_id' FROM auth.users WHERE id = auth.uid()));
SELECT mk('hole_email'); CREATE POLICY a ON hole_email TO authenticated USING (auth.email() LIKE '%@example.com');
SELECT mk('hole_public_role'); CREATE POLICY a ON hole_public_role FOR SELECT USING (auth.role() <> 'anon');
SELECT mk('hole_aal'); CREATE POLICY a ON hole_aal TO authenticated USING ((auth.jwt() ->> 'aal') = 'aal2');
SELECT mk('hole_anon_insert'); CREATE POLICY r ON hole_anon_insert FOR SELECT TO authenticated USING (private.is_org_member(org_id)); CREATE POLICY i ON hole_anon_insert FOR INSERT TO anon WITH CHECK (true);
SELECT mk('hole_check_uid'); CREATE POLICY r ON hole_check_uid TO authenticated USING (private.is_org_member(org_id)) WITH CHECK (auth.uid() IS NOT NULL);
SELECT mk('hole_upd_loose'); CREATE POLICY r ON hole_upd_loose FOR SELECT TO authenticated USING (private.is_org_member(org_id)); CREATE POLICY u ON hole_upd_loose FOR UPDATE TO authenticated USING (private.is_org_member(org_id)) WITH CHECK (true);
SELECT mk('hole_admin_any'); CREATE POLICY r ON hole_admin_any TO authenticated USING (EXISTS (SELECT 1 FROM memberships m WHERE m.user_id = auth.uid() AND m.role = 'admin'));
SELECT mk('hole_shadow'); CREATE POLICY r ON hole_shadow TO authenticated USING (EXISTS (SELECT 1 FROM memberships m WHERE m.org_id = m.org_id AND m.user_id = auth.uid()));
SELECT mk('hole_scalar'); CREATE POLICY r ON hole_scalar TO authenticated USING ((SELECT count(*) FROM memberships WHERE user_id = auth.uid()) > 0);
SELECT mk('sound_nopath'); CREATE POLICY r ON sound_nopath TO authenticated USING (private.is_member_nopath(org_id));
SELECT mk('hole_draft', ', is_draft boolean DEFAULT false'); CREATE POLICY r ON hole_draft TO authenticated USING (private.is_org_member(org_id) OR NOT is_draft);
SELECT mk('sound_child_open_p'); CREATE POLICY r ON sound_child_open_p TO authenticated USING (private.is_org_member(org_id));
CREATE TABLE hole_child (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), parent_id uuid NOT NULL REFERENCES sound_parent ON DELETE CASCADE, body text); CREATE INDEX ON hole_child (parent_id); ALTER TABLE hole_child ENABLE ROW LEVEL SECURITY;
CREATE POLICY r ON hole_child TO authenticated USING (EXISTS (SELECT 1 FROM sound_parent p WHERE p.id = parent_id)); 
CREATE POLICY w ON hole_child FOR INSERT TO authenticated WITH CHECK (auth.uid() IS NOT NULL);
CREATE TABLE hole_child2 (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), parent_id uuid NOT NULL REFERENCES sound_parent ON DELETE CASCADE, body text); CREATE INDEX ON hole_child2 (parent_id); ALTER TABLE hole_child2 ENABLE ROW LEVEL SECURITY;
CREATE POLICY r ON hole_child2 TO authenticated USING (EXISTS (SELECT 1 FROM sound_parent p WHERE p.id = p.id AND private.is_org_member(p.org_id)));
CREATE VIEW hole_v AS SELECT id, title FROM sound_member; CREATE VIEW hole_v_barrier WITH (security_barrier=true) AS SELECT id, title FROM sound_member WHERE title <> '';
CREATE VIEW hole_v_users AS SELECT u.id, u.email, m.org_id FROM auth.users u JOIN memberships m ON m.user_id = u.id;
CREATE MATERIALIZED VIEW hole_mv AS SELECT org_id, count(*) n FROM sound_member GROUP BY 1;
CREATE FUNCTION hole_rpc(_id uuid) RETURNS sound_member LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$ select * from public.sound_member where id = _id $$;
CREATE FUNCTION hole_rpc_plpgsql(_org uuid) RETURNS SETOF sound_member LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$ begin return query select * from public.sound_member m where m.org_id = _org; end $$;
CREATE FUNCTION hole_rpc_wrongcheck(_org uuid) RETURNS SETOF sound_member LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$ begin if auth.uid() is null then raise exception 'sign in'; end if; return query select * from public.sound_member m where m.org_id = _org; end $$;
CREATE FUNCTION hole_rpc_upd(_id uuid, t text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$ begin update public.sound_member set title = t where id = _id; end $$;
GRANT ALL ON ALL TABLES IN SCHEMA public TO anon, authenticated, service_role; GRANT SELECT, INSERT, UPDATE, DELETE ON storage.objects TO anon, authenticated, service_role;
REVOKE ALL ON memberships, organizations, plans, waitlist FROM anon; GRANT SELECT ON plans TO anon; GRANT INSERT ON waitlist TO anon;
REVOKE TRUNCATE, REFERENCES, TRIGGER ON ALL TABLES IN SCHEMA public FROM anon, authenticated;
INSERT INTO organizations (id, name) VALUES ('11111111-1111-1111-1111-111111111111','A'),('22222222-2222-2222-2222-222222222222','B');
INSERT INTO auth.users (id, email) SELECT id, name||'@x' FROM organizations; INSERT INTO memberships (org_id, user_id, role) SELECT id, id, 'owner' FROM organizations;
DO $$ DECLARE r regclass; BEGIN FOR r IN SELECT c.oid FROM pg_class c JOIN pg_attribute a ON a.attrelid=c.oid AND a.attname='org_id' WHERE relkind='r' AND relname ~ '^(hole|sound)_' LOOP EXECUTE format('INSERT INTO %s (org_id) SELECT id FROM organizations', r); END LOOP; END $$;
INSERT INTO sound_child (parent_id) SELECT id FROM sound_parent; INSERT INTO hole_child (parent_id) SELECT id FROM sound_parent; INSERT INTO hole_child2 (parent_id) SELECT id FROM sound_parent;
INSERT INTO storage.objects (org_id, bucket_id, name) SELECT id, 'docs', id||'/x' FROM organizations; REFRESH MATERIALIZED VIEW hole_mv;
