-- SPDX-License-Identifier: MIT
-- Claims of a gateway: tenants below tenants, staff, support for a while, what is public and
-- what is deleted.
SET client_min_messages = error;
CREATE ROLE s5_owner NOLOGIN;
CREATE ROLE s5_authenticator LOGIN NOINHERIT;
CREATE ROLE s5_user NOLOGIN;
CREATE ROLE s5_anon NOLOGIN;
CREATE ROLE s5_staff NOLOGIN;
CREATE ROLE s5_agent LOGIN;
GRANT s5_user, s5_anon, s5_staff TO s5_authenticator; GRANT s5_user TO s5_agent;
CREATE SCHEMA data AUTHORIZATION s5_owner; CREATE SCHEMA api AUTHORIZATION s5_owner;
GRANT USAGE ON SCHEMA data, api TO s5_user, s5_anon, s5_staff;
SET ROLE s5_owner; SET search_path = data;
CREATE FUNCTION claim(c text) RETURNS text LANGUAGE sql STABLE AS $$
	SELECT nullif(current_setting('request.jwt.claims', true), '')::json ->> c $$;
CREATE FUNCTION tid() RETURNS int LANGUAGE sql STABLE AS $$
	SELECT data.claim('tenant_id')::int $$;
CREATE FUNCTION uid() RETURNS int LANGUAGE sql STABLE AS $$ SELECT data.claim('sub')::int $$;
CREATE TABLE tenants (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, parent_id int
	REFERENCES tenants, name text NOT NULL);
CREATE TABLE people (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id int NOT NULL
	REFERENCES tenants, email text NOT NULL, is_staff boolean NOT NULL DEFAULT false);
CREATE TABLE staff (person_id int PRIMARY KEY REFERENCES people);
CREATE TABLE support_sessions (tenant_id int NOT NULL REFERENCES tenants,
	agent_id int NOT NULL REFERENCES people, until timestamptz NOT NULL, PRIMARY KEY (tenant_id,
	agent_id));
ALTER TABLE staff ENABLE ROW LEVEL SECURITY;
CREATE POLICY r ON staff FOR SELECT USING (person_id = uid());
CREATE POLICY p ON tenants USING (id = tid());
CREATE POLICY p ON people USING (tenant_id = tid());
CREATE POLICY p ON support_sessions FOR SELECT USING (agent_id = uid());
GRANT SELECT ON staff, support_sessions TO s5_user;
CREATE FUNCTION children() RETURNS SETOF int LANGUAGE sql STABLE SECURITY DEFINER
	SET search_path = data, pg_temp AS $$ WITH RECURSIVE t AS (SELECT id FROM data.tenants
	WHERE id = data.tid() UNION SELECT c.id FROM data.tenants c JOIN t ON c.parent_id = t.id)
	SELECT id FROM t $$;
CREATE TABLE tpl (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id int NOT NULL
	REFERENCES tenants, name text NOT NULL DEFAULT 'x',
	is_public boolean NOT NULL DEFAULT false, status text NOT NULL DEFAULT 'open',
	deleted_at timestamptz, author int REFERENCES people);
