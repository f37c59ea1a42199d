-- SPDX-License-Identifier: MIT
-- A schema per tenant, and a login per schema: what is granted across them.
-- What begins with "hole_" must raise a finding above info, what begins with "sound_" none.
-- Run by a superuser in an empty database of its own cluster.
\set ON_ERROR_STOP on
\set QUIET on
\o /dev/null
SET client_min_messages = error;
DO $$ DECLARE k text; BEGIN
	CREATE ROLE deployer NOLOGIN; CREATE ROLE web LOGIN; CREATE ROLE sound_backoffice LOGIN;
	CREATE SCHEMA shared AUTHORIZATION deployer;
	CREATE TABLE shared.sound_plans (plan text PRIMARY KEY);
	FOREACH k IN ARRAY ARRAY['tenant_north', 'tenant_south', 'tenant_west', 'tenant_east'] LOOP
		EXECUTE format('CREATE ROLE %I LOGIN', k);
		EXECUTE format('CREATE SCHEMA %I AUTHORIZATION deployer', k);
		EXECUTE format('CREATE TABLE %1$I.invoices (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, total numeric(12,2)); CREATE TABLE %1$I.customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text); CREATE TABLE %1$I.orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer_id bigint REFERENCES %1$I.customers ON DELETE RESTRICT); CREATE INDEX ON %1$I.orders (customer_id)', k);
		EXECUTE format('GRANT USAGE ON SCHEMA %1$I, shared TO %1$I; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %1$I TO %1$I; GRANT SELECT ON shared.sound_plans TO %1$I', k);
		EXECUTE format('INSERT INTO %1$I.customers (name) VALUES (''a''); INSERT INTO %1$I.invoices (total) VALUES (1)', k);
	END LOOP;
END $$;
