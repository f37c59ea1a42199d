-- SPDX-License-Identifier: MIT
-- A Rails application: accounts in one schema, Current.account as a setting, polymorphic tables, counters, enums,
-- deploy and console logins, a schema that is left of the time when each tenant had its own.
-- What begins with "hole_" must raise a finding above info, what begins with "sound_" none.
-- Run by a superuser in an empty database.
\set ON_ERROR_STOP on
\set QUIET on
\o /dev/null
SET client_min_messages = error;
CREATE ROLE rails_deploy LOGIN;
CREATE ROLE rails LOGIN;
CREATE ROLE rails_readonly NOLOGIN;
CREATE ROLE hole_rails_console LOGIN;
CREATE ROLE sound_rails_sidekiq LOGIN;
GRANT pg_read_all_data TO rails_readonly;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT ALL ON SCHEMA public TO rails_deploy;
GRANT USAGE ON SCHEMA public TO rails, sound_rails_sidekiq;
SET ROLE rails_deploy;
CREATE TABLE schema_migrations (version character varying NOT NULL PRIMARY KEY);
CREATE TABLE ar_internal_metadata (key character varying NOT NULL PRIMARY KEY, value character varying, created_at timestamp(6) NOT NULL, updated_at timestamp(6) NOT NULL);
CREATE TABLE accounts (id bigserial PRIMARY KEY, name varchar NOT NULL, plan varchar, created_at timestamptz NOT NULL DEFAULT now());
CREATE FUNCTION current_account_id() RETURNS bigint LANGUAGE plpgsql STABLE AS $$
BEGIN
	RETURN current_setting('rails.account_id', true)::bigint;
EXCEPTION WHEN invalid_text_representation THEN
	RETURN NULL;
END $$;
ALTER TABLE accounts ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY account ON accounts USING (id = (SELECT current_account_id()));
CREATE FUNCTION pg_temp.resource(n text, extra text DEFAULT '', condition text DEFAULT 'account_id = (SELECT current_account_id())') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE TABLE %I (id bigserial PRIMARY KEY, account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
		name varchar NOT NULL DEFAULT '''', created_at timestamptz NOT NULL DEFAULT now() %s)', n, extra);
	EXECUTE format('CREATE INDEX %I ON %I (account_id)', 'index_' || n || '_on_account_id', n);
	EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', n);
	IF condition <> '' THEN
		EXECUTE format('CREATE POLICY account ON %I USING (%s)', n, condition);
	END IF;
END $$;

-- sound
SELECT pg_temp.resource('sound_projects', ', slug varchar, UNIQUE (account_id, slug), UNIQUE (account_id, id)');
SELECT pg_temp.resource('sound_tasks', ', project_id bigint, FOREIGN KEY (account_id, project_id) REFERENCES sound_projects (account_id, id) ON DELETE CASCADE');
SELECT pg_temp.resource('sound_uploads', ', record_type varchar NOT NULL DEFAULT ''Task'', record_id bigint NOT NULL DEFAULT 0, checksum varchar');
SELECT pg_temp.resource('sound_tokens', ', token varchar NOT NULL DEFAULT md5(random()::text) UNIQUE');
SELECT pg_temp.resource('sound_flags', ', kind int NOT NULL DEFAULT 0', 'current_account_id() = account_id');
SELECT pg_temp.resource('sound_cast', '', 'account_id::text = current_setting(''rails.account_id'', true)');
SELECT pg_temp.resource('sound_in', '', 'account_id IN (SELECT current_account_id())');
SELECT pg_temp.resource('sound_and_true', '', 'true AND account_id = (SELECT current_account_id())');
SELECT pg_temp.resource('sound_or_false', '', 'false OR account_id = (SELECT current_account_id())');
SELECT pg_temp.resource('sound_unnested', '', 'account_id IN (SELECT unnest(string_to_array(current_setting(''rails.account_ids'', true), '','')::bigint[]))');
SELECT pg_temp.resource('sound_twice', '', 'account_id = (SELECT current_account_id()) OR account_id = NULLIF(current_setting(''rails.account_id'', true), '''')::bigint');
SELECT pg_temp.resource('sound_restricted', '', 'true');
CREATE POLICY floor ON sound_restricted AS RESTRICTIVE USING (account_id = (SELECT current_account_id()));
SELECT pg_temp.resource('sound_published', ', published boolean NOT NULL DEFAULT false', '');
CREATE POLICY r ON sound_published FOR SELECT USING (published OR account_id = (SELECT current_account_id()));
CREATE POLICY w ON sound_published FOR INSERT WITH CHECK (account_id = (SELECT current_account_id()));
CREATE POLICY u ON sound_published FOR UPDATE USING (account_id = (SELECT current_account_id()));
CREATE POLICY d ON sound_published FOR DELETE USING (account_id = (SELECT current_account_id()));
CREATE TABLE sound_countries (id bigserial PRIMARY KEY, name varchar NOT NULL UNIQUE);
CREATE TABLE sound_task_tags (task_id bigint NOT NULL REFERENCES sound_tasks ON DELETE CASCADE, tag varchar NOT NULL, PRIMARY KEY (task_id, tag));
ALTER TABLE sound_task_tags ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY parent ON sound_task_tags USING (task_id IN (SELECT id FROM sound_tasks));
CREATE VIEW sound_due WITH (security_invoker) AS WITH recent AS (SELECT * FROM sound_tasks WHERE created_at > now() - interval '7 days') SELECT * FROM recent ORDER BY created_at FETCH FIRST 10 ROWS ONLY;
CREATE VIEW sound_own AS SELECT t.id, t.name FROM sound_tasks t; -- of an owner whom policies bind
CREATE VIEW sound_plans AS SELECT a.plan, count(*) AS accounts, percentile_cont(0.5) WITHIN GROUP (ORDER BY a.id) AS middle FROM accounts a GROUP BY a.plan HAVING count(*) > 5;
CREATE FUNCTION sound_counter() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN UPDATE sound_projects SET name = name WHERE id = NEW.project_id; RETURN NULL; END $$;
CREATE TRIGGER counter AFTER INSERT ON sound_tasks FOR EACH ROW EXECUTE FUNCTION sound_counter();
CREATE FUNCTION sound_switch(a bigint) RETURNS text LANGUAGE sql AS $$ SELECT set_config('rails.account_id', a::text, true) $$;

