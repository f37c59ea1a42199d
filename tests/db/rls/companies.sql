-- SPDX-License-Identifier: MIT
-- One setting, compared in every way that people write: casts, fallbacks, captures, helpers, floors.
-- What begins with "hole_" must raise a finding above info, what begins with "sound_" none.
-- Run by a superuser in an empty database of its own cluster.
\set ON_ERROR_STOP on
\set QUIET on
\o /dev/null
SET client_min_messages=error;
DO $$ BEGIN CREATE ROLE b_owner NOLOGIN; CREATE ROLE b_app LOGIN; CREATE ROLE b_ro LOGIN; CREATE ROLE b_admin NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
CREATE SCHEMA crm AUTHORIZATION b_owner; GRANT USAGE ON SCHEMA crm TO b_app, b_ro, b_admin;
SET ROLE b_owner;
CREATE TABLE crm.companies (id integer PRIMARY KEY, name text NOT NULL);
ALTER TABLE crm.companies ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY me ON crm.companies USING (id = current_setting('app.company', true)::int); GRANT SELECT ON crm.companies TO b_app;
CREATE FUNCTION crm.mk(n text, pol text, extra text DEFAULT '') RETURNS void LANGUAGE plpgsql AS $$ BEGIN
 EXECUTE format('CREATE TABLE crm.%I (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, company_id integer NOT NULL REFERENCES crm.companies ON DELETE CASCADE, title text DEFAULT ''t'', owner_name text DEFAULT ''x'' %s)', n, extra);
 EXECUTE format('CREATE INDEX ON crm.%I (company_id)', n);
 EXECUTE format('ALTER TABLE crm.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; GRANT SELECT, INSERT, UPDATE, DELETE ON crm.%I TO b_app', n, n);
 IF pol IS NOT NULL THEN EXECUTE format('CREATE POLICY iso ON crm.%I USING (%s)', n, pol); END IF; END $$;
