-- SPDX-License-Identifier: MIT
-- Design: each object whose name begins with an id breaks that rule, those that begin with "ok_" keep it.
-- Run by a superuser in an empty database of its own cluster.
\set ON_ERROR_STOP on
\set QUIET on
\o /dev/null
SET client_min_messages = error;
DO $$ BEGIN CREATE ROLE l_owner NOLOGIN; CREATE ROLE l_subscriber SUPERUSER; CREATE ROLE l_app LOGIN; CREATE ROLE m01_inspection LOGIN; CREATE ROLE ok_m01_inspection LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
ALTER ROLE ok_m01_inspection SET default_transaction_read_only = on; ALTER ROLE ok_m01_inspection SET statement_timeout = '10s'; ALTER ROLE ok_m01_inspection SET lock_timeout = '5s';
CREATE SCHEMA l AUTHORIZATION l_owner; GRANT USAGE ON SCHEMA l TO l_app; SET ROLE l_owner;
CREATE TABLE l.tenants (id bigint PRIMARY KEY, name text NOT NULL);
ALTER TABLE l.tenants ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY p ON l.tenants USING (id = NULLIF(current_setting('app.tenant_id', true), '')::bigint); GRANT SELECT ON l.tenants TO l_app;
CREATE FUNCTION l.mk(n text, cols text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
 EXECUTE format('CREATE TABLE l.%I (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id bigint NOT NULL REFERENCES l.tenants ON DELETE RESTRICT %s, UNIQUE (tenant_id, id))', n, cols);
 EXECUTE format('ALTER TABLE l.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', n);
 EXECUTE format('CREATE POLICY p ON l.%I USING (tenant_id = NULLIF(current_setting(''app.tenant_id'', true), '''')::bigint)', n);
 EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON l.%I TO l_app', n);
END $$;
SELECT l.mk('l06_orders', ', status text NOT NULL');
SELECT l.mk('l05_inventory_movements', ', qty int'); SELECT l.mk('inventory_balances', ', qty int, version bigint NOT NULL DEFAULT 0');
SELECT l.mk('l11_tags', ', label text NOT NULL, deleted_at timestamptz'); ALTER TABLE l.l11_tags ADD UNIQUE (tenant_id, label);
SELECT l.mk('ok_l11_tags', ', label text NOT NULL, deleted_at timestamptz'); CREATE UNIQUE INDEX ON l.ok_l11_tags (tenant_id, label) WHERE deleted_at IS NULL;
SELECT l.mk('l12_half', ', a bigint, b bigint NOT NULL'); SELECT l.mk('pairs', ', a bigint NOT NULL, b bigint NOT NULL, UNIQUE (tenant_id, a, b)'); ALTER TABLE l.l12_half ADD CONSTRAINT l12_half_fk FOREIGN KEY (tenant_id, a, b) REFERENCES l.pairs (tenant_id, a, b) ON DELETE RESTRICT;
SELECT l.mk('ok_l12_optional', ', p bigint'); ALTER TABLE l.ok_l12_optional ADD FOREIGN KEY (tenant_id, p) REFERENCES l.pairs (tenant_id, id) ON DELETE RESTRICT; CREATE INDEX ON l.ok_l12_optional (tenant_id, p);
SELECT l.mk('l08_docs', ', body jsonb'); CREATE INDEX ON l.l08_docs (tenant_id, (body ->> 'price'));
SELECT l.mk('ok_l08_docs', ', body jsonb'); CREATE INDEX ON l.ok_l08_docs (tenant_id, (body ->> 'colour'));
SELECT l.mk('n08_products', ', name text'); SELECT l.mk('ok_n08_customers', ', version bigint NOT NULL DEFAULT 0');
SELECT l.mk('n10_outbox_messages', ', event_type text NOT NULL, payload jsonb NOT NULL, created_at timestamptz NOT NULL DEFAULT now(), processed_at timestamptz, attempts int NOT NULL DEFAULT 0');
SELECT l.mk('ok_n10_n11_outbox', ', event_type text NOT NULL, payload jsonb NOT NULL, created_at timestamptz NOT NULL DEFAULT now(), processed_at timestamptz, attempts int NOT NULL DEFAULT 0'); CREATE INDEX ON l.ok_n10_n11_outbox (created_at) WHERE processed_at IS NULL;
CREATE TYPE l.event_name AS ENUM ('order.created', 'order.cancel'); CREATE TYPE l.ok_event_name AS ENUM ('OrderCreated', 'PaymentFailed', 'order.release', 'address_changed');
SELECT l.mk('n13_outbox', ', event_type l.event_name NOT NULL, payload jsonb NOT NULL, created_at timestamptz NOT NULL DEFAULT now(), processed_at timestamptz, attempts int NOT NULL DEFAULT 0'); CREATE INDEX ON l.n13_outbox (created_at) WHERE processed_at IS NULL;
SELECT l.mk('n13_outbox_zero', ', event_type text NOT NULL, event_version int NOT NULL DEFAULT 0, payload jsonb NOT NULL, created_at timestamptz NOT NULL DEFAULT now(), processed_at timestamptz, attempts int NOT NULL DEFAULT 0'); CREATE INDEX ON l.n13_outbox_zero (created_at) WHERE processed_at IS NULL;
SELECT l.mk('ok_n13_outbox', ', event_type l.ok_event_name NOT NULL, event_version int NOT NULL DEFAULT 1, payload jsonb NOT NULL, created_at timestamptz NOT NULL DEFAULT now(), processed_at timestamptz, attempts int NOT NULL DEFAULT 0'); CREATE INDEX ON l.ok_n13_outbox (created_at) WHERE processed_at IS NULL;
SELECT l.mk('ok_n13_listed', ', event_type text NOT NULL CHECK (event_type IN (''order_created'', ''payment'', ''stock.low'')), payload jsonb NOT NULL, created_at timestamptz NOT NULL DEFAULT now(), processed_at timestamptz, attempts int NOT NULL DEFAULT 0'); CREATE INDEX ON l.ok_n13_listed (created_at) WHERE processed_at IS NULL;
SELECT l.mk('n13_listed', ', event_type text NOT NULL CHECK (event_type IN (''CreateOrder'', ''OrderPaid'')), payload jsonb NOT NULL, created_at timestamptz NOT NULL DEFAULT now(), processed_at timestamptz, attempts int NOT NULL DEFAULT 0'); CREATE INDEX ON l.n13_listed (created_at) WHERE processed_at IS NULL;
SELECT l.mk('l07_hooked', ', note text');
CREATE FUNCTION l.tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM net.http_post('http://x', NEW.note); RETURN NEW; END $$; CREATE TRIGGER t AFTER INSERT ON l.l07_hooked FOR EACH ROW EXECUTE FUNCTION l.tell();
SELECT l.mk('ok_l07_notified', ', note text');
CREATE FUNCTION l.wake() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_notify('outbox', ''); RETURN NEW; END $$; CREATE TRIGGER t AFTER INSERT ON l.ok_l07_notified FOR EACH ROW EXECUTE FUNCTION l.wake();
CREATE SEQUENCE l.x07_seq AS integer START 2000000000; SELECT nextval('l.x07_seq'); CREATE SEQUENCE l.ok_x07_seq AS integer; SELECT nextval('l.ok_x07_seq');
RESET ROLE;
GRANT EXECUTE ON FUNCTION pg_read_file(text) TO l_app;
CREATE EXTENSION file_fdw; CREATE SERVER f FOREIGN DATA WRAPPER file_fdw; CREATE FOREIGN TABLE l.l04_orders (id bigint) SERVER f OPTIONS (filename '/dev/null');
CREATE SUBSCRIPTION r71_incoming CONNECTION 'dbname=x' PUBLICATION p WITH (connect = false, slot_name = NONE);
SET allow_system_table_mods = on;
INSERT INTO pg_subscription_rel SELECT s.oid, 'l.pairs'::regclass, 'r', NULL FROM pg_subscription s;
ALTER SUBSCRIPTION r71_incoming OWNER TO l_subscriber;
ALTER ROLE l_subscriber NOSUPERUSER;
