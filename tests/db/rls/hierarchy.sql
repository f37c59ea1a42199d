-- SPDX-License-Identifier: MIT
-- Organisations, their workspaces and what is in these; rights that were passed on by others than the owner; public
-- catalogues beside them. The tenant is the organisation, below it hangs the rest.
-- What begins with "hole_" must raise a finding above info, what begins with "sound_" none.
-- Run by a superuser in an empty database of its own cluster.
\set ON_ERROR_STOP on
\set QUIET on
\o /dev/null
SET client_min_messages = error;
DO $$ BEGIN
	CREATE ROLE h_owner NOLOGIN; CREATE ROLE h_app LOGIN; CREATE ROLE h_lead LOGIN; CREATE ROLE h_intern LOGIN; CREATE ROLE h_all NOLOGIN BYPASSRLS; CREATE ROLE h_hr LOGIN CREATEROLE;
	CREATE ROLE hole_passed_on LOGIN; CREATE ROLE sound_plain LOGIN;
	GRANT h_all TO h_hr WITH ADMIN OPTION;
END $$;
SET ROLE h_hr; GRANT h_all TO hole_passed_on; RESET ROLE; -- since 16 it is h_hr's to take back
CREATE SCHEMA hub AUTHORIZATION h_owner; GRANT USAGE ON SCHEMA hub TO PUBLIC;
SET ROLE h_owner;
CREATE FUNCTION hub.org() RETURNS integer LANGUAGE sql STABLE AS $$ SELECT nullif(current_setting('hub.org', true), '')::integer $$;
CREATE TABLE hub.orgs (id integer PRIMARY KEY, parent_id integer REFERENCES hub.orgs ON DELETE RESTRICT, title text NOT NULL, is_listed boolean NOT NULL DEFAULT false); CREATE INDEX ON hub.orgs (parent_id);
ALTER TABLE hub.orgs ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY own ON hub.orgs USING (id = hub.org()); GRANT SELECT ON hub.orgs TO h_app;
CREATE TABLE hub.sound_workspaces (org_id integer NOT NULL REFERENCES hub.orgs ON DELETE CASCADE, id integer NOT NULL, title text, PRIMARY KEY (org_id, id)); GRANT SELECT, INSERT, UPDATE, DELETE ON hub.sound_workspaces TO h_app;
ALTER TABLE hub.sound_workspaces ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY own ON hub.sound_workspaces USING (org_id = hub.org());
CREATE FUNCTION hub.mk(n text, c text, extra text DEFAULT '') RETURNS void LANGUAGE plpgsql AS $$ BEGIN
	EXECUTE format('CREATE TABLE hub.%I (org_id integer NOT NULL REFERENCES hub.orgs ON DELETE CASCADE, ws_id integer NOT NULL, item integer NOT NULL, body text %s, PRIMARY KEY (org_id, ws_id, item), FOREIGN KEY (org_id, ws_id) REFERENCES hub.sound_workspaces ON DELETE CASCADE)', n, extra);
	EXECUTE format('ALTER TABLE hub.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', n); EXECUTE format('CREATE POLICY p ON hub.%I USING (%s)', n, c);
	EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON hub.%I TO h_app', n);
