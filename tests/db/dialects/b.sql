-- SPDX-License-Identifier: MIT
-- Dialect B: tenant_id uuid that references tenants(id), the setting app.current_tenant_id, enabled
-- and not forced, a FOR ALL policy with USING beside a FOR INSERT policy with WITH CHECK, uuid keys,
-- money in integer cents, outbox_events with published_at and error.
-- Run by a superuser in an empty database. Roles belong to the cluster: made when they are missing.
\set ON_ERROR_STOP on
\set QUIET on
SET client_min_messages = warning;
DO $$
BEGIN
	IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'b_owner') THEN
		CREATE ROLE b_owner NOLOGIN;
	END IF;
	IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'b_app') THEN
		CREATE ROLE b_app LOGIN;
	END IF;
END $$;
BEGIN;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT ALL ON SCHEMA public TO b_owner;
SET LOCAL ROLE b_owner;

CREATE TABLE tenants (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	name text NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE catalog_menu_items (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	tenant_id uuid NOT NULL REFERENCES tenants (id),
	sku text NOT NULL,
	name text NOT NULL,
	price_cents integer NOT NULL CHECK (price_cents >= 0),
	metadata jsonb NOT NULL DEFAULT '{}',
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT uq_menu_items_tenant_sku UNIQUE (tenant_id, sku)
);
CREATE INDEX idx_menu_items_tenant_active ON catalog_menu_items (tenant_id)
	WHERE metadata ->> 'status' = 'active';

CREATE TABLE customers (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	tenant_id uuid NOT NULL REFERENCES tenants (id),
	email text NOT NULL,
	full_name text NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT uq_customers_tenant_email UNIQUE (tenant_id, email)
);

CREATE TABLE outbox_events (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	tenant_id uuid NOT NULL REFERENCES tenants (id),
	aggregate_type text NOT NULL,
	aggregate_id uuid NOT NULL,
	event_type text NOT NULL,
	payload jsonb NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now(),
	published_at timestamptz,
	error text
);
CREATE INDEX idx_outbox_unpublished ON outbox_events (created_at) WHERE published_at IS NULL;
CREATE INDEX idx_outbox_tenant ON outbox_events (tenant_id);

DO $$
DECLARE
	rel text;
BEGIN
	FOREACH rel IN ARRAY ARRAY['catalog_menu_items', 'customers', 'outbox_events'] LOOP
		EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', rel);
		EXECUTE format('CREATE POLICY tenant_isolation ON %I
			USING (tenant_id = current_setting(''app.current_tenant_id'')::uuid)', rel);
		EXECUTE format('CREATE POLICY tenant_isolation_insert ON %I FOR INSERT
			WITH CHECK (tenant_id = current_setting(''app.current_tenant_id'')::uuid)', rel);
		EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO b_app', rel);
	END LOOP;
END $$;
GRANT SELECT (id, name) ON tenants TO b_app;
RESET ROLE;
GRANT USAGE ON SCHEMA public TO b_app;

INSERT INTO tenants (id, name) VALUES
	('11111111-1111-4111-8111-111111111111', 'Noodle House'),
	('22222222-2222-4222-8222-222222222222', 'Corner Pharmacy');
INSERT INTO catalog_menu_items (tenant_id, sku, name, price_cents, metadata)
	SELECT t.id, 'M-' || n, t.name || ' item ' || n, 500 + n, '{"status": "active"}'
	FROM tenants t, generate_series(1, 4) n;
INSERT INTO customers (tenant_id, email, full_name)
	SELECT t.id, 'c' || n || '@example.org', 'Customer ' || n FROM tenants t, generate_series(1, 3) n;
INSERT INTO outbox_events (tenant_id, aggregate_type, aggregate_id, event_type, payload, published_at, error)
	SELECT tenant_id, 'MenuItem', id, 'MenuItemCreated', jsonb_build_object('sku', sku),
		CASE WHEN sku = 'M-1' THEN now() END, CASE WHEN sku = 'M-2' THEN 'broker unreachable' END
	FROM catalog_menu_items;
COMMIT;
ANALYZE;
