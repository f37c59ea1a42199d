-- SPDX-License-Identifier: MIT
-- Objects that are seldom looked at: channels, rules, INSTEAD OF triggers, settings of roles and databases, memberships
-- of the server's own roles, sequences, foreign servers, default privileges, columns that are granted one by one.
-- What begins with "hole_" must raise a finding above info, what begins with "sound_" none.
-- Run by a superuser in an empty database.
\set ON_ERROR_STOP on
\set QUIET on
\o /dev/null
SET client_min_messages = error;
CREATE ROLE ob_owner NOLOGIN;
CREATE ROLE ob_app LOGIN;
CREATE ROLE hole_ob_backup LOGIN BYPASSRLS;
CREATE ROLE sound_ob_backup NOLOGIN BYPASSRLS;
CREATE ROLE hole_ob_files LOGIN;
GRANT pg_read_server_files TO hole_ob_files;
CREATE ROLE sound_ob_watcher LOGIN;
GRANT pg_read_all_stats TO sound_ob_watcher;
CREATE ROLE hole_ob_sees LOGIN;
GRANT pg_read_all_stats TO hole_ob_sees;
CREATE ROLE hole_ob_analyst LOGIN;
GRANT pg_read_all_data TO hole_ob_analyst;
CREATE ROLE hole_ob_slots LOGIN REPLICATION;
CREATE ROLE hole_ob_stored LOGIN;
ALTER ROLE hole_ob_stored SET app.tenant_id = '1';
CREATE ROLE sound_ob_timeouts LOGIN;
ALTER ROLE sound_ob_timeouts SET statement_timeout = '5s';
ALTER ROLE sound_ob_timeouts SET row_security = on;
CREATE ROLE sound_ob_unfiltered LOGIN;
ALTER ROLE sound_ob_unfiltered SET row_security = off;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT ALL ON SCHEMA public TO ob_owner;
GRANT USAGE ON SCHEMA public TO ob_app, hole_ob_stored, hole_ob_sees, hole_ob_backup, sound_ob_timeouts, sound_ob_unfiltered;
SET ROLE ob_owner;
CREATE TABLE tenants (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL);
ALTER TABLE tenants ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON tenants USING (id = NULLIF(current_setting('app.tenant_id', true), '')::bigint);
CREATE FUNCTION pg_temp.made(n text, extra text DEFAULT '') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE TABLE %I (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id bigint NOT NULL REFERENCES tenants ON DELETE RESTRICT, body text NOT NULL DEFAULT '''' %s)', n, extra);
	EXECUTE format('CREATE INDEX ON %I (tenant_id)', n);
	EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', n);
	EXECUTE format('CREATE POLICY own ON %I USING (tenant_id = NULLIF(current_setting(''app.tenant_id'', true), '''')::bigint)', n);
	EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO ob_app', n);
	EXECUTE format('GRANT SELECT ON %I TO hole_ob_stored, hole_ob_sees, hole_ob_backup, sound_ob_timeouts, sound_ob_unfiltered', n);
