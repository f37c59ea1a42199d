-- SPDX-License-Identifier: MIT
-- A SaaS starter in the manner of Basejump (public documentation of usebasejump.com, in our own words):
-- schema basejump, teams as accounts, membership rows decide, claims tell only the person.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
DO $$
DECLARE
	r text;
BEGIN
	FOREACH r IN ARRAY ARRAY['anon', 'authenticated'] LOOP
		IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = r) THEN
			EXECUTE format('CREATE ROLE %I NOLOGIN', r);
		END IF;
	END LOOP;
END $$;
CREATE SCHEMA auth;
CREATE SCHEMA basejump;
CREATE TABLE auth.users (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	email text UNIQUE,
	encrypted_password text,
	raw_user_meta_data jsonb,
	created_at timestamptz DEFAULT now()
);
CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS $$
	SELECT COALESCE(NULLIF(current_setting('request.jwt.claim.sub', true), ''),
		NULLIF(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid
$$;
CREATE TYPE basejump.account_role AS ENUM ('owner', 'member');
CREATE TABLE basejump.accounts (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	primary_owner_user_id uuid NOT NULL REFERENCES auth.users (id),
	name text,
	slug text UNIQUE,
	personal_account boolean NOT NULL DEFAULT false,
	updated_at timestamptz,
	created_at timestamptz
);
CREATE TABLE basejump.account_user (
	user_id uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
	account_id uuid NOT NULL REFERENCES basejump.accounts (id) ON DELETE CASCADE,
	account_role basejump.account_role NOT NULL,
	PRIMARY KEY (user_id, account_id)
);
CREATE TABLE basejump.invitations (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	account_id uuid NOT NULL REFERENCES basejump.accounts (id) ON DELETE CASCADE,
	account_role basejump.account_role NOT NULL,
	token text UNIQUE NOT NULL,
	invited_by_user_id uuid NOT NULL REFERENCES auth.users (id),
	account_name text,
	created_at timestamptz
);
CREATE TABLE basejump.billing_subscriptions (
	id text PRIMARY KEY,
	account_id uuid NOT NULL REFERENCES basejump.accounts (id) ON DELETE CASCADE,
	status text CHECK (status IN ('trialing', 'active', 'canceled', 'past_due')),
	quantity integer CHECK (quantity > 0),
	current_period_end timestamptz
);
CREATE FUNCTION basejump.get_accounts_with_role() RETURNS SETOF uuid
	LANGUAGE sql SECURITY DEFINER SET search_path = public AS $$
	SELECT account_id FROM basejump.account_user WHERE user_id = auth.uid()
$$;
CREATE TABLE public.projects (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	account_id uuid NOT NULL REFERENCES basejump.accounts (id),
	title text NOT NULL,
	archived boolean NOT NULL DEFAULT false
);
CREATE TABLE public.tasks (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	project_id uuid NOT NULL REFERENCES public.projects (id),
	title text NOT NULL
);
DO $$
DECLARE
	rel text;
BEGIN
	FOREACH rel IN ARRAY ARRAY['basejump.account_user', 'basejump.invitations',
			'basejump.billing_subscriptions', 'public.projects'] LOOP
		EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', rel);
		EXECUTE format('CREATE POLICY members ON %s FOR ALL TO authenticated USING
			(account_id IN (SELECT basejump.get_accounts_with_role()))', rel);
		EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO authenticated', rel);
	END LOOP;
END $$;
GRANT USAGE ON SCHEMA auth, basejump TO anon, authenticated;
