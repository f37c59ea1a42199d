-- SPDX-License-Identifier: MIT
-- Names with quotes, lines, comments, statements and letters of every kind, each on a hole.
\set ON_ERROR_STOP on
\set QUIET on
\o /dev/null
SET client_min_messages = error;
DO $$ BEGIN
	CREATE ROLE "app ""1"";--" LOGIN;
EXCEPTION WHEN duplicate_object THEN NULL; END $$;
CREATE SCHEMA "o'dd ""s"; GRANT USAGE ON SCHEMA "o'dd ""s" TO "app ""1"";--";
CREATE TABLE "o'dd ""s"."t
new; DROP TABLE x; -- é % ?#" (tenant_id bigint NOT NULL, "select" text UNIQUE);
GRANT SELECT, INSERT, TRUNCATE ON "o'dd ""s"."t
new; DROP TABLE x; -- é % ?#" TO "app ""1"";--";
CREATE TABLE good (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id bigint NOT NULL);
ALTER TABLE good ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON good USING (tenant_id = nullif(current_setting('app.tenant_id', true), '')::bigint);
GRANT SELECT, INSERT ON good TO "app ""1"";--"; CREATE INDEX ON good (tenant_id);
CREATE TABLE "日本語 $1 :x :'y'" (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id bigint NOT NULL, "a b" text);
ALTER TABLE "日本語 $1 :x :'y'" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY "p""q'
r" ON "日本語 $1 :x :'y'" USING (tenant_id = nullif(current_setting('app.tenant_id', true), '')::bigint OR "a b" <> ':"z"');
GRANT SELECT, INSERT ON "日本語 $1 :x :'y'" TO "app ""1"";--"; CREATE INDEX ON "日本語 $1 :x :'y'" (tenant_id);
CREATE UNIQUE INDEX "i USING btree (" ON "日本語 $1 :x :'y'" (lower("a b")) WHERE "a b" <> ' USING (';
CREATE FUNCTION "o'dd ""s"."f""x"(a text, b numeric(3, 1)) RETURNS SETOF good LANGUAGE sql SECURITY DEFINER AS 'SELECT * FROM good';
CREATE FUNCTION "Set :it"(t text) RETURNS void LANGUAGE plpgsql AS 'BEGIN PERFORM set_config(''app.tenant_id'', t, false); SET app.tenant_id = ''1''; END';
-- As long as a name can be, two that differ in the last letter, and a table in parts, which takes no index concurrently.
CREATE TABLE "o'dd ""s"."Kundenbestellpositionenhistorientabelle_mit_sehr_langem_Nam_aaa"
	(id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id bigint, "E-Mail" text UNIQUE);
CREATE TABLE "o'dd ""s"."Kundenbestellpositionenhistorientabelle_mit_sehr_langem_Nam_aab"
	(LIKE "o'dd ""s"."Kundenbestellpositionenhistorientabelle_mit_sehr_langem_Nam_aaa" INCLUDING ALL);
CREATE TABLE "o'dd ""s"."In Parts" (tenant_id bigint NOT NULL, "At" timestamptz NOT NULL) PARTITION BY RANGE ("At");
CREATE TABLE "o'dd ""s"."Part 1" PARTITION OF "o'dd ""s"."In Parts" DEFAULT;
SELECT format('ALTER TABLE "o''dd ""s".%1$I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
	CREATE POLICY own ON "o''dd ""s".%1$I USING (tenant_id = nullif(current_setting(''app.tenant_id'', true), '''')::bigint);
	GRANT SELECT, INSERT, UPDATE ON "o''dd ""s".%1$I TO "app ""1"";--"', relname)
  FROM pg_class WHERE relnamespace = '"o''dd ""s"'::regnamespace AND relkind IN ('r', 'p') AND relname ~ '^(Kunden|In Parts|Part)' \gexec
