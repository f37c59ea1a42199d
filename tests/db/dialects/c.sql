-- SPDX-License-Identifier: MIT
-- Dialect C: Supabase. The tenant is a claim of request.jwt.claims (app_metadata.tenant_id), read by
-- auth.jwt(); roles anon and authenticated (no logins), the login authenticator that becomes them,
-- service_role with BYPASSRLS; policies tenant_<operation> to authenticated only, enabled and not forced.
-- Run by a superuser in an empty database. Roles belong to the cluster: made when they are missing.
\set ON_ERROR_STOP on
\set QUIET on
SET client_min_messages = warning;
DO $$
DECLARE
	r text;
BEGIN
	FOREACH r IN ARRAY ARRAY['anon', 'authenticated', 'c_owner'] LOOP
		IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = r) THEN
			EXECUTE format('CREATE ROLE %I NOLOGIN', r);
		END IF;
	END LOOP;
	IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'service_role') THEN
		CREATE ROLE service_role NOLOGIN BYPASSRLS;
	END IF;
	IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'authenticator') THEN
		CREATE ROLE authenticator LOGIN NOINHERIT;
		GRANT anon, authenticated, service_role TO authenticator;
	END IF;
END $$;
BEGIN;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT ALL ON SCHEMA public TO c_owner;
CREATE SCHEMA auth AUTHORIZATION c_owner;
SET LOCAL ROLE c_owner;

CREATE FUNCTION auth.jwt() RETURNS jsonb LANGUAGE sql STABLE AS $$
	SELECT COALESCE(NULLIF(current_setting('request.jwt.claim', true), ''),
		NULLIF(current_setting('request.jwt.claims', true), ''))::jsonb
$$;
CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS $$
	SELECT (NULLIF(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid
$$;

CREATE TABLE tenants (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	name text NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE products (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE RESTRICT,
	name text NOT NULL,
	price numeric(12,2) NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now(),
	UNIQUE (tenant_id, id)
);
CREATE TABLE orders (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE RESTRICT,
	product_id uuid NOT NULL,
	placed_by uuid NOT NULL,
	total numeric(12,2) NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now(),
	FOREIGN KEY (tenant_id, product_id) REFERENCES products (tenant_id, id) ON DELETE RESTRICT
);
CREATE INDEX orders_tenant_idx ON orders (tenant_id, product_id);
-- Belongs to a person, not to a tenant: the usual second pattern beside the tenant's.
CREATE TABLE profiles (
	id uuid PRIMARY KEY,
	display_name text NOT NULL
);

DO $$
DECLARE
	rel text;
	own text := 'tenant_id = ((SELECT auth.jwt()) -> ''app_metadata'' ->> ''tenant_id'')::uuid';
BEGIN
	FOREACH rel IN ARRAY ARRAY['products', 'orders'] LOOP
		EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', rel);
		EXECUTE format('CREATE POLICY tenant_select ON %I FOR SELECT TO authenticated USING (%s)', rel, own);
		EXECUTE format('CREATE POLICY tenant_insert ON %I FOR INSERT TO authenticated WITH CHECK (%s)', rel, own);
		EXECUTE format('CREATE POLICY tenant_update ON %I FOR UPDATE TO authenticated USING (%s) WITH CHECK (%s)',
			rel, own, own);
		EXECUTE format('CREATE POLICY tenant_delete ON %I FOR DELETE TO authenticated USING (%s)', rel, own);
		EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO authenticated', rel);
		EXECUTE format('GRANT ALL ON %I TO service_role', rel);
	END LOOP;
END $$;
ALTER TABLE tenants ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant_select ON tenants FOR SELECT TO authenticated
	USING (id = ((SELECT auth.jwt()) -> 'app_metadata' ->> 'tenant_id')::uuid);
GRANT SELECT ON tenants TO authenticated;
ALTER TABLE profiles ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_select ON profiles FOR SELECT TO authenticated USING (id = (SELECT auth.uid()));
CREATE POLICY own_update ON profiles FOR UPDATE TO authenticated
	USING (id = (SELECT auth.uid())) WITH CHECK (id = (SELECT auth.uid()));
GRANT SELECT, UPDATE ON profiles TO authenticated;
RESET ROLE;
GRANT USAGE ON SCHEMA public, auth TO anon, authenticated, service_role;

INSERT INTO tenants (id, name) VALUES
	('aaaaaaaa-0000-4000-8000-000000000001', 'Tool Shed'),
	('aaaaaaaa-0000-4000-8000-000000000002', 'Lamp Store');
INSERT INTO products (tenant_id, name, price)
	SELECT t.id, t.name || ' product ' || n, 10 + n FROM tenants t, generate_series(1, 4) n;
INSERT INTO orders (tenant_id, product_id, placed_by, total)
	SELECT tenant_id, id, 'bbbbbbbb-0000-4000-8000-000000000001', price FROM products;
INSERT INTO profiles VALUES ('bbbbbbbb-0000-4000-8000-000000000001', 'Ann'),
	('bbbbbbbb-0000-4000-8000-000000000002', 'Ben');
COMMIT;
ANALYZE;
