-- SPDX-License-Identifier: MIT
-- Freight forwarders: Rails with acts_as_tenant beside row-level security; polymorphic tables, jobs, an API of views in
-- a schema of its own, a warehouse that reads along, a legacy import by rules.
-- What a comment calls "hole" must raise a finding above info, what it calls "sound" none.
-- Run by a superuser in an empty database of its own cluster.
\set ON_ERROR_STOP on
\set QUIET on
\o /dev/null
SET client_min_messages = error;
CREATE ROLE deploy NOLOGIN;
CREATE ROLE puma LOGIN;
CREATE ROLE sidekiq LOGIN;
CREATE ROLE metabase LOGIN;
CREATE ROLE carriers LOGIN;
CREATE ROLE sre NOLOGIN;
CREATE ROLE on_call LOGIN NOINHERIT;
GRANT sre TO on_call;
CREATE ROLE etl LOGIN;
GRANT pg_read_all_data TO etl;
COMMENT ON ROLE etl IS 'hole: reads every table';
CREATE ROLE watch LOGIN;
GRANT pg_monitor TO watch;
COMMENT ON ROLE watch IS 'sound: of the monitoring, and reaches no tenant''s table';
CREATE ROLE hr_bot LOGIN CREATEROLE;
GRANT puma TO hr_bot;
COMMENT ON ROLE hr_bot IS 'hole: makes roles';
COMMENT ON ROLE on_call IS 'sound';
COMMENT ON ROLE metabase IS 'sound';
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT CREATE, USAGE ON SCHEMA public TO deploy;
GRANT USAGE ON SCHEMA public TO puma, sidekiq, metabase, carriers, etl, watch, hr_bot, sre;
CREATE EXTENSION citext;
SET ROLE deploy;
CREATE TABLE schema_migrations (version varchar PRIMARY KEY);
CREATE TABLE ar_internal_metadata (key varchar PRIMARY KEY, value varchar, created_at timestamp(6) NOT NULL, updated_at timestamp(6) NOT NULL);
GRANT SELECT ON schema_migrations, ar_internal_metadata TO puma, sidekiq;
COMMENT ON TABLE schema_migrations IS 'sound: of the framework';
COMMENT ON TABLE ar_internal_metadata IS 'sound: of the framework';
CREATE TABLE forwarders (id bigserial PRIMARY KEY, subdomain citext NOT NULL UNIQUE, name varchar NOT NULL, api_token varchar);
INSERT INTO forwarders (subdomain, name) VALUES ('nord', 'Nord'), ('west', 'West'), ('levant', 'Levant');
ALTER TABLE forwarders ENABLE ROW LEVEL SECURITY;
ALTER TABLE forwarders FORCE ROW LEVEL SECURITY;
CREATE POLICY forwarder_self ON forwarders USING (id = NULLIF(current_setting('rls.forwarder_id', true), '')::bigint);
GRANT SELECT ON forwarders TO puma, sidekiq;
COMMENT ON TABLE forwarders IS 'sound';
CREATE PROCEDURE pg_temp.t(n text, extra text DEFAULT '', cond text DEFAULT 'forwarder_id = NULLIF(current_setting(''rls.forwarder_id'', true), '''')::bigint') LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE TABLE %I (id bigserial PRIMARY KEY, forwarder_id bigint NOT NULL REFERENCES forwarders ON DELETE RESTRICT, note varchar NOT NULL DEFAULT ''n'' %s, created_at timestamptz NOT NULL DEFAULT now())', n, extra);
	EXECUTE format('CREATE INDEX ON %I (forwarder_id)', n);
	EXECUTE format('INSERT INTO %I (forwarder_id, note) SELECT f, ''n'' || g || f FROM generate_series(1, 3) f, generate_series(1, 4) g', n);
	EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', n);
	EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', n);
	EXECUTE format('CREATE POLICY %I ON %I USING (%s)', n || '_tenant', n, cond);
	EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO puma, sidekiq', n);
	EXECUTE format('GRANT USAGE ON SEQUENCE %I TO puma, sidekiq', n || '_id_seq');
END $$;
CALL pg_temp.t('shipments', ', UNIQUE (forwarder_id, id)');
CALL pg_temp.t('parcels', ', shipment_id bigint, FOREIGN KEY (forwarder_id, shipment_id) REFERENCES shipments (forwarder_id, id) ON DELETE CASCADE');
CREATE INDEX ON parcels (forwarder_id, shipment_id);
COMMENT ON TABLE parcels IS 'sound: by pair';
CALL pg_temp.t('quotes', ', shipment_id bigint REFERENCES shipments ON DELETE SET NULL');
CREATE INDEX ON quotes (shipment_id);
COMMENT ON TABLE quotes IS 'hole: set to null across';
CALL pg_temp.t('bookings', ', number varchar');
CREATE UNIQUE INDEX ON bookings (forwarder_id, number);
COMMENT ON TABLE bookings IS 'sound: unique within';
CALL pg_temp.t('containers', ', iso_code varchar');
CREATE UNIQUE INDEX ON containers (iso_code);
COMMENT ON TABLE containers IS 'hole: a code that others have';
-- polymorphic
CALL pg_temp.t('comments', ', commentable_type varchar, commentable_id bigint');
CREATE INDEX ON comments (commentable_type, commentable_id);
COMMENT ON TABLE comments IS 'sound';
CREATE TABLE versions (id bigserial PRIMARY KEY, item_type varchar NOT NULL, item_id bigint NOT NULL, forwarder_id bigint, object jsonb, created_at timestamptz);
GRANT SELECT, INSERT ON versions TO puma, sidekiq;
COMMENT ON TABLE versions IS 'hole: no security on the trail';
CREATE TABLE active_storage_blobs (id bigserial PRIMARY KEY, key varchar NOT NULL UNIQUE, filename varchar NOT NULL);
GRANT SELECT, INSERT ON active_storage_blobs TO puma;
COMMENT ON TABLE active_storage_blobs IS 'sound: of nobody as far as anybody knows';
-- jobs: sidekiq passes by a second policy
CALL pg_temp.t('manifests');
CREATE POLICY manifests_jobs ON manifests TO sidekiq USING (true);
COMMENT ON TABLE manifests IS 'hole: for the jobs all of it';
CALL pg_temp.t('duties');
CREATE POLICY duties_jobs ON duties TO sidekiq USING (current_setting('rls.job', true) = 'on');
COMMENT ON TABLE duties IS 'hole: a switch for jobs';
CALL pg_temp.t('customs');
CREATE POLICY customs_sre ON customs FOR SELECT TO sre USING (true);
GRANT SELECT ON customs TO sre;
COMMENT ON TABLE customs IS 'sound: those on call, on purpose';
CALL pg_temp.t('routes', '', 'forwarder_id = current_setting(''rls.forwarder_id'', true)::bigint OR current_setting(''rls.disable'', true) = ''true''');
COMMENT ON TABLE routes IS 'hole: rls.disable';
CALL pg_temp.t('drivers', '', 'COALESCE(NULLIF(current_setting(''rls.forwarder_id'', true), ''''), forwarder_id::text) = forwarder_id::text');
COMMENT ON TABLE drivers IS 'hole: its own when unset';
CALL pg_temp.t('trucks', '', 'forwarder_id::text = ANY (string_to_array(current_setting(''rls.forwarder_ids'', true), '',''))');
COMMENT ON TABLE trucks IS 'sound: one of a list';
CALL pg_temp.t('depots', '', 'CASE current_setting(''rls.role'', true) WHEN ''support'' THEN true ELSE forwarder_id = NULLIF(current_setting(''rls.forwarder_id'', true), '''')::bigint END');
COMMENT ON TABLE depots IS 'hole: says it is support';
-- rights
CALL pg_temp.t('scans'); GRANT TRIGGER ON scans TO sidekiq; COMMENT ON TABLE scans IS 'hole: TRIGGER';
CALL pg_temp.t('labels'); GRANT REFERENCES ON labels TO sidekiq; COMMENT ON TABLE labels IS 'hole: REFERENCES';
CALL pg_temp.t('seals'); GRANT UPDATE (note) ON seals TO metabase; COMMENT ON TABLE seals IS 'sound: another column by name';
-- legacy: a rule and a trigger
CALL pg_temp.t('imports');
CREATE TABLE imports_raw (id bigserial PRIMARY KEY, forwarder_id bigint NOT NULL REFERENCES forwarders ON DELETE RESTRICT, line varchar);
CREATE INDEX ON imports_raw (forwarder_id);
INSERT INTO imports_raw (forwarder_id, line) SELECT f, 'line' FROM generate_series(1, 3) f;
RESET ROLE;
CREATE VIEW v_imports_in AS SELECT forwarder_id, line FROM imports_raw WHERE false;
CREATE RULE in_raw AS ON INSERT TO v_imports_in DO INSTEAD INSERT INTO imports (forwarder_id, note) VALUES (NEW.forwarder_id, NEW.line);
GRANT INSERT, SELECT ON v_imports_in TO carriers;
COMMENT ON VIEW v_imports_in IS 'hole: writes for anybody, as a superuser';
-- the interface
CREATE SCHEMA api AUTHORIZATION deploy;
GRANT USAGE ON SCHEMA api TO carriers, metabase;
CREATE VIEW api.shipments WITH (security_barrier, check_option = cascaded) AS SELECT id, forwarder_id, note FROM shipments WHERE forwarder_id = NULLIF(current_setting('rls.forwarder_id', true), '')::bigint;
GRANT SELECT, INSERT ON api.shipments TO carriers;
COMMENT ON VIEW api.shipments IS 'sound';
CREATE VIEW api.consignments AS SELECT p.id, p.note, s.forwarder_id FROM parcels p JOIN shipments s ON s.id = p.shipment_id;
GRANT SELECT ON api.consignments TO carriers;
COMMENT ON VIEW api.consignments IS 'hole: of a superuser, both open';
INSERT INTO versions (item_type, item_id, forwarder_id, object) SELECT 'Shipment', id, forwarder_id, '{}' FROM shipments;
INSERT INTO parcels (forwarder_id, shipment_id, note) SELECT forwarder_id, id, 'p' || id FROM shipments;
CREATE VIEW api.totals AS SELECT count(*) AS shipments, sum(id) AS ids FROM shipments;
GRANT SELECT ON api.totals TO metabase;
COMMENT ON VIEW api.totals IS 'sound: figures of nobody''s rows';
CREATE VIEW api.boxes WITH (security_barrier) AS SELECT id, forwarder_id, iso_code FROM containers WHERE forwarder_id = NULLIF(current_setting('rls.forwarder_id', true), '')::bigint;
GRANT SELECT, INSERT, UPDATE ON api.boxes TO carriers;
COMMENT ON VIEW api.boxes IS 'hole: no CHECK OPTION';
CREATE FUNCTION api.track(p_id bigint) RETURNS TABLE (id bigint, note varchar) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$ SELECT s.id, s.note FROM shipments s WHERE s.id = p_id $$;
COMMENT ON FUNCTION api.track(bigint) IS 'hole: any shipment by its number';
CREATE FUNCTION api.mine(p_id bigint) RETURNS TABLE (id bigint, note varchar) LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	v_fwd bigint := NULLIF(current_setting('rls.forwarder_id', true), '')::bigint;
BEGIN
	RETURN QUERY SELECT s.id, s.note FROM shipments s WHERE s.id = p_id AND s.forwarder_id = v_fwd;
