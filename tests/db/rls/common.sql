-- SPDX-License-Identifier: MIT
-- What holes.sql and lookalikes.sql share: roles, and helpers in pg_temp that leave nothing behind.
-- Run by a superuser in an empty database.
\set ON_ERROR_STOP on
\set QUIET on
\o /dev/null
SET client_min_messages = error;
DO $$
DECLARE
	r text[];
BEGIN
	FOREACH r SLICE 1 IN ARRAY ARRAY[
		['seed_owner', 'NOLOGIN'], ['seed_app', 'LOGIN'], ['seed_app2', 'LOGIN'],
		['seed_nobody', 'LOGIN'], ['seed_relay', 'LOGIN'], ['seed_admin', 'NOLOGIN NOINHERIT'],
		['seed_reader', 'NOLOGIN'], ['seed_bypass', 'NOLOGIN BYPASSRLS']] LOOP
		IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = r[1]) THEN
			EXECUTE format('CREATE ROLE %I %s', r[1], r[2]);
		END IF;
	END LOOP;
END $$;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT ALL ON SCHEMA public TO seed_owner;
GRANT USAGE ON SCHEMA public TO seed_app, seed_app2, seed_relay, seed_admin, seed_reader;

-- The tenant's condition, written as it should be.
CREATE FUNCTION pg_temp.own() RETURNS text LANGUAGE sql AS
	$$ SELECT 'tenant_id = NULLIF(current_setting(''app.tenant_id'', true), '''')::bigint' $$;

-- A table with three rows of each of two tenants; not protected yet.
CREATE FUNCTION pg_temp.bare(rel text, extra text DEFAULT '') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE TABLE %I (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
		tenant_id bigint NOT NULL REFERENCES tenants ON DELETE RESTRICT,
		body text NOT NULL DEFAULT '''' %s, UNIQUE (tenant_id, id))', rel, extra);
	EXECUTE format('ALTER TABLE %I OWNER TO seed_owner', rel);
	EXECUTE format('INSERT INTO %I (tenant_id, body) SELECT t, ''row '' || n
		FROM generate_series(1, 2) t, generate_series(1, 3) n', rel);
	EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO seed_app', rel);
END $$;
-- The same, enabled and forced, without a policy.
CREATE FUNCTION pg_temp.enabled(rel text, extra text DEFAULT '') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_temp.bare(rel, extra);
	EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', rel);
END $$;
-- The same with the policy it should have.
CREATE FUNCTION pg_temp.good(rel text, extra text DEFAULT '') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_temp.enabled(rel, extra);
	EXECUTE format('CREATE POLICY own ON %I USING (%s) WITH CHECK (%s)', rel, pg_temp.own(), pg_temp.own());
END $$;
-- Enabled with one policy for everything whose condition is given.
CREATE FUNCTION pg_temp.only(rel text, condition text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_temp.enabled(rel);
	EXECUTE format('CREATE POLICY own ON %I USING (%s)', rel, condition);
END $$;
