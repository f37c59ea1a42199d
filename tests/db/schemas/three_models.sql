-- SPDX-License-Identifier: MIT
-- Three tenancies in one database: a setting read by policies, a column that only the application looks at, a
-- setting read by views.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
CREATE SCHEMA shop; CREATE SCHEMA crm; CREATE SCHEMA raw; CREATE SCHEMA app;
CREATE TABLE shop.tenants(id bigint PRIMARY KEY, name text, slug text UNIQUE);
CREATE TABLE shop.products(id bigserial PRIMARY KEY, tenant_id bigint NOT NULL REFERENCES shop.tenants, name text);
CREATE TABLE shop.variants(id bigserial PRIMARY KEY, product_id bigint NOT NULL REFERENCES shop.products, sku text);
ALTER TABLE shop.products ENABLE ROW LEVEL SECURITY;
CREATE POLICY t ON shop.products USING (tenant_id = current_setting('app.tenant_id', true)::bigint);
CREATE TABLE crm.orgs(id uuid PRIMARY KEY, name text);
CREATE TABLE crm.people(id bigserial PRIMARY KEY, org_id uuid NOT NULL REFERENCES crm.orgs, name text);
CREATE TABLE crm.deals(id bigserial PRIMARY KEY, org_id uuid NOT NULL REFERENCES crm.orgs, title text);
CREATE TABLE crm.calls(id bigserial PRIMARY KEY, person_id bigint NOT NULL REFERENCES crm.people, at timestamptz);
CREATE TABLE raw.invoices(id bigserial PRIMARY KEY, workspace_id text NOT NULL, total numeric);
CREATE TABLE raw.lines(id bigserial PRIMARY KEY, invoice_id bigint NOT NULL REFERENCES raw.invoices, amount numeric);
CREATE VIEW app.invoices AS SELECT * FROM raw.invoices WHERE workspace_id = current_setting('app.workspace', true);
CREATE VIEW app.lines AS SELECT l.* FROM raw.lines l JOIN raw.invoices i ON i.id = l.invoice_id WHERE i.workspace_id = current_setting('app.workspace', true);
INSERT INTO shop.tenants VALUES (1,'Acme','acme'),(2,'Globex','globex');
INSERT INTO shop.products(tenant_id,name) SELECT n%2+1,'p'||n FROM generate_series(1,6) n;
INSERT INTO shop.variants(product_id,sku) SELECT n,'s'||n FROM generate_series(1,6) n;
INSERT INTO crm.orgs VALUES ('11111111-1111-1111-1111-111111111111','Umbrella'),('22222222-2222-2222-2222-222222222222','Initech');
INSERT INTO crm.people(org_id,name) SELECT (ARRAY['11111111-1111-1111-1111-111111111111','22222222-2222-2222-2222-222222222222']::uuid[])[n%2+1],'n'||n FROM generate_series(1,6) n;
INSERT INTO crm.calls(person_id,at) SELECT n, '2026-10-02 11:00+00' FROM generate_series(1,6) n;
INSERT INTO raw.invoices(workspace_id,total) SELECT 'w'||n%2,n FROM generate_series(1,6) n;
INSERT INTO raw.lines(invoice_id,amount) SELECT n,n FROM generate_series(1,6) n;
