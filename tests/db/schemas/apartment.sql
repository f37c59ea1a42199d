-- SPDX-License-Identifier: MIT
-- A schema for each tenant, in the manner of Apartment (public documentation, in our own words).
\set ON_ERROR_STOP on
SET client_min_messages = warning;
CREATE TABLE tenants (id serial PRIMARY KEY, name text NOT NULL, subdomain text NOT NULL UNIQUE);
INSERT INTO tenants(name,subdomain) VALUES ('Acme Bakery','acme'),('Blue Drugs','blue'),('Corner','corner');
DO $$ DECLARE s text; BEGIN FOREACH s IN ARRAY ARRAY['acme','blue','corner'] LOOP
 EXECUTE format('CREATE SCHEMA %I', s);
 EXECUTE format('CREATE TABLE %I.products (id bigserial PRIMARY KEY, name text NOT NULL, price numeric(10,2))', s);
 EXECUTE format('CREATE TABLE %I.orders (id bigserial PRIMARY KEY, total numeric(10,2), status text)', s);
 EXECUTE format('CREATE TABLE %I.order_lines (id bigserial PRIMARY KEY, order_id bigint NOT NULL
	REFERENCES %I.orders, product_id bigint NOT NULL REFERENCES %I.products)', s, s, s);
 EXECUTE format('INSERT INTO %I.products(name,price) SELECT %L || n, n FROM generate_series(1,3) n', s, s || ' ');
END LOOP; END $$;
