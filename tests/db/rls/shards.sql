-- SPDX-License-Identifier: MIT
-- Tables that are spread by tenant: the tenant leads every key, parts by list and hash, reference
-- tables, one role per service, a floor below what each service may.
-- What begins with "hole_" must raise a finding above info, what begins with "sound_" none.
SET client_min_messages = error;
CREATE ROLE sh_owner NOLOGIN;
CREATE ROLE sh_api LOGIN;
CREATE ROLE sh_billing LOGIN;
CREATE ROLE sh_svc NOLOGIN;
CREATE ROLE sound_worker LOGIN NOINHERIT IN ROLE sh_svc;
CREATE ROLE sh_app NOLOGIN;
CREATE ROLE hole_worker LOGIN IN ROLE sh_svc, sh_app;
CREATE SCHEMA shard AUTHORIZATION sh_owner;
GRANT sh_app TO sh_api;
GRANT USAGE ON SCHEMA shard TO sh_app, sh_billing, sh_svc;
SET ROLE sh_owner; SET search_path = shard;
CREATE TABLE tenants (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL);
ALTER TABLE tenants ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE FUNCTION current_tenant() RETURNS uuid LANGUAGE sql STABLE AS
	$$ SELECT nullif(current_setting('nile.tenant_id', true), '')::uuid $$;
CREATE POLICY own ON tenants USING (id = current_tenant());
GRANT SELECT ON tenants TO sh_app, sh_billing;
CREATE TABLE sound_countries (code text PRIMARY KEY, name text NOT NULL);
GRANT SELECT ON sound_countries TO sh_app, sh_billing;
CREATE FUNCTION pg_temp.t(rel text, policy text DEFAULT NULL, rest text DEFAULT '') RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE TABLE %I (tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
		id uuid NOT NULL DEFAULT gen_random_uuid(), body text NOT NULL DEFAULT ''x'',
		shared boolean NOT NULL DEFAULT false, PRIMARY KEY (tenant_id, id)) %s', rel, rest);
	EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', rel);
	EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO sh_app', rel);
	IF policy IS NOT NULL THEN
		EXECUTE format('CREATE POLICY p ON %I USING (%s)', rel, policy);
	END IF;
END $$;
SELECT pg_temp.t('sound_users', 'tenant_id = (SELECT current_tenant())');
SELECT pg_temp.t('sound_direct', $$tenant_id = current_setting('nile.tenant_id')::uuid$$);
-- what stands in for a missing tenant
SELECT pg_temp.t('hole_self', 'tenant_id = coalesce(current_tenant(), tenant_id)');
SELECT pg_temp.t('sound_nil', $$tenant_id = coalesce(current_tenant(),
	'00000000-0000-0000-0000-000000000000'::uuid)$$);
SELECT pg_temp.t('hole_distinct', 'NOT (tenant_id IS DISTINCT FROM coalesce(current_tenant(), tenant_id))');
SELECT pg_temp.t('sound_distinct', 'tenant_id IS NOT DISTINCT FROM current_tenant()');
SELECT pg_temp.t('hole_implies', 'current_tenant() IS NULL OR tenant_id = current_tenant()');
SELECT pg_temp.t('sound_implies', 'current_tenant() IS NOT NULL AND tenant_id = current_tenant()');
SELECT pg_temp.t('hole_greater', 'tenant_id >= current_tenant()');
SELECT pg_temp.t('sound_between', 'tenant_id >= current_tenant() AND tenant_id <= current_tenant()');
SELECT pg_temp.t('hole_not_in', 'tenant_id NOT IN (SELECT current_tenant())');
-- switches
SELECT pg_temp.t('hole_case', $$CASE current_setting('nile.role', true) WHEN 'svc' THEN true
	ELSE tenant_id = current_tenant() END$$);
SELECT pg_temp.t('sound_member', $$tenant_id = current_tenant() OR pg_has_role(current_user, 'sh_svc', 'MEMBER')$$);
SELECT pg_temp.t('hole_app_name', $$tenant_id = current_tenant()
	OR current_setting('application_name') = 'backoffice'$$);
