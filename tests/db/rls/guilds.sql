-- SPDX-License-Identifier: MIT
-- Guilds that are roles: each tenant is a role, people log in as themselves or come through a gateway that becomes the role,
-- policies ask pg_has_role or compare the role's name; a registry names the roles.
-- What begins with "hole_" must raise a finding above info, what begins with "sound_" none.
-- Run by a superuser in an empty database of its own cluster.
\set ON_ERROR_STOP on
\set QUIET on
\o /dev/null
SET client_min_messages = error;
CREATE ROLE guild_owner NOLOGIN;
CREATE ROLE guild_all NOLOGIN; -- what every guild may do
CREATE ROLE g_bakers NOLOGIN IN ROLE guild_all;
CREATE ROLE g_smiths NOLOGIN IN ROLE guild_all;
CREATE ROLE g_weavers NOLOGIN IN ROLE guild_all;
CREATE ROLE guild_auditor NOLOGIN IN ROLE guild_all;
CREATE ROLE sound_gateway LOGIN NOINHERIT IN ROLE g_bakers, g_smiths, g_weavers;
CREATE ROLE sound_anna LOGIN IN ROLE g_bakers;
CREATE ROLE sound_bert LOGIN IN ROLE g_smiths;
CREATE ROLE sound_clerk LOGIN NOINHERIT IN ROLE guild_auditor;
CREATE ROLE guild_root NOLOGIN BYPASSRLS IN ROLE guild_all;
CREATE ROLE hole_cron LOGIN NOINHERIT IN ROLE guild_root;
CREATE ROLE hole_backup LOGIN BYPASSRLS IN ROLE guild_all;
CREATE ROLE hole_migrator LOGIN CREATEROLE;
CREATE SCHEMA guild AUTHORIZATION guild_owner;
GRANT USAGE ON SCHEMA guild TO guild_all;
SET ROLE guild_owner;
CREATE TABLE guild.guilds (guild name PRIMARY KEY, title text NOT NULL);
ALTER TABLE guild.guilds ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON guild.guilds USING (pg_has_role(current_user, guild, 'USAGE'));
GRANT SELECT ON guild.guilds TO guild_all;
CREATE FUNCTION pg_temp.made(n text, condition text DEFAULT 'guild = current_user', extra text DEFAULT '') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE TABLE guild.%I (guild name NOT NULL DEFAULT current_user REFERENCES guild.guilds ON DELETE RESTRICT, id bigint GENERATED ALWAYS AS IDENTITY, note text %s, PRIMARY KEY (guild, id))', n, extra);
	EXECUTE format('ALTER TABLE guild.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', n);
	EXECUTE format('CREATE POLICY own ON guild.%I USING (%s)', n, condition);
	EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON guild.%I TO guild_all', n);
END $$;