END $$;
SELECT pg_temp.made('sound_orders', ', total numeric(12,2), half numeric(12,2) GENERATED ALWAYS AS (total / 2) STORED');
-- channels: whoever connects may listen
CREATE FUNCTION tell_key() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_notify('orders', NEW.id::text); RETURN NEW; END $$;
CREATE FUNCTION tell_row() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_notify('orders', row_to_json(NEW)::text); RETURN NEW; END $$;
CREATE FUNCTION tell_own() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_notify('orders_' || NEW.tenant_id, json_build_object('id', NEW.id)::text); RETURN NEW; END $$;
SELECT pg_temp.made('sound_told_key');
CREATE TRIGGER tell AFTER INSERT ON sound_told_key FOR EACH ROW EXECUTE FUNCTION tell_key();
SELECT pg_temp.made('sound_told_own');
CREATE TRIGGER tell AFTER INSERT ON sound_told_own FOR EACH ROW EXECUTE FUNCTION tell_own();
SELECT pg_temp.made('hole_told_row');
CREATE TRIGGER tell AFTER INSERT OR UPDATE ON hole_told_row FOR EACH ROW EXECUTE FUNCTION tell_row();
-- rules
SELECT pg_temp.made('sound_ruled');
CREATE RULE kept AS ON DELETE TO sound_ruled DO INSTEAD NOTHING;
SELECT pg_temp.made('hole_copied');
CREATE TABLE hole_copies (id bigint, tenant_id bigint NOT NULL, body text);
GRANT SELECT ON hole_copies TO ob_app;
-- views with triggers
CREATE VIEW hole_written AS SELECT id, tenant_id, body FROM sound_orders;
CREATE VIEW sound_written WITH (security_invoker) AS SELECT id, tenant_id, body FROM sound_orders;
RESET ROLE;
CREATE RULE copy AS ON INSERT TO hole_copied DO ALSO INSERT INTO hole_copies VALUES (NEW.id, NEW.tenant_id, NEW.body);
CREATE FUNCTION write_any() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$ BEGIN INSERT INTO sound_orders (tenant_id, body) VALUES (NEW.tenant_id, NEW.body); RETURN NEW; END $$;
CREATE FUNCTION write_own() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO sound_orders (tenant_id, body) VALUES (NEW.tenant_id, NEW.body); RETURN NEW; END $$;
CREATE TRIGGER w INSTEAD OF INSERT ON hole_written FOR EACH ROW EXECUTE FUNCTION write_any();
CREATE TRIGGER w INSTEAD OF INSERT ON sound_written FOR EACH ROW EXECUTE FUNCTION write_own();
GRANT SELECT, INSERT ON hole_written, sound_written TO ob_app;
-- sequences
CREATE SEQUENCE hole_numbers;
GRANT ALL ON SEQUENCE hole_numbers TO ob_app;
CREATE SEQUENCE sound_numbers;
GRANT USAGE ON SEQUENCE sound_numbers TO ob_app;
-- columns
SELECT pg_temp.made('hole_column_write');
REVOKE UPDATE ON hole_column_write FROM ob_app;
GRANT UPDATE (tenant_id, body) ON hole_column_write TO ob_app;
SELECT pg_temp.made('sound_column_write');
REVOKE UPDATE ON sound_column_write FROM ob_app;
GRANT UPDATE (body) ON sound_column_write TO ob_app;
ALTER TABLE hole_column_write OWNER TO ob_owner;
ALTER TABLE sound_column_write OWNER TO ob_owner;
-- default privileges, and a schema where the application may create
CREATE SCHEMA hole_defaults AUTHORIZATION ob_owner;
ALTER DEFAULT PRIVILEGES FOR ROLE ob_owner IN SCHEMA hole_defaults GRANT SELECT, INSERT ON TABLES TO ob_app;
CREATE SCHEMA sound_defaults AUTHORIZATION ob_owner;
ALTER DEFAULT PRIVILEGES FOR ROLE ob_owner IN SCHEMA sound_defaults GRANT USAGE ON SEQUENCES TO ob_app;
-- the far side
CREATE FOREIGN DATA WRAPPER ob_wrapper;
CREATE SERVER hole_far FOREIGN DATA WRAPPER ob_wrapper;
CREATE USER MAPPING FOR PUBLIC SERVER hole_far OPTIONS (user 'postgres');
CREATE FOREIGN TABLE hole_remote (id bigint, tenant_id bigint) SERVER hole_far;
GRANT SELECT ON hole_remote TO ob_app;
CREATE SERVER sound_far FOREIGN DATA WRAPPER ob_wrapper;
CREATE USER MAPPING FOR ob_owner SERVER sound_far OPTIONS (user 'reader');
CREATE FOREIGN TABLE sound_remote_rates (code text, rate numeric) SERVER sound_far;
GRANT SELECT ON sound_remote_rates TO ob_app;
-- kept results
CREATE MATERIALIZED VIEW hole_kept AS SELECT tenant_id, count(*) AS n FROM sound_orders GROUP BY tenant_id;
GRANT SELECT ON hole_kept TO ob_app;
CREATE MATERIALIZED VIEW sound_kept AS SELECT tenant_id, count(*) AS n FROM sound_orders GROUP BY tenant_id;
CREATE FUNCTION sound_kept_own() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$ SELECT n FROM sound_kept WHERE tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint $$;
-- code
CREATE FUNCTION hole_leakproof(text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE LEAKPROOF AS $$ BEGIN RAISE NOTICE '%', $1; RETURN true; END $$;
CREATE FUNCTION audit_ddl() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ BEGIN END $$;
CREATE EVENT TRIGGER sound_ddl ON ddl_command_end EXECUTE FUNCTION audit_ddl();
DROP EVENT TRIGGER sound_ddl;

INSERT INTO tenants (name) VALUES ('one'), ('two');
DO $$
DECLARE
	r regclass;
BEGIN
	FOR r IN SELECT c.oid FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'body'
		WHERE c.relkind = 'r' AND c.relname ~ '^(hole|sound)_' LOOP
		EXECUTE format('INSERT INTO %s (tenant_id, body) SELECT t, ''row '' || n FROM generate_series(1, 2) t, generate_series(1, 2) n', r);
	END LOOP;
END $$;
REFRESH MATERIALIZED VIEW hole_kept;
