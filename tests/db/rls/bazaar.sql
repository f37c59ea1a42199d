-- SPDX-License-Identifier: MIT
-- Shops by a text: public rows, administrators by a list, trees, conditions that compare too
-- little.
SET client_min_messages = error;
CREATE ROLE s7_owner NOLOGIN;
CREATE ROLE s7_app LOGIN;
CREATE ROLE s7_svc LOGIN;
CREATE ROLE s7_look LOGIN;
CREATE SCHEMA sh AUTHORIZATION s7_owner; GRANT USAGE ON SCHEMA sh TO s7_app, s7_svc, s7_look;
SET ROLE s7_owner; SET search_path = sh;
CREATE TABLE shops (id text PRIMARY KEY, title text NOT NULL, parent text REFERENCES shops);
CREATE TABLE employees (shop_id text NOT NULL REFERENCES shops, login text NOT NULL,
	is_admin boolean NOT NULL DEFAULT false, PRIMARY KEY (shop_id, login));
CREATE TABLE admins (login text PRIMARY KEY);
CREATE TABLE superusers (login text PRIMARY KEY);
GRANT SELECT ON admins TO s7_app; GRANT SELECT, INSERT ON superusers TO s7_app;
CREATE FUNCTION shop() RETURNS text LANGUAGE sql STABLE AS $$
	SELECT nullif(current_setting('app.shop', true), '') $$;
CREATE FUNCTION login() RETURNS text LANGUAGE sql STABLE AS $$
	SELECT nullif(current_setting('app.login', true), '') $$;
CREATE FUNCTION is_admin() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
	SET search_path = sh, pg_temp AS $$ SELECT EXISTS (SELECT FROM sh.admins a
	WHERE a.login = sh.login()) $$;