-- sound
SELECT pg_temp.made('sound_works');
SELECT pg_temp.made('sound_text', 'guild::text = current_user::text');
SELECT pg_temp.made('sound_current_role', 'guild = CURRENT_ROLE');
SELECT pg_temp.made('sound_usage', 'pg_has_role(current_user, guild, ''USAGE'')');
SELECT pg_temp.made('sound_usage_two', 'pg_has_role(guild, ''USAGE'')');
SELECT pg_temp.made('sound_wrapped', 'pg_has_role((SELECT current_user), guild, ''USAGE'')');
SELECT pg_temp.made('sound_registry', 'guild IN (SELECT g.guild FROM guild.guilds g)');
SELECT pg_temp.made('sound_registry_exists', 'EXISTS (SELECT FROM guild.guilds g WHERE g.guild = sound_registry_exists.guild)');
SELECT pg_temp.made('sound_auditor');
CREATE POLICY audit ON guild.sound_auditor FOR SELECT TO guild_auditor USING (true);
SELECT pg_temp.made('sound_auditor_inside', 'guild = current_user OR pg_has_role(current_user, ''guild_auditor'', ''USAGE'')');
SELECT pg_temp.made('sound_live', 'guild = current_user AND note <> ''gone''');
SELECT pg_temp.made('sound_both', 'guild = current_user AND pg_has_role(session_user, guild, ''MEMBER'')');
SELECT pg_temp.made('sound_stamped');
CREATE FUNCTION guild.sound_stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.guild := current_user; RETURN NEW; END $$;
SELECT pg_temp.made('sound_orders', extra => ', work bigint, FOREIGN KEY (guild, work) REFERENCES guild.sound_works');
SELECT pg_temp.made('sound_marks', extra => ', mark text, UNIQUE (guild, mark)');
SELECT pg_temp.made('sound_floor', 'true');
CREATE POLICY floor ON guild.sound_floor AS RESTRICTIVE USING (guild = current_user);
SELECT pg_temp.made('sound_split');
DROP POLICY own ON guild.sound_split;
CREATE POLICY r ON guild.sound_split FOR SELECT USING (guild = current_user);
CREATE POLICY w ON guild.sound_split FOR INSERT WITH CHECK (guild = current_user);
CREATE POLICY u ON guild.sound_split FOR UPDATE USING (guild = current_user);
CREATE POLICY d ON guild.sound_split FOR DELETE USING (guild = current_user);
SELECT pg_temp.made('sound_per_role');
DROP POLICY own ON guild.sound_per_role;
CREATE POLICY bakers ON guild.sound_per_role TO g_bakers USING (guild = 'g_bakers');
CREATE POLICY smiths ON guild.sound_per_role TO g_smiths USING (guild = 'g_smiths');
CREATE POLICY weavers ON guild.sound_per_role TO g_weavers USING (guild = 'g_weavers');
CREATE TABLE guild.sound_feasts (day date PRIMARY KEY, name text NOT NULL);
GRANT SELECT ON guild.sound_feasts TO guild_all;
CREATE VIEW guild.sound_mine WITH (security_invoker) AS SELECT id, note FROM guild.sound_works;
CREATE VIEW guild.sound_mine_barrier WITH (security_barrier) AS SELECT id, note FROM guild.sound_works WHERE guild = current_user;
CREATE VIEW guild.sound_year WITH (security_invoker, check_option = cascaded) AS SELECT guild, id, note FROM guild.sound_works WHERE note IS NOT NULL;
GRANT SELECT ON guild.sound_mine, guild.sound_mine_barrier TO guild_all;
GRANT SELECT, INSERT ON guild.sound_year TO guild_all;
CREATE FUNCTION guild.sound_count() RETURNS bigint LANGUAGE sql STABLE AS $$ SELECT count(*) FROM guild.sound_works $$;
CREATE TABLE guild.sound_bakers_only (id int PRIMARY KEY, recipe text); -- of one guild, by its grants
GRANT SELECT, INSERT ON guild.sound_bakers_only TO g_bakers;

