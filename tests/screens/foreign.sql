-- SPDX-License-Identifier: MIT
-- A shop whose names need quotes, with tenants, policies and no outbox.
\set ON_ERROR_STOP on
\set QUIET on
SET client_min_messages = warning;
DO $$
BEGIN
	IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'foreign_app') THEN
		CREATE ROLE foreign_app LOGIN;
	END IF;
END $$;
CREATE TABLE "Organisations" (
	"Id" int PRIMARY KEY,
	"DisplayName" text NOT NULL,
	"Slug" text NOT NULL UNIQUE
);
CREATE TABLE "Orders" (
	"Id" bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	"OrganisationId" int NOT NULL REFERENCES "Organisations" ("Id"),
	"Status" text NOT NULL CHECK ("Status" IN ('new', 'paid')),
	"Total" numeric(12, 2) NOT NULL
);
CREATE INDEX ON "Orders" ("OrganisationId", "Id");
ALTER TABLE "Orders" ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON "Orders"
	USING ("OrganisationId" = NULLIF(current_setting('app.org', true), '')::int);
-- Tables with the names of ours in a schema of the same name: they are the person's, and in the menu.
CREATE SCHEMA commerce;
CREATE TABLE commerce.ledger (id int PRIMARY KEY, note text);
GRANT USAGE ON SCHEMA commerce TO foreign_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public, commerce TO foreign_app;
INSERT INTO "Organisations" VALUES (3, 'Alpha', 'zeta'), (2, 'Beta', 'beta'), (1, 'Gamma', 'alef');
INSERT INTO "Orders" ("OrganisationId", "Status", "Total")
SELECT 1 + i % 3, CASE WHEN i % 2 = 0 THEN 'paid' ELSE 'new' END, i FROM generate_series(1, 9) AS i;
ANALYZE;
