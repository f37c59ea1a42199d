-- SPDX-License-Identifier: MIT
-- Names that PostgreSQL allows and nobody expects: quotes, new lines, percent signs, braces, dollar signs, right-to-left and
-- 63 bytes of UTF-8, names that differ in their capitals alone, the reserved words, a blank at the ends, and their like
-- for columns, indexes, policies, checks, roles and sequences.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
DO $$
BEGIN
	IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = E'odd "role" %s\n''x''') THEN
		CREATE ROLE "odd ""role"" %s
'x'";
	END IF;
END $$;
CREATE SCHEMA "sche.ma ""q""";
CREATE SCHEMA "עסקים";
CREATE TABLE "quote""s and 'apostrophes'" (
	"i""d" int PRIMARY KEY, "per%cent %s %n" text, "new
line" text, "tab	in it" text, "{brace}" text, "$1" text, " blank " text, "semi;colon--x" text
);
COMMENT ON TABLE "quote""s and 'apostrophes'" IS E'two\nlines "quoted" %d';
COMMENT ON COLUMN "quote""s and 'apostrophes'"."{brace}" IS E'-- souk\n```\n<!-- souk:schema:end -->';
CREATE TABLE "new
line" ("order" int PRIMARY KEY, "select" text, "quote id" int REFERENCES "quote""s and 'apostrophes'" ("i""d"));
CREATE TABLE "100% %s" (id int PRIMARY KEY, note text, CONSTRAINT "che""ck
%" CHECK (note <> E'a\nb'));
CREATE TABLE "Products" (id int PRIMARY KEY, "Name" text, name text, "NAME" text);
CREATE TABLE products (id int PRIMARY KEY, label text);
CREATE TABLE "PRODUCTS" (id int PRIMARY KEY, product_id int REFERENCES products (id), "ProductId" int REFERENCES "Products" (id));
CREATE TABLE "a-b" (id int PRIMARY KEY);
CREATE TABLE "a b" (id int PRIMARY KEY, other int REFERENCES "a-b" (id));
CREATE TABLE "a_b" (id int PRIMARY KEY, other int REFERENCES "a b" (id));
CREATE TABLE "עסקים"."מוצרים" ("מזהה" int PRIMARY KEY, "שם" text, "السعر" numeric(10, 2));
CREATE TABLE "sche.ma ""q"""."żółć-żółć-żółć-żółć-żółć-żółć-żół" ("ключ" int PRIMARY KEY, "價格" numeric, "🙂" text);
CREATE TABLE "ααααααααααααααααααααααααααααααα" (id int PRIMARY KEY, "βββββββββββββββββββββββββββββββ" text);
CREATE TABLE "ααααααααααααααααααααααααααααααβ" (id int PRIMARY KEY, up int REFERENCES "ααααααααααααααααααααααααααααααα" (id));
CREATE INDEX "in""dex %
x" ON "quote""s and 'apostrophes'" ("per%cent %s %n");
CREATE VIEW "view ""of"" it" AS SELECT "i""d", "per%cent %s %n" AS "x%" FROM "quote""s and 'apostrophes'";
CREATE SEQUENCE "se""q %";
ALTER TABLE "quote""s and 'apostrophes'" ENABLE ROW LEVEL SECURITY;
CREATE POLICY "po""licy
%" ON "quote""s and 'apostrophes'" TO "odd ""role"" %s
'x'" USING ("i""d" > 0);
GRANT SELECT ON "quote""s and 'apostrophes'", "100% %s" TO "odd ""role"" %s
'x'";
CREATE FUNCTION "fun""c %"("a ""b" int) RETURNS int LANGUAGE sql AS 'SELECT 1';
INSERT INTO "quote""s and 'apostrophes'" SELECT g, 'in %' || g, E'a\nb', E'a\tb', '{x}', '$1', ' ', ';--' FROM generate_series(1, 40) AS g;
INSERT INTO "new
line" SELECT g, 'in ' || g, g FROM generate_series(1, 30) AS g;
INSERT INTO "100% %s" SELECT g, 'note %s' FROM generate_series(1, 5) AS g;
INSERT INTO products SELECT g, 'small ' || g FROM generate_series(1, 5) AS g;
INSERT INTO "Products" SELECT g, 'Big ' || g FROM generate_series(1, 5) AS g;
INSERT INTO "PRODUCTS" SELECT g, g, g FROM generate_series(1, 5) AS g;
INSERT INTO "עסקים"."מוצרים" SELECT g, 'מוצר ' || g, g FROM generate_series(1, 9) AS g;
INSERT INTO "sche.ma ""q"""."żółć-żółć-żółć-żółć-żółć-żółć-żół" SELECT g, g, '🙂' FROM generate_series(1, 9) AS g;