CREATE TABLE sound_t_own (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON sound_t_own USING (tenant_id = tid());
CREATE TABLE sound_t_claim (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON sound_t_claim USING (tenant_id = ((current_setting('request.jwt.claims',
	true))::jsonb ->> 'tenant_id')::int);
CREATE TABLE sound_t_tree (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON sound_t_tree USING (tenant_id IN (SELECT children()));
CREATE TABLE sound_t_parent (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON sound_t_parent USING (tenant_id IN (SELECT id FROM tenants
	WHERE parent_id IS NULL) OR tenant_id = tid());
CREATE TABLE sound_t_staff (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON sound_t_staff USING (tenant_id = tid() OR EXISTS (SELECT 1 FROM staff s
	WHERE s.person_id = uid()));
CREATE TABLE sound_t_staffclaim (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON sound_t_staffclaim USING (tenant_id = tid() OR claim('role') = 's5_staff');
CREATE TABLE sound_t_imp (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON sound_t_imp USING (tenant_id = tid() OR EXISTS (SELECT 1
	FROM support_sessions s WHERE s.tenant_id = sound_t_imp.tenant_id AND s.agent_id = uid()
	AND s.until > now()));
CREATE TABLE hole_t_imp2 (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON hole_t_imp2 USING (tenant_id = tid() OR EXISTS (SELECT 1
	FROM support_sessions s WHERE s.agent_id = uid() AND s.until > now()));
CREATE TABLE hole_t_header (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON hole_t_header USING (tenant_id = (current_setting('request.headers',
	true)::json ->> 'x-tenant')::int);
CREATE TABLE sound_t_public (LIKE tpl INCLUDING ALL);
CREATE POLICY pub ON sound_t_public FOR SELECT USING (is_public);
CREATE POLICY sound_own ON sound_t_public USING (tenant_id = tid());
CREATE TABLE hole_t_open (LIKE tpl INCLUDING ALL);
CREATE POLICY st ON hole_t_open USING (status = 'open');
CREATE POLICY sound_own ON hole_t_open USING (tenant_id = tid());
CREATE TABLE sound_t_soft (LIKE tpl INCLUDING ALL);
CREATE POLICY pub ON sound_t_soft FOR SELECT USING (deleted_at IS NULL AND (is_public
	OR tenant_id = tid()));
CREATE POLICY w ON sound_t_soft FOR INSERT WITH CHECK (tenant_id = tid());
CREATE TABLE hole_t_soft2 (LIKE tpl INCLUDING ALL);
CREATE POLICY nd ON hole_t_soft2 AS RESTRICTIVE USING (deleted_at IS NULL);
CREATE POLICY w ON hole_t_soft2 USING (true);
CREATE TABLE sound_t_soft3 (LIKE tpl INCLUDING ALL);
CREATE POLICY nd ON sound_t_soft3 AS RESTRICTIVE USING (deleted_at IS NULL);
CREATE POLICY w ON sound_t_soft3 USING (tenant_id = tid());
CREATE TABLE hole_t_author (LIKE tpl INCLUDING ALL);
CREATE POLICY r ON hole_t_author FOR SELECT USING (tenant_id = tid());
CREATE POLICY w ON hole_t_author FOR INSERT WITH CHECK (author = uid());
CREATE POLICY u ON hole_t_author FOR UPDATE USING (author = uid() AND tenant_id = tid());
CREATE TABLE sound_t_user (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON sound_t_user TO s5_user USING (tenant_id = tid());
CREATE POLICY st ON sound_t_user TO s5_staff USING (true);
CREATE TABLE t_anon (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON t_anon TO s5_user USING (tenant_id = tid());
CREATE POLICY a ON t_anon FOR SELECT TO s5_anon USING (status = 'open');
CREATE TABLE hole_t_exists (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON hole_t_exists USING (EXISTS (SELECT 1 FROM people pe WHERE pe.id = uid()));
CREATE TABLE sound_t_people (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON sound_t_people USING (tenant_id = (SELECT pe.tenant_id FROM people pe
	WHERE pe.id = uid()));
CREATE TABLE sound_t_not (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON sound_t_not USING (NOT (tenant_id <> tid()));
CREATE TABLE hole_t_not2 (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON hole_t_not2 USING (NOT (tenant_id = tid()));
CREATE TABLE hole_t_coal (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON hole_t_coal USING (tenant_id = coalesce(tid(), tenant_id));
CREATE TABLE sound_t_coal0 (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON sound_t_coal0 USING (tenant_id = coalesce(tid(), -1));
CREATE TABLE hole_t_mod (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON hole_t_mod USING (tenant_id % 16 = tid() % 16);
CREATE TABLE hole_t_upd (LIKE tpl INCLUDING ALL);
CREATE POLICY r ON hole_t_upd FOR SELECT USING (tenant_id = tid());
CREATE POLICY u ON hole_t_upd FOR UPDATE USING (tenant_id = tid())
	WITH CHECK (status <> 'locked');
CREATE TABLE sound_t_upd2 (LIKE tpl INCLUDING ALL);
CREATE POLICY r ON sound_t_upd2 FOR SELECT USING (tenant_id = tid());
CREATE POLICY u ON sound_t_upd2 FOR UPDATE USING (tenant_id = tid())
	WITH CHECK (status <> 'locked' AND tenant_id = tid());
-- views in api
CREATE VIEW api.sound_own WITH (security_invoker) AS SELECT * FROM data.sound_t_own;
CREATE VIEW api.hole_all_own AS SELECT * FROM data.sound_t_own;
CREATE VIEW api.pub AS SELECT id, name FROM data.sound_t_public WHERE is_public;
CREATE VIEW api.sound_tree WITH (security_barrier) AS SELECT * FROM data.sound_t_tree
	WHERE tenant_id = data.tid();
CREATE FUNCTION api.login(e text) RETURNS json LANGUAGE sql STABLE SECURITY DEFINER
	SET search_path = data, pg_temp AS $$ SELECT json_build_object('sub', id, 'tenant_id',
	tenant_id) FROM data.people WHERE email = e $$;
CREATE FUNCTION api.hole_rename(i int, n text) RETURNS void LANGUAGE plpgsql
	SECURITY DEFINER SET search_path = data, pg_temp AS $$ BEGIN UPDATE data.sound_t_own
	SET name = n WHERE id = i; END $$;
CREATE FUNCTION api.sound_rename_own(i int, n text) RETURNS void LANGUAGE plpgsql
	SECURITY DEFINER SET search_path = data, pg_temp AS $$ BEGIN UPDATE data.sound_t_own
	SET name = n WHERE id = i AND tenant_id = data.tid(); IF NOT FOUND
	THEN RAISE EXCEPTION 'no'; END IF; END $$;
DO $$ DECLARE t text; BEGIN
FOR t IN SELECT relname FROM pg_class WHERE relnamespace = 'data'::regnamespace
	AND relkind = 'r' AND relname ~ '^(hole|sound)_t_|^t_' LOOP
EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
EXECUTE format('ALTER TABLE %I ADD FOREIGN KEY (tenant_id) REFERENCES tenants', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO s5_user', t);
  END LOOP; END $$;
ALTER TABLE tenants ENABLE ROW LEVEL SECURITY;
ALTER TABLE people ENABLE ROW LEVEL SECURITY;
ALTER TABLE support_sessions ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON tenants, people TO s5_user;
GRANT SELECT ON t_anon TO s5_anon;
GRANT SELECT ON sound_t_user TO s5_staff;
GRANT SELECT ON ALL TABLES IN SCHEMA api TO s5_user; GRANT SELECT ON api.pub TO s5_anon;
REVOKE UPDATE, DELETE ON sound_t_soft FROM s5_user;
REVOKE INSERT, DELETE ON sound_t_upd2 FROM s5_user;
DROP TABLE tpl;
RESET ROLE; SET search_path = data;
INSERT INTO tenants (parent_id, name) VALUES (NULL, 'a'), (NULL, 'b'), (2, 'b1'), (NULL, 'd');
INSERT INTO people (tenant_id, email) SELECT id, 'p' || id FROM tenants;
INSERT INTO staff VALUES (4); INSERT INTO support_sessions VALUES (1, 4, now() + '1 day');
DO $$ DECLARE t text; BEGIN
FOR t IN SELECT relname FROM pg_class WHERE relnamespace = 'data'::regnamespace
	AND relkind = 'r' AND relname ~ '^(hole|sound)_t_|^t_' LOOP
EXECUTE format('INSERT INTO %I (tenant_id, is_public, author) SELECT id, g %% 2 = 0, id FROM
	tenants, generate_series(1, 4) g', t);
  END LOOP; END $$;
