-- SPDX-License-Identifier: MIT
-- A shop in the manner of Odoo (public documentation of odoo.com, in our own words): res_company with company_id
-- on most models, mostly NULL for what all companies share; who and when in create_uid, write_uid,
-- create_date, write_date without a zone; names as translated jsonb; no row-level security at all.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
CREATE TABLE res_currency (id serial PRIMARY KEY, name varchar NOT NULL, symbol varchar NOT NULL, active boolean);
CREATE TABLE res_company (
	id serial PRIMARY KEY, name varchar NOT NULL UNIQUE, partner_id integer,
	currency_id integer NOT NULL REFERENCES res_currency (id), sequence integer, create_date timestamp,
	parent_id integer REFERENCES res_company (id) ON DELETE SET NULL, email varchar, phone varchar,
	create_uid integer, write_uid integer, write_date timestamp
);
CREATE TABLE res_partner (
	id serial PRIMARY KEY, company_id integer REFERENCES res_company (id) ON DELETE SET NULL, name varchar,
	create_date timestamp, parent_id integer REFERENCES res_partner (id) ON DELETE SET NULL, email varchar,
	phone varchar, vat varchar, active boolean, type varchar, write_uid integer, write_date timestamp
);
ALTER TABLE res_company ADD FOREIGN KEY (partner_id) REFERENCES res_partner (id) ON DELETE RESTRICT;
CREATE TABLE res_users (
	id serial PRIMARY KEY, company_id integer NOT NULL REFERENCES res_company (id),
	partner_id integer NOT NULL REFERENCES res_partner (id), active boolean DEFAULT true,
	login varchar NOT NULL UNIQUE, password varchar, create_date timestamp, signature text
);
CREATE TABLE res_company_users_rel (
	cid integer NOT NULL REFERENCES res_company (id) ON DELETE CASCADE,
	user_id integer NOT NULL REFERENCES res_users (id) ON DELETE CASCADE, PRIMARY KEY (cid, user_id)
);
CREATE TABLE product_template (
	id serial PRIMARY KEY, name jsonb NOT NULL, default_code varchar, list_price numeric, sale_ok boolean,
	type varchar NOT NULL, company_id integer REFERENCES res_company (id) ON DELETE SET NULL, active boolean,
	create_uid integer REFERENCES res_users (id), create_date timestamp, write_date timestamp
);
CREATE TABLE product_product (
	id serial PRIMARY KEY, product_tmpl_id integer NOT NULL REFERENCES product_template (id) ON DELETE CASCADE,
	default_code varchar, barcode varchar, active boolean, write_date timestamp
);
CREATE TABLE stock_warehouse (
	id serial PRIMARY KEY, company_id integer NOT NULL REFERENCES res_company (id), name varchar NOT NULL,
	code varchar(5) NOT NULL, active boolean, UNIQUE (name, company_id)
);
CREATE TABLE stock_quant (
	id serial PRIMARY KEY, product_id integer NOT NULL REFERENCES product_product (id),
	company_id integer REFERENCES res_company (id), location_id integer NOT NULL, quantity numeric,
	reserved_quantity numeric NOT NULL
);
CREATE TABLE sale_order (
	id serial PRIMARY KEY, name varchar NOT NULL, company_id integer NOT NULL REFERENCES res_company (id),
	partner_id integer NOT NULL REFERENCES res_partner (id), state varchar, date_order timestamp NOT NULL,
	amount_total numeric, access_token varchar, note text, write_date timestamp
);
CREATE TABLE sale_order_line (
	id serial PRIMARY KEY, order_id integer NOT NULL REFERENCES sale_order (id) ON DELETE CASCADE,
	company_id integer REFERENCES res_company (id), product_id integer REFERENCES product_product (id),
	name text NOT NULL, product_uom_qty numeric NOT NULL, price_unit numeric NOT NULL
);
CREATE TABLE account_move (
	id serial PRIMARY KEY, name varchar, company_id integer REFERENCES res_company (id),
	partner_id integer REFERENCES res_partner (id), state varchar NOT NULL, move_type varchar NOT NULL, date date NOT NULL
);
CREATE TABLE ir_sequence (id serial PRIMARY KEY, name varchar NOT NULL, code varchar, number_next integer NOT NULL);
CREATE TABLE ir_config_parameter (id serial PRIMARY KEY, key varchar NOT NULL UNIQUE, value text NOT NULL);
INSERT INTO res_currency (name, symbol) VALUES ('EUR', '€');
INSERT INTO res_company (name, currency_id) VALUES ('Brik & Zand', 1), ('Oude Molen', 1);
INSERT INTO res_partner (name, company_id) SELECT 'Partner ' || n, n % 2 + 1 FROM generate_series(1, 40) AS n;
INSERT INTO res_users (company_id, partner_id, login) VALUES (1, 1, 'admin');
INSERT INTO product_template (name, type, list_price, company_id)
	SELECT jsonb_build_object('en_US', 'Chair ' || n), 'consu', n, nullif(n % 3, 0) FROM generate_series(1, 60) AS n;
INSERT INTO product_product (product_tmpl_id, default_code) SELECT n, 'C' || n FROM generate_series(1, 60) AS n;
INSERT INTO sale_order (name, company_id, partner_id, date_order, state)
	SELECT 'S' || n, n % 2 + 1, n, now(), 'sale' FROM generate_series(1, 40) AS n;