SELECT crm.mk('sound_plain', 'company_id = NULLIF(current_setting(''app.company'', true), '''')::int');
SELECT crm.mk('sound_one', 'company_id = current_setting(''app.company'')::integer');
SELECT crm.mk('sound_sub', 'company_id = (SELECT NULLIF(current_setting(''app.company'', true), '''')::integer)');
SELECT crm.mk('sound_rev', 'NULLIF(current_setting(''app.company'', true), '''')::integer = company_id');
SELECT crm.mk('sound_zero', 'company_id = COALESCE(NULLIF(current_setting(''app.company'', true), ''''), ''0'')::integer');
SELECT crm.mk('sound_zero2', 'company_id = COALESCE(NULLIF(current_setting(''app.company'', true), '''')::integer, 0)');
SELECT crm.mk('sound_any', 'company_id = ANY (string_to_array(NULLIF(current_setting(''app.companies'', true), ''''), '','')::int[])');
SELECT crm.mk('sound_unnest', 'company_id IN (SELECT unnest(string_to_array(NULLIF(current_setting(''app.companies'', true), ''''), '',''))::int)');
SELECT crm.mk('sound_and', 'company_id = NULLIF(current_setting(''app.company'', true), '''')::int AND (title <> ''secret'' OR owner_name = current_setting(''app.user'', true))');
SELECT crm.mk('sound_case', 'CASE WHEN current_setting(''app.company'', true) ~ ''^[0-9]+$'' THEN company_id = current_setting(''app.company'', true)::int ELSE false END');
SELECT crm.mk('sound_superuser', 'company_id = NULLIF(current_setting(''app.company'', true), '''')::int OR (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)');
SELECT crm.mk('sound_admin_role', 'company_id = NULLIF(current_setting(''app.company'', true), '''')::int OR pg_has_role(current_user, ''b_admin'', ''USAGE'')');
SELECT crm.mk('sound_notdistinct', 'company_id IS NOT DISTINCT FROM NULLIF(current_setting(''app.company'', true), '''')::int');
SELECT crm.mk('sound_between', 'company_id BETWEEN NULLIF(current_setting(''app.company'', true), '''')::int AND NULLIF(current_setting(''app.company'', true), '''')::int');
SELECT crm.mk('sound_row', '(company_id, true) = (NULLIF(current_setting(''app.company'', true), '''')::int, true)');
SELECT crm.mk('sound_split', NULL); CREATE POLICY s ON crm.sound_split FOR SELECT USING (company_id = NULLIF(current_setting('app.company', true), '')::int); CREATE POLICY i ON crm.sound_split FOR INSERT WITH CHECK (company_id = NULLIF(current_setting('app.company', true), '')::int); CREATE POLICY u ON crm.sound_split FOR UPDATE USING (company_id = NULLIF(current_setting('app.company', true), '')::int) WITH CHECK (company_id = NULLIF(current_setting('app.company', true), '')::int); CREATE POLICY d ON crm.sound_split FOR DELETE USING (company_id = NULLIF(current_setting('app.company', true), '')::int AND title <> 'keep');
SELECT crm.mk('sound_admin', NULL); CREATE POLICY a ON crm.sound_admin TO b_app USING (company_id = NULLIF(current_setting('app.company', true), '')::int); CREATE POLICY adm ON crm.sound_admin TO b_admin USING (true); GRANT SELECT ON crm.sound_admin TO b_admin;
SELECT crm.mk('sound_floor', NULL); CREATE POLICY a ON crm.sound_floor USING (true); CREATE POLICY f ON crm.sound_floor AS RESTRICTIVE USING (company_id = NULLIF(current_setting('app.company', true), '')::int); 
SELECT crm.mk('sound_floor2', NULL); CREATE POLICY a ON crm.sound_floor2 USING (owner_name = current_setting('app.user', true)); CREATE POLICY f ON crm.sound_floor2 AS RESTRICTIVE USING (company_id = NULLIF(current_setting('app.company', true), '')::int) WITH CHECK (company_id = NULLIF(current_setting('app.company', true), '')::int);
SELECT crm.mk('sound_soft', 'company_id = NULLIF(current_setting(''app.company'', true), '''')::int AND deleted_at IS NULL', ', deleted_at timestamptz');
CREATE FUNCTION crm.cid() RETURNS integer LANGUAGE plpgsql STABLE AS $$ DECLARE v text := current_setting('app.company', true); BEGIN IF v IS NULL OR v = '' THEN RAISE EXCEPTION 'app.company is not set' USING ERRCODE = 'insufficient_privilege'; END IF; RETURN v::integer; END $$;
SELECT crm.mk('sound_raise', 'company_id = (SELECT crm.cid())');
CREATE FUNCTION crm.cid_sql() RETURNS integer STABLE PARALLEL SAFE RETURN NULLIF(current_setting('app.company', true), '')::integer;
SELECT crm.mk('sound_cid_sql', 'company_id = crm.cid_sql()');
CREATE FUNCTION crm.same(c integer) RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT c = crm.cid_sql() $$;
SELECT crm.mk('sound_same', 'crm.same(company_id)');
CREATE FUNCTION crm.same_row(r crm.sound_plain) RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT r.company_id = crm.cid_sql() $$;
CREATE POLICY more ON crm.sound_plain FOR SELECT USING (crm.same_row(sound_plain));
SELECT crm.mk('sound_trigger_guard', 'company_id = crm.cid_sql()');
CREATE TABLE crm.sound_settings (company_id integer PRIMARY KEY REFERENCES crm.companies ON DELETE CASCADE, v jsonb); ALTER TABLE crm.sound_settings ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY iso ON crm.sound_settings USING (company_id = crm.cid_sql()); GRANT SELECT, UPDATE ON crm.sound_settings TO b_app;
CREATE TABLE crm.sound_units (code text PRIMARY KEY); GRANT SELECT ON crm.sound_units TO b_app;
-- holes
SELECT crm.mk('hole_or_null', 'company_id = NULLIF(current_setting(''app.company'', true), '''')::int OR NULLIF(current_setting(''app.company'', true), '''') IS NULL');
SELECT crm.mk('hole_or_isnull2', 'current_setting(''app.company'', true) IS NULL OR company_id = current_setting(''app.company'', true)::int');
SELECT crm.mk('hole_coalesce_self', 'company_id = COALESCE(NULLIF(current_setting(''app.company'', true), '''')::int, company_id)');
SELECT crm.mk('hole_coalesce_one', 'company_id = COALESCE(NULLIF(current_setting(''app.company'', true), '''')::int, 1)');
SELECT crm.mk('hole_taut', 'company_id = company_id');
SELECT crm.mk('hole_taut2', 'company_id IS NOT NULL');
SELECT crm.mk('hole_taut3', 'company_id > 0');
SELECT crm.mk('hole_taut4', 'company_id = ANY (ARRAY[company_id])');
SELECT crm.mk('sound_capture', 'company_id = (SELECT company_id FROM crm.sound_plain LIMIT 1)');
SELECT crm.mk('hole_capture2', 'company_id IN (SELECT company_id FROM crm.companies)');
SELECT crm.mk('hole_like', 'company_id::text LIKE current_setting(''app.company'', true) || ''%''');
SELECT crm.mk('hole_similar', 'company_id::text SIMILAR TO current_setting(''app.company'', true)');
SELECT crm.mk('hole_strpos', 'strpos(current_setting(''app.companies'', true), company_id::text) > 0');
SELECT crm.mk('hole_any_like', 'current_setting(''app.companies'', true) LIKE ''%'' || company_id || ''%''');
SELECT crm.mk('sound_not', 'NOT (company_id <> NULLIF(current_setting(''app.company'', true), '''')::int) IS NOT FALSE');
SELECT crm.mk('hole_user', 'owner_name = current_user');
SELECT crm.mk('sound_user2', 'owner_name = current_setting(''app.user'', true)');
SELECT crm.mk('hole_isdistinct', 'company_id IS DISTINCT FROM NULLIF(current_setting(''app.company'', true), '''')::int');
SELECT crm.mk('hole_mod', 'company_id % 10 = NULLIF(current_setting(''app.company'', true), '''')::int % 10');
SELECT crm.mk('hole_abs', 'abs(company_id) >= abs(NULLIF(current_setting(''app.company'', true), '''')::int)');
CREATE FUNCTION crm.always(c integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT c IS NOT NULL $$;
SELECT crm.mk('hole_always', 'crm.always(company_id)');
CREATE FUNCTION crm.dbg() RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT coalesce(current_setting('app.debug', true), 'off') = 'on' $$;
SELECT crm.mk('hole_debug', 'company_id = crm.cid_sql() OR crm.dbg()');
CREATE FUNCTION crm.cid_imm() RETURNS integer LANGUAGE sql IMMUTABLE AS $$ SELECT NULLIF(current_setting('app.company', true), '')::int $$;
SELECT crm.mk('hole_imm', 'company_id = crm.cid_imm()');
CREATE FUNCTION crm.cid_default() RETURNS integer LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN current_setting('app.company')::int; EXCEPTION WHEN undefined_object THEN RETURN 1; END $$;
SELECT crm.mk('hole_cid_default', 'company_id = crm.cid_default()');
CREATE FUNCTION crm.nullopen(c integer) RETURNS boolean LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN coalesce(c = crm.cid_sql(), true); END $$;
SELECT crm.mk('hole_nullopen', 'crm.nullopen(company_id)');
SELECT crm.mk('hole_using_only_select', NULL); CREATE POLICY s ON crm.hole_using_only_select FOR SELECT USING (company_id = crm.cid_sql()); CREATE POLICY i ON crm.hole_using_only_select FOR INSERT WITH CHECK (company_id IS NOT NULL);
SELECT crm.mk('hole_upd_no_check', NULL); CREATE POLICY s ON crm.hole_upd_no_check FOR SELECT USING (company_id = crm.cid_sql()); CREATE POLICY u ON crm.hole_upd_no_check FOR UPDATE USING (company_id = crm.cid_sql()) WITH CHECK (title IS NOT NULL);
SELECT crm.mk('hole_del', NULL); CREATE POLICY s ON crm.hole_del FOR SELECT USING (company_id = crm.cid_sql()); CREATE POLICY d ON crm.hole_del FOR DELETE USING (owner_name <> 'root');
SELECT crm.mk('hole_floor_role', NULL); CREATE POLICY a ON crm.hole_floor_role USING (true); CREATE POLICY f ON crm.hole_floor_role AS RESTRICTIVE TO b_app USING (company_id = crm.cid_sql()); GRANT SELECT ON crm.hole_floor_role TO b_ro;
SELECT crm.mk('hole_floor_cmd', NULL); CREATE POLICY a ON crm.hole_floor_cmd USING (true); CREATE POLICY f ON crm.hole_floor_cmd AS RESTRICTIVE FOR SELECT USING (company_id = crm.cid_sql()); CREATE POLICY f2 ON crm.hole_floor_cmd AS RESTRICTIVE FOR UPDATE USING (company_id = crm.cid_sql());
SELECT crm.mk('hole_floor_check', NULL); CREATE POLICY a ON crm.hole_floor_check USING (true); CREATE POLICY f ON crm.hole_floor_check AS RESTRICTIVE USING (company_id = crm.cid_sql()) WITH CHECK (true);
SELECT crm.mk('hole_group', NULL); CREATE POLICY a ON crm.hole_group TO b_app USING (company_id = crm.cid_sql()); CREATE POLICY b ON crm.hole_group FOR SELECT TO PUBLIC USING (title = 'public' OR title IS NOT NULL);
SELECT crm.mk('hole_time', 'company_id = crm.cid_sql() OR now() > ''2020-01-01''::timestamptz');
SELECT crm.mk('hole_app_name', 'company_id = crm.cid_sql() OR current_setting(''application_name'') = ''backoffice''');
SELECT crm.mk('hole_ip', 'company_id = crm.cid_sql() OR inet_client_addr() IS NULL');
SELECT crm.mk('hole_session_user', 'company_id = crm.cid_sql() OR session_user <> ''nobody''');
SELECT crm.mk('hole_other_setting', 'company_id = NULLIF(current_setting(''app.compnay'', true), '''')::int');
CREATE TABLE crm.hole_notes (id bigint PRIMARY KEY, plain_id bigint NOT NULL REFERENCES crm.sound_plain ON DELETE CASCADE, note text); GRANT SELECT ON crm.hole_notes TO b_app;
RESET ROLE;
INSERT INTO crm.companies VALUES (1,'One'),(2,'Two'),(12,'Twelve');
DO $$ DECLARE r regclass; BEGIN FOR r IN SELECT c.oid FROM pg_class c JOIN pg_attribute a ON a.attrelid=c.oid AND a.attname='owner_name' WHERE relkind='r' AND relname ~ '^(hole|sound)_' LOOP EXECUTE format('INSERT INTO %s (company_id) SELECT id FROM crm.companies, generate_series(1,2)', r); END LOOP; END $$;
INSERT INTO crm.sound_settings SELECT id, '{}' FROM crm.companies; INSERT INTO crm.hole_notes SELECT id, id, 'n' FROM crm.sound_plain;
