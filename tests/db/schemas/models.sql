-- SPDX-License-Identifier: MIT
-- Several tenancy models in one database: shops by a function, organizations by camelCase names and a text
-- cast, sub-scopes, a person's own rows, children without a column, an expression with NULLIF.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
DO $$
BEGIN
	IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'models_app') THEN
		CREATE ROLE models_app LOGIN;
	END IF;
END $$;
CREATE SCHEMA market;
CREATE SCHEMA crm;
CREATE TABLE market.shops (shop_id integer PRIMARY KEY, title text NOT NULL, subdomain text UNIQUE);
CREATE FUNCTION market.current_shop_id() RETURNS integer LANGUAGE sql STABLE AS $$
	SELECT NULLIF(current_setting('app.current_shop_id', true), '')::integer
$$;
CREATE TABLE market.listings (
	id bigserial PRIMARY KEY,
	shop_id integer NOT NULL REFERENCES market.shops (shop_id),
	name text, revision smallint NOT NULL DEFAULT 1
);
CREATE TABLE market.stock (
	listing_id bigint NOT NULL REFERENCES market.listings (id), place text NOT NULL, on_hand integer,
	PRIMARY KEY (listing_id, place)
);
CREATE TABLE market.old_prices (id bigserial PRIMARY KEY, shop_id integer, version integer, price numeric);
CREATE TABLE market.owned (id bigserial PRIMARY KEY, owner integer NOT NULL REFERENCES market.shops (shop_id));
CREATE VIEW market.listing_names AS SELECT id, shop_id, name FROM market.listings;
ALTER TABLE market.listings ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_shop ON market.listings USING (shop_id = market.current_shop_id());
ALTER TABLE market.shops ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_shop ON market.shops USING (shop_id = (SELECT market.current_shop_id()));

CREATE TABLE crm."Organization" (id text PRIMARY KEY, name text NOT NULL, "createdAt" timestamptz);
CREATE TABLE crm."Contact" (
	id text PRIMARY KEY, "organizationId" text NOT NULL REFERENCES crm."Organization" (id),
	"firstName" text, email text, "lockVersion" integer NOT NULL DEFAULT 0, "updatedAt" timestamptz
);
CREATE TABLE crm."Deal" (
	id text PRIMARY KEY, "organizationId" text NOT NULL REFERENCES crm."Organization" (id), "ownerId" text,
	version text
);
CREATE TABLE crm.notes (id bigserial PRIMARY KEY, author text NOT NULL, body text);
ALTER TABLE crm."Contact" ENABLE ROW LEVEL SECURITY;
CREATE POLICY org ON crm."Contact" USING (COALESCE(current_setting('crm.org', true), '') = "organizationId");
ALTER TABLE crm."Deal" ENABLE ROW LEVEL SECURITY;
CREATE POLICY org ON crm."Deal" USING ("organizationId" = current_setting('crm.org'));
ALTER TABLE crm.notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON crm.notes USING (author = current_setting('app.user_id', true));
CREATE TABLE crm.audit_log (
	id bigserial PRIMARY KEY, actor text, action text, table_name text, old_row jsonb, new_row jsonb, at timestamptz
);
GRANT USAGE ON SCHEMA market, crm TO models_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA market, crm TO models_app;
