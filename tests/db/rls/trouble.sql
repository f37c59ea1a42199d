-- SPDX-License-Identifier: MIT
-- Tables where an error is easily taken for something else: what stops a probe is said to be what it is.
-- Run by a superuser in an empty database of its own cluster.
\set ON_ERROR_STOP on
\set QUIET on
\o /dev/null
SET client_min_messages = error;
DO $$ BEGIN CREATE ROLE tr_app LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
GRANT USAGE ON SCHEMA public TO tr_app;
CREATE FUNCTION mk(rel text, condition text, rights text DEFAULT 'SELECT, INSERT, UPDATE, DELETE') RETURNS void LANGUAGE plpgsql AS $$ BEGIN
 EXECUTE format('CREATE TABLE %I (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), tenant_id bigint NOT NULL, body text DEFAULT ''x'', secret text)', rel);
 EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', rel);
 EXECUTE format('CREATE POLICY own ON %I USING (%s)', rel, condition);
 EXECUTE format('INSERT INTO %I (tenant_id) SELECT t FROM generate_series(1, 2) t, generate_series(1, 2) n', rel);
 EXECUTE format('GRANT %s ON %I TO tr_app', rights, rel); END $$;
\set own 'tenant_id = NULLIF(current_setting(''app.tenant_id'', true), '''')::bigint'
SELECT mk('sound', :'own');
-- A trigger that speaks as a policy does.
SELECT mk('mimic', 'true');
CREATE FUNCTION mimics() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE insufficient_privilege USING MESSAGE = 'new row violates row-level security policy for table "mimic"'; END $$;
CREATE TRIGGER t BEFORE INSERT OR UPDATE ON mimic FOR EACH ROW EXECUTE FUNCTION mimics();
-- Columns are granted, the tenant is not among them.
SELECT mk('columns_open', :'own', 'SELECT (id, tenant_id, body), UPDATE (body)');
CREATE POLICY all_of_them ON columns_open FOR UPDATE USING (true);
SELECT mk('columns_sound', :'own', 'SELECT (id, tenant_id, body), UPDATE (body)');
-- Only a reference stands in the way of who deletes what others have.
SELECT mk('held', 'true'); CREATE TABLE held_by (held_id uuid PRIMARY KEY REFERENCES held); INSERT INTO held_by SELECT id FROM held;
-- What would be refused at the end is refused.
SELECT mk('later', 'true');
CREATE FUNCTION says_no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not at the end either'; END $$;
CREATE CONSTRAINT TRIGGER t AFTER INSERT OR UPDATE ON later DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION says_no();
-- As if each statement took too long.
CREATE FUNCTION endless() RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN RAISE query_canceled USING MESSAGE = 'canceling statement due to statement timeout'; END $$;
SELECT mk('slow', 'tenant_id = endless()');
-- Numbers: by a trigger, by none that is reached.
CREATE SEQUENCE numbers; GRANT USAGE ON numbers TO tr_app;
CREATE FUNCTION numbered() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.body := nextval('numbers')::text; RETURN NEW; END $$;
SELECT mk('by_trigger', :'own'); CREATE TRIGGER t BEFORE INSERT ON by_trigger FOR EACH ROW EXECUTE FUNCTION numbered();
SELECT mk('only_read', :'own', 'SELECT'); ALTER TABLE only_read ADD n bigint GENERATED ALWAYS AS IDENTITY;
-- What can have no policies of its own.
CREATE VIEW a_view WITH (security_invoker) AS SELECT id, tenant_id FROM sound; GRANT SELECT ON a_view TO tr_app;
CREATE MATERIALIZED VIEW a_kept AS SELECT id, tenant_id FROM sound WITH NO DATA;
ANALYZE;
-- Never analyzed: how many rows it has is not known.
SELECT mk('a_new', :'own');
