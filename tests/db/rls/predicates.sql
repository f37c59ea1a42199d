-- SPDX-License-Identifier: MIT
-- Predicates as functions in a schema of their own ("Security"), PascalCase names and uuid tenants: the condition is
-- always a call, and what decides is inside it.
-- What begins with "hole_" must raise a finding above info, what begins with "sound_" none.
-- Run by a superuser in an empty database of its own cluster.
\set ON_ERROR_STOP on
\set QUIET on
\o /dev/null
SET client_min_messages = error;
DO $$ BEGIN
	CREATE ROLE "dbOwner" NOLOGIN; CREATE ROLE "WebApi" LOGIN; CREATE ROLE "Reports" LOGIN;
EXCEPTION WHEN duplicate_object THEN NULL; END $$;
CREATE SCHEMA dbo AUTHORIZATION "dbOwner"; CREATE SCHEMA "Security" AUTHORIZATION "dbOwner";
GRANT USAGE ON SCHEMA dbo, "Security" TO "WebApi", "Reports";
SET ROLE "dbOwner";
CREATE TABLE dbo."Tenants" ("TenantId" uuid PRIMARY KEY DEFAULT gen_random_uuid(), "DisplayName" text NOT NULL);
ALTER TABLE dbo."Tenants" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY "Own" ON dbo."Tenants" USING ("TenantId" = NULLIF(current_setting('session.TenantId', true), '')::uuid); GRANT SELECT ON dbo."Tenants" TO "WebApi";
CREATE TABLE dbo."TenantUsers" ("TenantId" uuid NOT NULL REFERENCES dbo."Tenants" ON DELETE CASCADE, "UserId" int NOT NULL, "IsAdmin" boolean NOT NULL DEFAULT false, PRIMARY KEY ("TenantId", "UserId"));
ALTER TABLE dbo."TenantUsers" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY "Mine" ON dbo."TenantUsers" FOR SELECT USING ("UserId" = NULLIF(current_setting('session.UserId', true), '')::int); GRANT SELECT ON dbo."TenantUsers" TO "WebApi";
CREATE FUNCTION "Security".mk(n text, c text, extra text DEFAULT '') RETURNS void LANGUAGE plpgsql AS $$ BEGIN
	EXECUTE format('CREATE TABLE dbo.%I ("Id" int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "TenantId" uuid NOT NULL REFERENCES dbo."Tenants" ON DELETE CASCADE, "Name" text NOT NULL DEFAULT '''', "IsDeleted" boolean NOT NULL DEFAULT false %s)', n, extra);
	EXECUTE format('CREATE INDEX ON dbo.%I ("TenantId")', n);
	EXECUTE format('ALTER TABLE dbo.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', n);
	IF c IS NOT NULL THEN EXECUTE format('CREATE POLICY "FilterPredicate" ON dbo.%I USING (%s)', n, c); END IF;
	EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON dbo.%I TO "WebApi"', n);
END $$;
CREATE FUNCTION "Security"."CurrentTenant"() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT NULLIF(current_setting('session.TenantId', true), '')::uuid $$;
CREATE FUNCTION "Security"."CurrentUser"() RETURNS int LANGUAGE sql STABLE AS $$ SELECT NULLIF(current_setting('session.UserId', true), '')::int $$;

CREATE FUNCTION "Security"."fn_Tenant"("@TenantId" uuid) RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT "@TenantId" = "Security"."CurrentTenant"() $$;
SELECT "Security".mk('sound_Orders', '"Security"."fn_Tenant"("TenantId")'); SELECT "Security".mk('sound_OrderLines', '"Security"."fn_Tenant"("TenantId")'); SELECT "Security".mk('sound_Plain', '"TenantId" = "Security"."CurrentTenant"()');
CREATE FUNCTION "Security"."fn_Numbered"(uuid) RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT $1 = "Security"."CurrentTenant"() AND $1 IS NOT NULL $$; SELECT "Security".mk('sound_Numbered', '"Security"."fn_Numbered"("TenantId")');
CREATE FUNCTION "Security"."fn_Atomic"(t uuid) RETURNS boolean LANGUAGE sql STABLE RETURN t = "Security"."CurrentTenant"(); SELECT "Security".mk('sound_Atomic', '"Security"."fn_Atomic"("TenantId")');
CREATE FUNCTION "Security"."fn_Steps"(t uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$ DECLARE mine uuid; BEGIN mine := "Security"."CurrentTenant"(); IF mine IS NULL THEN RETURN false; END IF; RETURN t = mine; END $$; SELECT "Security".mk('sound_Steps', '"Security"."fn_Steps"("TenantId")');
CREATE FUNCTION "Security"."fn_Member"(t uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT EXISTS (SELECT 1 FROM dbo."TenantUsers" u WHERE u."TenantId" = t AND u."UserId" = "Security"."CurrentUser"()) $$; SELECT "Security".mk('sound_Member', '"Security"."fn_Member"("TenantId")');
CREATE FUNCTION "Security"."fn_Tenants"() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT u."TenantId" FROM dbo."TenantUsers" u WHERE u."UserId" = "Security"."CurrentUser"() $$; SELECT "Security".mk('sound_Tenants', '"TenantId" IN (SELECT "Security"."fn_Tenants"())');
CREATE FUNCTION "Security"."fn_Row"(r dbo."sound_Plain") RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT r."TenantId" = "Security"."CurrentTenant"() $$; CREATE POLICY "ByRow" ON dbo."sound_Plain" FOR SELECT USING ("Security"."fn_Row"("sound_Plain"));
CREATE FUNCTION "Security"."fn_Two"(t uuid, u uuid) RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT t IS NOT DISTINCT FROM u AND u IS NOT NULL $$; SELECT "Security".mk('sound_Two', '"Security"."fn_Two"("TenantId", "Security"."CurrentTenant"())');
CREATE FUNCTION "Security"."fn_Json"() RETURNS jsonb LANGUAGE sql STABLE AS $$ SELECT COALESCE(NULLIF(current_setting('session.Context', true), ''), '{}')::jsonb $$; SELECT "Security".mk('sound_Json', '"TenantId" = ("Security"."fn_Json"() ->> ''TenantId'')::uuid');
SELECT "Security".mk('sound_JsonList', '"TenantId"::text IN (SELECT jsonb_array_elements_text("Security"."fn_Json"() -> ''Tenants''))');

CREATE FUNCTION "Security"."fn_Always"(t uuid) RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT t IS NOT NULL $$; SELECT "Security".mk('hole_Always', '"Security"."fn_Always"("TenantId")');
CREATE FUNCTION "Security"."fn_OrNull"(t uuid) RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT t = "Security"."CurrentTenant"() OR "Security"."CurrentTenant"() IS NULL $$; SELECT "Security".mk('hole_OrNull', '"Security"."fn_OrNull"("TenantId")');
CREATE FUNCTION "Security"."fn_Default"(t uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$ DECLARE mine uuid := "Security"."CurrentTenant"(); BEGIN IF mine IS NULL THEN RETURN true; END IF; RETURN t = mine; END $$; SELECT "Security".mk('hole_Default', '"Security"."fn_Default"("TenantId")');
CREATE FUNCTION "Security"."fn_Swallow"(t uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN t = current_setting('session.TenantId')::uuid; EXCEPTION WHEN OTHERS THEN RETURN true; END $$; SELECT "Security".mk('hole_Swallow', '"Security"."fn_Swallow"("TenantId")');
CREATE FUNCTION "Security"."fn_AnyAdmin"(t uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT EXISTS (SELECT 1 FROM dbo."TenantUsers" u WHERE u."UserId" = "Security"."CurrentUser"() AND (u."TenantId" = t OR u."IsAdmin")) $$; SELECT "Security".mk('hole_AnyAdmin', '"Security"."fn_AnyAdmin"("TenantId")');
CREATE FUNCTION "Security"."fn_Unused"(t uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN EXISTS (SELECT 1 FROM dbo."TenantUsers" u WHERE u."UserId" = "Security"."CurrentUser"()); END $$; SELECT "Security".mk('hole_Unused', '"Security"."fn_Unused"("TenantId")');
CREATE FUNCTION "Security"."fn_Itself"(t uuid) RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT t = COALESCE("Security"."CurrentTenant"(), t) $$; SELECT "Security".mk('hole_Itself', '"Security"."fn_Itself"("TenantId")');
CREATE FUNCTION "Security"."fn_Frozen"() RETURNS uuid LANGUAGE sql IMMUTABLE AS $$ SELECT NULLIF(current_setting('session.TenantId', true), '')::uuid $$; SELECT "Security".mk('hole_Frozen', '"TenantId" = "Security"."fn_Frozen"()');
CREATE FUNCTION "Security"."fn_Root"() RETURNS boolean LANGUAGE plpgsql STABLE AS $$ BEGIN IF current_setting('session.IsRoot', true) = '1' THEN RETURN true; END IF; RETURN false; END $$; SELECT "Security".mk('hole_Root', '"Security"."fn_Tenant"("TenantId") OR "Security"."fn_Root"()');
CREATE FUNCTION "Security"."fn_Swapped"(t uuid, u uuid) RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT t IS NOT DISTINCT FROM u OR u IS NULL $$; SELECT "Security".mk('hole_Swapped', '"Security"."fn_Swapped"("TenantId", "Security"."CurrentTenant"())');
CREATE FUNCTION "Security"."fn_Bool"(ok boolean) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT COALESCE(ok, true) $$; SELECT "Security".mk('hole_Bool', '"Security"."fn_Bool"("TenantId" = "Security"."CurrentTenant"())');
CREATE FUNCTION "Security"."fn_Deleted"(t uuid, d boolean) RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT CASE WHEN d THEN t = "Security"."CurrentTenant"() ELSE true END $$; SELECT "Security".mk('hole_Deleted', '"Security"."fn_Deleted"("TenantId", "IsDeleted")');
SELECT "Security".mk('hole_JsonHas', '"Security"."fn_Json"() ? ''TenantId''');
SELECT "Security".mk('hole_JsonKey', '"Security"."fn_Json"() ->> ''Role'' = ''admin'' OR "Security"."fn_Tenant"("TenantId")');
-- FILTER without BLOCK: read is bound, written is not
SELECT "Security".mk('hole_NoBlock', NULL); CREATE POLICY "Filter" ON dbo."hole_NoBlock" FOR SELECT USING ("Security"."fn_Tenant"("TenantId")); CREATE POLICY "Block" ON dbo."hole_NoBlock" FOR INSERT WITH CHECK ("Name" <> '');
SELECT "Security".mk('sound_Block', NULL); CREATE POLICY "Filter" ON dbo."sound_Block" USING ("Security"."fn_Tenant"("TenantId")); CREATE POLICY "Block" ON dbo."sound_Block" AS RESTRICTIVE FOR INSERT WITH CHECK ("Name" <> '');
SELECT "Security".mk('hole_UpdateTo', NULL); CREATE POLICY "F" ON dbo."hole_UpdateTo" USING ("Security"."fn_Tenant"("TenantId")) WITH CHECK ("Security"."fn_Always"("TenantId"));
-- ON CONFLICT and RETURNING go by the SELECT policies as well: those alone must not be the only tenant's
SELECT "Security".mk('hole_SelectOnly', NULL); CREATE POLICY "S" ON dbo."hole_SelectOnly" FOR SELECT USING ("Security"."fn_Tenant"("TenantId")); CREATE POLICY "U" ON dbo."hole_SelectOnly" FOR UPDATE USING (NOT "IsDeleted") WITH CHECK ("Security"."fn_Tenant"("TenantId"));
SELECT "Security".mk('sound_Upsert', NULL); CREATE POLICY "S" ON dbo."sound_Upsert" FOR SELECT USING ("Security"."fn_Tenant"("TenantId")); CREATE POLICY "I" ON dbo."sound_Upsert" FOR INSERT WITH CHECK ("Security"."fn_Tenant"("TenantId")); CREATE POLICY "U" ON dbo."sound_Upsert" FOR UPDATE USING ("Security"."fn_Tenant"("TenantId")); CREATE POLICY "D" ON dbo."sound_Upsert" FOR DELETE USING ("Security"."fn_Tenant"("TenantId"));
-- Triggers and rules
SELECT "Security".mk('sound_Sink', '"Security"."fn_Tenant"("TenantId")'); SELECT "Security".mk('hole_Source', '"Security"."fn_Tenant"("TenantId")');
CREATE TABLE dbo."hole_History" ("TenantId" uuid NOT NULL, "Old" jsonb); GRANT SELECT ON dbo."hole_History" TO "WebApi";
SELECT "Security".mk('hole_Rule', '"Security"."fn_Tenant"("TenantId")'); CREATE TABLE dbo."hole_RuleSink" ("TenantId" uuid NOT NULL, "Name" text); GRANT SELECT ON dbo."hole_RuleSink" TO "Reports"; CREATE RULE "r" AS ON INSERT TO dbo."hole_Rule" DO ALSO INSERT INTO dbo."hole_RuleSink" VALUES (NEW."TenantId", NEW."Name");
RESET ROLE;
CREATE FUNCTION "Security"."trg_History"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$ BEGIN INSERT INTO dbo."hole_History" VALUES (OLD."TenantId", to_jsonb(OLD)); RETURN OLD; END $$; CREATE TRIGGER h AFTER DELETE ON dbo."hole_Source" FOR EACH ROW EXECUTE FUNCTION "Security"."trg_History"();
CREATE FUNCTION "Security"."trg_Invoker"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO dbo."sound_Sink" ("TenantId", "Name") VALUES (NEW."TenantId", NEW."Name"); RETURN NULL; END $$; CREATE TRIGGER h AFTER INSERT ON dbo."sound_Orders" FOR EACH ROW EXECUTE FUNCTION "Security"."trg_Invoker"();
-- Views
CREATE VIEW dbo."hole_vAll" AS SELECT "Id", "Name" FROM dbo."sound_Orders"; GRANT SELECT ON dbo."hole_vAll" TO "WebApi";
CREATE VIEW dbo."sound_vFn" WITH (security_barrier) AS SELECT "Id", "Name" FROM dbo."sound_Orders" WHERE "Security"."fn_Tenant"("TenantId"); GRANT SELECT ON dbo."sound_vFn" TO "WebApi";
CREATE VIEW dbo."sound_vMember" WITH (security_barrier) AS SELECT o."Id", o."Name" FROM dbo."sound_Orders" o JOIN dbo."TenantUsers" u ON u."TenantId" = o."TenantId" WHERE u."UserId" = "Security"."CurrentUser"(); GRANT SELECT ON dbo."sound_vMember" TO "WebApi";
CREATE VIEW dbo."hole_vMember" WITH (security_barrier) AS SELECT o."Id", o."Name" FROM dbo."sound_Orders" o JOIN dbo."TenantUsers" u ON u."TenantId" = o."TenantId" WHERE u."IsAdmin"; GRANT SELECT ON dbo."hole_vMember" TO "WebApi";
CREATE VIEW dbo."sound_vExists" WITH (security_barrier) AS SELECT o."Id", o."Name" FROM dbo."sound_Orders" o WHERE EXISTS (SELECT 1 FROM dbo."TenantUsers" u WHERE u."TenantId" = o."TenantId" AND u."UserId" = "Security"."CurrentUser"()); GRANT SELECT ON dbo."sound_vExists" TO "WebApi";
CREATE VIEW dbo."hole_vExists" WITH (security_barrier) AS SELECT o."Id", o."Name" FROM dbo."sound_Orders" o WHERE EXISTS (SELECT 1 FROM dbo."TenantUsers" u WHERE u."UserId" = "Security"."CurrentUser"()); GRANT SELECT ON dbo."hole_vExists" TO "WebApi";
CREATE VIEW dbo."sound_vIn" WITH (security_barrier) AS SELECT o."Id", o."Name" FROM dbo."sound_Orders" o WHERE o."TenantId" IN (SELECT u."TenantId" FROM dbo."TenantUsers" u WHERE u."UserId" = "Security"."CurrentUser"()); GRANT SELECT ON dbo."sound_vIn" TO "WebApi";
CREATE VIEW dbo."hole_vIn" WITH (security_barrier) AS SELECT o."Id", o."Name" FROM dbo."sound_Orders" o WHERE o."TenantId" IN (SELECT u."TenantId" FROM dbo."TenantUsers" u WHERE u."IsAdmin"); GRANT SELECT ON dbo."hole_vIn" TO "WebApi";
CREATE VIEW dbo."sound_vUnnest" WITH (security_barrier) AS SELECT o."Id", o."Name" FROM dbo."sound_Orders" o JOIN unnest(string_to_array(NULLIF(current_setting('session.Tenants', true), ''), ',')::uuid[]) m (t) ON m.t = o."TenantId"; GRANT SELECT ON dbo."sound_vUnnest" TO "WebApi";
CREATE VIEW dbo."hole_vBool" WITH (security_barrier) AS SELECT o."Id", o."Name" FROM dbo."sound_Orders" o WHERE ("TenantId" = "Security"."CurrentTenant"()) IS NOT FALSE; GRANT SELECT ON dbo."hole_vBool" TO "WebApi";
CREATE VIEW dbo."hole_vDistinct" WITH (security_barrier) AS SELECT o."Id", o."Name" FROM dbo."sound_Orders" o WHERE "TenantId" IS DISTINCT FROM "Security"."CurrentTenant"(); GRANT SELECT ON dbo."hole_vDistinct" TO "WebApi";
CREATE VIEW dbo."sound_vNames" AS SELECT proname FROM pg_proc; GRANT SELECT ON dbo."sound_vNames" TO "WebApi";
-- Functions with their owner's rights
CREATE FUNCTION dbo."hole_usp_All"("@Max" int) RETURNS TABLE ("Id" int, "Name" text) LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$ BEGIN RETURN QUERY SELECT o."Id", o."Name" FROM dbo."sound_Orders" o LIMIT "@Max"; END $$;
CREATE FUNCTION dbo."sound_usp_Mine"("@Max" int) RETURNS TABLE ("Id" int, "Name" text) LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$ BEGIN RETURN QUERY SELECT o."Id", o."Name" FROM dbo."sound_Orders" o WHERE o."TenantId" = "Security"."CurrentTenant"() LIMIT "@Max"; END $$;
CREATE FUNCTION dbo."hole_usp_Sql"("@Where" text) RETURNS SETOF dbo."sound_Orders" LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$ BEGIN RETURN QUERY EXECUTE 'SELECT * FROM dbo."sound_Orders" WHERE "TenantId" = "Security"."CurrentTenant"() AND ' || "@Where"; END $$;
CREATE FUNCTION dbo."hole_usp_Join"("@TenantId" uuid) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$ INSERT INTO dbo."TenantUsers" ("UserId", "TenantId") VALUES ("Security"."CurrentUser"(), "@TenantId") $$;
CREATE FUNCTION dbo."sound_usp_New"("@Name" text) RETURNS uuid LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$ WITH t AS (INSERT INTO dbo."Tenants" ("DisplayName") VALUES ("@Name") RETURNING "TenantId") INSERT INTO dbo."TenantUsers" SELECT t."TenantId", "Security"."CurrentUser"(), true FROM t RETURNING "TenantId" $$;
CREATE FUNCTION dbo."hole_usp_Leak"(text) RETURNS boolean LANGUAGE plpgsql LEAKPROOF AS $$ BEGIN RAISE NOTICE '%', $1; RETURN true; END $$;
INSERT INTO dbo."Tenants" VALUES ('11111111-1111-1111-1111-111111111111', 'One'), ('22222222-2222-2222-2222-222222222222', 'Two'); INSERT INTO dbo."TenantUsers" SELECT "TenantId", row_number() OVER (ORDER BY "TenantId")::int FROM dbo."Tenants";
DO $$ DECLARE r regclass; BEGIN
	FOR r IN SELECT c.oid FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'IsDeleted' WHERE c.relkind = 'r' LOOP
		EXECUTE format('INSERT INTO %s ("TenantId", "Name") SELECT t."TenantId", ''row '' || n FROM dbo."Tenants" t, generate_series(1, 2) n', r);
	END LOOP;
END $$;
