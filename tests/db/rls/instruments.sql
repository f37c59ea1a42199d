-- SPDX-License-Identifier: MIT
-- Laboratories: what server code adds beside policies, and a login that a floor holds.
-- What a comment calls "hole" must raise a finding above info, what it calls "sound" none.
-- Run by a superuser in an empty database of its own cluster.
\set ON_ERROR_STOP on
\set QUIET on
\o /dev/null
SET client_min_messages = error;
CREATE ROLE nile_admin NOLOGIN; CREATE ROLE app_rw LOGIN; CREATE ROLE app_ro LOGIN; CREATE ROLE etl LOGIN; CREATE ROLE metabase LOGIN; CREATE ROLE opsdesk NOLOGIN; CREATE ROLE monitor LOGIN IN ROLE pg_monitor; CREATE ROLE deployer LOGIN CREATEROLE;
COMMENT ON ROLE deployer IS 'hole: CREATEROLE'; 
CREATE SCHEMA auth AUTHORIZATION nile_admin; CREATE SCHEMA lims AUTHORIZATION nile_admin; GRANT USAGE ON SCHEMA auth, lims TO app_rw, app_ro, etl, metabase;
GRANT CREATE ON DATABASE :"DBNAME" TO nile_admin; SET ROLE nile_admin; SET search_path = lims, public;
CREATE TABLE lims.tenants (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL, api_key text); GRANT SELECT ON lims.tenants TO app_rw; COMMENT ON TABLE lims.tenants IS 'hole: list of tenants with their api keys';
CREATE TABLE auth.users (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), email text NOT NULL UNIQUE); ALTER TABLE auth.users ENABLE ROW LEVEL SECURITY; CREATE POLICY me ON auth.users USING (id = nullif(current_setting('nile.user_id', true), '')::uuid); GRANT SELECT ON auth.users TO app_rw; COMMENT ON TABLE auth.users IS 'sound: oneself';
CREATE TABLE auth.tenant_users (tenant_id uuid NOT NULL REFERENCES lims.tenants, user_id uuid NOT NULL REFERENCES auth.users, roles text[] NOT NULL DEFAULT '{}', deleted timestamptz, PRIMARY KEY (tenant_id, user_id)); ALTER TABLE auth.tenant_users ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON auth.tenant_users FOR SELECT USING (tenant_id = nullif(current_setting('nile.tenant_id', true), '')::uuid); GRANT SELECT ON auth.tenant_users TO app_rw; COMMENT ON TABLE auth.tenant_users IS 'sound: of the tenant';
CREATE FUNCTION auth.tenant() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT nullif(current_setting('nile.tenant_id', true), '')::uuid $$;
CREATE FUNCTION auth.tenant_fast() RETURNS uuid LANGUAGE sql IMMUTABLE AS $$ SELECT nullif(current_setting('nile.tenant_id', true), '')::uuid $$;
CREATE FUNCTION pg_temp.t(n text, pol text DEFAULT 'tenant_id = (SELECT auth.tenant())', extra text DEFAULT '') RETURNS void LANGUAGE plpgsql AS $$ BEGIN
 EXECUTE format('CREATE TABLE lims.%I (tenant_id uuid NOT NULL REFERENCES lims.tenants ON DELETE RESTRICT, id bigint GENERATED ALWAYS AS IDENTITY, label text NOT NULL, at timestamptz NOT NULL DEFAULT now() %s, PRIMARY KEY (tenant_id, id))', n, extra);
 EXECUTE format('ALTER TABLE lims.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', n); EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON lims.%I TO app_rw', n);
 IF pol <> '' THEN EXECUTE format('CREATE POLICY tenancy ON lims.%I USING (%s)', n, pol); END IF; END $$;
