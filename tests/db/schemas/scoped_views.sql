-- SPDX-License-Identifier: MIT
-- Tenancy by views: people read schema api only, where each view chooses by a setting; the tables below have no
-- policies.  One view does not choose.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
CREATE SCHEMA data; CREATE SCHEMA api;
DO $$ BEGIN CREATE ROLE views_app LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
CREATE TABLE data.merchants (id int PRIMARY KEY, name text NOT NULL, slug text UNIQUE);
CREATE TABLE data.products (id bigserial PRIMARY KEY, merchant_id int NOT NULL REFERENCES data.merchants,
	name text NOT NULL, price numeric(10,2), version int NOT NULL DEFAULT 1);
CREATE TABLE data.orders (id bigserial PRIMARY KEY, merchant_id int NOT NULL REFERENCES data.merchants,
	customer text, status text);
CREATE TABLE data.order_items (id bigserial PRIMARY KEY, order_id bigint NOT NULL REFERENCES data.orders,
	product_id bigint REFERENCES data.products, qty int);
CREATE FUNCTION api.current_merchant() RETURNS int STABLE LANGUAGE sql
	AS $$ SELECT nullif(current_setting('app.merchant_id', true), '')::int $$;
CREATE VIEW api.products WITH (security_barrier) AS SELECT id, merchant_id, name, price,
	version FROM data.products WHERE merchant_id = nullif(current_setting('app.merchant_id', true),
	'')::int WITH CHECK OPTION;
CREATE VIEW api.orders WITH (security_barrier) AS SELECT o.id, o.merchant_id, o.customer,
	o.status FROM data.orders o WHERE o.merchant_id = api.current_merchant();
CREATE VIEW api.order_items WITH (security_barrier) AS SELECT i.* FROM data.order_items i JOIN data.orders o ON o.id = i.order_id WHERE o.merchant_id = api.current_merchant();
CREATE VIEW api.revenue AS SELECT status, count(*) AS orders FROM data.orders GROUP BY status;
GRANT USAGE ON SCHEMA api TO views_app; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA api TO views_app;
INSERT INTO data.merchants VALUES (1,'Acme','acme'),(2,'Globex','globex');
INSERT INTO data.products(merchant_id,name,price) SELECT n%2+1,'P'||n,n FROM generate_series(1,10) n;
INSERT INTO data.orders(merchant_id,customer,status) SELECT n%2+1,'C'||n,'new' FROM generate_series(1,10) n;
INSERT INTO data.order_items(order_id,product_id,qty) SELECT n,n,1 FROM generate_series(1,10) n;