CREATE FUNCTION in_tree(s text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
	SET search_path = sh, pg_temp AS $$ SELECT s = sh.shop() OR EXISTS (SELECT FROM sh.shops c
	WHERE c.id = s AND c.parent = sh.shop()) $$;
CREATE TABLE tpl (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, shop_id text NOT NULL
	REFERENCES shops, body text NOT NULL DEFAULT 'x',
	visibility text NOT NULL DEFAULT 'private', hidden boolean NOT NULL DEFAULT false,
	valid_from date NOT NULL DEFAULT '2020-01-01', n int NOT NULL DEFAULT 1);
CREATE TABLE sound_own (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON sound_own USING (shop_id = shop());
CREATE TABLE sound_admin (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON sound_admin USING (shop_id = shop() OR is_admin());
CREATE TABLE sound_admin2 (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON sound_admin2 USING (shop_id = shop());
CREATE POLICY a ON sound_admin2 FOR SELECT USING (EXISTS (SELECT 1 FROM admins a
	WHERE a.login = login()));
CREATE TABLE sound_tree (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON sound_tree USING (in_tree(shop_id)) WITH CHECK (shop_id = shop());
CREATE TABLE sound_vis (LIKE tpl INCLUDING ALL);
CREATE POLICY r ON sound_vis FOR SELECT USING (visibility = 'public');
CREATE POLICY p ON sound_vis USING (shop_id = shop());
CREATE TABLE sound_vis2 (LIKE tpl INCLUDING ALL);
CREATE POLICY r ON sound_vis2 FOR SELECT USING (shop_id = shop() OR visibility IN ('public',
	'unlisted'));
CREATE POLICY i ON sound_vis2 FOR INSERT WITH CHECK (shop_id = shop());
CREATE POLICY u ON sound_vis2 FOR UPDATE USING (shop_id = shop()) WITH CHECK (shop_id = shop());
CREATE POLICY d ON sound_vis2 FOR DELETE USING (shop_id = shop());
CREATE TABLE sound_case (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON sound_case USING (CASE WHEN hidden THEN false ELSE shop_id = shop() END);
CREATE TABLE sound_date (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON sound_date USING (shop_id = shop() AND valid_from <= current_date);
CREATE TABLE sound_emp (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON sound_emp USING (EXISTS (SELECT 1 FROM employees e
	WHERE e.shop_id = sound_emp.shop_id AND e.login = login()));
CREATE TABLE sound_floor (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON sound_floor USING (NOT hidden);
CREATE POLICY f ON sound_floor AS RESTRICTIVE USING (shop_id = shop())
	WITH CHECK (shop_id = shop());
CREATE TABLE sound_array (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON sound_array
	USING (shop_id = ANY (string_to_array(current_setting('app.shops', true), ',')));
CREATE TABLE sound_row (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON sound_row USING ((shop_id, true) = (shop(), true));
CREATE TABLE sound_ins (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON sound_ins FOR SELECT USING (shop_id = shop());
CREATE POLICY i ON sound_ins FOR INSERT WITH CHECK (shop_id IN (SELECT e.shop_id
	FROM employees e WHERE e.login = login()));
CREATE TABLE sound_svc (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON sound_svc TO s7_app USING (shop_id = shop());
CREATE POLICY s ON sound_svc FOR SELECT TO s7_svc USING (true);
CREATE TABLE hole_super (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON hole_super USING (shop_id = shop() OR EXISTS (SELECT 1 FROM superusers a
	WHERE a.login = login()));
CREATE TABLE hole_vis (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON hole_vis USING (visibility = 'public' OR shop_id = shop());
CREATE TABLE hole_del (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON hole_del USING (visibility = 'public' OR shop_id = shop())
	WITH CHECK (shop_id = shop());
CREATE TABLE hole_case (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON hole_case USING (CASE WHEN hidden THEN shop_id = shop() ELSE true END);
CREATE TABLE hole_date (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON hole_date USING (shop_id = shop() OR valid_from <= current_date);
CREATE TABLE hole_emp (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON hole_emp USING (EXISTS (SELECT 1 FROM employees e WHERE e.login = login()
	AND (e.is_admin OR e.shop_id = hole_emp.shop_id)));
CREATE TABLE hole_floor (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON hole_floor USING (NOT hidden);
CREATE POLICY f ON hole_floor AS RESTRICTIVE FOR SELECT USING (shop_id = shop());
CREATE TABLE hole_floor2 (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON hole_floor2 USING (shop_id = shop());
CREATE POLICY q ON hole_floor2 USING (n > 0);
CREATE TABLE hole_isnull (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON hole_isnull USING (shop() IS NULL OR shop_id = shop());
CREATE TABLE hole_star (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON hole_star USING (shop() = '*' OR shop_id = shop());
CREATE TABLE hole_starts (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON hole_starts USING (shop_id ^@ shop());
CREATE TABLE hole_in (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON hole_in USING (shop_id IN (shop(), 'main'));
CREATE TABLE hole_select (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON hole_select USING (shop_id IN (SELECT id FROM shops));
CREATE TABLE hole_scalar (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON hole_scalar USING ((SELECT e.shop_id FROM employees e
	WHERE e.login = login() LIMIT 1) IS NOT NULL);
CREATE TABLE hole_steal (LIKE tpl INCLUDING ALL);
CREATE POLICY r ON hole_steal FOR SELECT USING (shop_id = shop());
CREATE POLICY u ON hole_steal FOR UPDATE USING (true) WITH CHECK (shop_id = shop());
CREATE TABLE hole_user (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON hole_user USING (current_user = 's7_app');
CREATE TABLE hole_least (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON hole_least USING (shop_id <= greatest(shop(), shop_id));
CREATE TABLE hole_between (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON hole_between USING (shop_id BETWEEN shop() AND 'zzz');
CREATE TABLE hole_similar (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON hole_similar USING (shop_id SIMILAR TO shop());
CREATE TABLE hole_upper (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON hole_upper USING (upper(left(shop_id, 1)) = upper(left(shop(), 1)));
CREATE TABLE hole_len (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON hole_len USING (length(shop_id) = length(shop()));
DO $$ DECLARE t text; BEGIN
FOR t IN SELECT relname FROM pg_class WHERE relnamespace = 'sh'::regnamespace
	AND relkind = 'r' AND relname ~ '^(hole|sound)_' LOOP
EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
EXECUTE format('ALTER TABLE %I ADD FOREIGN KEY (shop_id) REFERENCES shops', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO s7_app', t);
  END LOOP; END $$;
GRANT SELECT ON sound_svc TO s7_svc;
REVOKE UPDATE, DELETE ON sound_ins FROM s7_app;
REVOKE INSERT, DELETE ON hole_steal FROM s7_app;
ALTER TABLE employees ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON employees FOR SELECT USING (login = login());
GRANT SELECT ON employees TO s7_app;
ALTER TABLE shops ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON shops FOR SELECT USING (true);
GRANT SELECT ON shops TO s7_app;
ALTER TABLE admins ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON admins FOR SELECT USING (login = login());
DROP TABLE tpl;
RESET ROLE; SET search_path = sh;
INSERT INTO shops VALUES ('alfa', 'a'), ('beta', 'b'), ('gama', 'c'), ('main', 'm');
INSERT INTO employees SELECT id, 'u_' || id FROM shops; INSERT INTO admins VALUES ('root');
DO $$ DECLARE t text; BEGIN
FOR t IN SELECT relname FROM pg_class WHERE relnamespace = 'sh'::regnamespace
	AND relkind = 'r' AND relname ~ '^(hole|sound)_' LOOP
EXECUTE format('INSERT INTO %I (shop_id, visibility) SELECT id, (ARRAY[''public'',
	''private''])[1 + g %% 2] FROM shops, generate_series(1, 4) g', t);
  END LOOP; END $$;
