-- SPDX-License-Identifier: MIT
-- Documents: whose they are stands inside JSON, in an array, in a generated column or in an enum; paths, generated keys, closed
-- commands, chains of views over schemas, code that returns JSON.
-- What begins with "hole_" must raise a finding above info, what begins with "sound_" none.
-- Run by a superuser in an empty database of its own cluster.
\set ON_ERROR_STOP on
\set QUIET on
\o /dev/null
SET client_min_messages = error;
CREATE ROLE doc_owner NOLOGIN;
CREATE ROLE doc_api LOGIN;
CREATE ROLE doc_cron LOGIN;
CREATE SCHEMA doc AUTHORIZATION doc_owner;
CREATE SCHEMA api AUTHORIZATION doc_owner;
GRANT USAGE ON SCHEMA doc, api TO doc_api, doc_cron;
SET ROLE doc_owner; SET search_path = doc;
CREATE TABLE tenants (id text PRIMARY KEY, name text NOT NULL);
CREATE FUNCTION who() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT NULLIF(current_setting('doc.tenant', true), '') $$;
ALTER TABLE tenants ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON tenants USING (id = who());
GRANT SELECT ON tenants TO doc_api;
CREATE FUNCTION pg_temp.made(n text, condition text DEFAULT 'tenant = who()', extra text DEFAULT '') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE TABLE %I (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), tenant text NOT NULL REFERENCES tenants ON DELETE RESTRICT, body jsonb NOT NULL DEFAULT ''{}'', kind text NOT NULL DEFAULT ''k'' %s)', n, extra);
	EXECUTE format('CREATE INDEX ON %I (tenant)', n);
	EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', n);
	EXECUTE format('CREATE POLICY own ON %I USING (%s)', n, condition);
	EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO doc_api', n);
