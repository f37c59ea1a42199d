-- SPDX-License-Identifier: MIT
-- A CRM whose sessions say who and where they are: memberships, a definer's look at them,
-- support, a worker
-- that one policy names.
SET client_min_messages = error;
CREATE ROLE s1_owner NOLOGIN;
CREATE ROLE s1_web LOGIN;
CREATE ROLE s1_worker LOGIN;
CREATE ROLE s1_admin NOLOGIN;
CREATE ROLE s1_support LOGIN IN ROLE s1_admin;
CREATE SCHEMA crm AUTHORIZATION s1_owner;
GRANT USAGE ON SCHEMA crm TO s1_web, s1_worker, s1_admin;
SET ROLE s1_owner;
SET search_path = crm;
CREATE FUNCTION me() RETURNS bigint LANGUAGE sql STABLE AS $$
	SELECT nullif(current_setting('app.user_id', true), '')::bigint $$;
CREATE FUNCTION acct() RETURNS bigint LANGUAGE sql STABLE AS $$
	SELECT nullif(current_setting('app.account_id', true), '')::bigint $$;
CREATE TABLE accounts (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	name text NOT NULL, plan text NOT NULL DEFAULT 'free');
CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	email text NOT NULL UNIQUE);
CREATE TABLE memberships (account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
	user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
	role text NOT NULL DEFAULT 'member', PRIMARY KEY (account_id, user_id));
