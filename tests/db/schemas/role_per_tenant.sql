-- SPDX-License-Identifier: MIT
-- A login for each tenant: the policies compare the column with the name of the role, on one table through a
-- function, on another by membership in the role of that name.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
DO $$
DECLARE
	r text;
BEGIN
	FOREACH r IN ARRAY ARRAY['rpt_north', 'rpt_south'] LOOP
		IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = r) THEN
			EXECUTE format('CREATE ROLE %I LOGIN', r);
		END IF;
	END LOOP;
END $$;
CREATE TABLE tenants (tenant_name name PRIMARY KEY DEFAULT current_user, title text NOT NULL);
CREATE TABLE invoices (
	id bigserial PRIMARY KEY, tenant_name name NOT NULL DEFAULT current_user REFERENCES tenants, number text NOT NULL,
	total numeric(12, 2) NOT NULL DEFAULT 0
);
CREATE TABLE payments (
	id bigserial PRIMARY KEY, tenant_name name NOT NULL DEFAULT current_user REFERENCES tenants,
	invoice_id bigint REFERENCES invoices, amount numeric(12, 2) NOT NULL
);
CREATE FUNCTION me() RETURNS name LANGUAGE sql STABLE AS 'SELECT current_user';
CREATE TABLE reminders (
	id bigserial PRIMARY KEY, tenant_name name NOT NULL DEFAULT current_user, body text
);
ALTER TABLE tenants ENABLE ROW LEVEL SECURITY;
ALTER TABLE invoices ENABLE ROW LEVEL SECURITY;
ALTER TABLE payments ENABLE ROW LEVEL SECURITY;
ALTER TABLE reminders ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON tenants USING (tenant_name = current_user);
CREATE POLICY own ON invoices USING (tenant_name = current_user);
CREATE POLICY own ON payments USING (tenant_name = me());
CREATE POLICY own ON reminders USING (pg_has_role(tenant_name, 'MEMBER'));
INSERT INTO tenants VALUES ('rpt_north', 'North'), ('rpt_south', 'South');
INSERT INTO invoices (tenant_name, number) SELECT CASE n % 2 WHEN 0 THEN 'rpt_north' ELSE 'rpt_south' END, 'I' || n
	FROM generate_series(1, 20) AS n;
GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO rpt_north, rpt_south;