-- holes
SELECT pg_temp.made('hole_any_member', 'pg_has_role(current_user, ''guild_all'', ''USAGE'')');
SELECT pg_temp.made('hole_self', 'pg_has_role(current_user, current_user, ''USAGE'')');
SELECT pg_temp.made('hole_exists_any', 'EXISTS (SELECT FROM guild.guilds g WHERE g.guild = current_user)');
SELECT pg_temp.made('hole_not_null', 'guild IS NOT NULL');
SELECT pg_temp.made('hole_or_null', 'guild = current_user OR current_setting(''guild.as'', true) = guild');
SELECT pg_temp.made('hole_setting', 'guild = current_setting(''guild.as'', true)');
SELECT pg_temp.made('hole_admin_flag', 'guild = current_user OR current_setting(''guild.admin'', true) = ''on''');
SELECT pg_temp.made('hole_like', 'current_user LIKE guild || ''%''');
SELECT pg_temp.made('hole_true', 'true');
SELECT pg_temp.made('hole_second');
CREATE POLICY more ON guild.hole_second FOR SELECT USING (note <> 'secret');
SELECT pg_temp.made('hole_insert');
DROP POLICY own ON guild.hole_insert;
CREATE POLICY r ON guild.hole_insert FOR SELECT USING (guild = current_user);
CREATE POLICY i ON guild.hole_insert FOR INSERT WITH CHECK (true);
SELECT pg_temp.made('hole_check');
DROP POLICY own ON guild.hole_check;
CREATE POLICY own ON guild.hole_check USING (guild = current_user) WITH CHECK (note IS NOT NULL);
SELECT pg_temp.made('hole_update');
DROP POLICY own ON guild.hole_update;
CREATE POLICY r ON guild.hole_update FOR SELECT USING (guild = current_user);
CREATE POLICY u ON guild.hole_update FOR UPDATE USING (true) WITH CHECK (guild = current_user);
SELECT pg_temp.made('hole_delete');
CREATE POLICY d ON guild.hole_delete FOR DELETE USING (note = 'row 1');
SELECT pg_temp.made('hole_off');
ALTER TABLE guild.hole_off DISABLE ROW LEVEL SECURITY;
SELECT pg_temp.made('hole_wrong_role');
DROP POLICY own ON guild.hole_wrong_role;
CREATE POLICY bakers ON guild.hole_wrong_role TO g_bakers USING (guild = 'g_bakers');
CREATE POLICY smiths ON guild.hole_wrong_role TO g_smiths USING (guild = 'g_bakers');
SELECT pg_temp.made('hole_floor', 'true');
CREATE POLICY floor ON guild.hole_floor AS RESTRICTIVE TO g_bakers, g_smiths USING (guild = current_user);
SELECT pg_temp.made('hole_mark', extra => ', mark text UNIQUE');
SELECT pg_temp.made('hole_order', extra => ', other name, work bigint, FOREIGN KEY (other, work) REFERENCES guild.sound_works');
SELECT pg_temp.made('hole_truncate');
GRANT TRUNCATE ON guild.hole_truncate TO guild_all;
SELECT pg_temp.made('hole_trigger');
GRANT TRIGGER ON guild.hole_trigger TO g_smiths;
CREATE TABLE guild.hole_lines (guild name NOT NULL, id bigint NOT NULL, line integer NOT NULL, text text, PRIMARY KEY (guild, id, line), FOREIGN KEY (guild, id) REFERENCES guild.sound_works);
GRANT SELECT, INSERT ON guild.hole_lines TO guild_all;
CREATE FUNCTION guild.hole_find(g name) RETURNS SETOF text LANGUAGE sql STABLE AS $$ SELECT note FROM guild.sound_works WHERE guild = g $$;
RESET ROLE;
ALTER FUNCTION guild.hole_find(name) OWNER TO guild_root;
ALTER FUNCTION guild.hole_find(name) SECURITY DEFINER;
ALTER FUNCTION guild.hole_find(name) SET search_path = '';
GRANT USAGE ON SCHEMA guild TO guild_root;
CREATE VIEW guild.hole_all AS SELECT guild, id, note FROM guild.sound_works;
CREATE VIEW guild.hole_session_view AS SELECT guild, id, note FROM guild.sound_works WHERE guild <> current_user;
CREATE MATERIALIZED VIEW guild.hole_kept AS SELECT guild, id, note FROM guild.sound_works;
GRANT SELECT ON guild.hole_all, guild.hole_session_view, guild.hole_kept TO guild_all;
CREATE PUBLICATION hole_works FOR TABLE guild.sound_works;

INSERT INTO guild.guilds VALUES ('g_bakers', 'Bakers'), ('g_smiths', 'Smiths'), ('g_weavers', 'Weavers');
DO $$
DECLARE
	r regclass;
BEGIN
	FOR r IN SELECT c.oid FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'guild' JOIN pg_attribute i ON i.attrelid = c.oid AND i.attname = 'id' AND i.attidentity = 'a'
		WHERE relkind = 'r' AND relnamespace = 'guild'::regnamespace LOOP
		EXECUTE format('INSERT INTO %s (guild, note) SELECT guild, ''row '' || n FROM guild.guilds, generate_series(1, 2) n', r);
	END LOOP;
END $$;
INSERT INTO guild.hole_lines SELECT guild, id, 1, 'l' FROM guild.sound_works;
REFRESH MATERIALIZED VIEW guild.hole_kept;