END $$;
SELECT pg_temp.made('sound_a');
SELECT pg_temp.made('sound_b', '(SELECT who()) = tenant');
SELECT pg_temp.made('sound_c', 'tenant IN (SELECT who())');
SELECT pg_temp.made('sound_d', 'tenant = ANY (ARRAY[who()])');
SELECT pg_temp.made('sound_e', 'ROW(tenant) = ROW(who())');
SELECT pg_temp.made('sound_f', 'tenant = who() AND body ->> ''state'' IS DISTINCT FROM ''secret''');
SELECT pg_temp.made('sound_g', 'tenant::text COLLATE "C" = who()');
SELECT pg_temp.made('sound_h', 'NOT (tenant <> who() OR who() IS NULL)');
SELECT pg_temp.made('sound_i', 'tenant = (SELECT t.id FROM tenants t WHERE t.id = who())');
SELECT pg_temp.made('sound_j', 'EXISTS (SELECT 1 FROM tenants t WHERE t.id = sound_j.tenant)');
SELECT pg_temp.made('hole_body_tenant', 'body ->> ''tenant'' = who()');
SELECT pg_temp.made('hole_body_open', 'tenant = who() OR (body ->> ''public'')::boolean IS NOT FALSE');
SELECT pg_temp.made('hole_body_key', 'tenant = who() OR body ? who()');
SELECT pg_temp.made('hole_lower', 'left(lower(tenant), 3) = left(lower(who()), 3)');
SELECT pg_temp.made('sound_lower', 'lower(tenant) = lower(who())');
SELECT pg_temp.made('hole_regex', 'tenant ~ who()');
SELECT pg_temp.made('hole_regex_of', 'who() ~ (''^'' || tenant)');
SELECT pg_temp.made('hole_similar', 'tenant SIMILAR TO who()');
SELECT pg_temp.made('hole_ilike', 'tenant ILIKE who()');
SELECT pg_temp.made('hole_between', 'tenant BETWEEN ''a'' AND who()');
SELECT pg_temp.made('hole_length', 'length(tenant) = length(who())');
SELECT pg_temp.made('hole_md5', 'left(md5(tenant), 1) = left(md5(who()), 1)');
SELECT pg_temp.made('sound_md5', 'md5(tenant) = md5(who())');
SELECT pg_temp.made('hole_in_list', 'who() IN (tenant, ''root'')');
SELECT pg_temp.made('hole_concat', 'concat(tenant, '''') LIKE concat(who(), ''%'')');
SELECT pg_temp.made('hole_null_safe', '(tenant = who()) IS DISTINCT FROM false');
SELECT pg_temp.made('hole_never_null', 'COALESCE(who(), tenant) = tenant');
SELECT pg_temp.made('hole_greatest', 'GREATEST(tenant, who()) = tenant');
SELECT pg_temp.made('hole_exists_any', 'EXISTS (SELECT 1 FROM tenants t WHERE t.id = who())');
SELECT pg_temp.made('hole_scalar_any', '(SELECT true FROM tenants t LIMIT 1)');
SELECT pg_temp.made('hole_not_exists', 'NOT EXISTS (SELECT 1 FROM tenants t WHERE t.id = tenant AND t.name = ''closed'')');
SELECT pg_temp.made('hole_array_of', 'tenant = ANY (ARRAY(SELECT t.tenant FROM sound_a t) || ''acme''::text)');
-- arrays of tenants, generated, enums
CREATE TABLE sound_shared (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), tenant text NOT NULL REFERENCES tenants, readers text[] NOT NULL DEFAULT '{}', body jsonb NOT NULL DEFAULT '{}');
CREATE INDEX ON sound_shared (tenant);
ALTER TABLE sound_shared ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY reads ON sound_shared FOR SELECT USING (tenant = who() OR who() = ANY (readers));
CREATE POLICY writes ON sound_shared USING (tenant = who());
GRANT SELECT, INSERT, UPDATE, DELETE ON sound_shared TO doc_api;
CREATE TABLE hole_shared (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), tenant text NOT NULL REFERENCES tenants, readers text[] NOT NULL DEFAULT '{}', body jsonb NOT NULL DEFAULT '{}');
CREATE INDEX ON hole_shared (tenant);
ALTER TABLE hole_shared ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY everything ON hole_shared USING (tenant = who() OR cardinality(readers) >= 0);
GRANT SELECT, INSERT, UPDATE, DELETE ON hole_shared TO doc_api;
CREATE TABLE sound_generated (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), body jsonb NOT NULL, tenant text NOT NULL GENERATED ALWAYS AS (body ->> 'tenant') STORED);
CREATE INDEX ON sound_generated (tenant);
ALTER TABLE sound_generated ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON sound_generated USING (tenant = who());
CREATE TABLE hole_generated (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), body jsonb NOT NULL, tenant text NOT NULL GENERATED ALWAYS AS (body ->> 'tenant') STORED);
CREATE INDEX ON hole_generated (tenant);
GRANT SELECT, INSERT ON sound_generated, hole_generated TO doc_api;
-- chains of views, code that returns JSON
CREATE VIEW sound_v1 WITH (security_invoker) AS SELECT * FROM sound_a;
CREATE VIEW api.sound_v2 WITH (security_invoker) AS SELECT id, body FROM doc.sound_v1;
RESET ROLE;
CREATE VIEW doc.hole_base AS SELECT * FROM doc.sound_a;
CREATE VIEW api.hole_v2 WITH (security_invoker) AS SELECT id, body FROM doc.hole_base;
CREATE VIEW api.hole_cte AS WITH x AS (SELECT * FROM doc.sound_b) SELECT id, tenant, body FROM x;
CREATE VIEW api.hole_lateral AS SELECT t.id AS tenant, l.body FROM doc.tenants t, LATERAL (SELECT body FROM doc.sound_c c WHERE c.tenant = t.id) l;
CREATE VIEW api.sound_window WITH (security_barrier) AS SELECT id, row_number() OVER (PARTITION BY tenant) AS n FROM doc.sound_a WHERE tenant = doc.who();
GRANT SELECT ON doc.sound_v1, api.sound_v2, api.hole_v2, doc.hole_base, api.hole_cte, api.hole_lateral, api.sound_window TO doc_api;
SET ROLE doc_owner; RESET ROLE;
CREATE FUNCTION api.hole_json() RETURNS json LANGUAGE sql STABLE SECURITY DEFINER SET search_path = doc, pg_temp AS
	$$ SELECT json_agg(a) FROM sound_a a $$;
CREATE FUNCTION api.sound_json() RETURNS json LANGUAGE sql STABLE SECURITY DEFINER SET search_path = doc, pg_temp AS
	$$ SELECT json_agg(a) FROM sound_a a WHERE a.tenant = who() $$;
CREATE FUNCTION api.hole_json_arg(t text) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER SET search_path = doc, pg_temp AS
	$$ SELECT jsonb_agg(a.body) FROM sound_a a WHERE a.tenant = t $$;
CREATE FUNCTION api.hole_put(t text, b jsonb) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = doc, pg_temp AS
	$$ INSERT INTO sound_a (tenant, body) VALUES (t, b) $$;
CREATE FUNCTION api.sound_put(b jsonb) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = doc, pg_temp AS
	$$ INSERT INTO sound_a (tenant, body) VALUES (who(), b) $$;
CREATE FUNCTION api.sound_put_invoker(t text, b jsonb) RETURNS void LANGUAGE sql SET search_path = doc, pg_temp AS
	$$ INSERT INTO sound_a (tenant, body) VALUES (t, b) $$;
INSERT INTO doc.tenants VALUES ('acme', 'x'), ('bolt', 'x'), ('crow', 'x');
DO $$
DECLARE
	r regclass;
BEGIN
	FOR r IN SELECT c.oid FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'kind' WHERE relkind = 'r' AND relnamespace = 'doc'::regnamespace LOOP
		EXECUTE format('INSERT INTO %s (tenant, body) SELECT id, jsonb_build_object(''tenant'', id) FROM doc.tenants, generate_series(1, 2)', r);
	END LOOP;
END $$;
INSERT INTO doc.sound_shared (tenant) SELECT id FROM doc.tenants;
INSERT INTO doc.hole_shared (tenant) SELECT id FROM doc.tenants;
INSERT INTO doc.sound_generated (body) SELECT jsonb_build_object('tenant', id) FROM doc.tenants;
INSERT INTO doc.hole_generated (body) SELECT jsonb_build_object('tenant', id) FROM doc.tenants;
ANALYZE;
