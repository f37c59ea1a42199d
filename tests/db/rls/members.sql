-- SPDX-License-Identifier: MIT
-- Organisations whose people are members: policies by functions and sub-queries.
-- What begins with "hole_" must raise a finding above info, what begins with "sound_" none.
-- Run by a superuser in an empty database.
\set ON_ERROR_STOP on
\set QUIET on
\o /dev/null
SET client_min_messages = error;
DO $$ BEGIN
 CREATE ROLE w_owner NOLOGIN; CREATE ROLE w_web LOGIN; CREATE ROLE w_report LOGIN; CREATE ROLE w_super LOGIN SUPERUSER;
EXCEPTION WHEN duplicate_object THEN NULL; END $$;
CREATE SCHEMA app AUTHORIZATION w_owner;
CREATE SCHEMA lib AUTHORIZATION w_owner;
GRANT USAGE ON SCHEMA app, lib TO w_web, w_report;
SET ROLE w_owner;
CREATE FUNCTION lib.org() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT nullif(current_setting('app.org', true), '')::uuid $$;
CREATE FUNCTION lib.uid() RETURNS bigint LANGUAGE sql STABLE AS $$ SELECT nullif(current_setting('app.user_id', true), '')::bigint $$;
CREATE TABLE app.orgs (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), slug text UNIQUE, name text NOT NULL);
ALTER TABLE app.orgs ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY self ON app.orgs USING (id = lib.org());
GRANT SELECT ON app.orgs TO w_web;
CREATE TABLE app.people (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text NOT NULL);
CREATE TABLE app.members (org_id uuid NOT NULL REFERENCES app.orgs ON DELETE CASCADE, person_id bigint NOT NULL REFERENCES app.people ON DELETE CASCADE, role text NOT NULL DEFAULT 'member', PRIMARY KEY (org_id, person_id));
ALTER TABLE app.members ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY mine ON app.members FOR SELECT USING (person_id = lib.uid());
GRANT SELECT ON app.members TO w_web;
CREATE FUNCTION lib.t(n text, extra text DEFAULT '') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
 EXECUTE format('CREATE TABLE app.%I (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), org_id uuid NOT NULL REFERENCES app.orgs ON DELETE CASCADE, title text NOT NULL DEFAULT '''', created_by bigint %s)', n, extra);
 EXECUTE format('CREATE INDEX ON app.%I (org_id)', n);
 EXECUTE format('ALTER TABLE app.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', n);
 EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON app.%I TO w_web', n);
END $$;
CREATE FUNCTION lib.p(n text, c text, extra text DEFAULT '') RETURNS void LANGUAGE plpgsql AS $$
BEGIN PERFORM lib.t(n, extra); EXECUTE format('CREATE POLICY iso ON app.%I USING (%s)', n, c); END $$;
-- good ones
SELECT lib.p('sound_fn', 'org_id = lib.org()');
SELECT lib.p('sound_fn_wrapped', 'org_id = (SELECT lib.org())');
SELECT lib.p('sound_in_members', 'org_id IN (SELECT m.org_id FROM app.members m WHERE m.person_id = lib.uid())');
SELECT lib.p('sound_in_members_rls', 'org_id IN (SELECT m.org_id FROM app.members m)');
SELECT lib.p('sound_exists', 'EXISTS (SELECT 1 FROM app.members m WHERE m.org_id = sound_exists.org_id AND m.person_id = lib.uid())');
SELECT lib.p('sound_not_ne', 'NOT (org_id <> lib.org())');
SELECT lib.p('sound_is_true', '(org_id = lib.org()) IS TRUE');
SELECT lib.p('sound_coalesce_false', 'COALESCE(org_id = lib.org(), false)');
SELECT lib.p('sound_case', 'CASE WHEN lib.org() IS NULL THEN false ELSE org_id = lib.org() END');
SELECT lib.p('sound_text', 'org_id::text = COALESCE(current_setting(''app.org'', true), '''')');
SELECT lib.p('sound_nil', 'org_id = COALESCE(lib.org(), ''00000000-0000-0000-0000-000000000000''::uuid)');
SELECT lib.p('sound_and_or', 'org_id = lib.org() AND (created_by = lib.uid() OR title <> ''x'')');
SELECT lib.p('sound_not_distinct', 'org_id IS NOT DISTINCT FROM lib.org()');
SELECT lib.p('sound_json', 'org_id = ((nullif(current_setting(''request.jwt.claims'', true), '''')::jsonb) ->> ''org_id'')::uuid');
CREATE FUNCTION lib.is_member(o uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = app, lib, pg_temp AS $$ SELECT EXISTS (SELECT 1 FROM app.members m WHERE m.org_id = o AND m.person_id = lib.uid()) $$;
SELECT lib.p('sound_is_member', 'lib.is_member(org_id)');
CREATE FUNCTION lib.my_orgs() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = app, lib, pg_temp AS $$ SELECT org_id FROM app.members WHERE person_id = lib.uid() $$;
SELECT lib.p('sound_my_orgs', 'org_id IN (SELECT lib.my_orgs())');
CREATE FUNCTION lib.my_orgs_array() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = app, lib, pg_temp AS $$ SELECT array_agg(org_id) FROM app.members WHERE person_id = lib.uid() $$;
SELECT lib.p('sound_my_orgs_array', 'org_id = ANY (lib.my_orgs_array())');
CREATE FUNCTION lib.plpgsql_member(p_org uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = app, lib, pg_temp AS $$
DECLARE found_it boolean; BEGIN SELECT true INTO found_it FROM app.members m WHERE m.org_id = p_org AND m.person_id = lib.uid() LIMIT 1; RETURN coalesce(found_it, false); END $$;
SELECT lib.p('sound_plpgsql_member', 'lib.plpgsql_member(org_id)');
SELECT lib.t('sound_insert_cols'); 
CREATE POLICY r ON app.sound_insert_cols FOR SELECT USING (org_id = lib.org());
CREATE POLICY i ON app.sound_insert_cols FOR INSERT WITH CHECK (true);
ALTER TABLE app.sound_insert_cols ALTER org_id SET DEFAULT lib.org();
REVOKE INSERT, UPDATE, DELETE ON app.sound_insert_cols FROM w_web; GRANT INSERT (title) ON app.sound_insert_cols TO w_web;
SELECT lib.t('sound_shared_read'); ALTER TABLE app.sound_shared_read ALTER org_id DROP NOT NULL;
CREATE POLICY r ON app.sound_shared_read FOR SELECT USING (org_id IS NULL OR org_id = lib.org());
CREATE POLICY w ON app.sound_shared_read FOR INSERT WITH CHECK (org_id = lib.org());
CREATE POLICY u ON app.sound_shared_read FOR UPDATE USING (org_id = lib.org());
CREATE POLICY d ON app.sound_shared_read FOR DELETE USING (org_id = lib.org());
SELECT lib.t('sound_restrictive_pair');
CREATE POLICY p ON app.sound_restrictive_pair USING (true);
CREATE POLICY f ON app.sound_restrictive_pair AS RESTRICTIVE USING (org_id = lib.org());
SELECT lib.t('sound_restrictive_only');
CREATE POLICY f ON app.sound_restrictive_only AS RESTRICTIVE USING (org_id = lib.org());
SELECT lib.t('sound_false'); CREATE POLICY f ON app.sound_false USING (false);
SELECT lib.t('sound_two_ways');
CREATE POLICY a ON app.sound_two_ways USING (org_id = lib.org());
CREATE POLICY b ON app.sound_two_ways FOR SELECT USING (org_id IN (SELECT m.org_id FROM app.members m WHERE m.person_id = lib.uid() AND m.role = 'admin'));
CREATE TABLE app.sound_child (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, parent uuid NOT NULL REFERENCES app.sound_fn ON DELETE CASCADE, note text);
CREATE INDEX ON app.sound_child (parent);
ALTER TABLE app.sound_child ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY via ON app.sound_child USING (EXISTS (SELECT 1 FROM app.sound_fn f WHERE f.id = parent));
GRANT SELECT, INSERT ON app.sound_child TO w_web;
CREATE TABLE app.sound_countries (code char(2) PRIMARY KEY, name text); GRANT SELECT ON app.sound_countries TO w_web;
-- unique
SELECT lib.p('sound_uniq', 'org_id = lib.org()', ', email text, token text DEFAULT gen_random_uuid()::text UNIQUE');
CREATE UNIQUE INDEX ON app.sound_uniq (org_id, lower(email)) WHERE email IS NOT NULL;
-- views
CREATE VIEW app.sound_v_invoker WITH (security_invoker = true) AS SELECT * FROM app.sound_fn; GRANT SELECT ON app.sound_v_invoker TO w_web;
CREATE VIEW app.sound_v_owner_bound AS SELECT id, org_id, title FROM app.sound_fn; GRANT SELECT ON app.sound_v_owner_bound TO w_web; -- owner is bound: forced
CREATE VIEW app.sound_v_renamed WITH (security_barrier) AS SELECT f.id, f.org_id AS organisation, f.title FROM app.sound_fn f WHERE f.org_id = lib.org(); GRANT SELECT ON app.sound_v_renamed TO w_web;
CREATE TABLE app.members_open (org_id uuid NOT NULL REFERENCES app.orgs ON DELETE CASCADE, person_id bigint NOT NULL, role text, PRIMARY KEY (org_id, person_id));
GRANT SELECT ON app.members_open TO w_web;
CREATE TABLE app.open_parent (id uuid PRIMARY KEY, title text);
GRANT SELECT ON app.open_parent TO w_web;
SELECT lib.p('hole_column_grant', 'org_id = lib.org()');
-- holes
SELECT lib.p('hole_capture', 'EXISTS (SELECT 1 FROM app.members m WHERE m.org_id = org_id AND m.person_id = lib.uid())'); -- R30
SELECT lib.p('hole_in_notnull', 'org_id IN (SELECT m.org_id FROM app.members_open m WHERE m.person_id IS NOT NULL)'); -- R30
SELECT lib.p('hole_in_open', 'org_id IN (SELECT m.org_id FROM app.members_open m)'); -- R30
SELECT lib.p('hole_in_role', 'org_id IN (SELECT m.org_id FROM app.members_open m WHERE m.role = ''admin'')'); -- R30
SELECT lib.p('hole_exists_unbound', 'EXISTS (SELECT 1 FROM app.members_open m WHERE m.person_id = lib.uid())'); -- R30
SELECT lib.p('hole_exists_nouser', 'EXISTS (SELECT 1 FROM app.members_open m WHERE m.org_id = hole_exists_nouser.org_id)'); -- R30: any org with members
CREATE FUNCTION lib.bad_true(o uuid) RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT true $$;
SELECT lib.p('hole_fn_true', 'lib.bad_true(org_id)');
CREATE FUNCTION lib.bad_ignores(o uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = app, lib, pg_temp AS $$ SELECT EXISTS (SELECT 1 FROM app.members m WHERE m.person_id = lib.uid()) $$;
SELECT lib.p('hole_fn_ignores', 'lib.bad_ignores(org_id)');
CREATE FUNCTION lib.bad_capture(org_id uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = app, lib, pg_temp AS $$ SELECT EXISTS (SELECT 1 FROM app.members WHERE org_id = org_id AND person_id = lib.uid()) $$;
SELECT lib.p('hole_fn_capture', 'lib.bad_capture(org_id)');
CREATE FUNCTION lib.bad_null(o uuid) RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT lib.org() IS NULL OR o = lib.org() $$;
SELECT lib.p('hole_fn_null', 'lib.bad_null(org_id)');
CREATE FUNCTION lib.bad_admin() RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT current_setting('app.is_admin', true) = 'on' $$;
SELECT lib.p('hole_fn_admin', 'org_id = lib.org() OR lib.bad_admin()');
CREATE FUNCTION lib.bad_plpgsql(o uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN true; END $$;
SELECT lib.p('hole_fn_plpgsql_true', 'lib.bad_plpgsql(org_id)');
SELECT lib.p('hole_admin_bool', 'org_id = lib.org() OR current_setting(''app.superadmin'', true)::boolean');
SELECT lib.p('hole_admin_coalesce', 'org_id = lib.org() OR COALESCE(NULLIF(current_setting(''app.bypass'', true), '''')::boolean, false)');
SELECT lib.p('hole_starts_with', 'starts_with(org_id::text, current_setting(''app.org'', true))');
SELECT lib.p('hole_is_not_false', '(org_id = lib.org()) IS NOT FALSE');
SELECT lib.p('hole_ne_not_true', '(org_id <> lib.org()) IS NOT TRUE');
SELECT lib.p('hole_default_org', 'org_id = COALESCE(lib.org(), ''11111111-1111-1111-1111-111111111111''::uuid)');
SELECT lib.p('hole_coalesce_self', 'org_id = COALESCE(lib.org(), org_id)');
SELECT lib.p('hole_coalesce_true', 'COALESCE(org_id = lib.org(), true)');
SELECT lib.p('hole_gte', 'org_id >= lib.org()');
SELECT lib.p('hole_ne', 'org_id <> lib.org()');
SELECT lib.p('hole_wrong_col', 'id = lib.org()');
SELECT lib.p('hole_creator', 'created_by = lib.uid() OR created_by IS NULL');
SELECT lib.p('hole_signed_in', 'lib.uid() IS NOT NULL');
SELECT lib.p('hole_list_literal', 'org_id IN (lib.org(), ''11111111-1111-1111-1111-111111111111'')');
SELECT lib.p('hole_case_else', 'CASE current_setting(''app.mode'', true) WHEN ''strict'' THEN org_id = lib.org() ELSE true END');
SELECT lib.p('hole_fn_arg_const', 'lib.is_member(lib.org())'); -- member of the set org: rows of all orgs. R16/R30
SELECT lib.p('hole_self_join', 'EXISTS (SELECT 1 FROM app.hole_self_join x WHERE x.id = hole_self_join.id)');
SELECT lib.p('hole_parent_any', 'EXISTS (SELECT 1 FROM app.open_parent f WHERE f.title = hole_parent_any.title)');
SELECT lib.t('hole_second'); CREATE POLICY a ON app.hole_second USING (org_id = lib.org()); CREATE POLICY b ON app.hole_second FOR UPDATE USING (created_by = lib.uid()) WITH CHECK (true);
SELECT lib.t('hole_check_null'); ALTER TABLE app.hole_check_null ALTER org_id DROP NOT NULL; CREATE POLICY a ON app.hole_check_null USING (org_id = lib.org()) WITH CHECK (org_id = lib.org() OR org_id IS NULL);
SELECT lib.t('hole_check_isnotnull'); CREATE POLICY a ON app.hole_check_isnotnull USING (org_id = lib.org()) WITH CHECK (org_id IS NOT NULL);
SELECT lib.t('hole_role_app'); CREATE POLICY a ON app.hole_role_app USING (org_id = lib.org()); CREATE POLICY b ON app.hole_role_app FOR SELECT TO w_web USING (true);
SELECT lib.t('hole_user_name'); CREATE POLICY a ON app.hole_user_name USING (org_id::text = current_user OR current_user = 'w_web');
SELECT lib.t('hole_restr_wrong'); CREATE POLICY a ON app.hole_restr_wrong USING (true); CREATE POLICY b ON app.hole_restr_wrong AS RESTRICTIVE TO w_report USING (org_id = lib.org());
-- keys
SELECT lib.p('hole_uniq_expr', 'org_id = lib.org()', ', email text'); CREATE UNIQUE INDEX ON app.hole_uniq_expr (lower(email));
SELECT lib.p('hole_uniq_partial', 'org_id = lib.org()', ', email text, deleted_at timestamptz'); CREATE UNIQUE INDEX ON app.hole_uniq_partial (email) WHERE deleted_at IS NULL;
SELECT lib.p('hole_uniq_include', 'org_id = lib.org()', ', sku text'); CREATE UNIQUE INDEX ON app.hole_uniq_include (sku) INCLUDE (org_id);
SELECT lib.p('hole_fk', 'org_id = lib.org()', ', other uuid REFERENCES app.hole_uniq_expr');
SELECT lib.p('hole_fk_cascade', 'org_id = lib.org()', ', other uuid REFERENCES app.hole_uniq_expr ON DELETE CASCADE');
RESET ROLE;
CREATE VIEW app.sound_v_super_barrier WITH (security_barrier) AS SELECT f.* FROM app.sound_fn f WHERE f.org_id = lib.org(); GRANT SELECT ON app.sound_v_super_barrier TO w_web;
CREATE VIEW app.sound_v_super_ungranted AS SELECT * FROM app.sound_fn;
CREATE VIEW app.sound_v_inv_over_super WITH (security_invoker = true) AS SELECT * FROM app.sound_v_super_barrier; GRANT SELECT ON app.sound_v_inv_over_super TO w_web;
CREATE FUNCTION lib.sound_admin_purge() RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ DELETE FROM app.sound_fn $$; REVOKE ALL ON FUNCTION lib.sound_admin_purge() FROM PUBLIC;
CREATE FUNCTION lib.sound_count() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ SELECT count(*) FROM app.sound_fn WHERE org_id = lib.org() $$;
CREATE FUNCTION lib.sound_checked(o uuid) RETURNS bigint LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ BEGIN IF NOT lib.is_member(o) THEN RAISE EXCEPTION 'no'; END IF; RETURN (SELECT count(*) FROM app.sound_fn WHERE org_id = o); END $$;
CREATE FUNCTION lib.sound_rowsec_off() RETURNS bigint LANGUAGE sql STABLE SET row_security = off AS $$ SELECT count(*) FROM app.sound_fn $$;
CREATE PUBLICATION sound_pub_filtered FOR TABLE app.sound_fn WHERE (org_id = '11111111-1111-1111-1111-111111111111');
CREATE PUBLICATION sound_pub_global FOR TABLE app.sound_countries;
-- code
CREATE VIEW app.hole_v_super AS SELECT id, title FROM app.sound_fn; GRANT SELECT ON app.hole_v_super TO w_web;
CREATE VIEW app.sound_v_agg AS SELECT count(*) n FROM app.sound_fn; GRANT SELECT ON app.sound_v_agg TO w_web;
CREATE VIEW app.hole_v_super2 WITH (security_barrier) AS SELECT * FROM app.sound_fn WHERE lib.org() IS NOT NULL; GRANT SELECT ON app.hole_v_super2 TO w_web;
CREATE VIEW app.hole_v_inv_over WITH (security_invoker = true) AS SELECT * FROM app.hole_v_super; GRANT SELECT ON app.hole_v_inv_over TO w_web;
CREATE VIEW app.hole_v_nobarrier AS SELECT f.* FROM app.sound_fn f WHERE f.org_id = lib.org(); GRANT SELECT ON app.hole_v_nobarrier TO w_web;
CREATE MATERIALIZED VIEW app.hole_mv AS SELECT org_id, count(*) FROM app.sound_fn GROUP BY 1; GRANT SELECT ON app.hole_mv TO w_report;
CREATE FUNCTION lib.hole_by_arg(p_org uuid) RETURNS SETOF app.sound_fn LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ SELECT * FROM app.sound_fn WHERE org_id = p_org $$;
CREATE FUNCTION lib.hole_by_dollar(uuid) RETURNS SETOF app.sound_fn LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ SELECT * FROM app.sound_fn WHERE org_id = $1 $$;
CREATE FUNCTION lib.hole_rowsec() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET row_security = off AS $$ SELECT count(*) FROM app.sound_fn $$;
CREATE FUNCTION lib.hole_dyn(t text) RETURNS bigint LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ DECLARE n bigint; BEGIN EXECUTE 'SELECT count(*) FROM ' || t INTO n; RETURN n; END $$;
CREATE FUNCTION lib.hole_std() RETURNS bigint STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp BEGIN ATOMIC SELECT count(*) FROM app.sound_fn; END;
CREATE FUNCTION lib.hole_path() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER AS $$ SELECT count(*) FROM app.sound_fn WHERE org_id = lib.org() $$;
CREATE PUBLICATION hole_pub FOR TABLE app.sound_fn; CREATE PUBLICATION hole_pub_schema FOR TABLES IN SCHEMA app;
CREATE PUBLICATION hole_pub_true FOR TABLE app.hole_fk WHERE (title IS NOT NULL);
DO $$ BEGIN
 CREATE ROLE w_bypass NOLOGIN BYPASSRLS; CREATE ROLE w_mid NOLOGIN NOINHERIT; CREATE ROLE w_nested LOGIN NOINHERIT;