ALTER TABLE accounts ENABLE ROW LEVEL SECURITY; ALTER TABLE accounts FORCE ROW LEVEL SECURITY;
ALTER TABLE memberships ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON accounts USING (id = acct());
CREATE POLICY mine ON memberships FOR SELECT USING (user_id = me());
GRANT SELECT ON accounts, memberships, users TO s1_web;
-- helper: definer function between (look-alike clean)
CREATE FUNCTION member_of(a bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
	SET search_path = crm, pg_temp AS
$$ SELECT EXISTS (SELECT FROM crm.memberships m WHERE m.account_id = a
	AND m.user_id = crm.me()) $$;

CREATE TABLE sound_contacts (id bigint GENERATED ALWAYS AS IDENTITY,
	account_id bigint NOT NULL REFERENCES accounts, name text NOT NULL, PRIMARY KEY (account_id,
	id));
CREATE POLICY p ON sound_contacts USING (account_id = acct()) WITH CHECK (account_id = acct());
CREATE TABLE sound_notes (id bigint GENERATED ALWAYS AS IDENTITY, account_id bigint NOT NULL
	REFERENCES accounts, body text, PRIMARY KEY (account_id, id));
CREATE POLICY p ON sound_notes USING (account_id IN (SELECT m.account_id FROM memberships m
	WHERE m.user_id = me()));
CREATE TABLE hole_calls (id bigint GENERATED ALWAYS AS IDENTITY, account_id bigint NOT NULL
	REFERENCES accounts, body text, PRIMARY KEY (account_id, id));
CREATE POLICY p ON hole_calls USING (EXISTS (SELECT 1 FROM memberships m
	WHERE m.user_id = me() AND account_id = m.account_id));
CREATE TABLE hole_deals (id bigint GENERATED ALWAYS AS IDENTITY, account_id bigint NOT NULL
	REFERENCES accounts, body text, PRIMARY KEY (account_id, id));
CREATE POLICY p ON hole_deals USING (account_id <> acct());
CREATE TABLE hole_leads (id bigint GENERATED ALWAYS AS IDENTITY, account_id bigint NOT NULL
	REFERENCES accounts, body text, PRIMARY KEY (account_id, id));
CREATE POLICY p ON hole_leads USING (account_id >= acct());
CREATE TABLE sound_emails (id bigint GENERATED ALWAYS AS IDENTITY,
	account_id bigint NOT NULL REFERENCES accounts, body text, PRIMARY KEY (account_id, id));
CREATE POLICY p ON sound_emails USING (member_of(account_id));
CREATE TABLE sound_files (id bigint GENERATED ALWAYS AS IDENTITY, account_id bigint NOT NULL
	REFERENCES accounts, body text, PRIMARY KEY (account_id, id));
CREATE POLICY floor ON sound_files AS RESTRICTIVE USING (account_id = acct());
CREATE POLICY open ON sound_files USING (true);
CREATE TABLE hole_tags (id bigint GENERATED ALWAYS AS IDENTITY, account_id bigint NOT NULL
	REFERENCES accounts, body text, PRIMARY KEY (account_id, id));
CREATE POLICY floor ON hole_tags AS RESTRICTIVE TO s1_web USING (account_id = acct());
CREATE POLICY open ON hole_tags USING (true);
CREATE TABLE sound_segments (id bigint GENERATED ALWAYS AS IDENTITY,
	account_id bigint NOT NULL REFERENCES accounts, body text, PRIMARY KEY (account_id, id));
CREATE POLICY p ON sound_segments USING (account_id = acct());
CREATE POLICY adm ON sound_segments TO s1_admin USING (true);
CREATE TABLE sound_imports (id bigint GENERATED ALWAYS AS IDENTITY,
	account_id bigint NOT NULL REFERENCES accounts, body text, PRIMARY KEY (account_id, id));
CREATE POLICY p ON sound_imports USING (account_id = acct() OR pg_has_role(current_user,
	's1_admin', 'MEMBER'));
CREATE TABLE hole_exports (id bigint GENERATED ALWAYS AS IDENTITY,
	account_id bigint NOT NULL REFERENCES accounts, body text, PRIMARY KEY (account_id, id));
CREATE POLICY p ON hole_exports USING (CASE WHEN current_setting('app.role', true)
	= 'superadmin' THEN true ELSE account_id = acct() END);
CREATE TABLE sound_webhooks (id bigint GENERATED ALWAYS AS IDENTITY,
	account_id bigint NOT NULL REFERENCES accounts, body text, PRIMARY KEY (account_id, id));
CREATE POLICY p ON sound_webhooks USING (account_id = acct() OR current_user = 's1_worker');
CREATE TABLE hole_api_keys (id bigint GENERATED ALWAYS AS IDENTITY,
	account_id bigint NOT NULL REFERENCES accounts, body text, PRIMARY KEY (account_id, id));
CREATE POLICY s ON hole_api_keys FOR SELECT USING (account_id = acct());
CREATE POLICY i ON hole_api_keys FOR INSERT WITH CHECK (account_id = acct());
CREATE POLICY u ON hole_api_keys FOR UPDATE USING (account_id = acct());
CREATE POLICY d ON hole_api_keys FOR DELETE USING (me() IS NOT NULL);
CREATE TABLE sound_api_logs (id bigint GENERATED ALWAYS AS IDENTITY,
	account_id bigint NOT NULL REFERENCES accounts, body text, PRIMARY KEY (account_id, id));
CREATE POLICY s ON sound_api_logs FOR SELECT USING (account_id = acct());
CREATE POLICY i ON sound_api_logs FOR INSERT WITH CHECK (account_id = acct());
CREATE POLICY u ON sound_api_logs FOR UPDATE USING (account_id = acct())
	WITH CHECK (account_id = acct());
CREATE POLICY d ON sound_api_logs FOR DELETE USING (account_id = acct());
CREATE TABLE hole_tasks (id bigint GENERATED ALWAYS AS IDENTITY, account_id bigint NOT NULL
	REFERENCES accounts, owner_id bigint NOT NULL REFERENCES users, body text,
	PRIMARY KEY (account_id, id));
CREATE POLICY s ON hole_tasks FOR SELECT USING (account_id = acct());
CREATE POLICY i ON hole_tasks FOR INSERT WITH CHECK (account_id = acct());
CREATE POLICY u ON hole_tasks FOR UPDATE USING (account_id = acct())
	WITH CHECK (owner_id = me());
CREATE TABLE sound_todo (id bigint GENERATED ALWAYS AS IDENTITY, account_id bigint NOT NULL
	REFERENCES accounts, owner_id bigint NOT NULL REFERENCES users, body text,
	PRIMARY KEY (account_id, id));
CREATE POLICY p ON sound_todo USING (account_id = acct() AND owner_id = me());
CREATE TABLE sound_invites (id bigint GENERATED ALWAYS AS IDENTITY,
	account_id bigint NOT NULL REFERENCES accounts, email text NOT NULL,
	PRIMARY KEY (account_id, id));
CREATE POLICY p ON sound_invites USING (account_id = acct());
CREATE FUNCTION hole_invites_of(a bigint) RETURNS SETOF sound_invites LANGUAGE sql STABLE
	SECURITY DEFINER SET search_path = crm, pg_temp AS $$ SELECT * FROM crm.sound_invites i
	WHERE i.account_id = a $$;
CREATE FUNCTION sound_invites_mine(a bigint) RETURNS SETOF sound_invites
	LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = crm, pg_temp AS $$
BEGIN
  IF NOT crm.member_of(a) THEN RAISE EXCEPTION 'no member'; END IF;
  RETURN QUERY SELECT * FROM crm.sound_invites i WHERE i.account_id = a;
END $$;
CREATE FUNCTION hole_invites_noticed(a bigint) RETURNS SETOF sound_invites
	LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = crm, pg_temp AS $$
BEGIN
  IF NOT crm.member_of(a) THEN RAISE WARNING 'no member'; END IF;
  RETURN QUERY SELECT * FROM crm.sound_invites i WHERE i.account_id = a;
END $$;
CREATE FUNCTION hole_drop_invite(i bigint) RETURNS void LANGUAGE sql SECURITY DEFINER
	SET search_path = crm, pg_temp AS $$ DELETE FROM crm.sound_invites WHERE id = i $$;
CREATE FUNCTION sound_drop_my_invite(i bigint) RETURNS void LANGUAGE sql SECURITY DEFINER
	SET search_path = crm, pg_temp AS $$ DELETE FROM crm.sound_invites WHERE id = i
	AND account_id = crm.acct() $$;
CREATE VIEW hole_active_deals AS SELECT * FROM sound_contacts;
CREATE VIEW sound_my_contacts WITH (security_invoker = on) AS SELECT * FROM sound_contacts;
CREATE VIEW sound_contact_here WITH (security_barrier) AS SELECT * FROM sound_contacts
	WHERE account_id = acct();
DO $$ DECLARE t text; BEGIN
FOREACH t IN ARRAY '{sound_contacts,sound_notes,hole_calls,hole_deals,hole_leads,sound_emails,
	sound_files,hole_tags,sound_segments,sound_imports,hole_exports,sound_webhooks,hole_api_keys,
	sound_api_logs,hole_tasks,sound_todo,sound_invites}'::text[] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO s1_web', t);
    EXECUTE format('GRANT SELECT ON %I TO s1_worker, s1_admin', t);
  END LOOP; END $$;