SELECT pg_temp.t('instruments'); COMMENT ON TABLE instruments IS 'hole: rows are told to a channel';
SELECT pg_temp.t('samples', 'tenant_id = (SELECT auth.tenant_fast())'); COMMENT ON TABLE samples IS 'hole: IMMUTABLE helper';
SELECT pg_temp.t('runs', 'tenant_id = auth.tenant() OR auth.tenant() IS NULL'); COMMENT ON TABLE runs IS 'hole: open when unset';
SELECT pg_temp.t('results', 'tenant_id::text LIKE current_setting(''nile.tenant_id'', true)'); COMMENT ON TABLE results IS 'hole: pattern';
SELECT pg_temp.t('methods', 'tenant_id = ANY (string_to_array(current_setting(''nile.tenant_ids'', true), '','')::uuid[])'); COMMENT ON TABLE methods IS 'sound: list of tenants in another setting (medium N03 is fine)';
SELECT pg_temp.t('reagents'); CREATE POLICY demo ON reagents FOR SELECT USING (tenant_id = '11111111-0000-4000-8000-000000000001'); COMMENT ON TABLE reagents IS 'hole: one tenant''s rows for all';
SELECT pg_temp.t('standards'); CREATE POLICY lib ON standards FOR SELECT USING (tenant_id = '00000000-0000-0000-0000-000000000000'); COMMENT ON TABLE standards IS 'sound: nil tenant is the shared library';
SELECT pg_temp.t('certificates', ''); CREATE POLICY a ON certificates TO app_rw, app_ro USING (true); CREATE POLICY f ON certificates AS RESTRICTIVE TO app_rw USING (tenant_id = (SELECT auth.tenant())); GRANT SELECT ON certificates TO app_ro; COMMENT ON TABLE certificates IS 'hole: floor misses app_ro';
SELECT pg_temp.t('reports', ''); CREATE POLICY a ON reports TO app_rw, app_ro USING (true); CREATE POLICY f ON reports AS RESTRICTIVE TO PUBLIC USING (tenant_id = (SELECT auth.tenant())); GRANT SELECT ON reports TO app_ro; COMMENT ON TABLE reports IS 'sound: floor for everybody';
SELECT pg_temp.t('calibrations', 'tenant_id = (SELECT auth.tenant())', ', slot tstzrange NOT NULL DEFAULT tstzrange(now(), now() + interval ''1 hour''), device text NOT NULL DEFAULT gen_random_uuid()::text, EXCLUDE USING gist (slot WITH &&) WHERE (device = ''x'')'); COMMENT ON TABLE calibrations IS 'hole: exclusion without the tenant';
SELECT pg_temp.t('orders', 'tenant_id = (SELECT auth.tenant())', ', number int NOT NULL DEFAULT 0, UNIQUE (tenant_id, number, id)'); COMMENT ON TABLE orders IS 'sound';
SELECT pg_temp.t('serials', 'tenant_id = (SELECT auth.tenant())', ', serial text NOT NULL UNIQUE'); COMMENT ON TABLE serials IS 'hole: unique over tenants';
SELECT pg_temp.t('accounts_x', 'tenant_id = (SELECT auth.tenant())', ', email text NOT NULL, UNIQUE (tenant_id, email)'); COMMENT ON TABLE accounts_x IS 'sound: unique in the tenant';
CREATE SEQUENCE invoice_seq; GRANT USAGE, UPDATE ON SEQUENCE invoice_seq TO app_rw; COMMENT ON SEQUENCE invoice_seq IS 'hole: setval for all'; CREATE SEQUENCE batch_seq; GRANT USAGE ON SEQUENCE batch_seq TO app_rw; COMMENT ON SEQUENCE batch_seq IS 'sound';
SELECT pg_temp.t('invoices', 'tenant_id = (SELECT auth.tenant())', ', nr bigint NOT NULL DEFAULT nextval(''lims.invoice_seq'')'); COMMENT ON TABLE invoices IS 'sound';
SELECT pg_temp.t('notes_base'); REVOKE ALL ON notes_base FROM app_rw; CREATE TABLE notes_lab () INHERITS (notes_base); GRANT SELECT ON notes_lab TO app_rw; COMMENT ON TABLE notes_lab IS 'hole: inheritance child without security';
SELECT pg_temp.t('log_entries'); GRANT TRIGGER ON log_entries TO app_rw; COMMENT ON TABLE log_entries IS 'hole: TRIGGER granted';
SELECT pg_temp.t('refs'); GRANT REFERENCES ON refs TO etl; COMMENT ON TABLE refs IS 'hole: REFERENCES granted';
SELECT pg_temp.t('exports', 'tenant_id = (SELECT auth.tenant())'); GRANT SELECT ON exports TO metabase; COMMENT ON TABLE exports IS 'sound: policies bind the report tool as well';
CREATE PUBLICATION warehouse_feed FOR TABLE orders; COMMENT ON PUBLICATION warehouse_feed IS 'hole: all tenants'' orders'; CREATE PUBLICATION catalog_feed FOR TABLE lims.standards WHERE (tenant_id = '00000000-0000-0000-0000-000000000000'); COMMENT ON PUBLICATION catalog_feed IS 'sound: filtered';
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_notify('runs', row_to_json(NEW)::text); RETURN NEW; END $$; CREATE TRIGGER tell AFTER INSERT ON instruments FOR EACH ROW EXECUTE FUNCTION tell();
CREATE FUNCTION tell_id() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_notify('orders', NEW.id::text); RETURN NEW; END $$; CREATE TRIGGER tell AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION tell_id();
CREATE FUNCTION use_tenant(t uuid) RETURNS void LANGUAGE sql AS $$ SELECT set_config('nile.tenant_id', t::text, false) $$; COMMENT ON FUNCTION use_tenant IS 'hole: for the session';
CREATE FUNCTION use_tenant_tx(t uuid) RETURNS void LANGUAGE sql AS $$ SELECT set_config('nile.tenant_id', t::text, true) $$; COMMENT ON FUNCTION use_tenant_tx IS 'sound: for the transaction';
CREATE FUNCTION same_label(a text, b text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN lower(a) = lower(b); END $$; COMMENT ON FUNCTION same_label IS 'sound: not leakproof';
CREATE FUNCTION count_mine() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER AS $$ SELECT count(*) FROM lims.exports WHERE tenant_id = auth.tenant() $$; COMMENT ON FUNCTION count_mine IS 'hole: no search_path';
CREATE FUNCTION count_mine_pinned() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT count(*) FROM lims.exports WHERE tenant_id = auth.tenant() $$; COMMENT ON FUNCTION count_mine_pinned IS 'sound';
ALTER DEFAULT PRIVILEGES IN SCHEMA lims GRANT SELECT ON TABLES TO app_ro;
RESET ROLE;
CREATE FUNCTION lims.leaky(a text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE LEAKPROOF AS $$ BEGIN RAISE NOTICE '%', a; RETURN true; END $$; COMMENT ON FUNCTION lims.leaky IS 'hole: leakproof';
ALTER ROLE etl SET nile.tenant_id = '11111111-0000-4000-8000-000000000002'; GRANT SELECT ON lims.exports TO etl; COMMENT ON ROLE etl IS 'hole: a tenant as the default of a login';
CREATE VIEW lims.all_orders WITH (security_invoker) AS SELECT * FROM lims.orders; GRANT SELECT ON lims.all_orders TO app_rw, metabase; COMMENT ON VIEW lims.all_orders IS 'sound';
CREATE VIEW lims.raw_orders AS SELECT * FROM lims.orders; CREATE VIEW lims.nice_orders WITH (security_invoker) AS SELECT tenant_id, id, label FROM lims.raw_orders; GRANT SELECT ON lims.raw_orders, lims.nice_orders TO metabase; COMMENT ON VIEW lims.raw_orders IS 'hole'; COMMENT ON VIEW lims.nice_orders IS 'hole: over a definer view';
CREATE VIEW lims.my_serials AS SELECT * FROM lims.serials WHERE tenant_id = auth.tenant(); GRANT SELECT, INSERT ON lims.my_serials TO app_ro; COMMENT ON VIEW lims.my_serials IS 'hole: no barrier, no check option';
INSERT INTO lims.tenants (id, name) SELECT ('11111111-0000-4000-8000-00000000000' || g)::uuid, 'lab ' || g FROM generate_series(1, 3) g; INSERT INTO lims.tenants (id, name) VALUES ('00000000-0000-0000-0000-000000000000', 'shared');
INSERT INTO auth.users (id, email) SELECT ('22222222-0000-4000-8000-00000000000' || g)::uuid, g || '@x' FROM generate_series(1, 3) g; INSERT INTO auth.tenant_users (tenant_id, user_id) SELECT ('11111111-0000-4000-8000-00000000000' || g)::uuid, ('22222222-0000-4000-8000-00000000000' || g)::uuid FROM generate_series(1, 3) g;
DO $$ DECLARE t text; BEGIN FOREACH t IN ARRAY '{instruments,samples,runs,results,methods,reagents,standards,certificates,reports,orders,invoices,log_entries,refs,exports}'::text[] LOOP
 EXECUTE format('INSERT INTO lims.%I (tenant_id, label) SELECT id, name || g FROM lims.tenants, generate_series(1, 3) g', t); END LOOP; END $$;
INSERT INTO lims.calibrations (tenant_id, label) SELECT id, name FROM lims.tenants; INSERT INTO lims.serials (tenant_id, label, serial) SELECT id, name, md5(name) FROM lims.tenants; INSERT INTO lims.accounts_x (tenant_id, label, email) SELECT id, name, 'a@x' FROM lims.tenants; INSERT INTO lims.notes_lab (tenant_id, id, label) SELECT id, 1, name FROM lims.tenants;
CREATE RULE copy AS ON INSERT TO lims.log_entries DO ALSO INSERT INTO lims.exports (tenant_id, label) VALUES ('11111111-0000-4000-8000-000000000001', NEW.label);
ANALYZE;
