-- SPDX-License-Identifier: MIT
-- A shop in the manner of ASP.NET with Entity Framework (public documentation, in our own words): quoted
-- PascalCase, "TenantId" without foreign keys, the tenants' identifier, children by "OrderId" only.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
CREATE TABLE "__EFMigrationsHistory" ("MigrationId" varchar(150) PRIMARY KEY, "ProductVersion" varchar(32) NOT NULL);
CREATE TABLE "Tenants" ("Id" uuid PRIMARY KEY, "Name" varchar(64) NOT NULL,
	"Identifier" varchar(64) NOT NULL UNIQUE, "ConcurrencyStamp" varchar(40),
	"CreationTime" timestamptz NOT NULL DEFAULT now());
CREATE TABLE "Customers" ("Id" uuid PRIMARY KEY DEFAULT gen_random_uuid(), "TenantId" uuid NOT NULL,
	"FullName" text NOT NULL, "Email" text, "ConcurrencyStamp" varchar(40));
CREATE TABLE "Orders" ("Id" uuid PRIMARY KEY DEFAULT gen_random_uuid(), "TenantId" uuid NOT NULL,
	"CustomerId" uuid NOT NULL REFERENCES "Customers", "Status" integer NOT NULL DEFAULT 0,
	"Total" numeric(18,2) NOT NULL, "RowVersion" bytea, "IsDeleted" boolean NOT NULL DEFAULT false);
CREATE TABLE "OrderLines" ("Id" uuid PRIMARY KEY DEFAULT gen_random_uuid(), "OrderId" uuid NOT NULL
	REFERENCES "Orders" ON DELETE CASCADE, "Sku" text NOT NULL, "Quantity" integer NOT NULL);
CREATE TABLE "AspNetUsers" ("Id" text PRIMARY KEY, "TenantId" uuid, "UserName" varchar(256), "PasswordHash" text,
	"SecurityStamp" text);
CREATE TABLE "AspNetUserTokens" ("UserId" text NOT NULL REFERENCES "AspNetUsers", "LoginProvider" text NOT NULL,
	"Name" text NOT NULL, "Value" text, PRIMARY KEY ("UserId","LoginProvider","Name"));
CREATE TABLE "OutboxMessages" ("Id" uuid PRIMARY KEY, "OccurredOnUtc" timestamptz NOT NULL, "Type" text NOT NULL,
	"Content" jsonb NOT NULL, "ProcessedOnUtc" timestamptz, "Error" text);
INSERT INTO "Tenants"("Id","Name","Identifier") VALUES ('11111111-1111-1111-1111-111111111111','Acme Inc','acme'),('22222222-2222-2222-2222-222222222222','Globex','globex');
INSERT INTO "Customers"("Id","TenantId","FullName") SELECT ('aaaaaaaa-0000-0000-0000-00000000000'||n)::uuid,(CASE WHEN n%2=0 THEN '11111111-1111-1111-1111-111111111111' ELSE '22222222-2222-2222-2222-222222222222' END)::uuid,'Cust '||n FROM generate_series(1,6) n;
INSERT INTO "Orders"("TenantId","CustomerId","Total") SELECT "TenantId","Id",10 FROM "Customers";
INSERT INTO "OrderLines"("OrderId","Sku","Quantity") SELECT "Id",'S-'||g,g FROM "Orders", generate_series(1,2) g;