-- to whom
SELECT pg_temp.t('sound_to_svc', 'tenant_id = current_tenant()');
CREATE POLICY svc ON sound_to_svc TO sh_svc USING (true);
GRANT SELECT ON sound_to_svc TO sh_svc;
SELECT pg_temp.t('sound_to_svc2', 'tenant_id = current_tenant()');
CREATE POLICY svc ON sound_to_svc2 FOR SELECT TO sh_svc USING (true);
GRANT SELECT ON sound_to_svc2 TO sh_svc;
SELECT pg_temp.t('hole_to_public', 'tenant_id = current_tenant()');
CREATE POLICY svc ON hole_to_public FOR SELECT USING (true);
SELECT pg_temp.t('hole_to_billing');
CREATE POLICY own ON hole_to_billing TO sh_app USING (tenant_id = current_tenant());
CREATE POLICY bill ON hole_to_billing FOR SELECT TO sh_billing USING (body <> '');
GRANT SELECT ON hole_to_billing TO sh_billing;
SELECT pg_temp.t('sound_to_billing');
CREATE POLICY own ON sound_to_billing TO sh_app USING (tenant_id = current_tenant());
CREATE POLICY bill ON sound_to_billing FOR SELECT TO sh_billing
	USING (body <> '' AND tenant_id = current_tenant());
GRANT SELECT ON sound_to_billing TO sh_billing;
-- the floor
SELECT pg_temp.t('sound_floor', 'true');
CREATE POLICY floor ON sound_floor AS RESTRICTIVE USING (tenant_id = current_tenant());
SELECT pg_temp.t('hole_floor_read', 'true');
CREATE POLICY floor ON hole_floor_read AS RESTRICTIVE FOR SELECT USING (tenant_id = current_tenant());
SELECT pg_temp.t('hole_floor_or', 'body <> ''hidden''');
CREATE POLICY floor ON hole_floor_or AS RESTRICTIVE USING (tenant_id = current_tenant() OR shared);
SELECT pg_temp.t('hole_floor_check', 'true');
CREATE POLICY floor ON hole_floor_check AS RESTRICTIVE USING (tenant_id = current_tenant())
	WITH CHECK (true);
-- writes
SELECT pg_temp.t('hole_upd');
CREATE POLICY s ON hole_upd FOR SELECT USING (tenant_id = current_tenant());
CREATE POLICY u ON hole_upd FOR UPDATE USING (tenant_id = current_tenant()) WITH CHECK (body <> '');
SELECT pg_temp.t('sound_upd');
CREATE POLICY s ON sound_upd FOR SELECT USING (tenant_id = current_tenant());
CREATE POLICY u ON sound_upd FOR UPDATE USING (tenant_id = current_tenant());
REVOKE INSERT, DELETE ON sound_upd, hole_upd FROM sh_app;
SELECT pg_temp.t('hole_del');
CREATE POLICY s ON hole_del FOR SELECT USING (tenant_id = current_tenant());
CREATE POLICY d ON hole_del FOR DELETE USING (NOT shared);
REVOKE INSERT, UPDATE ON hole_del FROM sh_app;
-- keys
SELECT pg_temp.t('sound_parent', 'tenant_id = current_tenant()');
SELECT pg_temp.t('sound_child', 'tenant_id = current_tenant()');
ALTER TABLE sound_child ADD parent uuid, ADD FOREIGN KEY (tenant_id, parent) REFERENCES sound_parent
	ON DELETE CASCADE;
CREATE INDEX ON sound_child (tenant_id, parent);
SELECT pg_temp.t('loose', 'tenant_id = current_tenant()');
CREATE UNIQUE INDEX ON loose (id);
SELECT pg_temp.t('hole_child', 'tenant_id = current_tenant()');
ALTER TABLE hole_child ADD parent uuid REFERENCES loose (id) ON DELETE CASCADE;
CREATE INDEX ON hole_child (parent);
SELECT pg_temp.t('hole_email', 'tenant_id = current_tenant()');
ALTER TABLE hole_email ADD email text NOT NULL DEFAULT gen_random_uuid()::text;
CREATE UNIQUE INDEX ON hole_email (lower(email));
SELECT pg_temp.t('sound_email', 'tenant_id = current_tenant()');
ALTER TABLE sound_email ADD email text NOT NULL DEFAULT gen_random_uuid()::text;
CREATE UNIQUE INDEX ON sound_email (tenant_id, lower(email));
-- parts
CREATE TABLE sound_events (tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
	id uuid NOT NULL DEFAULT gen_random_uuid(), body text NOT NULL DEFAULT 'x',
	PRIMARY KEY (tenant_id, id)) PARTITION BY HASH (tenant_id);
