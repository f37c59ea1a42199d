-- SPDX-License-Identifier: MIT
-- A tenant that is a text: roles, rights, settings and code around sound and unsound policies.
-- What begins with "hole_" must raise a finding above info, what begins with "sound_" none.
-- Run by a superuser in an empty database of its own cluster.
\set ON_ERROR_STOP on
\set QUIET on
\o /dev/null
SET client_min_messages = error;
DO $$ BEGIN
 CREATE ROLE e_owner NOLOGIN; CREATE ROLE e_app LOGIN; CREATE ROLE e_ro LOGIN; CREATE ROLE e_grp NOLOGIN; CREATE ROLE e_bypass NOLOGIN BYPASSRLS;
 CREATE ROLE hole_bypass LOGIN BYPASSRLS; CREATE ROLE hole_nested LOGIN NOINHERIT; CREATE ROLE e_mid NOLOGIN;
 CREATE ROLE hole_createrole LOGIN CREATEROLE; CREATE ROLE hole_repl LOGIN REPLICATION; CREATE ROLE hole_files LOGIN; CREATE ROLE hole_stats LOGIN;
 CREATE ROLE hole_super LOGIN NOINHERIT; CREATE ROLE e_su NOLOGIN SUPERUSER; GRANT e_su TO hole_super;
 CREATE ROLE owner_login LOGIN; CREATE ROLE hole_readall LOGIN; GRANT pg_read_all_data TO hole_readall;
 GRANT e_bypass TO e_mid; GRANT e_mid TO hole_nested; GRANT pg_read_server_files TO hole_files; GRANT pg_monitor TO hole_stats; GRANT e_grp TO hole_stats, hole_repl, hole_bypass;
 CREATE ROLE sound_backup LOGIN; CREATE ROLE sound_monitor LOGIN; GRANT pg_monitor TO sound_monitor; CREATE ROLE sound_migrate LOGIN; GRANT e_owner TO sound_migrate;
 CREATE ROLE e_reader NOLOGIN; CREATE ROLE sound_person1 LOGIN; CREATE ROLE sound_person2 LOGIN; GRANT e_reader TO sound_person1, sound_person2;
EXCEPTION WHEN duplicate_object THEN NULL; END $$;
CREATE SCHEMA e AUTHORIZATION e_owner; GRANT USAGE ON SCHEMA e TO e_app, e_ro, e_grp, e_bypass, e_reader, owner_login, sound_backup;
SET ROLE e_owner;
CREATE TABLE e.tenants (tenant text PRIMARY KEY, plan text);
CREATE FUNCTION e.mk(n text, pol text DEFAULT 'tenant = current_setting(''my.tenant'', true)', extra text DEFAULT '') RETURNS void LANGUAGE plpgsql AS $$ BEGIN
 EXECUTE format('CREATE TABLE e.%I (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant text NOT NULL REFERENCES e.tenants ON DELETE RESTRICT, body text %s)', n, extra);
 EXECUTE format('CREATE INDEX ON e.%I (tenant)', n);
 EXECUTE format('ALTER TABLE e.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', n);
 IF pol IS NOT NULL THEN EXECUTE format('CREATE POLICY p ON e.%I USING (%s)', n, pol); END IF;
 EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON e.%I TO e_app', n); EXECUTE format('GRANT SELECT ON e.%I TO e_grp, e_bypass', n);
