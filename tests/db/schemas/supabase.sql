-- SPDX-License-Identifier: MIT
-- A SaaS starter on Supabase (public documentation of supabase.com, in our own words): organizations with members;
-- the policies ask a boolean function whether the person is one of them, so no policy compares the column itself;
-- a storage schema beside it, profiles that are one's own.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
DO $$
DECLARE
	r text;
BEGIN
	FOREACH r IN ARRAY ARRAY['anon', 'authenticated', 'service_role'] LOOP
		IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = r) THEN
			EXECUTE format('CREATE ROLE %I NOLOGIN', r);
		END IF;
	END LOOP;
END $$;
CREATE SCHEMA auth;
CREATE SCHEMA storage;
CREATE SCHEMA private;
CREATE TABLE auth.users (
	instance_id uuid, id uuid PRIMARY KEY DEFAULT gen_random_uuid(), aud text, email text, encrypted_password text,
	confirmation_token text, raw_app_meta_data jsonb, raw_user_meta_data jsonb, created_at timestamptz
);
CREATE TABLE auth.sessions (
	id uuid PRIMARY KEY, user_id uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE, created_at timestamptz
);
CREATE TABLE auth.refresh_tokens (
	instance_id uuid, id bigserial PRIMARY KEY, token text UNIQUE, user_id text, revoked boolean, created_at timestamptz
);
CREATE FUNCTION auth.jwt() RETURNS jsonb LANGUAGE sql STABLE AS $$
	SELECT coalesce(nullif(current_setting('request.jwt.claim', true), ''),
		nullif(current_setting('request.jwt.claims', true), ''))::jsonb
$$;
CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS $$
	SELECT coalesce(nullif(current_setting('request.jwt.claim.sub', true), ''),
		(nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'))::uuid
$$;
CREATE TABLE storage.buckets (id text PRIMARY KEY, name text NOT NULL UNIQUE, owner uuid, public boolean DEFAULT false);
CREATE TABLE storage.objects (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(), bucket_id text REFERENCES storage.buckets (id), name text, owner uuid,
	metadata jsonb, created_at timestamptz DEFAULT now()
);
CREATE TABLE organizations (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL, slug text NOT NULL UNIQUE,
	created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE organization_members (
	organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
	user_id uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE, role text NOT NULL DEFAULT 'member',
	PRIMARY KEY (organization_id, user_id)
);
CREATE FUNCTION private.is_member(org uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
	SELECT EXISTS (SELECT FROM public.organization_members AS m
		WHERE m.organization_id = org AND m.user_id = auth.uid())
$$;
CREATE TABLE profiles (
	id uuid PRIMARY KEY REFERENCES auth.users (id) ON DELETE CASCADE, full_name text, avatar_url text, updated_at timestamptz
);
CREATE TABLE products (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, organization_id uuid NOT NULL REFERENCES organizations (id),
	name text NOT NULL, price numeric(10, 2) NOT NULL CHECK (price >= 0), created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE orders (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, organization_id uuid NOT NULL REFERENCES organizations (id),
	status text NOT NULL DEFAULT 'open', total numeric(10, 2), created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE order_lines (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, order_id bigint NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
	product_id bigint NOT NULL REFERENCES products (id), quantity integer NOT NULL CHECK (quantity > 0)
);
DO $$
DECLARE
	t text;
BEGIN
	FOREACH t IN ARRAY ARRAY['organization_members', 'products', 'orders'] LOOP
		EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
		EXECUTE format('CREATE POLICY "Members can see %s" ON %I FOR SELECT TO authenticated
			USING (private.is_member(organization_id))', t, t);
		EXECUTE format('CREATE POLICY "Members can change %s" ON %I FOR UPDATE TO authenticated
			USING (private.is_member(organization_id)) WITH CHECK (private.is_member(organization_id))', t, t);
		EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO authenticated', t);
	END LOOP;
END $$;
ALTER TABLE organizations ENABLE ROW LEVEL SECURITY;
CREATE POLICY "Members can see it" ON organizations FOR SELECT TO authenticated USING (private.is_member(id));
ALTER TABLE profiles ENABLE ROW LEVEL SECURITY;
CREATE POLICY "One's own" ON profiles TO authenticated USING ((SELECT auth.uid()) = id);
GRANT USAGE ON SCHEMA auth, private TO authenticated;
INSERT INTO organizations (name, slug) VALUES ('Acme', 'acme'), ('Bolt', 'bolt');
INSERT INTO products (organization_id, name, price)
	SELECT o.id, 'Thing ' || n, n FROM organizations AS o, generate_series(1, 30) AS n;
INSERT INTO orders (organization_id, total) SELECT o.id, n FROM organizations AS o, generate_series(1, 10) AS n;
