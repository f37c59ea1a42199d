-- SPDX-License-Identifier: MIT
-- Workspaces told apart by a domain: functions that decide in steps, sub-queries that count, joins in views, roles
-- that may only be set, and a second tenancy of two columns.
-- What begins with "hole_" must raise a finding above info, what begins with "sound_" none.
-- Run by a superuser in an empty database of its own cluster.
\set ON_ERROR_STOP on
\set QUIET on
\o /dev/null
SET client_min_messages = error;
DO $$ BEGIN
 CREATE ROLE k_owner NOLOGIN; CREATE ROLE k_api LOGIN; CREATE ROLE k_jobs LOGIN; CREATE ROLE k_staff NOLOGIN; CREATE ROLE k_bypass NOLOGIN BYPASSRLS;
 CREATE ROLE k_mid NOLOGIN; CREATE ROLE k_support NOLOGIN; CREATE ROLE k_support2 NOLOGIN; CREATE ROLE k_mid2 NOLOGIN NOINHERIT;
 CREATE ROLE hole_chain LOGIN; GRANT k_support TO k_mid, k_api; GRANT k_mid TO hole_chain;
 CREATE ROLE hole_set_only LOGIN NOINHERIT; CREATE ROLE sound_no_set LOGIN; CREATE ROLE hole_regrants LOGIN NOINHERIT; CREATE ROLE sound_chain LOGIN; CREATE ROLE hole_stored LOGIN;
 GRANT k_api TO hole_stored;
 IF current_setting('server_version_num')::int >= 160000 THEN
  EXECUTE 'GRANT k_bypass TO hole_set_only WITH INHERIT FALSE, SET TRUE'; EXECUTE 'GRANT k_bypass TO sound_no_set WITH INHERIT TRUE, SET FALSE';
  EXECUTE 'GRANT k_bypass TO hole_regrants WITH INHERIT FALSE, SET FALSE, ADMIN TRUE'; EXECUTE 'GRANT k_support2 TO sound_chain WITH INHERIT FALSE, SET FALSE';
 ELSE
  GRANT k_bypass TO hole_set_only; GRANT k_bypass TO hole_regrants WITH ADMIN OPTION; GRANT k_support2 TO k_mid2; -- nobody's
 END IF;
