-- SPDX-License-Identifier: MIT
-- What the other schemas leave out: for each rule without one a hole, or a clean neighbour. "ok_" and ids: it looks like
-- what these rules find, and is sound; what begins with an id is found under it.
-- Run by a superuser in an empty database of its own cluster.
\ir common.sql
CREATE ROLE ok_r04_migrations LOGIN IN ROLE seed_owner;
CREATE ROLE ok_r40_bypass NOLOGIN BYPASSRLS;
CREATE ROLE ok_r41_group NOLOGIN IN ROLE seed_bypass;
CREATE ROLE ok_r42_operator SUPERUSER LOGIN;
CREATE ROLE ok_r43_maker NOLOGIN CREATEROLE;
CREATE ROLE ok_r44_copier NOLOGIN REPLICATION;
CREATE ROLE ok_r50_r52_r53_operators NOLOGIN IN ROLE pg_monitor, pg_read_server_files, pg_read_all_data;
CREATE ROLE r53_reports LOGIN IN ROLE pg_read_all_data;
CREATE ROLE ok_r54_keeper NOLOGIN;
CREATE ROLE ok_r55_loader LOGIN;
GRANT SET ON PARAMETER session_replication_role TO ok_r55_loader;
CREATE ROLE ok_r55_group NOLOGIN;
GRANT SET ON PARAMETER log_min_duration_statement TO seed_app, ok_r55_group;
GRANT SET, ALTER SYSTEM ON PARAMETER session_replication_role TO seed_app;
SELECT lo_create(5401), lo_create(5402), lo_create(5403);
ALTER LARGE OBJECT 5401 OWNER TO ok_r54_keeper;
ALTER LARGE OBJECT 5402 OWNER TO seed_app;
GRANT SELECT ON LARGE OBJECT 5403 TO PUBLIC;
CREATE ROLE ok_r68_login LOGIN;
ALTER ROLE ok_r68_login SET work_mem = '8MB';
CREATE ROLE ok_x04_operator LOGIN NOINHERIT IN ROLE seed_admin;
CREATE ROLE m01_looks LOGIN;
CREATE TABLE tenants (tenant_id bigint PRIMARY KEY, name text NOT NULL);
ALTER TABLE tenants OWNER TO seed_owner;
INSERT INTO tenants SELECT n, 'Tenant ' || n FROM generate_series(1, 2) n;
ALTER TABLE tenants ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON tenants USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint);
GRANT SELECT ON tenants TO seed_app;
SELECT pg_temp.good('orders');
SELECT pg_temp.good('ok_r05_r33_n02_n03_s04_p03_usual');
CREATE INDEX ON ok_r05_r33_n02_n03_s04_p03_usual (tenant_id, body);
-- policies
SELECT pg_temp.enabled('ok_r16_person');
CREATE POLICY mine ON ok_r16_person USING (body = current_setting('request.jwt.claim.sub', true));
SELECT pg_temp.only('ok_p06_wrapped', 'tenant_id = ( SELECT NULLIF(current_setting(''app.tenant_id'', true), '''')::bigint)');
SELECT pg_temp.only('n03_other', 'tenant_id = NULLIF(current_setting(''app.tenant'', true), '''')::bigint');
SELECT pg_temp.only('s04_int', 'tenant_id = NULLIF(current_setting(''app.tenant_id'', true), '''')::int');
SELECT pg_temp.only('r90_values', 'tenant_id IN (VALUES (NULLIF(current_setting(''app.tenant_id'', true), '''')::bigint))');
SELECT pg_temp.good('ok_r86_read');
CREATE FUNCTION ok_r86_any(o bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
	$$ SELECT EXISTS (SELECT FROM public.ok_r86_read r WHERE r.id = o AND r.tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint) $$;
REVOKE EXECUTE ON FUNCTION ok_r86_any(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ok_r86_any(bigint) TO seed_app;
CREATE POLICY again ON ok_r86_read AS RESTRICTIVE FOR SELECT USING (ok_r86_any(id));
SELECT pg_temp.good('ok_r85_checked');
ALTER TABLE ok_r85_checked ALTER tenant_id DROP NOT NULL, ADD CHECK (tenant_id IS NOT NULL);
-- rights
SELECT pg_temp.good('ok_r46_r47_r48_named');
REVOKE UPDATE ON ok_r46_r47_r48_named FROM seed_app;
GRANT UPDATE (body) ON ok_r46_r47_r48_named TO seed_app;
SELECT pg_temp.good('r48_named');
REVOKE UPDATE ON r48_named FROM seed_app;
GRANT UPDATE (body, tenant_id) ON r48_named TO seed_app;
-- code that others may replace, and languages that may do anything
SELECT pg_temp.good('triggered');
CREATE FUNCTION ok_r56_owners() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
ALTER FUNCTION ok_r56_owners() OWNER TO seed_owner;
CREATE FUNCTION r56_applications() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
ALTER FUNCTION r56_applications() OWNER TO seed_app;
CREATE TRIGGER one BEFORE INSERT ON triggered FOR EACH ROW EXECUTE FUNCTION ok_r56_owners();
CREATE TRIGGER two BEFORE INSERT ON triggered FOR EACH ROW EXECUTE FUNCTION r56_applications();
CREATE LANGUAGE odd HANDLER plpgsql_call_handler;
CREATE FUNCTION ok_r57_operators() RETURNS integer LANGUAGE odd AS 'BEGIN RETURN 1; END';
REVOKE EXECUTE ON FUNCTION ok_r57_operators() FROM PUBLIC;
CREATE FUNCTION r57_everybodys() RETURNS integer LANGUAGE odd AS 'BEGIN RETURN 1; END';
SELECT pg_temp.good('ok_r58_same');
ALTER TABLE ok_r58_same ALTER tenant_id SET DEFAULT NULLIF(current_setting('app.tenant_id', true), '')::bigint;
SELECT pg_temp.good('r58_other');
ALTER TABLE r58_other ALTER tenant_id SET DEFAULT NULLIF(current_setting('app.org', true), '')::bigint;
CREATE FOREIGN DATA WRAPPER seed_fdw;
CREATE SERVER ok_r51_far FOREIGN DATA WRAPPER seed_fdw;
CREATE USER MAPPING FOR seed_relay SERVER ok_r51_far OPTIONS (user 'relay');
-- a role that sees all by a policy
CREATE POLICY admins ON orders TO seed_admin USING (true);
CREATE POLICY admins ON ok_r16_person TO seed_admin USING (true);
GRANT SELECT ON orders, ok_r16_person TO seed_admin;
-- code
SELECT pg_temp.good('unforced');
ALTER TABLE unforced NO FORCE ROW LEVEL SECURITY;
CREATE VIEW r59_totals AS SELECT count(*) AS n FROM unforced;
ALTER VIEW r59_totals OWNER TO seed_owner;
CREATE VIEW ok_r59_totals WITH (security_invoker = true) AS SELECT count(*) AS n FROM unforced;
GRANT SELECT ON r59_totals, ok_r59_totals TO seed_app;
CREATE FUNCTION tell_row() RETURNS trigger LANGUAGE plpgsql AS
	$$ BEGIN PERFORM pg_notify('rows', row_to_json(NEW)::text); RETURN NEW; END $$;
CREATE FUNCTION tell_key() RETURNS trigger LANGUAGE plpgsql AS
	$$ BEGIN PERFORM pg_notify('rows', NEW.id::text); RETURN NEW; END $$;
SELECT pg_temp.good('r73_told');
SELECT pg_temp.good('ok_r73_told');
CREATE TRIGGER t AFTER INSERT ON r73_told FOR EACH ROW EXECUTE FUNCTION tell_row();
CREATE TRIGGER t AFTER INSERT ON ok_r73_told FOR EACH ROW EXECUTE FUNCTION tell_key();
CREATE SUBSCRIPTION ok_r71_incoming CONNECTION 'dbname=x' PUBLICATION p WITH (connect = false, slot_name = NONE);
-- keys
SELECT pg_temp.good('ok_r81_l03_l10_l12_n12_x06_child', ', order_id bigint, device_id text,
	FOREIGN KEY (tenant_id, order_id) REFERENCES orders (tenant_id, id) ON DELETE CASCADE');
CREATE INDEX ON ok_r81_l03_l10_l12_n12_x06_child (tenant_id, order_id);
SELECT pg_temp.good('l03_n12_x06_child', ', order_id bigint');
SELECT pg_temp.good('l10_n12_child', ', order_id bigint');
ALTER TABLE l10_n12_child ADD FOREIGN KEY (tenant_id, order_id) REFERENCES orders (tenant_id, id) NOT VALID;
-- design
CREATE TABLE ok_l01_codes (code text PRIMARY KEY, name text NOT NULL);
ALTER TABLE ok_l01_codes OWNER TO seed_owner;
GRANT SELECT ON ok_l01_codes TO seed_app;
CREATE TABLE l01_codes (LIKE ok_l01_codes INCLUDING ALL);
ALTER TABLE l01_codes OWNER TO seed_owner;
GRANT SELECT, INSERT ON l01_codes TO seed_app;
CREATE FOREIGN TABLE ok_l04_order_statistics (day date, orders bigint) SERVER ok_r51_far;
DO $$ BEGIN
	PERFORM pg_temp.good('l09_wide', (SELECT string_agg(', c' || n || ' text', '') FROM generate_series(1, 40) n));
	PERFORM pg_temp.good('ok_l09_wide', (SELECT string_agg(', c' || n || ' text', '') FROM generate_series(1, 37) n));
END $$;
SELECT pg_temp.good('l14_prices', ', unit_price double precision');
SELECT pg_temp.good('ok_l14_prices', ', unit_price numeric(12, 2), total_cents bigint');
SELECT pg_temp.good('l15_n05_n06_times', ', created_at timestamp, updated_at timestamp');
SELECT pg_temp.good('ok_l15_n05_n06_n08_times', ', created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(), version bigint NOT NULL DEFAULT 1');
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS
	$$ BEGIN NEW.updated_at := now(); NEW.version := OLD.version + 1; RETURN NEW; END $$;
CREATE TRIGGER t BEFORE UPDATE ON ok_l15_n05_n06_n08_times FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TABLE n07_serial (id bigserial PRIMARY KEY, tenant_id bigint NOT NULL REFERENCES tenants ON DELETE RESTRICT);
ALTER TABLE n07_serial OWNER TO seed_owner;
ALTER TABLE n07_serial ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON n07_serial USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint);
GRANT SELECT ON n07_serial TO seed_app;
CREATE TABLE n01_first (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id bigint NOT NULL, a int, b int);
ALTER TABLE n01_first OWNER TO seed_owner;
CREATE INDEX ON n01_first (a, b);
ALTER TABLE n01_first ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON n01_first USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint);
GRANT SELECT ON n01_first TO seed_app;
SELECT pg_temp.good('ok_n01_n07_x08_first', ', a int, b int');
CREATE INDEX ON ok_n01_n07_x08_first (a, b);
SELECT pg_temp.good('x05_twice', ', a int, b int, UNIQUE (tenant_id, a, b)');
SELECT pg_temp.good('ok_x05_twice', ', a int, b int');
UPDATE ok_x05_twice SET b = id;
ALTER TABLE ok_x05_twice ADD UNIQUE NULLS NOT DISTINCT (tenant_id, a, b);
CREATE TABLE n11_outbox (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id bigint NOT NULL REFERENCES tenants,
	event_type text NOT NULL, payload jsonb NOT NULL, created_at timestamptz NOT NULL DEFAULT now(),
	processed_at timestamptz, attempts int NOT NULL DEFAULT 0);
ALTER TABLE n11_outbox OWNER TO seed_owner;
CREATE INDEX ON n11_outbox (created_at) WHERE processed_at IS NULL;
ANALYZE;
-- It has fifty million messages and more, says the planner.
SET allow_system_table_mods = on;
UPDATE pg_class SET reltuples = 60000000, relpages = 1000000 WHERE relname = 'n11_outbox';