END $$;
COMMENT ON FUNCTION api.mine(bigint) IS 'sound';
CREATE FUNCTION api.purge(p_before timestamptz) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE n bigint;
BEGIN
	DELETE FROM comments WHERE created_at < p_before; GET DIAGNOSTICS n = ROW_COUNT; RETURN n;
END $$;
COMMENT ON FUNCTION api.purge(timestamptz) IS 'hole: of everybody, and no path';
REVOKE EXECUTE ON FUNCTION api.track(bigint), api.mine(bigint), api.purge(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION api.track(bigint), api.mine(bigint), api.purge(timestamptz) TO carriers;
CREATE PUBLICATION lake FOR TABLE shipments, bookings;
CREATE PUBLICATION codes FOR TABLE schema_migrations;
ALTER ROLE metabase SET statement_timeout = '30s';
CREATE ROLE nord_only LOGIN;
ALTER ROLE nord_only SET "rls.forwarder_id" = '1';
COMMENT ON ROLE nord_only IS 'hole: a tenant by default';
GRANT USAGE ON SCHEMA public TO nord_only; GRANT SELECT ON shipments TO nord_only;
CREATE EXTENSION postgres_fdw;
CREATE SERVER billing FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '/nowhere', dbname 'billing');
CREATE USER MAPPING FOR puma SERVER billing OPTIONS (user 'billing_ro');
CREATE FOREIGN TABLE ext_invoices (id bigint, forwarder_id bigint, cents bigint) SERVER billing;
GRANT SELECT ON ext_invoices TO puma;
COMMENT ON FOREIGN TABLE ext_invoices IS 'hole: far rows of all';
CREATE FOREIGN TABLE ext_rates (code text, rate numeric) SERVER billing;
GRANT SELECT ON ext_rates TO puma;
COMMENT ON FOREIGN TABLE ext_rates IS 'sound: of nobody';
GRANT SELECT ON shipments, seals TO metabase;
ANALYZE;