EXCEPTION WHEN duplicate_object THEN NULL; END $$;
CREATE SCHEMA ws AUTHORIZATION k_owner; CREATE SCHEMA lib AUTHORIZATION k_owner; CREATE SCHEMA scratch AUTHORIZATION k_owner;
GRANT USAGE ON SCHEMA ws, lib, scratch TO k_api, k_jobs, k_support, k_support2, k_bypass, sound_no_set, sound_chain; GRANT CREATE ON SCHEMA scratch TO k_api;
CREATE EXTENSION hstore SCHEMA public;
SET ROLE k_owner;
CREATE DOMAIN lib.wsid AS uuid CHECK (VALUE <> '00000000-0000-0000-0000-000000000000');
CREATE FUNCTION lib.ws() RETURNS lib.wsid LANGUAGE sql STABLE AS $$ SELECT nullif(current_setting('ctx.workspace', true), '')::lib.wsid $$;
CREATE FUNCTION lib.uid() RETURNS bigint LANGUAGE sql STABLE AS $$ SELECT nullif(current_setting('ctx.user', true), '')::bigint $$;
CREATE TABLE ws.workspaces (id lib.wsid PRIMARY KEY DEFAULT gen_random_uuid(), title text NOT NULL);
ALTER TABLE ws.workspaces ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY self ON ws.workspaces USING (id = lib.ws()); GRANT SELECT ON ws.workspaces TO k_api;
CREATE TABLE ws.seats (workspace_id lib.wsid NOT NULL REFERENCES ws.workspaces ON DELETE CASCADE, user_id bigint NOT NULL, grade int NOT NULL DEFAULT 0, PRIMARY KEY (workspace_id, user_id));
ALTER TABLE ws.seats ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY mine ON ws.seats FOR SELECT USING (user_id = lib.uid()); GRANT SELECT ON ws.seats TO k_api;
CREATE FUNCTION lib.t(n text, extra text DEFAULT '') RETURNS void LANGUAGE plpgsql AS $$ BEGIN
 EXECUTE format('CREATE TABLE ws.%I (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, workspace_id lib.wsid NOT NULL REFERENCES ws.workspaces ON DELETE CASCADE, title text NOT NULL DEFAULT '''', made_by bigint %s)', n, extra);
 EXECUTE format('CREATE INDEX ON ws.%I (workspace_id)', n);
 EXECUTE format('ALTER TABLE ws.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', n);
 EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ws.%I TO k_api', n);
END $$;
CREATE FUNCTION lib.p(n text, c text, extra text DEFAULT '') RETURNS void LANGUAGE plpgsql AS $$
BEGIN PERFORM lib.t(n, extra); EXECUTE format('CREATE POLICY iso ON ws.%I USING (%s)', n, c); END $$;

-- Conditions that bind, however they are written
SELECT lib.p('sound_1', 'workspace_id = lib.ws()'); SELECT lib.p('sound_2', 'workspace_id = lib.ws()'); SELECT lib.p('sound_3', 'workspace_id = lib.ws()');
SELECT lib.p('sound_domain_base', 'workspace_id = nullif(current_setting(''ctx.workspace'', true), '''')::uuid');
SELECT lib.p('sound_in_select', 'workspace_id IN (SELECT lib.ws())');
SELECT lib.p('sound_array_of_one', 'workspace_id = ANY (ARRAY[lib.ws()])');
SELECT lib.p('sound_case_operand', 'CASE lib.ws() WHEN workspace_id THEN true ELSE false END');
SELECT lib.p('sound_live', 'title <> ''draft'' AND workspace_id = lib.ws()');
SELECT lib.p('sound_nullif', 'nullif(workspace_id, lib.ws()) IS NULL');
SELECT lib.p('sound_hstore', 'workspace_id = (nullif(current_setting(''ctx.claims'', true), '''')::public.hstore OPERATOR(public.->) ''workspace'')::uuid');
SELECT lib.p('sound_list', 'workspace_id = ANY (string_to_array(nullif(current_setting(''ctx.workspaces'', true), ''''), '','')::uuid[])');
SELECT lib.p('sound_contained', 'ARRAY[workspace_id::uuid] <@ string_to_array(nullif(current_setting(''ctx.workspaces'', true), ''''), '','')::uuid[]');
SELECT lib.p('sound_count', '(SELECT count(*) FROM ws.seats s WHERE s.workspace_id = sound_count.workspace_id AND s.user_id = lib.uid()) > 0');
SELECT lib.p('sound_seat_grade', 'EXISTS (SELECT 1 FROM ws.seats s WHERE s.workspace_id = sound_seat_grade.workspace_id AND s.user_id = lib.uid() AND (s.grade > 3 OR sound_seat_grade.made_by = s.user_id))');
SELECT lib.p('sound_seat_max', '(SELECT max(s.grade) FROM ws.seats s WHERE s.workspace_id = sound_seat_max.workspace_id AND s.user_id = lib.uid()) >= 2');
CREATE FUNCTION lib.ws_steps() RETURNS uuid LANGUAGE plpgsql STABLE AS $$ DECLARE v text; BEGIN v := current_setting('ctx.workspace', true); IF v IS NULL OR v = '' THEN RETURN NULL; END IF; RETURN v::uuid; END $$;
SELECT lib.p('sound_steps', 'workspace_id = (SELECT lib.ws_steps())');
CREATE FUNCTION lib.ws_raises() RETURNS uuid LANGUAGE plpgsql STABLE AS $$ BEGIN IF coalesce(current_setting('ctx.workspace', true), '') = '' THEN RAISE EXCEPTION 'no workspace'; END IF; RETURN current_setting('ctx.workspace')::uuid; END $$;
SELECT lib.p('sound_raises', 'workspace_id = (SELECT lib.ws_raises())');
CREATE FUNCTION lib.ws_catches() RETURNS uuid LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN current_setting('ctx.workspace')::uuid; EXCEPTION WHEN OTHERS THEN RETURN NULL; END $$;
SELECT lib.p('sound_catches', 'workspace_id = (SELECT lib.ws_catches())');
CREATE FUNCTION lib.can_see(w uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$ BEGIN IF w IS NULL THEN RETURN false; END IF; RETURN w = lib.ws(); END $$;
SELECT lib.p('sound_can_see', 'lib.can_see(workspace_id)');
CREATE FUNCTION lib.has_seat(w uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ DECLARE n int; BEGIN SELECT count(*) INTO n FROM ws.seats s WHERE s.workspace_id = w AND s.user_id = lib.uid(); RETURN n > 0; END $$;
SELECT lib.p('sound_has_seat', 'lib.has_seat(workspace_id)');
CREATE FUNCTION lib.is_staff() RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT pg_has_role(session_user, 'k_staff', 'member') $$;
SELECT lib.p('sound_staff', 'workspace_id = lib.ws() OR lib.is_staff()');
CREATE FUNCTION lib.is_staff_steps() RETURNS boolean LANGUAGE plpgsql STABLE AS $$ BEGIN IF pg_has_role(session_user, 'k_staff', 'member') THEN RETURN true; END IF; RETURN false; END $$;
SELECT lib.p('sound_staff_steps', 'workspace_id = lib.ws() OR lib.is_staff_steps()');
SELECT lib.t('sound_shared_array', ', shared_with uuid[] NOT NULL DEFAULT ''{}''');
CREATE POLICY r ON ws.sound_shared_array FOR SELECT USING (workspace_id = lib.ws() OR lib.ws() = ANY (shared_with)); CREATE POLICY w ON ws.sound_shared_array FOR INSERT WITH CHECK (workspace_id = lib.ws());
CREATE POLICY u ON ws.sound_shared_array FOR UPDATE USING (workspace_id = lib.ws()); CREATE POLICY d ON ws.sound_shared_array FOR DELETE USING (workspace_id = lib.ws());
SELECT lib.p('sound_invites', 'workspace_id = lib.ws()', ', invite_token text UNIQUE');
-- Given to another workspace: by a policy of its own, by an array, with a condition; the name alone says it, too.
SELECT lib.p('sound_given', 'workspace_id = lib.ws()', ', given_to uuid REFERENCES ws.workspaces ON DELETE SET NULL'); CREATE POLICY given ON ws.sound_given FOR SELECT USING (given_to = (SELECT lib.ws()));
SELECT lib.p('sound_given_many', 'workspace_id = lib.ws()', ', readers uuid[] NOT NULL DEFAULT ''{}'''); CREATE POLICY given ON ws.sound_given_many FOR SELECT USING (lib.ws() = ANY (readers));
SELECT lib.p('sound_given_on', 'workspace_id = lib.ws()', ', guest_workspace_id uuid, accepted boolean'); CREATE POLICY given ON ws.sound_given_on FOR SELECT USING (guest_workspace_id = lib.ws() AND accepted);
SELECT lib.t('sound_own_updates'); CREATE POLICY r ON ws.sound_own_updates FOR SELECT USING (workspace_id = lib.ws()); CREATE POLICY u ON ws.sound_own_updates FOR UPDATE USING (workspace_id = lib.ws() AND made_by = lib.uid()); REVOKE INSERT, DELETE ON ws.sound_own_updates FROM k_api;
CREATE TABLE ws.sound_generated (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, path text NOT NULL, workspace_id uuid GENERATED ALWAYS AS (split_part(path, '/', 1)::uuid) STORED NOT NULL);
CREATE INDEX ON ws.sound_generated (workspace_id); ALTER TABLE ws.sound_generated ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY p ON ws.sound_generated USING (workspace_id = lib.ws()); GRANT SELECT, INSERT ON ws.sound_generated TO k_api;

