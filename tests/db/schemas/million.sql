-- SPDX-License-Identifier: MIT
-- A million products of one tenant and some of others, row-level security on, with the indexes that
-- the reference platform has.  Role browser is bound by the policy and always in tenant 1.
\set ON_ERROR_STOP on
DO $$
BEGIN
	IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'browser') THEN
		CREATE ROLE browser LOGIN;
	END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END
$$;
CREATE TYPE state AS ENUM ('active', 'inactive', 'discontinued');
CREATE TABLE brands (id int PRIMARY KEY, name text NOT NULL);
INSERT INTO brands SELECT i, 'brand ' || i FROM generate_series(1, 100) AS i;
CREATE TABLE products (
	tenant_id bigint NOT NULL, id bigint NOT NULL, sku text COLLATE "C" NOT NULL, name text NOT NULL,
	price numeric(12,2) NOT NULL, price_cents bigint NOT NULL, status state NOT NULL, brand_id int,
	updated_at timestamptz NOT NULL, uid uuid NOT NULL, description text);
INSERT INTO products
	SELECT CASE WHEN i <= 1000000 THEN 1 ELSE 2 + i % 50 END, i, 'SKU-' || lpad(((i::bigint * 7919) % 1000003)::text, 7, '0'),
		'product ' || (i::bigint * 31) % 5003, i % 9973 / 100.0, i % 9973, (ARRAY['active', 'inactive', 'discontinued'])[1 + i % 3]::state,
		CASE WHEN i % 4 = 0 THEN NULL ELSE 1 + i % 100 END, '2026-01-01'::timestamptz + i * '13 s'::interval,
		md5(i::text)::uuid, 'about product ' || i
	  FROM generate_series(1, 1050000) AS i;
ALTER TABLE products ADD PRIMARY KEY (tenant_id, id);
CREATE UNIQUE INDEX ON products (tenant_id, sku);
CREATE INDEX ON products (tenant_id, name, id);
CREATE INDEX ON products (tenant_id, price, id);
CREATE INDEX ON products (tenant_id, price_cents, id);
CREATE INDEX ON products (tenant_id, status, id);
CREATE INDEX ON products (tenant_id, brand_id, id);
CREATE INDEX ON products (tenant_id, updated_at, id);
CREATE INDEX ON products (tenant_id, uid);
ALTER TABLE products ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON products USING (tenant_id = current_setting('app.tenant_id')::bigint);
GRANT SELECT ON products, brands TO browser;
SELECT format('ALTER ROLE browser IN DATABASE %I SET app.tenant_id = 1', current_database()) \gexec
VACUUM (FREEZE, ANALYZE) products, brands;