END $$;
-- Down the tree on purpose, by the tree itself; and by a slip
SELECT hub.mk('sound_items', 'org_id = hub.org()'); SELECT hub.mk('sound_notes', 'org_id = hub.org()');
SELECT hub.mk('sound_in_workspace', 'org_id = hub.org() AND ws_id = ANY (string_to_array(nullif(current_setting(''hub.workspaces'', true), ''''), '','')::integer[])');
SELECT hub.mk('sound_workspace_exists', 'EXISTS (SELECT 1 FROM hub.sound_workspaces w WHERE w.org_id = sound_workspace_exists.org_id AND w.id = ws_id)');
SELECT hub.mk('sound_children', 'org_id = hub.org() OR org_id IN (SELECT o.id FROM hub.orgs o WHERE o.parent_id = hub.org())');
SELECT hub.mk('hole_workspace_only', 'EXISTS (SELECT 1 FROM hub.sound_workspaces w WHERE w.title = body)');
SELECT hub.mk('hole_everybody_listed', 'org_id = hub.org() OR body = ''listed''');
SELECT hub.mk('hole_siblings', 'org_id <> 0');
SELECT hub.mk('hole_minus', 'org_id + 1 > hub.org()');
SELECT hub.mk('hole_array', 'ARRAY[org_id, 0] && ARRAY[0]');
SELECT hub.mk('hole_array_overlap', 'ARRAY[org_id, 0] && ARRAY[hub.org(), 0]');
SELECT hub.mk('sound_array_overlap', 'ARRAY[org_id] && ARRAY[hub.org()]');
SELECT hub.mk('hole_case_when', 'CASE org_id WHEN hub.org() THEN true ELSE item > 0 END');
SELECT hub.mk('sound_case_when', 'CASE org_id WHEN hub.org() THEN item > 0 ELSE false END');
SELECT hub.mk('hole_coalesce_or', 'coalesce(org_id = hub.org(), hub.org() IS NULL)');
SELECT hub.mk('hole_nullif', 'nullif(org_id, hub.org()) IS NOT NULL');
SELECT hub.mk('hole_is_unknown', '(org_id = hub.org()) IS UNKNOWN OR org_id = hub.org()');
SELECT hub.mk('hole_not_in', 'org_id NOT IN (SELECT o.id FROM hub.orgs o WHERE o.title = ''closed'')');
SELECT hub.mk('sound_stored_tenant', 'org_id = hub.org() OR org_id = (SELECT min(o.id) FROM hub.orgs o)');
-- A tree that hangs from the tenant by keys alone
CREATE TABLE hub.sound_threads (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, org_id integer NOT NULL, ws_id integer NOT NULL, item integer NOT NULL, FOREIGN KEY (org_id, ws_id, item) REFERENCES hub.sound_items ON DELETE CASCADE); CREATE INDEX ON hub.sound_threads (org_id);
ALTER TABLE hub.sound_threads ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY p ON hub.sound_threads USING (org_id = hub.org()); GRANT SELECT, INSERT ON hub.sound_threads TO h_app;
CREATE TABLE hub.sound_posts (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, thread_id bigint NOT NULL REFERENCES hub.sound_threads ON DELETE CASCADE, body text); CREATE INDEX ON hub.sound_posts (thread_id);
ALTER TABLE hub.sound_posts ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY p ON hub.sound_posts USING (thread_id = ANY (ARRAY(SELECT t.id FROM hub.sound_threads t))); GRANT SELECT, INSERT ON hub.sound_posts TO h_app;
CREATE TABLE hub.hole_posts_open (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, thread_id bigint NOT NULL REFERENCES hub.sound_threads ON DELETE CASCADE, body text); CREATE INDEX ON hub.hole_posts_open (thread_id); GRANT SELECT ON hub.hole_posts_open TO h_app;
CREATE TABLE hub.hole_posts_true (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, thread_id bigint NOT NULL REFERENCES hub.sound_threads ON DELETE CASCADE, body text); CREATE INDEX ON hub.hole_posts_true (thread_id);
ALTER TABLE hub.hole_posts_true ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY p ON hub.hole_posts_true USING (thread_id IS NOT NULL); GRANT SELECT, INSERT ON hub.hole_posts_true TO h_app;
-- What everybody may see
CREATE TABLE hub.sound_currencies (code char(3) PRIMARY KEY, digits smallint); GRANT SELECT ON hub.sound_currencies TO PUBLIC;
CREATE TABLE hub.sound_plans (plan text PRIMARY KEY, price numeric(8, 2)); ALTER TABLE hub.sound_plans ENABLE ROW LEVEL SECURITY; CREATE POLICY everybody ON hub.sound_plans FOR SELECT USING (true); GRANT SELECT ON hub.sound_plans TO h_app;
CREATE VIEW hub.sound_catalogue AS SELECT c.code, p.plan FROM hub.sound_currencies c CROSS JOIN hub.sound_plans p; GRANT SELECT ON hub.sound_catalogue TO h_app;
-- Rights that others passed on, and rights on columns
SELECT hub.mk('hole_truncate_passed', 'org_id = hub.org()'); GRANT TRUNCATE ON hub.hole_truncate_passed TO h_lead WITH GRANT OPTION; RESET ROLE; SET ROLE h_lead; GRANT TRUNCATE ON hub.hole_truncate_passed TO h_intern; RESET ROLE; SET ROLE h_owner;
SELECT hub.mk('hole_references_column', 'org_id = hub.org()'); GRANT REFERENCES (org_id, ws_id) ON hub.hole_references_column TO h_app;
SELECT hub.mk('hole_trigger_public', 'org_id = hub.org()'); GRANT TRIGGER ON hub.hole_trigger_public TO PUBLIC;
SELECT hub.mk('sound_select_columns', 'org_id = hub.org()'); REVOKE ALL ON hub.sound_select_columns FROM h_app; GRANT SELECT (org_id, item), INSERT (org_id, ws_id, item) ON hub.sound_select_columns TO h_app;
CREATE TABLE hub.hole_column_select (org_id integer NOT NULL, note text); GRANT SELECT (note) ON hub.hole_column_select TO h_intern;
CREATE TABLE hub.sound_column_none (org_id integer NOT NULL, note text);
-- Keys
SELECT hub.mk('hole_slug', 'org_id = hub.org()', ', slug text'); CREATE UNIQUE INDEX ON hub.hole_slug (lower(slug) COLLATE "C") INCLUDE (org_id) WHERE slug IS NOT NULL;
SELECT hub.mk('sound_slug', 'org_id = hub.org()', ', slug text'); CREATE UNIQUE INDEX ON hub.sound_slug (org_id, lower(slug)) WHERE slug IS NOT NULL;
SELECT hub.mk('hole_slug_nulls', 'org_id = hub.org()', ', slug text'); CREATE UNIQUE INDEX ON hub.hole_slug_nulls (slug) NULLS NOT DISTINCT WHERE item > 5;
SELECT hub.mk('hole_hash_excluded', 'org_id = hub.org()', ', room int4range, CONSTRAINT "room, once" EXCLUDE USING gist (room WITH &&) WHERE (item > 5) DEFERRABLE');
SELECT hub.mk('hole_reference_ws', 'org_id = hub.org()', ', other_org integer, other_ws integer, FOREIGN KEY (other_org, other_ws) REFERENCES hub.sound_workspaces ON DELETE RESTRICT');
RESET ROLE;
-- Code
CREATE FUNCTION hub.hole_move(p_item integer, p_org integer) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$ UPDATE hub.sound_items SET org_id = p_org WHERE item = p_item $$;
CREATE FUNCTION hub.hole_add(p_org integer, p_ws integer, p_body text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$ BEGIN INSERT INTO hub.sound_notes SELECT p_org, p_ws, 99, p_body; END $$;
CREATE FUNCTION hub.sound_add(p_ws integer, p_body text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$ BEGIN INSERT INTO hub.sound_notes VALUES (hub.org(), p_ws, 99, p_body); END $$;
CREATE FUNCTION hub.sound_add_asks(p_org integer, p_ws integer) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$ BEGIN IF p_org IS DISTINCT FROM hub.org() THEN RAISE EXCEPTION 'no'; END IF; INSERT INTO hub.sound_notes (ws_id, org_id, item) VALUES (p_ws, p_org, 98); END $$;
CREATE FUNCTION hub.hole_enter(o integer) RETURNS void LANGUAGE plpgsql AS $f$ BEGIN EXECUTE 'SET SESSION hub.org = ' || o; END $f$;
CREATE FUNCTION hub.sound_enter(o integer) RETURNS void LANGUAGE plpgsql AS $f$ BEGIN EXECUTE 'SET LOCAL hub.org = ' || o; END $f$;
CREATE VIEW hub.hole_tree WITH (security_barrier) AS WITH RECURSIVE t AS (SELECT id, parent_id FROM hub.orgs WHERE parent_id IS NULL UNION ALL SELECT o.id, o.parent_id FROM hub.orgs o JOIN t ON t.id = o.parent_id) SELECT i.* FROM hub.sound_items i JOIN t ON t.id = i.org_id; GRANT SELECT ON hub.hole_tree TO h_app;
CREATE VIEW hub.hole_distinct WITH (security_barrier) AS SELECT DISTINCT body FROM hub.sound_items; GRANT SELECT ON hub.hole_distinct TO h_app;
CREATE VIEW hub.sound_own WITH (security_barrier) AS SELECT DISTINCT body FROM hub.sound_items WHERE org_id = hub.org(); GRANT SELECT ON hub.sound_own TO h_app;
INSERT INTO hub.orgs VALUES (1, NULL, 'One'), (2, NULL, 'Two'), (3, 1, 'Three'); INSERT INTO hub.sound_workspaces SELECT o.id, n, 'w' FROM hub.orgs o, generate_series(1, 2) n;
DO $$ DECLARE r regclass; BEGIN
	FOR r IN SELECT c.oid FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'item' WHERE c.relkind = 'r' AND c.relname <> 'sound_threads' LOOP
		EXECUTE format('INSERT INTO %s (org_id, ws_id, item) SELECT w.org_id, w.id, n FROM hub.sound_workspaces w, generate_series(1, 2) n', r);
	END LOOP;
END $$;
INSERT INTO hub.sound_threads (org_id, ws_id, item) SELECT org_id, ws_id, item FROM hub.sound_items; INSERT INTO hub.sound_posts (thread_id) SELECT id FROM hub.sound_threads; INSERT INTO hub.hole_posts_open (thread_id) SELECT id FROM hub.sound_threads; INSERT INTO hub.hole_posts_true (thread_id) SELECT id FROM hub.sound_threads; INSERT INTO hub.hole_column_select VALUES (1, 'a'), (2, 'b');