EXCEPTION WHEN duplicate_object THEN NULL; END $$;
GRANT SELECT ON app.sound_fn TO w_bypass; GRANT USAGE ON SCHEMA app TO w_bypass; GRANT w_bypass TO w_mid; GRANT w_mid TO w_nested; GRANT w_web TO w_nested; GRANT USAGE ON SCHEMA app TO w_nested;
ALTER DEFAULT PRIVILEGES FOR ROLE w_owner IN SCHEMA app GRANT SELECT ON TABLES TO PUBLIC;
SELECT lib.p('hole_truncate', 'org_id = lib.org()'); GRANT TRUNCATE ON app.hole_truncate TO w_web;
GRANT UPDATE (org_id) ON app.hole_column_grant TO w_report;

-- Two rows of each of two organisations everywhere.
INSERT INTO app.orgs VALUES ('11111111-1111-1111-1111-111111111111', 'one', 'One'),
	('22222222-2222-2222-2222-222222222222', 'two', 'Two');
INSERT INTO app.people (email) VALUES ('a@example.com'), ('b@example.com');
INSERT INTO app.members SELECT o.id, p.id, 'admin' FROM app.orgs o JOIN app.people p ON (o.slug = 'one') = (p.id = 1);
INSERT INTO app.members_open SELECT * FROM app.members;
INSERT INTO app.open_parent SELECT gen_random_uuid(), 'row ' || n FROM generate_series(1, 2) n;
DO $$
DECLARE
	r regclass;
BEGIN
	FOR r IN SELECT c.oid FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'org_id'
		WHERE c.relkind = 'r' AND c.relnamespace = 'app'::regnamespace AND c.relname ~ '^(hole|sound)_' LOOP
		EXECUTE format('INSERT INTO %s (org_id, title, created_by)
			SELECT o.id, ''row '' || n, n FROM app.orgs o, generate_series(1, 2) n', r);
	END LOOP;
END $$;
REFRESH MATERIALIZED VIEW app.hole_mv;
