-- SPDX-License-Identifier: MIT
-- Dialect A: tenant_id bigint, the setting app.tenant_id, one policy for all commands with USING and
-- WITH CHECK, enabled and forced; bigint identity keys with a separate public_id; outbox_messages.
-- Run by a superuser in an empty database. Roles belong to the cluster: made when they are missing.
\set ON_ERROR_STOP on
\set QUIET on
SET client_min_messages = warning;
DO $$
BEGIN
	IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'a_owner') THEN
		CREATE ROLE a_owner NOLOGIN;
	END IF;
	IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'a_app') THEN
		CREATE ROLE a_app LOGIN;
	END IF;
	IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'platform_admin') THEN
		CREATE ROLE platform_admin NOLOGIN NOINHERIT;
	END IF;
END $$;
BEGIN;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT ALL ON SCHEMA public TO a_owner;
SET LOCAL ROLE a_owner;

CREATE TABLE tenancy_tenants (
	tenant_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	name text NOT NULL,
	slug text NOT NULL,
	plan text NOT NULL DEFAULT 'standard',
	primary_contact_email text,
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE catalog_brands (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	tenant_id bigint NOT NULL REFERENCES tenancy_tenants ON DELETE RESTRICT,
	name text NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(),
	UNIQUE (tenant_id, id),
	UNIQUE (tenant_id, name)
);

CREATE TABLE catalog_products (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	public_id uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
	tenant_id bigint NOT NULL REFERENCES tenancy_tenants ON DELETE RESTRICT,
	sku text NOT NULL,
	name text NOT NULL,
	description text,
	brand_id bigint,
	price numeric(12,2) NOT NULL,
	cost numeric(12,2),
	compare_at_price numeric(12,2),
	list_price numeric(12,2),
	metadata jsonb NOT NULL DEFAULT '{}',
	version bigint NOT NULL DEFAULT 0,
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(),
	deleted_at timestamptz,
	UNIQUE (tenant_id, sku),
	UNIQUE (tenant_id, id),
	FOREIGN KEY (tenant_id, brand_id) REFERENCES catalog_brands (tenant_id, id) ON DELETE RESTRICT
);
CREATE INDEX catalog_products_brand_idx ON catalog_products (tenant_id, brand_id);

CREATE TABLE inventory_balances (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	tenant_id bigint NOT NULL REFERENCES tenancy_tenants ON DELETE RESTRICT,
	warehouse_id bigint NOT NULL,
	product_id bigint NOT NULL,
	variant_id bigint,
	lot_id bigint,
	on_hand integer NOT NULL DEFAULT 0,
	reserved integer NOT NULL DEFAULT 0,
	available integer GENERATED ALWAYS AS (on_hand - reserved) STORED,
	version bigint NOT NULL DEFAULT 0,
	updated_at timestamptz NOT NULL DEFAULT now(),
	UNIQUE (tenant_id, id),
	FOREIGN KEY (tenant_id, product_id) REFERENCES catalog_products (tenant_id, id) ON DELETE RESTRICT,
	CONSTRAINT inventory_balances_nonneg_on_hand CHECK (on_hand >= 0),
	CONSTRAINT inventory_balances_nonneg_reserved CHECK (reserved >= 0),
	CONSTRAINT inventory_balances_reserved_le_on_hand CHECK (reserved <= on_hand)
);
CREATE UNIQUE INDEX inventory_balances_unique_key ON inventory_balances
	(tenant_id, warehouse_id, product_id, COALESCE(variant_id, 0), COALESCE(lot_id, 0));
CREATE INDEX inventory_balances_product_idx ON inventory_balances (tenant_id, product_id);

CREATE TABLE inventory_movements (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	tenant_id bigint NOT NULL REFERENCES tenancy_tenants ON DELETE RESTRICT,
	balance_id bigint NOT NULL,
	movement_type text NOT NULL,
	on_hand_delta integer NOT NULL DEFAULT 0,
	reserved_delta integer NOT NULL DEFAULT 0,
	reason text,
	occurred_at timestamptz NOT NULL DEFAULT now(),
	FOREIGN KEY (tenant_id, balance_id) REFERENCES inventory_balances (tenant_id, id) ON DELETE RESTRICT
);
CREATE INDEX inventory_movements_balance_idx ON inventory_movements (tenant_id, balance_id, occurred_at);

CREATE TABLE sales_orders (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	public_id uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
	tenant_id bigint NOT NULL REFERENCES tenancy_tenants ON DELETE RESTRICT,
	order_number text NOT NULL,
	status text NOT NULL DEFAULT 'pending',
	total numeric(12,2) NOT NULL DEFAULT 0,
	confirmed_at timestamptz,
	version bigint NOT NULL DEFAULT 0,
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(),
	UNIQUE (tenant_id, order_number),
	UNIQUE (tenant_id, id)
);

CREATE TABLE sales_order_status_history (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	tenant_id bigint NOT NULL REFERENCES tenancy_tenants ON DELETE RESTRICT,
	order_id bigint NOT NULL,
	from_status text,
	to_status text NOT NULL,
	actor text NOT NULL DEFAULT '',
	occurred_at timestamptz NOT NULL DEFAULT now(),
	FOREIGN KEY (tenant_id, order_id) REFERENCES sales_orders (tenant_id, id) ON DELETE RESTRICT
);
CREATE INDEX sales_order_status_history_order_idx
	ON sales_order_status_history (tenant_id, order_id, occurred_at);

CREATE TABLE idempotency_keys (
	tenant_id bigint NOT NULL REFERENCES tenancy_tenants ON DELETE RESTRICT,
	scope text NOT NULL,
	key text NOT NULL,
	request_hash text NOT NULL,
	response jsonb,
	status_code smallint,
	state text NOT NULL DEFAULT 'pending',
	created_at timestamptz NOT NULL DEFAULT now(),
	completed_at timestamptz,
	expires_at timestamptz NOT NULL DEFAULT now() + interval '24 hours',
	PRIMARY KEY (tenant_id, scope, key)
);
CREATE INDEX idempotency_keys_expiration_idx ON idempotency_keys (expires_at);

CREATE TABLE outbox_messages (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	tenant_id bigint NOT NULL,
	aggregate_type text NOT NULL,
	aggregate_id bigint NOT NULL,
	event_type text NOT NULL,
	event_version smallint NOT NULL DEFAULT 1,
	payload jsonb NOT NULL,
	occurred_at timestamptz NOT NULL DEFAULT now(),
	available_at timestamptz NOT NULL DEFAULT now(),
	processed_at timestamptz,
	attempts smallint NOT NULL DEFAULT 0,
	last_error text,
	trace_id text
);
CREATE INDEX outbox_messages_pending_idx ON outbox_messages (available_at, id) WHERE processed_at IS NULL;
CREATE INDEX outbox_messages_tenant_aggregate_idx ON outbox_messages (tenant_id, aggregate_type, aggregate_id);

CREATE FUNCTION bump_version_on_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	NEW.version := OLD.version + 1;
	NEW.updated_at := now();
	RETURN NEW;
END $$;
CREATE FUNCTION touch_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	NEW.updated_at := now();
	RETURN NEW;
END $$;
CREATE TRIGGER catalog_products_version_trg BEFORE UPDATE ON catalog_products
	FOR EACH ROW EXECUTE FUNCTION bump_version_on_update();
CREATE TRIGGER inventory_balances_version_trg BEFORE UPDATE ON inventory_balances
	FOR EACH ROW EXECUTE FUNCTION bump_version_on_update();
CREATE TRIGGER sales_orders_version_trg BEFORE UPDATE ON sales_orders
	FOR EACH ROW EXECUTE FUNCTION bump_version_on_update();
CREATE TRIGGER tenancy_tenants_touch_trg BEFORE UPDATE ON tenancy_tenants
	FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER catalog_brands_touch_trg BEFORE UPDATE ON catalog_brands
	FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

DO $$
DECLARE
	rel text;
BEGIN
	FOREACH rel IN ARRAY ARRAY['tenancy_tenants', 'catalog_brands', 'catalog_products',
			'inventory_balances', 'inventory_movements', 'sales_orders',
			'sales_order_status_history', 'idempotency_keys', 'outbox_messages'] LOOP
		EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', rel);
		EXECUTE format('CREATE POLICY %I ON %I USING (tenant_id = current_setting(''app.tenant_id'')::bigint)
			WITH CHECK (tenant_id = current_setting(''app.tenant_id'')::bigint)',
			rel || '_tenant_isolation', rel);
		EXECUTE format('CREATE POLICY %I ON %I FOR SELECT TO platform_admin USING (true)',
			rel || '_platform_admin_bypass', rel);
		EXECUTE format('GRANT SELECT ON %I TO platform_admin', rel);
		EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO a_app', rel);
	END LOOP;
END $$;
REVOKE UPDATE, DELETE ON inventory_movements, sales_order_status_history FROM a_app;
REVOKE INSERT, UPDATE, DELETE ON tenancy_tenants FROM a_app;
RESET ROLE;
GRANT USAGE ON SCHEMA public TO a_app, platform_admin;

INSERT INTO tenancy_tenants (name, slug, primary_contact_email) VALUES
	('Corner Grocer', 'corner-grocer', 'till@corner.example'),
	('Silk Boutique', 'silk-boutique', 'desk@silk.example');
INSERT INTO catalog_brands (tenant_id, name)
	SELECT t, 'Brand ' || n FROM generate_series(1, 2) t, generate_series(1, 3) n;
INSERT INTO catalog_products (tenant_id, sku, name, brand_id, price, cost)
	SELECT b.tenant_id, 'SKU-' || b.tenant_id || '-' || n, 'Product ' || n, b.id, 9.90 + n, 5 + n
	FROM catalog_brands b, generate_series(1, 4) n WHERE b.name = 'Brand 1';
INSERT INTO inventory_balances (tenant_id, warehouse_id, product_id, on_hand, reserved)
	SELECT tenant_id, 1, id, 20, 2 FROM catalog_products;
INSERT INTO inventory_movements (tenant_id, balance_id, movement_type, on_hand_delta)
	SELECT tenant_id, id, 'receipt', on_hand FROM inventory_balances;
INSERT INTO sales_orders (tenant_id, order_number, status, total)
	SELECT t, 'ORD-' || n, 'confirmed', 19.90 FROM generate_series(1, 2) t, generate_series(1, 3) n;
INSERT INTO sales_order_status_history (tenant_id, order_id, from_status, to_status)
	SELECT tenant_id, id, 'pending', 'confirmed' FROM sales_orders;
INSERT INTO idempotency_keys (tenant_id, scope, key, request_hash, state)
	SELECT tenant_id, 'order.create', 'k' || id, md5(id::text), 'completed' FROM sales_orders;
INSERT INTO outbox_messages (tenant_id, aggregate_type, aggregate_id, event_type, payload, processed_at)
	SELECT tenant_id, 'Order', id, 'OrderConfirmed', jsonb_build_object('order_id', id),
		CASE WHEN id % 3 = 0 THEN now() END
	FROM sales_orders;
COMMIT;
ANALYZE;