-- Conditions that do not
CREATE FUNCTION lib.is_admin_steps() RETURNS boolean LANGUAGE plpgsql STABLE AS $$ DECLARE r text := current_setting('ctx.role', true); BEGIN RETURN r = 'admin'; END $$;
SELECT lib.p('hole_admin_steps', 'workspace_id = lib.ws() OR lib.is_admin_steps()');
CREATE FUNCTION lib.is_admin_if() RETURNS boolean LANGUAGE plpgsql STABLE AS $$ BEGIN IF current_setting('ctx.role', true) IN ('admin', 'root') THEN RETURN true; ELSE RETURN false; END IF; END $$;
SELECT lib.p('hole_admin_if', 'workspace_id = lib.ws() OR lib.is_admin_if()');
CREATE FUNCTION lib.ws_default() RETURNS uuid LANGUAGE plpgsql STABLE AS $$ DECLARE v text := nullif(current_setting('ctx.workspace', true), ''); BEGIN IF v IS NULL THEN RETURN '11111111-1111-1111-1111-111111111111'::uuid; END IF; RETURN v::uuid; END $$;
SELECT lib.p('hole_steps_default', 'workspace_id = (SELECT lib.ws_default())');
CREATE FUNCTION lib.ws_catch_default() RETURNS uuid LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN current_setting('ctx.workspace')::uuid; EXCEPTION WHEN OTHERS THEN RETURN '11111111-1111-1111-1111-111111111111'; END $$;
SELECT lib.p('hole_catch_default', 'workspace_id = (SELECT lib.ws_catch_default())');
CREATE FUNCTION lib.can_see_all(w uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$ BEGIN IF coalesce(current_setting('ctx.workspace', true), '') = '' THEN RETURN true; END IF; RETURN w = lib.ws(); END $$;
SELECT lib.p('hole_can_see_unset', 'lib.can_see_all(workspace_id)');
CREATE FUNCTION lib.can_see_forgot(w uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$ DECLARE ok boolean; BEGIN SELECT EXISTS (SELECT 1 FROM ws.seats s WHERE s.user_id = lib.uid()) INTO ok; IF w IS NULL THEN RETURN false; END IF; RETURN ok; END $$;
SELECT lib.p('hole_can_see_forgot', 'lib.can_see_forgot(workspace_id)');
SELECT lib.p('hole_left', 'left(workspace_id::text, 8) = left(current_setting(''ctx.workspace'', true), 8)');
SELECT lib.p('hole_not_any', 'workspace_id <> ALL (string_to_array(current_setting(''ctx.blocked'', true), '','')::uuid[])');
SELECT lib.p('hole_range', 'workspace_id BETWEEN nullif(current_setting(''ctx.from'', true), '''')::uuid AND nullif(current_setting(''ctx.to'', true), '''')::uuid');
SELECT lib.p('hole_exists_or', 'EXISTS (SELECT 1 FROM ws.seats s WHERE s.workspace_id = hole_exists_or.workspace_id OR s.user_id = lib.uid())');
SELECT lib.p('hole_exists_ne', 'EXISTS (SELECT 1 FROM ws.seats s WHERE s.workspace_id <> hole_exists_ne.workspace_id AND s.user_id = lib.uid())');
SELECT lib.p('hole_exists_count', 'EXISTS (SELECT count(*) FROM ws.seats s WHERE s.workspace_id = hole_exists_count.workspace_id AND s.user_id = lib.uid())');
SELECT lib.p('hole_count_zero', '(SELECT count(*) FROM ws.seats s WHERE s.workspace_id = hole_count_zero.workspace_id AND s.user_id = lib.uid()) >= 0');
SELECT lib.p('hole_not_exists', 'NOT EXISTS (SELECT 1 FROM ws.seats s WHERE s.workspace_id = hole_not_exists.workspace_id AND s.grade < 0)');
SELECT lib.p('hole_null_shared', 'coalesce(workspace_id, lib.ws()) = lib.ws()'); ALTER TABLE ws.hole_null_shared ALTER workspace_id DROP NOT NULL;
SELECT lib.p('hole_fallback_cast', 'workspace_id::text = coalesce(nullif(current_setting(''ctx.workspace'', true), ''''), workspace_id::text)');
SELECT lib.p('hole_made_by', 'workspace_id = lib.ws() OR made_by = lib.uid()');
SELECT lib.p('hole_shared_array', 'workspace_id = lib.ws() OR lib.ws() = ANY (shared_with)', ', shared_with uuid[] NOT NULL DEFAULT ''{}''');
SELECT lib.p('hole_given', 'workspace_id = lib.ws()', ', given_to uuid REFERENCES ws.workspaces ON DELETE SET NULL'); CREATE POLICY given ON ws.hole_given USING (given_to = (SELECT lib.ws()));
SELECT lib.p('hole_wrong_column', 'workspace_id = lib.ws()', ', batch uuid'); CREATE POLICY wrong ON ws.hole_wrong_column FOR SELECT USING (batch = lib.ws());
SELECT lib.p('hole_like_prefix', 'workspace_id::text LIKE (current_setting(''ctx.workspace'', true) || ''%'')');
SELECT lib.p('hole_any_star', 'current_setting(''ctx.workspace'', true) = ANY (ARRAY[workspace_id::text, ''*''])');
CREATE TABLE ws.hole_staff (user_id bigint PRIMARY KEY, workspace_id lib.wsid NOT NULL REFERENCES ws.workspaces ON DELETE CASCADE); GRANT SELECT, INSERT ON ws.hole_staff TO k_api;
CREATE FUNCTION lib.in_staff(w uuid) RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT EXISTS (SELECT 1 FROM ws.hole_staff s WHERE s.workspace_id = w AND s.user_id = lib.uid()) $$;
SELECT lib.p('hole_trusts_fn', 'lib.in_staff(workspace_id)');
SELECT lib.t('hole_update_person'); CREATE POLICY r ON ws.hole_update_person FOR SELECT USING (workspace_id = lib.ws()); CREATE POLICY u ON ws.hole_update_person FOR UPDATE USING (made_by = lib.uid());
SELECT lib.t('hole_support'); CREATE POLICY own ON ws.hole_support USING (workspace_id = lib.ws()); CREATE POLICY all_of_it ON ws.hole_support TO k_support USING (true); GRANT ALL ON ws.hole_support TO k_support;
SELECT lib.t('hole_support_too'); CREATE POLICY own ON ws.hole_support_too USING (workspace_id = lib.ws()); CREATE POLICY all_of_it ON ws.hole_support_too FOR SELECT TO k_support USING (true); GRANT SELECT ON ws.hole_support_too TO k_support;
SELECT lib.t('sound_support2'); CREATE POLICY own ON ws.sound_support2 USING (workspace_id = lib.ws()); CREATE POLICY s2 ON ws.sound_support2 FOR SELECT TO k_support2 USING (true); GRANT SELECT ON ws.sound_support2 TO k_support2, sound_chain, k_bypass, sound_no_set, hole_set_only, hole_regrants;

-- Partitions and children
CREATE TABLE ws.sound_log (workspace_id lib.wsid NOT NULL, at date NOT NULL, body text, PRIMARY KEY (workspace_id, at)) PARTITION BY RANGE (at);
CREATE TABLE ws.hole_leaf_loose PARTITION OF ws.sound_log FOR VALUES FROM ('2025-01-01') TO ('2026-01-01'); CREATE TABLE ws.sound_leaf_same PARTITION OF ws.sound_log FOR VALUES FROM ('2026-01-01') TO ('2027-01-01'); CREATE TABLE ws.sound_leaf_hidden PARTITION OF ws.sound_log DEFAULT;
DO $$ DECLARE r text; BEGIN FOREACH r IN ARRAY ARRAY['sound_log', 'hole_leaf_loose', 'sound_leaf_same'] LOOP EXECUTE format('ALTER TABLE ws.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; GRANT SELECT, INSERT ON ws.%I TO k_api', r, r); END LOOP; END $$;
CREATE POLICY p ON ws.sound_log USING (workspace_id = lib.ws()); CREATE POLICY p ON ws.sound_leaf_same USING (workspace_id = lib.ws()); CREATE POLICY p ON ws.hole_leaf_loose USING (true);

-- Keys
SELECT lib.p('hole_fk_self', 'workspace_id = lib.ws()', ', parent_id bigint REFERENCES ws.hole_fk_self ON DELETE SET NULL');
SELECT lib.p('sound_fk_self', 'workspace_id = lib.ws()', ', parent_id bigint, UNIQUE (workspace_id, id), FOREIGN KEY (workspace_id, parent_id) REFERENCES ws.sound_fk_self (workspace_id, id) ON DELETE SET NULL (parent_id)');
CREATE TABLE ws.hole_natural_key (code text PRIMARY KEY, workspace_id lib.wsid NOT NULL REFERENCES ws.workspaces ON DELETE CASCADE); CREATE INDEX ON ws.hole_natural_key (workspace_id);
ALTER TABLE ws.hole_natural_key ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY p ON ws.hole_natural_key USING (workspace_id = lib.ws()); GRANT SELECT, INSERT ON ws.hole_natural_key TO k_api;
SELECT lib.p('hole_uniq_nulls', 'workspace_id = lib.ws()', ', email text');
SELECT lib.p('sound_uniq_text', 'workspace_id = lib.ws()', ', email text'); CREATE UNIQUE INDEX ON ws.sound_uniq_text ((workspace_id::text || ':' || email)) WHERE email IS NOT NULL;

-- Documents of several workspaces: the tenant stands in a table between
CREATE TABLE ws.sound_docs (id bigint PRIMARY KEY, body text); CREATE TABLE ws.hole_docs_unbound (id bigint PRIMARY KEY, body text); CREATE TABLE ws.hole_docs_or (id bigint PRIMARY KEY, body text);
CREATE TABLE ws.doc_workspaces (doc_id bigint NOT NULL REFERENCES ws.sound_docs ON DELETE CASCADE REFERENCES ws.hole_docs_unbound ON DELETE CASCADE REFERENCES ws.hole_docs_or ON DELETE CASCADE, workspace_id lib.wsid NOT NULL REFERENCES ws.workspaces ON DELETE CASCADE, PRIMARY KEY (workspace_id, doc_id)); CREATE INDEX ON ws.doc_workspaces (doc_id);
ALTER TABLE ws.doc_workspaces ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY p ON ws.doc_workspaces USING (workspace_id = lib.ws());
DO $$ DECLARE r text; BEGIN FOREACH r IN ARRAY ARRAY['sound_docs', 'hole_docs_unbound', 'hole_docs_or'] LOOP EXECUTE format('ALTER TABLE ws.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; GRANT SELECT ON ws.%I TO k_api', r, r); END LOOP; END $$; GRANT SELECT ON ws.doc_workspaces TO k_api;
CREATE POLICY p ON ws.sound_docs USING (EXISTS (SELECT 1 FROM ws.doc_workspaces d WHERE d.doc_id = sound_docs.id AND d.workspace_id = lib.ws()));
CREATE POLICY p ON ws.hole_docs_unbound USING (EXISTS (SELECT 1 FROM ws.doc_workspaces d WHERE d.workspace_id = lib.ws()));
CREATE POLICY p ON ws.hole_docs_or USING (lib.ws() IS NULL OR EXISTS (SELECT 1 FROM ws.doc_workspaces d WHERE d.doc_id = hole_docs_or.id AND d.workspace_id = lib.ws()));

RESET ROLE;
-- Views: what is joined and what is bound
CREATE VIEW ws.sound_join WITH (security_barrier) AS SELECT a.id, b.title FROM ws.sound_1 a JOIN ws.sound_2 b ON b.workspace_id = a.workspace_id AND b.made_by = a.made_by WHERE a.workspace_id = lib.ws(); GRANT SELECT ON ws.sound_join TO k_api;
CREATE VIEW ws.sound_join_directory WITH (security_barrier) AS SELECT a.id, w.title FROM ws.sound_1 a JOIN ws.workspaces w ON w.id = a.workspace_id WHERE w.id = lib.ws(); GRANT SELECT ON ws.sound_join_directory TO k_api;
CREATE VIEW ws.sound_left_join WITH (security_barrier) AS SELECT a.id, b.title FROM ws.sound_1 a LEFT JOIN ws.sound_2 b ON b.workspace_id = a.workspace_id AND b.id = a.id WHERE a.workspace_id = lib.ws(); GRANT SELECT ON ws.sound_left_join TO k_api;
CREATE VIEW ws.sound_join_parent WITH (security_barrier) AS SELECT a.id, f.title FROM ws.sound_fk_self a JOIN ws.sound_fk_self f ON f.id = a.parent_id WHERE a.workspace_id = lib.ws(); GRANT SELECT ON ws.sound_join_parent TO k_api;
CREATE VIEW ws.sound_scalar WITH (security_barrier) AS SELECT a.id, (SELECT count(*) FROM ws.sound_2 b WHERE b.workspace_id = a.workspace_id) AS n FROM ws.sound_1 a WHERE a.workspace_id = lib.ws(); GRANT SELECT ON ws.sound_scalar TO k_api;
CREATE VIEW ws.hole_cross_join WITH (security_barrier) AS SELECT b.id, b.title FROM ws.sound_1 a CROSS JOIN ws.sound_2 b WHERE a.workspace_id = lib.ws(); GRANT SELECT ON ws.hole_cross_join TO k_api;
CREATE VIEW ws.hole_join_title WITH (security_barrier) AS SELECT b.id, b.title FROM ws.sound_1 a JOIN ws.sound_2 b ON b.title = a.title WHERE a.workspace_id = lib.ws(); GRANT SELECT ON ws.hole_join_title TO k_api;
CREATE VIEW ws.hole_left_filter WITH (security_barrier) AS SELECT b.id, b.title, a.id AS own FROM ws.sound_2 b LEFT JOIN ws.sound_1 a ON a.id = b.id AND a.workspace_id = lib.ws(); GRANT SELECT ON ws.hole_left_filter TO k_api;
CREATE VIEW ws.hole_left_filter_self WITH (security_barrier) AS SELECT b.id, b.title, a.id AS own FROM ws.sound_2 b LEFT JOIN ws.sound_1 a ON a.workspace_id = b.workspace_id AND b.workspace_id = lib.ws(); GRANT SELECT ON ws.hole_left_filter_self TO k_api;
CREATE VIEW ws.hole_scalar WITH (security_barrier) AS SELECT a.id, (SELECT max(b.title) FROM ws.sound_2 b) AS other FROM ws.sound_1 a WHERE a.workspace_id = lib.ws(); GRANT SELECT ON ws.hole_scalar TO k_api;
CREATE VIEW ws.hole_cte WITH (security_barrier) AS WITH everything AS (SELECT id, title FROM ws.sound_2) SELECT e.* FROM everything e, ws.sound_1 a WHERE a.workspace_id = lib.ws(); GRANT SELECT ON ws.hole_cte TO k_api;
CREATE VIEW ws.sound_ungranted AS SELECT id, title FROM ws.sound_1; CREATE MATERIALIZED VIEW ws.hole_mv_of_view AS SELECT * FROM ws.sound_ungranted; GRANT SELECT ON ws.hole_mv_of_view TO k_api;
CREATE MATERIALIZED VIEW ws.sound_mv_workspaces AS SELECT count(*) AS n FROM ws.sound_1 WITH NO DATA; -- granted to nobody
ALTER TABLE ws.sound_3 NO FORCE ROW LEVEL SECURITY;
CREATE VIEW ws.hole_rule_view WITH (security_barrier) AS SELECT id, workspace_id, title FROM ws.sound_3 WHERE workspace_id = lib.ws(); ALTER VIEW ws.hole_rule_view OWNER TO k_owner; GRANT SELECT, INSERT ON ws.hole_rule_view TO k_api;
CREATE RULE put AS ON INSERT TO ws.hole_rule_view DO INSTEAD INSERT INTO ws.sound_3 (workspace_id, title) VALUES (NEW.workspace_id, NEW.title);
CREATE VIEW ws.sound_instead WITH (security_invoker) AS SELECT id, workspace_id, title FROM ws.sound_2; GRANT SELECT, INSERT ON ws.sound_instead TO k_api;
CREATE FUNCTION lib.put_invoker() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO ws.sound_2 (workspace_id, title) VALUES (NEW.workspace_id, NEW.title); RETURN NEW; END $$;
CREATE TRIGGER put INSTEAD OF INSERT ON ws.sound_instead FOR EACH ROW EXECUTE FUNCTION lib.put_invoker();
CREATE VIEW ws.hole_instead WITH (security_invoker) AS SELECT id, workspace_id, title FROM ws.sound_2; GRANT SELECT, INSERT ON ws.hole_instead TO k_api;
CREATE FUNCTION lib.put_definer() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ BEGIN INSERT INTO ws.sound_2 (workspace_id, title) VALUES (NEW.workspace_id, NEW.title); RETURN NEW; END $$;
CREATE TRIGGER put INSTEAD OF INSERT ON ws.hole_instead FOR EACH ROW EXECUTE FUNCTION lib.put_definer();

-- Functions with their owner's rights
CREATE FUNCTION lib.hole_default_arg(w uuid DEFAULT lib.ws()) RETURNS SETOF ws.sound_1 LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT * FROM ws.sound_1 WHERE workspace_id = w $$;
CREATE FUNCTION lib.hole_flag(p_all boolean) RETURNS SETOF ws.sound_1 LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT * FROM ws.sound_1 WHERE workspace_id = lib.ws() OR p_all $$;
CREATE PROCEDURE lib.hole_proc(t text) LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$ UPDATE ws.sound_1 SET title = t $$;
CREATE FUNCTION lib.hole_path_writable() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = scratch, ws, pg_temp AS $$ SELECT count(*) FROM sound_1 WHERE workspace_id = lib.ws() $$;
CREATE FUNCTION lib.hole_path_user() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = "$user", ws AS $$ SELECT count(*) FROM sound_1 WHERE workspace_id = lib.ws() $$;
CREATE FUNCTION lib.hole_set_workspace(w uuid) RETURNS void LANGUAGE plpgsql AS $$ BEGIN PERFORM set_config('ctx.workspace', w::text, is_local => false); END $$;
CREATE FUNCTION lib.sound_set_workspace(w uuid) RETURNS void LANGUAGE plpgsql AS $$ BEGIN PERFORM set_config('ctx.workspace', w::text, is_local => true); END $$;
CREATE FUNCTION lib.assert_seat(w uuid) RETURNS void LANGUAGE plpgsql STABLE AS $$ BEGIN IF NOT lib.has_seat(w) THEN RAISE EXCEPTION 'no seat'; END IF; END $$;
CREATE FUNCTION lib.sound_asserts(w uuid) RETURNS bigint LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$ BEGIN PERFORM lib.assert_seat(w); RETURN (SELECT count(*) FROM ws.sound_1 WHERE workspace_id = w); END $$;
CREATE FUNCTION lib.sound_audit(what text) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$ INSERT INTO ws.sound_1 (workspace_id, title) VALUES (lib.ws(), what) $$;
CREATE FUNCTION lib.sound_dynamic(n int) RETURNS bigint LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$ DECLARE c bigint; BEGIN EXECUTE 'SELECT count(*) FROM ws.sound_1 WHERE workspace_id = $1 AND id > $2' INTO c USING lib.ws(), n; RETURN c; END $$;

-- Roles, defaults, publications
DO $$ BEGIN EXECUTE format('ALTER ROLE hole_stored IN DATABASE %I SET ctx.workspace = %L', current_database(), '11111111-1111-1111-1111-111111111111'); END $$;
CREATE SCHEMA hole_defaults AUTHORIZATION k_owner; GRANT USAGE ON SCHEMA hole_defaults TO k_api; ALTER DEFAULT PRIVILEGES FOR ROLE k_owner IN SCHEMA hole_defaults GRANT SELECT, INSERT ON TABLES TO k_api;
CREATE SCHEMA sound_defaults AUTHORIZATION k_owner; ALTER DEFAULT PRIVILEGES FOR ROLE k_owner IN SCHEMA sound_defaults GRANT USAGE ON SEQUENCES TO k_api;
CREATE PUBLICATION hole_pub_columns FOR TABLE ws.sound_1 (id, workspace_id, title); CREATE PUBLICATION hole_pub_root FOR TABLE ws.sound_log WITH (publish_via_partition_root);
CREATE PUBLICATION sound_pub_empty;

-- A second tenancy: a branch is a region and a number, and neither alone
CREATE SCHEMA br AUTHORIZATION k_owner; SET ROLE k_owner; GRANT USAGE ON SCHEMA br TO k_api;
CREATE TABLE br.branches (region text NOT NULL, branch_no int NOT NULL, name text NOT NULL, PRIMARY KEY (region, branch_no));
ALTER TABLE br.branches ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY p ON br.branches USING (region = current_setting('br.region', true) AND branch_no = nullif(current_setting('br.no', true), '')::int); GRANT SELECT ON br.branches TO k_api;
CREATE FUNCTION br.mk(n text, pol text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
 EXECUTE format('CREATE TABLE br.%I (region text NOT NULL, branch_no int NOT NULL, ticket int NOT NULL, body text, PRIMARY KEY (region, branch_no, ticket), FOREIGN KEY (region, branch_no) REFERENCES br.branches ON DELETE CASCADE)', n);
 EXECUTE format('CREATE INDEX ON br.%I (branch_no)', n);
 EXECUTE format('ALTER TABLE br.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', n); EXECUTE format('CREATE POLICY p ON br.%I USING (%s)', n, pol); EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON br.%I TO k_api', n);
END $$;
SELECT br.mk('sound_tickets', 'region = current_setting(''br.region'', true) AND branch_no = nullif(current_setting(''br.no'', true), '''')::int');
SELECT br.mk('sound_bills', '(region, branch_no) = (current_setting(''br.region'', true), nullif(current_setting(''br.no'', true), '''')::int)');
SELECT br.mk('sound_visits', 'branch_no = nullif(current_setting(''br.no'', true), '''')::int AND region = current_setting(''br.region'', true)');
SELECT br.mk('hole_region_only', 'region = current_setting(''br.region'', true)');
SELECT br.mk('hole_number_only', 'branch_no = nullif(current_setting(''br.no'', true), '''')::int');
SELECT br.mk('hole_either', 'region = current_setting(''br.region'', true) OR branch_no = nullif(current_setting(''br.no'', true), '''')::int');
RESET ROLE;
CREATE PUBLICATION sound_pub_one FOR TABLE br.sound_tickets WHERE (region = 'north' AND branch_no = 1);

-- Two rows of each of two workspaces, of two regions and two numbers
INSERT INTO ws.workspaces VALUES ('11111111-1111-1111-1111-111111111111', 'One'), ('22222222-2222-2222-2222-222222222222', 'Two');
INSERT INTO ws.seats SELECT id, 1, 1 FROM ws.workspaces; INSERT INTO ws.hole_staff SELECT row_number() OVER (), id FROM ws.workspaces;
INSERT INTO ws.hole_natural_key SELECT 'K' || row_number() OVER (), id FROM ws.workspaces;
INSERT INTO ws.sound_log SELECT id, d::date, '' FROM ws.workspaces, (VALUES ('2025-05-05'), ('2026-06-06'), ('2027-07-07')) v (d);
INSERT INTO ws.sound_generated (path) SELECT id || '/a' FROM ws.workspaces;
INSERT INTO ws.sound_docs SELECT n, '' FROM generate_series(1, 2) n; INSERT INTO ws.hole_docs_unbound SELECT * FROM ws.sound_docs; INSERT INTO ws.hole_docs_or SELECT * FROM ws.sound_docs; INSERT INTO ws.doc_workspaces SELECT row_number() OVER (), id FROM ws.workspaces;
INSERT INTO br.branches VALUES ('north', 1, 'N1'), ('north', 2, 'N2'), ('south', 1, 'S1');
DO $$
DECLARE
	r record;
BEGIN
	FOR r IN SELECT c.oid::regclass AS name, n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname IN ('made_by', 'ticket')
		WHERE c.relkind = 'r' LOOP
		IF r.nspname = 'ws' THEN
			EXECUTE format('INSERT INTO %s (workspace_id, title, made_by) SELECT w.id, ''row '' || n, n FROM ws.workspaces w, generate_series(1, 2) n', r.name);
		ELSE
			EXECUTE format('INSERT INTO %s SELECT region, branch_no, n, '''' FROM br.branches, generate_series(1, 2) n', r.name);
		END IF;
	END LOOP;
END $$;
UPDATE ws.hole_uniq_nulls SET email = id::text; ALTER TABLE ws.hole_uniq_nulls ADD UNIQUE NULLS NOT DISTINCT (email);
REFRESH MATERIALIZED VIEW ws.hole_mv_of_view;
-- Each is given to the other.
UPDATE ws.sound_given t SET given_to = w.id FROM ws.workspaces w WHERE w.id <> t.workspace_id; UPDATE ws.hole_given t SET given_to = w.id FROM ws.workspaces w WHERE w.id <> t.workspace_id;
UPDATE ws.sound_given_many t SET readers = ARRAY[w.id] FROM ws.workspaces w WHERE w.id <> t.workspace_id; UPDATE ws.sound_given_on t SET guest_workspace_id = w.id, accepted = true FROM ws.workspaces w WHERE w.id <> t.workspace_id;
UPDATE ws.sound_shared_array t SET shared_with = ARRAY[w.id] FROM ws.workspaces w WHERE w.id <> t.workspace_id;
UPDATE ws.hole_wrong_column t SET batch = w.id FROM ws.workspaces w WHERE w.id <> t.workspace_id;
