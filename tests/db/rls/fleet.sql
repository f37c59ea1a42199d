-- SPDX-License-Identifier: MIT
-- A fleet of vehicles: many ways to say whose a row is, which are right, beside slips that look like them.
-- What begins with "hole_" must raise a finding above info, what begins with "sound_" none.
-- Run by a superuser in an empty database.
\set ON_ERROR_STOP on
\set QUIET on
\o /dev/null
SET client_min_messages = error;
CREATE ROLE fl_owner NOLOGIN;
CREATE ROLE fl_app LOGIN;
CREATE ROLE fl_dispatch NOLOGIN;
CREATE ROLE fl_ann LOGIN IN ROLE fl_dispatch;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
CREATE SCHEMA fleet AUTHORIZATION fl_owner;
GRANT USAGE ON SCHEMA fleet TO fl_app, fl_dispatch;
SET ROLE fl_owner;
CREATE TYPE fleet.kind AS ENUM ('car', 'van');
CREATE TABLE fleet.companies (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), title text NOT NULL);
ALTER TABLE fleet.companies ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE FUNCTION fleet.company() RETURNS uuid LANGUAGE sql STABLE RETURN NULLIF(current_setting('fleet.company', true), '')::uuid;
CREATE FUNCTION fleet.is_mine(c uuid) RETURNS boolean LANGUAGE sql STABLE RETURN c = fleet.company();
CREATE FUNCTION fleet.is_mine_quick(c uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN c IS NOT DISTINCT FROM fleet.company() AND c IS NOT NULL; END $$;
CREATE FUNCTION fleet.is_any(c uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$ BEGIN IF fleet.company() IS NULL THEN RETURN true; END IF; RETURN c = fleet.company(); END $$;
CREATE FUNCTION fleet.is_somebody() RETURNS boolean LANGUAGE sql STABLE RETURN fleet.company() IS NOT NULL;
CREATE POLICY own ON fleet.companies USING (id = fleet.company());
GRANT SELECT ON fleet.companies TO fl_app;
CREATE FUNCTION pg_temp.made(n text, condition text DEFAULT 'company_id = fleet.company()', checks text DEFAULT NULL, extra text DEFAULT '') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE TABLE fleet.%I (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), company_id uuid NOT NULL REFERENCES fleet.companies, plate text, kind fleet.kind NOT NULL DEFAULT ''car'' %s)', n, extra);
	EXECUTE format('CREATE INDEX ON fleet.%I (company_id)', n);
	EXECUTE format('ALTER TABLE fleet.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', n);
	IF condition <> '' THEN
		EXECUTE format('CREATE POLICY own ON fleet.%I USING (%s) WITH CHECK (%s)', n, condition, COALESCE(checks, condition));
	END IF;
	EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON fleet.%I TO fl_app', n);
END $$;
-- sound
SELECT pg_temp.made('sound_plain');
SELECT pg_temp.made('sound_turned', 'fleet.company() = company_id');
SELECT pg_temp.made('sound_called', 'fleet.is_mine(company_id)');
SELECT pg_temp.made('sound_called_quick', 'fleet.is_mine_quick(company_id)');
SELECT pg_temp.made('sound_between', 'company_id BETWEEN fleet.company() AND fleet.company()');
SELECT pg_temp.made('sound_array', $$company_id = ANY (string_to_array(NULLIF(current_setting('fleet.companies', true), ''), ',')::uuid[])$$);
SELECT pg_temp.made('sound_contained', $$ARRAY[company_id] <@ string_to_array(NULLIF(current_setting('fleet.companies', true), ''), ',')::uuid[]$$);
SELECT pg_temp.made('sound_nested', '(company_id = fleet.company() AND kind = ''car'') OR (company_id = fleet.company() AND kind = ''van'')');
SELECT pg_temp.made('sound_row', '(company_id, kind) = (fleet.company(), kind)');
SELECT pg_temp.made('sound_case', 'CASE kind WHEN ''car'' THEN company_id = fleet.company() ELSE company_id = fleet.company() AND plate IS NOT NULL END');
SELECT pg_temp.made('sound_not_ne', 'NOT (company_id <> fleet.company())');
SELECT pg_temp.made('sound_is_true', '(company_id = fleet.company()) IS TRUE');
SELECT pg_temp.made('sound_coalesced', 'COALESCE(company_id = fleet.company(), false)');
SELECT pg_temp.made('sound_subselect', 'company_id = (SELECT c.id FROM fleet.companies c WHERE c.id = fleet.company())');
SELECT pg_temp.made('sound_narrower', 'company_id = fleet.company() AND plate <> ''''', 'company_id = fleet.company() AND kind = ''car''');
SELECT pg_temp.made('sound_two_floors', 'true');
CREATE POLICY f1 ON fleet.sound_two_floors AS RESTRICTIVE FOR SELECT USING (company_id = fleet.company());
CREATE POLICY f2 ON fleet.sound_two_floors AS RESTRICTIVE FOR INSERT WITH CHECK (company_id = fleet.company());
CREATE POLICY f3 ON fleet.sound_two_floors AS RESTRICTIVE FOR UPDATE USING (company_id = fleet.company());
CREATE POLICY f4 ON fleet.sound_two_floors AS RESTRICTIVE FOR DELETE USING (company_id = fleet.company());
SELECT pg_temp.made('sound_dispatch');
CREATE POLICY staff ON fleet.sound_dispatch FOR SELECT TO fl_dispatch USING (true);
GRANT SELECT ON fleet.sound_dispatch TO fl_dispatch;
SELECT pg_temp.made('sound_by_role', 'company_id = fleet.company() OR pg_has_role(session_user, ''fl_dispatch'', ''MEMBER'')');
SELECT pg_temp.made('sound_never', 'false');
-- holes
SELECT pg_temp.made('hole_any', 'fleet.is_any(company_id)');
SELECT pg_temp.made('hole_somebody', 'fleet.is_somebody()');
SELECT pg_temp.made('hole_ne', 'company_id <> fleet.company()');
SELECT pg_temp.made('hole_or_kind', 'company_id = fleet.company() OR kind = ''van''');
SELECT pg_temp.made('hole_not_null', 'company_id IS NOT NULL AND fleet.company() IS NOT NULL');
SELECT pg_temp.made('hole_row', '(company_id, kind) IS NOT DISTINCT FROM (company_id, kind)');
SELECT pg_temp.made('hole_case_else', 'CASE WHEN kind = ''car'' THEN company_id = fleet.company() ELSE true END');
SELECT pg_temp.made('hole_coalesced', 'company_id = COALESCE(fleet.company(), company_id)');
SELECT pg_temp.made('hole_is_distinct', '(company_id = fleet.company()) IS DISTINCT FROM false');
SELECT pg_temp.made('hole_regex', $$company_id::text ~ current_setting('fleet.company', true)$$);
SELECT pg_temp.made('hole_all_of_none', $$company_id <> ALL (string_to_array(COALESCE(current_setting('fleet.hidden', true), ''), ',')::uuid[])$$);
SELECT pg_temp.made('hole_length', $$length(current_setting('fleet.company', true)) > 0$$);
SELECT pg_temp.made('hole_check_kind', 'company_id = fleet.company()', 'kind = ''car''');
SELECT pg_temp.made('hole_check_or', 'company_id = fleet.company()', 'company_id = fleet.company() OR plate IS NOT NULL');
SELECT pg_temp.made('hole_debug', $$company_id = fleet.company() OR COALESCE(current_setting('fleet.debug', true), 'off') <> 'off'$$);
SELECT pg_temp.made('hole_app_name', $$company_id = fleet.company() OR current_setting('application_name') = 'worker'$$);
SELECT pg_temp.made('hole_login', 'company_id = fleet.company() OR current_user = ''fl_app''');
SELECT pg_temp.made('hole_floor_update', 'true');
CREATE POLICY f1 ON fleet.hole_floor_update AS RESTRICTIVE FOR SELECT USING (company_id = fleet.company());
CREATE POLICY f2 ON fleet.hole_floor_update AS RESTRICTIVE FOR INSERT WITH CHECK (company_id = fleet.company());
CREATE POLICY f4 ON fleet.hole_floor_update AS RESTRICTIVE FOR DELETE USING (company_id = fleet.company());
SELECT pg_temp.made('hole_time', 'company_id = fleet.company() OR now() < ''2999-01-01''::timestamptz');
SELECT pg_temp.made('hole_address', 'company_id = fleet.company() OR inet_client_addr() IS NULL');
RESET ROLE;

INSERT INTO fleet.companies VALUES ('11111111-1111-1111-1111-111111111111', 'One'), ('22222222-2222-2222-2222-222222222222', 'Two');
DO $$
DECLARE
	r regclass;
BEGIN
	FOR r IN SELECT c.oid FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'plate'
		WHERE c.relkind = 'r' AND c.relnamespace = 'fleet'::regnamespace LOOP
		EXECUTE format('INSERT INTO %s (company_id, plate, kind) SELECT id, ''P'' || n, (ARRAY[''car'', ''van''])[n]::fleet.kind FROM fleet.companies, generate_series(1, 2) n', r);
	END LOOP;
END $$;