END $$;
SELECT e.mk('sound_1'); SELECT e.mk('sound_2'); SELECT e.mk('sound_3'); SELECT e.mk('sound_4');
-- policies for roles
SELECT e.mk('sound_roles', NULL); CREATE POLICY a ON e.sound_roles TO e_app USING (tenant = current_setting('my.tenant', true)); CREATE POLICY b ON e.sound_roles FOR SELECT TO e_grp USING (tenant = current_setting('my.tenant', true));
SELECT e.mk('hole_wrong_role', NULL); CREATE POLICY a ON e.hole_wrong_role TO e_ro USING (tenant = current_setting('my.tenant', true)); CREATE POLICY b ON e.hole_wrong_role TO e_app USING (body IS NOT NULL);
SELECT e.mk('sound_persons', 'tenant = current_setting(''my.tenant'', true)'); CREATE TABLE e.sound_desk (who text NOT NULL, tenant text NOT NULL REFERENCES e.tenants ON DELETE RESTRICT, note text, PRIMARY KEY (tenant, who)); ALTER TABLE e.sound_desk ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY me ON e.sound_desk USING (who = current_user); GRANT SELECT ON e.sound_desk TO e_reader;
SELECT e.mk('sound_restr_user', NULL); CREATE POLICY a ON e.sound_restr_user USING (true); CREATE POLICY r ON e.sound_restr_user AS RESTRICTIVE USING (tenant = current_setting('my.tenant', true));
SELECT e.mk('hole_restr_select', NULL); CREATE POLICY a ON e.hole_restr_select USING (true); CREATE POLICY r ON e.hole_restr_select AS RESTRICTIVE FOR SELECT USING (tenant = current_setting('my.tenant', true));
SELECT e.mk('hole_restr_loose', NULL); CREATE POLICY a ON e.hole_restr_loose USING (true); CREATE POLICY r ON e.hole_restr_loose AS RESTRICTIVE USING (tenant IS NOT NULL);
SELECT e.mk('hole_regex', 'tenant ~ current_setting(''my.tenant'', true)');
SELECT e.mk('hole_ilike', 'tenant ILIKE current_setting(''my.tenant'', true)');
SELECT e.mk('sound_lower', 'lower(tenant) = lower(current_setting(''my.tenant'', true))');
SELECT e.mk('hole_array_has', 'position(tenant in current_setting(''my.tenants'', true)) > 0');
SELECT e.mk('sound_array', 'tenant = ANY (string_to_array(current_setting(''my.tenants'', true), '',''))');
SELECT e.mk('hole_empty_open', 'tenant = current_setting(''my.tenant'', true) OR current_setting(''my.tenant'', true) = ''''');
SELECT e.mk('hole_length0', 'tenant = current_setting(''my.tenant'', true) OR length(coalesce(current_setting(''my.tenant'', true), '''')) = 0');
SELECT e.mk('hole_notset_case', 'CASE WHEN nullif(current_setting(''my.tenant'', true), '''') IS NULL THEN true ELSE tenant = current_setting(''my.tenant'', true) END');
SELECT e.mk('hole_star', 'current_setting(''my.tenant'', true) IN (tenant, ''*'')');
SELECT e.mk('hole_all_word', 'tenant = current_setting(''my.tenant'', true) OR current_setting(''my.tenant'', true) = ''ALL''');
SELECT e.mk('sound_hasrole', 'tenant = current_setting(''my.tenant'', true) OR pg_has_role(current_user, ''e_bypass'', ''MEMBER'')');
SELECT e.mk('hole_body', 'body = current_setting(''my.tenant'', true)');
SELECT e.mk('hole_two_perm', 'tenant = current_setting(''my.tenant'', true)', ', public boolean DEFAULT false'); CREATE POLICY q ON e.hole_two_perm FOR ALL USING (public);
SELECT e.mk('sound_public_read', 'tenant = current_setting(''my.tenant'', true)', ', public boolean DEFAULT false'); DROP POLICY p ON e.sound_public_read; CREATE POLICY r ON e.sound_public_read FOR SELECT USING (tenant = current_setting('my.tenant', true) OR public); CREATE POLICY w ON e.sound_public_read FOR INSERT WITH CHECK (tenant = current_setting('my.tenant', true)); CREATE POLICY u ON e.sound_public_read FOR UPDATE USING (tenant = current_setting('my.tenant', true)); CREATE POLICY d ON e.sound_public_read FOR DELETE USING (tenant = current_setting('my.tenant', true));
-- grants
SELECT e.mk('hole_refs'); GRANT REFERENCES ON e.hole_refs TO e_app; SELECT e.mk('hole_trig'); GRANT TRIGGER ON e.hole_trig TO e_app; SELECT e.mk('hole_trunc'); GRANT TRUNCATE ON e.hole_trunc TO PUBLIC; GRANT USAGE ON SCHEMA e TO e_app;
SELECT e.mk('hole_owned'); 
CREATE TABLE e.sound_queue (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant text NOT NULL, payload text); -- nobody has rights
CREATE TABLE e.sound_lookup (code text PRIMARY KEY, label text UNIQUE); GRANT SELECT ON e.sound_lookup TO e_app;
CREATE TABLE e.hole_norls (id bigint PRIMARY KEY, tenant text NOT NULL, body text); GRANT SELECT ON e.hole_norls TO PUBLIC;
CREATE TABLE e.hole_colgrant (id bigint PRIMARY KEY, tenant text NOT NULL, body text); GRANT SELECT (id, body) ON e.hole_colgrant TO e_app;
RESET ROLE;
ALTER TABLE e.hole_owned OWNER TO owner_login; ALTER TABLE e.hole_owned NO FORCE ROW LEVEL SECURITY;
ALTER ROLE e_app SET my.tenant = 'acme';
CREATE FUNCTION e.hole_leaky(a text, b text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE LEAKPROOF AS $$ BEGIN RAISE NOTICE '%', a; RETURN a = b; END $$;
CREATE FUNCTION e.hole_session(t text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN PERFORM set_config('my.tenant', t, false); END $$;
CREATE FUNCTION e.sound_local(t text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN PERFORM set_config('my.tenant', t, true); END $$;
CREATE FUNCTION e.hole_set(t text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE format('SET my.tenant = %L', t); END $$;
CREATE FUNCTION e.sound_login(k text) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ SELECT tenant FROM e.sound_1 WHERE body = k AND tenant = current_setting('my.tenant', true) $$;
CREATE FUNCTION e.hole_any(k bigint) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ SELECT body FROM e.sound_1 WHERE id = k $$;
CREATE FUNCTION e.hole_delete_all() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ BEGIN DELETE FROM e.sound_2; END $$;
CREATE FUNCTION e.sound_not_definer() RETURNS bigint LANGUAGE sql STABLE AS $$ SELECT count(*) FROM e.sound_1 $$;
CREATE FUNCTION e.sound_definer_global() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ SELECT count(*) FROM e.sound_lookup $$;
CREATE FUNCTION e.evt() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ BEGIN RAISE DEBUG 'x'; END $$;
CREATE EVENT TRIGGER sound_evt ON ddl_command_end EXECUTE FUNCTION e.evt();
CREATE MATERIALIZED VIEW e.sound_mv_global AS SELECT * FROM e.sound_lookup; GRANT SELECT ON e.sound_mv_global TO e_app;
CREATE MATERIALIZED VIEW e.sound_mv_ungranted AS SELECT tenant, count(*) FROM e.sound_1 GROUP BY 1;
CREATE MATERIALIZED VIEW e.hole_mv AS SELECT tenant, count(*) FROM e.sound_1 GROUP BY 1; GRANT SELECT ON e.hole_mv TO e_ro;
CREATE VIEW e.hole_mv_view AS SELECT * FROM e.sound_mv_ungranted; GRANT SELECT ON e.hole_mv_view TO e_app;
CREATE VIEW e.sound_mv_view WITH (security_barrier) AS SELECT * FROM e.sound_mv_ungranted WHERE tenant = current_setting('my.tenant', true); GRANT SELECT ON e.sound_mv_view TO e_app;
CREATE VIEW e.sound_catalog AS SELECT relname FROM pg_class; GRANT SELECT ON e.sound_catalog TO e_app;
CREATE EXTENSION IF NOT EXISTS file_fdw; CREATE SERVER IF NOT EXISTS f FOREIGN DATA WRAPPER file_fdw;
CREATE FOREIGN TABLE e.hole_ft (tenant text, body text) SERVER f OPTIONS (filename '/dev/null'); GRANT SELECT ON e.hole_ft TO e_app;
CREATE FOREIGN TABLE e.sound_ft_ungranted (tenant text, body text) SERVER f OPTIONS (filename '/dev/null');
CREATE FOREIGN TABLE e.sound_ft_global (code text, body text) SERVER f OPTIONS (filename '/dev/null'); GRANT SELECT ON e.sound_ft_global TO e_app;
CREATE TABLE e.hole_log (at timestamptz DEFAULT now(), tenant text NOT NULL, body text);
SELECT e.mk('hole_rule'); 
CREATE RULE spy AS ON INSERT TO e.hole_rule DO ALSO INSERT INTO e.hole_log (tenant, body) VALUES (NEW.tenant, NEW.body); GRANT SELECT ON e.hole_log TO e_app;
CREATE PUBLICATION hole_pub_all FOR ALL TABLES;

INSERT INTO e.tenants VALUES ('acme', 'free'), ('zeta', 'paid');
DO $$
DECLARE
	r regclass;
BEGIN
	FOR r IN SELECT c.oid FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant'
		JOIN pg_attribute i ON i.attrelid = c.oid AND i.attname = 'id' AND i.attidentity = 'a'
		WHERE c.relkind = 'r' AND c.relnamespace = 'e'::regnamespace LOOP
		EXECUTE format('INSERT INTO %s (tenant, %I) SELECT t.tenant, ''row '' || n FROM e.tenants t, generate_series(1, 2) n',
			r, CASE WHEN r = 'e.sound_queue'::regclass THEN 'payload' ELSE 'body' END);
	END LOOP;
END $$;
REFRESH MATERIALIZED VIEW e.hole_mv;
