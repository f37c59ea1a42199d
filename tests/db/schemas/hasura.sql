-- SPDX-License-Identifier: MIT
-- Row-level security over what Hasura hands on (public documentation, in our own words): the whole of the claims
-- in the setting hasura.user, a session variable inside.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
CREATE TABLE organizations (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL,
	slug text UNIQUE NOT NULL);
CREATE TABLE products (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), org_id uuid NOT NULL
	REFERENCES organizations, name text NOT NULL, price numeric(10,2));
CREATE TABLE carts (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), org_id uuid NOT NULL REFERENCES organizations,
	total numeric(10,2));
CREATE TABLE cart_lines (id bigserial PRIMARY KEY, cart_id uuid NOT NULL REFERENCES carts,
	product_id uuid NOT NULL REFERENCES products, qty int NOT NULL);
DO $$ BEGIN CREATE ROLE hasura_user LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO hasura_user;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO hasura_user;
DO $$ DECLARE t text; BEGIN FOREACH t IN ARRAY ARRAY['products','carts'] LOOP
 EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
 EXECUTE format($p$CREATE POLICY org_rows ON %I USING (org_id = ((current_setting('hasura.user',
	true))::json ->> 'x-hasura-org-id')::uuid)$p$, t);
END LOOP; END $$;
INSERT INTO organizations VALUES ('11111111-1111-1111-1111-111111111111','Acme','acme'),('22222222-2222-2222-2222-222222222222','Globex','globex');
INSERT INTO products(org_id,name,price) SELECT (ARRAY['11111111-1111-1111-1111-111111111111','22222222-2222-2222-2222-222222222222']::uuid[])[n%2+1],'Prod '||n,n FROM generate_series(1,10) n;
INSERT INTO carts(org_id,total) SELECT org_id, 5 FROM products;
INSERT INTO cart_lines(cart_id,product_id,qty) SELECT c.id,p.id,1 FROM carts c JOIN products p USING(org_id);
