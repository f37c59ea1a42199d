-- SPDX-License-Identifier: MIT
-- A head-less shop in the manner of Medusa 2 (public documentation of medusajs.com, in our own words): text keys
-- with prefixes, soft deletion everywhere, money as numeric beside its raw jsonb, sales channels and stores
-- that are parts of one shop, link tables between modules.  One merchant: there are no tenants.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
CREATE TABLE store (
	id text PRIMARY KEY, name text NOT NULL DEFAULT 'Medusa Store', default_sales_channel_id text,
	default_region_id text, metadata jsonb, created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(), deleted_at timestamptz
);
CREATE TABLE store_currency (
	id text PRIMARY KEY, currency_code text NOT NULL, is_default boolean NOT NULL DEFAULT false,
	store_id text REFERENCES store (id) ON DELETE CASCADE, deleted_at timestamptz
);
CREATE TABLE sales_channel (
	id text PRIMARY KEY, name text NOT NULL, description text, is_disabled boolean NOT NULL DEFAULT false,
	deleted_at timestamptz
);
CREATE TABLE region (
	id text PRIMARY KEY, name text NOT NULL, currency_code text NOT NULL,
	automatic_taxes boolean NOT NULL DEFAULT true, deleted_at timestamptz
);
CREATE TABLE product (
	id text PRIMARY KEY, title text NOT NULL, handle text NOT NULL, subtitle text, description text,
	status text NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'proposed', 'published', 'rejected')),
	thumbnail text, weight text, metadata jsonb, created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(), deleted_at timestamptz
);
CREATE UNIQUE INDEX "IDX_product_handle_unique" ON product (handle) WHERE deleted_at IS NULL;
CREATE TABLE product_variant (
	id text PRIMARY KEY, title text NOT NULL, sku text, barcode text,
	allow_backorder boolean NOT NULL DEFAULT false, manage_inventory boolean NOT NULL DEFAULT true,
	variant_rank integer DEFAULT 0, product_id text REFERENCES product (id) ON UPDATE CASCADE ON DELETE CASCADE,
	metadata jsonb, deleted_at timestamptz
);
CREATE UNIQUE INDEX "IDX_product_variant_sku_unique" ON product_variant (sku) WHERE deleted_at IS NULL;
CREATE TABLE price_set (id text PRIMARY KEY, deleted_at timestamptz);
CREATE TABLE price (
	id text PRIMARY KEY, title text, price_set_id text NOT NULL REFERENCES price_set (id) ON DELETE CASCADE,
	currency_code text NOT NULL, raw_amount jsonb NOT NULL, amount numeric NOT NULL, rules_count integer DEFAULT 0,
	min_quantity integer, max_quantity integer, deleted_at timestamptz
);
CREATE TABLE product_variant_price_set (
	variant_id varchar(255) NOT NULL, price_set_id varchar(255) NOT NULL, id varchar(255) NOT NULL,
	PRIMARY KEY (variant_id, price_set_id)
);
CREATE TABLE product_sales_channel (
	product_id varchar(255) NOT NULL, sales_channel_id varchar(255) NOT NULL, id varchar(255) NOT NULL,
	PRIMARY KEY (product_id, sales_channel_id)
);
CREATE TABLE customer (
	id text PRIMARY KEY, company_name text, first_name text, last_name text, email text, phone text,
	has_account boolean NOT NULL DEFAULT false, metadata jsonb, deleted_at timestamptz
);
CREATE TYPE order_status_enum AS ENUM ('pending', 'completed', 'draft', 'archived', 'canceled', 'requires_action');
CREATE TABLE "order" (
	id text PRIMARY KEY, region_id text, display_id serial, customer_id text, version integer NOT NULL DEFAULT 1,
	sales_channel_id text, status order_status_enum NOT NULL DEFAULT 'pending',
	is_draft_order boolean NOT NULL DEFAULT false, email text, currency_code text NOT NULL, metadata jsonb,
	canceled_at timestamptz, created_at timestamptz NOT NULL DEFAULT now(), deleted_at timestamptz
);
CREATE TABLE order_line_item (
	id text PRIMARY KEY, title text NOT NULL, variant_sku text, unit_price numeric, raw_unit_price jsonb,
	metadata jsonb, deleted_at timestamptz
);
CREATE TABLE order_item (
	id text PRIMARY KEY, order_id text NOT NULL REFERENCES "order" (id) ON DELETE CASCADE, version integer NOT NULL,
	item_id text NOT NULL REFERENCES order_line_item (id), quantity numeric NOT NULL, raw_quantity jsonb NOT NULL,
	fulfilled_quantity numeric NOT NULL DEFAULT 0, deleted_at timestamptz
);
CREATE TABLE api_key (
	id text PRIMARY KEY, token text NOT NULL, salt text NOT NULL, redacted text NOT NULL, title text NOT NULL,
	type text NOT NULL CHECK (type IN ('publishable', 'secret')), revoked_at timestamptz
);
CREATE TABLE link_module_migrations (id serial PRIMARY KEY, table_name varchar(255) NOT NULL UNIQUE, link_descriptor jsonb);
INSERT INTO store VALUES ('store_01', 'Sari-sari', 'sc_01', 'reg_01');
INSERT INTO sales_channel (id, name) VALUES ('sc_01', 'Web shop'), ('sc_02', 'Market stall');
INSERT INTO region (id, name, currency_code) VALUES ('reg_01', 'Europe', 'eur');
INSERT INTO product (id, title, handle, status)
	SELECT 'prod_' || n, 'Shirt ' || n, 'shirt-' || n, 'published' FROM generate_series(1, 60) AS n;
INSERT INTO product_variant (id, title, sku, product_id)
	SELECT 'variant_' || n, 'M', 'SHIRT-M-' || n, 'prod_' || n FROM generate_series(1, 60) AS n;
INSERT INTO customer (id, first_name, email) VALUES ('cus_1', 'Mara', 'mara@example.com');
INSERT INTO "order" (id, region_id, customer_id, email, currency_code)
	SELECT 'order_' || n, 'reg_01', 'cus_1', 'mara@example.com', 'eur' FROM generate_series(1, 20) AS n;
