-- SPDX-License-Identifier: MIT
-- A learning platform as Laravel's tenancy packages leave it: tenants by a slug, my.current_tenant set for each request,
-- polymorphic tables, pivots, queues, tokens and a cache beside them; some tables are distributed by the tenant.
-- What begins with "hole_" must raise a finding above info, what begins with "sound_" none.
-- Run by a superuser in an empty database of its own cluster.
\set ON_ERROR_STOP on
\set QUIET on
\o /dev/null
SET client_min_messages = error;
CREATE ROLE ca_owner NOLOGIN;
CREATE ROLE ca_web LOGIN;
CREATE ROLE ca_queue LOGIN;
CREATE ROLE ca_horizon LOGIN IN ROLE ca_owner;
CREATE ROLE sound_ca_migrate LOGIN NOINHERIT IN ROLE ca_owner;
CREATE ROLE hole_ca_bi LOGIN;
GRANT pg_read_all_data TO hole_ca_bi;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT ALL ON SCHEMA public TO ca_owner;
GRANT USAGE ON SCHEMA public TO ca_web, ca_queue;
SET ROLE ca_owner;
CREATE TABLE tenants (id varchar(40) PRIMARY KEY, name text NOT NULL, data jsonb NOT NULL DEFAULT '{}');
INSERT INTO tenants VALUES ('aster', 'Aster'), ('birch', 'Birch'), ('clover', 'Clover'), ('ops', 'Operations');
ALTER TABLE tenants ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON tenants USING (id = current_setting('my.current_tenant', true));
GRANT SELECT ON tenants TO ca_web, ca_queue;
CREATE FUNCTION tenant() RETURNS text LANGUAGE sql STABLE AS $$ SELECT NULLIF(current_setting('my.current_tenant', true), '') $$;
CREATE FUNCTION member_id() RETURNS bigint LANGUAGE sql STABLE AS $$ SELECT NULLIF(current_setting('my.user_id', true), '')::bigint $$;
CREATE FUNCTION pg_temp.made(n text, extra text DEFAULT '') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE TABLE %I (id bigint GENERATED ALWAYS AS IDENTITY, tenant_id varchar(40) NOT NULL REFERENCES tenants ON DELETE RESTRICT, body text NOT NULL DEFAULT '''' %s, PRIMARY KEY (tenant_id, id))', n, extra);
	EXECUTE format('INSERT INTO %I (tenant_id, body) SELECT t, ''body of '' || t || n FROM unnest(ARRAY[''aster'', ''birch'', ''clover'']) t, generate_series(1, 2) n', n);
	EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', n);
	EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO ca_web', n);
END $$;
CREATE FUNCTION pg_temp.only(n text, condition text, extra text DEFAULT '') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_temp.made(n, extra);
	EXECUTE format('CREATE POLICY %I ON %I USING (%s)', n || '_rls', n, condition);
END $$;
CREATE FUNCTION pg_temp.good(n text, extra text DEFAULT '') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_temp.only(n, 'tenant_id = (SELECT tenant())', extra);
END $$;
SELECT pg_temp.good('sound_courses');
SELECT pg_temp.only('sound_posts', 'tenant_id::text = current_setting(''my.current_tenant'', true)');
-- conditions
SELECT pg_temp.only('hole_ops_split', 'tenant() = ANY (string_to_array(tenant_id || '',ops'', '',''))');
SELECT pg_temp.only('sound_split', 'tenant_id = ANY (string_to_array(NULLIF(current_setting(''my.current_tenant'', true), ''''), '',''))');
SELECT pg_temp.only('hole_ops_list', 'tenant() IN (tenant_id, ''ops'')');
SELECT pg_temp.only('hole_prefix', 'tenant_id LIKE tenant() || ''%''');
SELECT pg_temp.only('hole_starts', 'starts_with(tenant_id, tenant())');
SELECT pg_temp.only('hole_lower', 'left(tenant_id, 1) = left(tenant(), 1)');
SELECT pg_temp.only('sound_lower', 'lower(tenant_id) = lower(tenant())');
SELECT pg_temp.only('hole_not_other', 'tenant_id IS NOT DISTINCT FROM COALESCE(tenant(), tenant_id)');
SELECT pg_temp.only('hole_debug', 'tenant_id = tenant() OR current_setting(''app.debug'', true) NOT IN ('''', ''off'')');
SELECT pg_temp.only('hole_debug_any', 'tenant_id = tenant() OR current_setting(''my.scope'', true) <> ''tenant''');
SELECT pg_temp.only('sound_narrow', 'tenant_id = tenant() AND (current_setting(''my.with_trashed'', true) = ''1'' OR deleted_at IS NULL)', ', deleted_at timestamptz');
SELECT pg_temp.only('hole_trashed', '(tenant_id = tenant() AND deleted_at IS NULL) OR current_setting(''my.with_trashed'', true) = ''1''', ', deleted_at timestamptz');
SELECT pg_temp.only('hole_lists', 'ARRAY[tenant_id::text] @> string_to_array(current_setting(''my.tenants'', true), '','')');
SELECT pg_temp.only('sound_lists', 'string_to_array(current_setting(''my.current_tenant'', true), '','') @> ARRAY[tenant_id::text]');
SELECT pg_temp.only('hole_case', 'CASE WHEN current_setting(''my.role'', true) = ''admin'' THEN true ELSE tenant_id = tenant() END');
SELECT pg_temp.only('sound_case', 'CASE WHEN tenant() IS NULL THEN false ELSE tenant_id = tenant() END');
SELECT pg_temp.only('hole_xor', '(tenant_id = tenant()) IS NOT FALSE');
SELECT pg_temp.only('sound_is_true', '(tenant_id = tenant()) IS TRUE');
-- pivots, polymorphs, children
CREATE TABLE enrolments (tenant_id varchar(40) NOT NULL REFERENCES tenants, user_id bigint NOT NULL, course_id bigint NOT NULL, PRIMARY KEY (tenant_id, user_id, course_id), FOREIGN KEY (tenant_id, course_id) REFERENCES sound_courses (tenant_id, id));
CREATE INDEX ON enrolments (tenant_id, course_id);
ALTER TABLE enrolments ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON enrolments USING (tenant_id = (SELECT tenant()));
GRANT SELECT ON enrolments TO ca_web;
SELECT pg_temp.only('hole_by_person', 'EXISTS (SELECT FROM enrolments e WHERE e.user_id = member_id())');
SELECT pg_temp.only('sound_by_person', 'tenant_id = tenant() AND EXISTS (SELECT FROM enrolments e WHERE e.user_id = member_id() AND e.tenant_id = sound_by_person.tenant_id)');
CREATE TABLE hole_media (id bigint PRIMARY KEY, model_type text NOT NULL, model_id bigint NOT NULL, tenant_id varchar(40) NOT NULL REFERENCES tenants ON DELETE RESTRICT, path text NOT NULL);
CREATE INDEX ON hole_media (tenant_id);
INSERT INTO hole_media SELECT n, 'Course', n, CASE WHEN n % 2 = 0 THEN 'aster' ELSE 'birch' END, 'p' || n FROM generate_series(1, 6) n;
GRANT SELECT ON hole_media TO ca_web;
CREATE TABLE hole_grades (id bigint PRIMARY KEY, tenant_id varchar(40) NOT NULL, course_id bigint NOT NULL, mark int NOT NULL, FOREIGN KEY (tenant_id, course_id) REFERENCES sound_courses (tenant_id, id));
CREATE INDEX ON hole_grades (tenant_id, course_id);
GRANT SELECT ON hole_grades TO ca_queue;
CREATE TABLE sound_job_batches (id uuid PRIMARY KEY, name text NOT NULL, total int NOT NULL);
GRANT SELECT, INSERT, UPDATE, DELETE ON sound_job_batches TO ca_queue;
CREATE TABLE sound_cache (key text PRIMARY KEY, value text NOT NULL, expires int NOT NULL);
GRANT SELECT, INSERT, UPDATE, DELETE ON sound_cache TO ca_web;
-- commands
SELECT pg_temp.made('hole_restrictive');
CREATE POLICY floor ON hole_restrictive AS RESTRICTIVE FOR SELECT USING (tenant_id = tenant());
CREATE POLICY own ON hole_restrictive USING (true) WITH CHECK (tenant_id = tenant());
SELECT pg_temp.good('hole_write_any');
CREATE POLICY w ON hole_write_any FOR UPDATE USING (member_id() IS NOT NULL) WITH CHECK (tenant_id = tenant());
SELECT pg_temp.good('sound_write_own');
CREATE POLICY w ON sound_write_own FOR UPDATE USING (member_id() IS NOT NULL AND tenant_id = tenant()) WITH CHECK (tenant_id = tenant());
SELECT pg_temp.made('hole_shared_write', ', shared boolean NOT NULL DEFAULT false');
CREATE POLICY own ON hole_shared_write USING (tenant_id = tenant() OR shared);
SELECT pg_temp.made('sound_shared_read', ', shared boolean NOT NULL DEFAULT false');
CREATE POLICY r ON sound_shared_read FOR SELECT USING (tenant_id = tenant() OR shared);
CREATE POLICY i ON sound_shared_read FOR INSERT WITH CHECK (tenant_id = tenant());
CREATE POLICY u ON sound_shared_read FOR UPDATE USING (tenant_id = tenant());
CREATE POLICY d ON sound_shared_read FOR DELETE USING (tenant_id = tenant());
-- keys
SELECT pg_temp.good('hole_slug', ', slug text UNIQUE');
SELECT pg_temp.good('sound_slug', ', slug text, UNIQUE (tenant_id, slug)');
SELECT pg_temp.good('hole_unique_lower', ', email text');
CREATE UNIQUE INDEX ON hole_unique_lower (lower(email));
SELECT pg_temp.good('sound_unique_lower', ', email text');
CREATE UNIQUE INDEX ON sound_unique_lower (tenant_id, lower(email));
-- code
CREATE FUNCTION switch_tenant(t text) RETURNS void LANGUAGE sql AS $$ SELECT set_config('my.current_tenant', t, true) $$;
CREATE FUNCTION hole_switch(t text) RETURNS void LANGUAGE sql AS $$ SELECT set_config('my.current_tenant', t, false) $$;
CREATE VIEW sound_v_courses WITH (security_invoker) AS SELECT * FROM sound_courses;
CREATE VIEW sound_v_owner AS SELECT * FROM sound_courses;
GRANT SELECT ON sound_v_courses, sound_v_owner TO ca_web;
RESET ROLE;
INSERT INTO enrolments SELECT tenant_id, id, id FROM sound_courses;
INSERT INTO hole_grades SELECT id, tenant_id, id, 1 FROM sound_courses;
CREATE VIEW hole_v_courses AS SELECT c.id, c.body, t.name FROM sound_courses c JOIN tenants t ON t.id = c.tenant_id;
CREATE VIEW sound_v_count AS SELECT count(*) AS n FROM sound_courses;
CREATE MATERIALIZED VIEW hole_mv_courses AS SELECT tenant_id, count(*) AS n FROM sound_courses GROUP BY 1;
GRANT SELECT ON hole_v_courses, sound_v_count, hole_mv_courses TO ca_web;
CREATE FUNCTION hole_find_course(wanted bigint) RETURNS SETOF sound_courses LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$ SELECT * FROM sound_courses WHERE id = wanted $$;
CREATE FUNCTION sound_find_course(wanted bigint) RETURNS SETOF sound_courses LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$ SELECT * FROM sound_courses WHERE id = wanted AND tenant_id = tenant() $$;
CREATE FUNCTION hole_no_path() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER AS $$ SELECT count(*) FROM sound_courses WHERE tenant_id = tenant() $$;
REVOKE EXECUTE ON FUNCTION hole_find_course(bigint), sound_find_course(bigint), hole_no_path() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hole_find_course(bigint), sound_find_course(bigint), hole_no_path() TO ca_web;
-- checks and defaults that a login owns
CREATE SCHEMA q AUTHORIZATION ca_queue;
GRANT USAGE ON SCHEMA q TO ca_owner, ca_web;
CREATE FUNCTION q.hole_is_slug(t text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN t ~ '^[a-z]*$'; END $$;
ALTER FUNCTION q.hole_is_slug(text) OWNER TO ca_queue;
CREATE FUNCTION q.sound_unused(t text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN t <> ''; END $$;
ALTER FUNCTION q.sound_unused(text) OWNER TO ca_queue;
SET ROLE ca_owner;
SELECT pg_temp.good('checked', ', slug text CHECK (q.hole_is_slug(slug))');
-- partitions by tenant
CREATE TABLE sound_logs (id bigint NOT NULL, tenant_id varchar(40) NOT NULL, body text, PRIMARY KEY (tenant_id, id)) PARTITION BY LIST (tenant_id);
CREATE TABLE sound_logs_aster PARTITION OF sound_logs FOR VALUES IN ('aster');
CREATE TABLE hole_logs_rest PARTITION OF sound_logs DEFAULT;
INSERT INTO sound_logs SELECT n, (ARRAY['aster', 'birch', 'clover'])[1 + n % 3], 'log' FROM generate_series(1, 9) n;
ALTER TABLE sound_logs ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON sound_logs USING (tenant_id = (SELECT tenant()));
GRANT SELECT ON sound_logs, hole_logs_rest TO ca_web;
-- grants
SELECT pg_temp.good('hole_truncate');
GRANT TRUNCATE ON hole_truncate TO ca_queue;
SELECT pg_temp.good('hole_trigger');
GRANT TRIGGER ON hole_trigger TO ca_web;
RESET ROLE;
GRANT CREATE ON SCHEMA q TO ca_web;
CREATE PUBLICATION hole_pub FOR TABLE sound_courses;
CREATE PUBLICATION sound_pub FOR TABLE sound_job_batches;
ANALYZE;