CREATE TABLE sound_events_0 PARTITION OF sound_events FOR VALUES WITH (MODULUS 3, REMAINDER 0);
CREATE TABLE sound_events_1 PARTITION OF sound_events FOR VALUES WITH (MODULUS 3, REMAINDER 1);
CREATE TABLE hole_events_2 PARTITION OF sound_events FOR VALUES WITH (MODULUS 3, REMAINDER 2);
GRANT SELECT ON sound_events_1, hole_events_2 TO sh_app;
ALTER TABLE sound_events_1 ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY p ON sound_events_1 USING (tenant_id = current_tenant());
ALTER TABLE sound_events ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY p ON sound_events USING (tenant_id = current_tenant());
GRANT SELECT, INSERT ON sound_events TO sh_app;
CREATE TABLE sound_logs (tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
	id uuid NOT NULL DEFAULT gen_random_uuid(), day date NOT NULL DEFAULT '2024-01-01',
	PRIMARY KEY (tenant_id, day, id)) PARTITION BY RANGE (day);
CREATE TABLE hole_logs_old PARTITION OF sound_logs FOR VALUES FROM ('2020-01-01') TO ('2025-01-01')
	PARTITION BY HASH (tenant_id);
CREATE TABLE logs_old_0 PARTITION OF hole_logs_old FOR VALUES WITH (MODULUS 1, REMAINDER 0);
ALTER TABLE sound_logs ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE hole_logs_old ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY p ON sound_logs USING (tenant_id = current_tenant());
CREATE POLICY p ON hole_logs_old USING (day < '2025-01-01');
GRANT SELECT, INSERT ON sound_logs, hole_logs_old TO sh_app;
-- code
CREATE FUNCTION hole_all() RETURNS SETOF sound_events LANGUAGE sql STABLE SECURITY DEFINER
	SET search_path = shard, pg_temp SET row_security = on AS
	$$ SELECT * FROM shard.sound_events_0 UNION ALL SELECT * FROM shard.hole_events_2 $$;
CREATE FUNCTION sound_all() RETURNS SETOF sound_events LANGUAGE sql STABLE SECURITY DEFINER
	SET search_path = shard, pg_temp AS $$ SELECT * FROM shard.sound_events $$;
CREATE VIEW hole_counts AS SELECT tenant_id, count(*) AS n FROM hole_events_2 GROUP BY tenant_id;
CREATE VIEW sound_counts AS SELECT tenant_id, count(*) AS n FROM sound_events GROUP BY tenant_id;
GRANT SELECT ON hole_counts, sound_counts TO sh_app;
GRANT TRUNCATE ON sound_parent TO sh_svc;
SELECT pg_temp.t('hole_truncate', 'tenant_id = current_tenant()');
GRANT TRUNCATE ON hole_truncate TO sh_app;
REVOKE TRUNCATE ON sound_parent FROM sh_svc;
RESET ROLE; SET search_path = shard;
INSERT INTO tenants SELECT ('00000000-0000-4000-8000-00000000000' || g)::uuid, 't' || g
	FROM generate_series(1, 3) g;
INSERT INTO sound_countries VALUES ('de', 'x');
DO $$ DECLARE t text; BEGIN
	FOR t IN SELECT relname FROM pg_class WHERE relnamespace = 'shard'::regnamespace AND relkind IN ('r', 'p')
			AND NOT relispartition AND relname NOT IN ('tenants', 'sound_countries')
			AND relname !~ 'child' ORDER BY 1 LOOP
		EXECUTE format('INSERT INTO %I (tenant_id) SELECT id FROM tenants, generate_series(1, 5)', t);
	END LOOP;
END $$;
INSERT INTO sound_child (tenant_id, parent) SELECT tenant_id, id FROM sound_parent;
INSERT INTO hole_child (tenant_id, parent) SELECT tenant_id, id FROM loose;
-- each part has rows of more than one tenant
INSERT INTO tenants SELECT gen_random_uuid(), 'more' FROM generate_series(1, 40);
INSERT INTO sound_events (tenant_id) SELECT id FROM tenants, generate_series(1, 2);
ANALYZE;