GRANT SELECT ON hole_active_deals, sound_my_contacts, sound_contact_here TO s1_web;
RESET ROLE;
SET search_path = crm;
INSERT INTO accounts (name) VALUES ('a'), ('b'), ('c');
INSERT INTO users (email) VALUES ('x@a'), ('y@b'), ('z@c');
INSERT INTO memberships VALUES (1, 1), (2, 2), (3, 3);
DO $$ DECLARE t text; BEGIN
FOREACH t IN ARRAY '{sound_notes,hole_calls,hole_deals,hole_leads,sound_emails,sound_files,
	hole_tags,sound_segments,sound_imports,hole_exports,sound_webhooks,hole_api_keys,
	sound_api_logs}'::text[] LOOP
EXECUTE format('INSERT INTO %I (account_id, body) SELECT a, ''x'' FROM generate_series(1,3) a,
	generate_series(1,3)', t);
  END LOOP; END $$;
INSERT INTO sound_contacts (account_id, name) SELECT a, 'n' FROM generate_series(1,3) a,
	generate_series(1,3);
INSERT INTO hole_tasks (account_id, owner_id, body) SELECT a, a,
	'n' FROM generate_series(1,3) a, generate_series(1,3);
INSERT INTO sound_todo (account_id, owner_id, body) SELECT a, a,
	'n' FROM generate_series(1,3) a, generate_series(1,3);
INSERT INTO sound_invites (account_id, email) SELECT a, 'n' FROM generate_series(1,3) a,
	generate_series(1,3);