-- holes
SELECT pg_temp.resource('hole_null_account', '', 'account_id = (SELECT current_account_id()) OR account_id IS NULL');
ALTER TABLE hole_null_account ALTER account_id DROP NOT NULL;
SELECT pg_temp.resource('hole_if_unset', '', 'CASE WHEN current_account_id() IS NULL THEN true ELSE account_id = current_account_id() END');
SELECT pg_temp.resource('hole_coalesce_true', '', 'COALESCE(account_id = current_account_id(), true)');
SELECT pg_temp.resource('hole_not_distinct', ', owner_id bigint', 'owner_id IS NOT DISTINCT FROM NULLIF(current_setting(''rails.user_id'', true), '''')::bigint');
SELECT pg_temp.resource('hole_self', '', 'account_id = (SELECT s.account_id FROM hole_self s WHERE s.id = hole_self.id)');
SELECT pg_temp.resource('hole_exists_account', '', 'EXISTS (SELECT FROM accounts a WHERE a.id = current_account_id())');
SELECT pg_temp.resource('hole_exists_row', '', 'EXISTS (SELECT FROM schema_migrations m WHERE m.version <> '''')');
SELECT pg_temp.resource('hole_support', '', 'account_id = current_account_id() OR current_setting(''rails.support'', true)::boolean');
SELECT pg_temp.resource('hole_one', '', 'account_id = current_account_id() OR account_id = 1');
SELECT pg_temp.resource('hole_two_settings', '', 'account_id = NULLIF(current_setting(''rails.acount_id'', true), '''')::bigint');
SELECT pg_temp.resource('hole_neq', '', 'account_id <> 0 AND current_account_id() IS NOT NULL');
SELECT pg_temp.resource('hole_shared_write', ', template boolean NOT NULL DEFAULT false', 'template OR account_id = current_account_id()');
SELECT pg_temp.resource('hole_no_insert', '', '');
CREATE POLICY r ON hole_no_insert FOR SELECT USING (account_id = current_account_id());
CREATE POLICY u ON hole_no_insert FOR UPDATE USING (account_id = current_account_id());
SELECT pg_temp.resource('hole_policy_kept');
ALTER TABLE hole_policy_kept DISABLE ROW LEVEL SECURITY;
SELECT pg_temp.resource('hole_subdomains', ', subdomain varchar UNIQUE');
SELECT pg_temp.resource('hole_comments', ', task_id bigint REFERENCES sound_tasks ON DELETE SET NULL');
CREATE TABLE hole_task_notes (id bigserial PRIMARY KEY, task_id bigint NOT NULL REFERENCES sound_tasks ON DELETE CASCADE, body text);
CREATE INDEX ON hole_task_notes (task_id);
CREATE FUNCTION hole_stats() RETURNS TABLE (name varchar, n bigint) LANGUAGE sql STABLE SECURITY DEFINER AS $$ SELECT a.name, count(*) FROM accounts a JOIN sound_tasks t ON t.account_id = a.id GROUP BY 1 $$;
CREATE FUNCTION frozen_account() RETURNS bigint LANGUAGE sql IMMUTABLE AS $$ SELECT NULLIF(current_setting('rails.account_id', true), '')::bigint $$;
SELECT pg_temp.resource('hole_frozen_rows', '', 'account_id = frozen_account()');
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO rails;
REVOKE ALL ON sound_countries FROM rails;
REVOKE INSERT, UPDATE, DELETE ON accounts, schema_migrations, ar_internal_metadata FROM rails;
GRANT SELECT ON sound_countries TO rails;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO rails;
GRANT SELECT, UPDATE ON sound_tasks TO sound_rails_sidekiq;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO rails;
RESET ROLE;
GRANT rails_deploy TO hole_rails_console;
ALTER ROLE hole_rails_console CREATEROLE;
CREATE VIEW hole_admin_tasks AS SELECT t.*, a.name AS account FROM sound_tasks t JOIN accounts a ON a.id = t.account_id;
GRANT SELECT ON hole_admin_tasks TO rails;
CREATE SCHEMA tenant_old;
CREATE TABLE tenant_old.hole_tasks (LIKE public.sound_tasks);
GRANT USAGE ON SCHEMA tenant_old TO rails;
GRANT SELECT ON tenant_old.hole_tasks TO rails;

INSERT INTO accounts (id, name) VALUES (1, 'one'), (2, 'two');
DO $$
DECLARE
	r regclass;
BEGIN
	FOR r IN SELECT c.oid FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'account_id'
		WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace LOOP
		EXECUTE format('INSERT INTO %s (account_id, name) SELECT t, ''row '' || t || n FROM generate_series(1, 2) t, generate_series(1, 2) n', r);
	END LOOP;
END $$;
INSERT INTO tenant_old.hole_tasks SELECT * FROM sound_tasks;
INSERT INTO sound_task_tags SELECT id, 'new' FROM sound_tasks;
INSERT INTO hole_task_notes (task_id, body) SELECT id, 'hm' FROM sound_tasks;
UPDATE hole_subdomains SET subdomain = 's' || id;
