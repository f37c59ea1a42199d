-- SPDX-License-Identifier: MIT
-- A shop in the manner of Spree Commerce (public developer documentation, in our own words): one shop with
-- a few store fronts, no row-level security, polymorphic references, lock_version on variants' stock.
\set ON_ERROR_STOP on
CREATE TABLE spree_stores (
	id bigserial PRIMARY KEY,
	name varchar NOT NULL,
	url varchar,
	code varchar UNIQUE,
	default_currency varchar,
	"default" boolean NOT NULL DEFAULT false,
	created_at timestamp, updated_at timestamp
);
CREATE TABLE spree_users (
	id bigserial PRIMARY KEY,
	email varchar UNIQUE,
	encrypted_password varchar(128),
	password_salt varchar(128),
	spree_api_key varchar(48),
	sign_in_count integer NOT NULL DEFAULT 0,
	last_sign_in_ip varchar,
	created_at timestamp, updated_at timestamp
);
CREATE TABLE spree_addresses (
	id bigserial PRIMARY KEY,
	firstname varchar, lastname varchar, address1 varchar, city varchar, zipcode varchar, phone varchar,
	user_id bigint
);
CREATE TABLE spree_taxons (id bigserial PRIMARY KEY, parent_id bigint REFERENCES spree_taxons (id), name varchar NOT NULL, permalink varchar);
CREATE TABLE spree_products (
	id bigserial PRIMARY KEY,
	name varchar NOT NULL DEFAULT '',
	description text,
	available_on timestamp,
	slug varchar UNIQUE,
	status varchar NOT NULL DEFAULT 'draft',
	deleted_at timestamp, created_at timestamp NOT NULL, updated_at timestamp NOT NULL
);
CREATE TABLE spree_products_stores (
	id bigserial PRIMARY KEY,
	product_id bigint REFERENCES spree_products (id),
	store_id bigint REFERENCES spree_stores (id)
);
CREATE TABLE spree_products_taxons (id bigserial PRIMARY KEY, product_id bigint, taxon_id bigint);
CREATE TABLE spree_variants (
	id bigserial PRIMARY KEY,
	sku varchar NOT NULL DEFAULT '',
	product_id bigint NOT NULL REFERENCES spree_products (id),
	weight numeric(8,2) DEFAULT 0.0,
	cost_price numeric(10,2),
	is_master boolean DEFAULT false,
	deleted_at timestamp
);
CREATE TABLE spree_prices (id bigserial PRIMARY KEY, variant_id bigint NOT NULL REFERENCES spree_variants (id), amount numeric(10,2), currency varchar);
CREATE TABLE spree_stock_locations (id bigserial PRIMARY KEY, name varchar, address1 varchar, active boolean DEFAULT true);
CREATE TABLE spree_stock_items (
	id bigserial PRIMARY KEY,
	stock_location_id bigint REFERENCES spree_stock_locations (id),
	variant_id bigint REFERENCES spree_variants (id),
	count_on_hand integer NOT NULL DEFAULT 0 CHECK (count_on_hand >= 0),
	backorderable boolean DEFAULT false,
	lock_version integer NOT NULL DEFAULT 0
);
CREATE TABLE spree_orders (
	id bigserial PRIMARY KEY,
	number varchar(32) UNIQUE,
	item_total numeric(10,2) NOT NULL DEFAULT 0.0,
	total numeric(10,2) NOT NULL DEFAULT 0.0,
	state varchar,
	user_id bigint,
	email varchar,
	completed_at timestamp,
	bill_address_id bigint REFERENCES spree_addresses (id),
	ship_address_id bigint REFERENCES spree_addresses (id),
	store_id bigint REFERENCES spree_stores (id),
	token varchar,
	state_lock_version integer NOT NULL DEFAULT 0,
	created_at timestamp NOT NULL, updated_at timestamp NOT NULL
);
CREATE TABLE spree_line_items (id bigserial PRIMARY KEY, variant_id bigint REFERENCES spree_variants (id), order_id bigint REFERENCES spree_orders (id), quantity integer NOT NULL, price numeric(10,2) NOT NULL);
CREATE TABLE spree_payments (id bigserial PRIMARY KEY, amount numeric(10,2) NOT NULL DEFAULT 0.0, order_id bigint REFERENCES spree_orders (id), source_type varchar, source_id bigint, state varchar);
CREATE TABLE spree_shipments (id bigserial PRIMARY KEY, tracking varchar, order_id bigint REFERENCES spree_orders (id), state varchar);
CREATE TABLE spree_state_changes (id bigserial PRIMARY KEY, name varchar, previous_state varchar, next_state varchar, stateful_type varchar, stateful_id bigint);
CREATE TABLE friendly_id_slugs (id bigserial PRIMARY KEY, slug varchar NOT NULL, sluggable_id bigint NOT NULL, sluggable_type varchar(50));
