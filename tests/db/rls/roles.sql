-- SPDX-License-Identifier: MIT
-- A role per tenant: the server's own login says whose a row is.
-- What begins with "hole_" must raise a finding above info, what begins with "sound_" none.
-- Run by a superuser in an empty database of its own cluster.
\set ON_ERROR_STOP on
\set QUIET on
\o /dev/null
SET client_min_messages = error;
DO $$ BEGIN
	CREATE ROLE keeper NOLOGIN; CREATE ROLE client NOLOGIN; CREATE ROLE acme LOGIN IN ROLE client; CREATE ROLE globex LOGIN IN ROLE client; CREATE ROLE auditor NOLOGIN;
EXCEPTION WHEN duplicate_object THEN NULL; END $$;
CREATE SCHEMA ledger AUTHORIZATION keeper; GRANT USAGE ON SCHEMA ledger TO client, auditor;
SET ROLE keeper;
CREATE FUNCTION ledger.mk(n text, c text, extra text DEFAULT '') RETURNS void LANGUAGE plpgsql AS $$ BEGIN
	EXECUTE format('CREATE TABLE ledger.%I (tenant_role name NOT NULL DEFAULT current_user, no int NOT NULL, note text NOT NULL DEFAULT '''' %s, PRIMARY KEY (tenant_role, no))', n, extra);
	EXECUTE format('ALTER TABLE ledger.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', n);
	IF c IS NOT NULL THEN EXECUTE format('CREATE POLICY p ON ledger.%I USING (%s)', n, c); END IF;
	EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ledger.%I TO client', n);
END $$;
SELECT ledger.mk('sound_own', 'tenant_role = current_user'); SELECT ledger.mk('sound_own_2', 'tenant_role = current_user'); SELECT ledger.mk('sound_session', 'tenant_role = session_user');
SELECT ledger.mk('sound_role', 'tenant_role = CURRENT_ROLE'); SELECT ledger.mk('sound_wrapped', 'tenant_role = (SELECT current_user)'); SELECT ledger.mk('sound_text', 'tenant_role::text = current_user::text');
SELECT ledger.mk('sound_narrow', 'tenant_role = current_user AND note <> ''x''');
SELECT ledger.mk('sound_auditor', 'tenant_role = current_user OR pg_has_role(current_user, ''auditor'', ''MEMBER'')');
SELECT ledger.mk('hole_off', NULL); ALTER TABLE ledger.hole_off DISABLE ROW LEVEL SECURITY;
SELECT ledger.mk('hole_true', 'true'); SELECT ledger.mk('hole_not_me', 'tenant_role <> current_user'); SELECT ledger.mk('hole_members', 'tenant_role = current_user OR pg_has_role(current_user, ''client'', ''MEMBER'')');
SELECT ledger.mk('hole_note', 'tenant_role = current_user OR note = '''''); SELECT ledger.mk('hole_pattern', 'tenant_role::text LIKE left(current_user, 1) || ''%''');
SELECT ledger.mk('hole_insert', NULL); CREATE POLICY r ON ledger.hole_insert FOR SELECT USING (tenant_role = current_user); CREATE POLICY i ON ledger.hole_insert FOR INSERT WITH CHECK (true);
SELECT ledger.mk('hole_unique', 'tenant_role = current_user', ', email text UNIQUE'); SELECT ledger.mk('sound_unique', 'tenant_role = current_user', ', email text, UNIQUE (tenant_role, email)');
SELECT ledger.mk('hole_reference', 'tenant_role = current_user', ', other_tenant name, other int, FOREIGN KEY (other_tenant, other) REFERENCES ledger.sound_own (tenant_role, no) ON DELETE RESTRICT');
SELECT ledger.mk('hole_truncate', 'tenant_role = current_user'); GRANT TRUNCATE ON ledger.hole_truncate TO acme;
RESET ROLE;
CREATE VIEW ledger.hole_view AS SELECT * FROM ledger.sound_own; GRANT SELECT ON ledger.hole_view TO client;
CREATE VIEW ledger.sound_view WITH (security_invoker) AS SELECT * FROM ledger.sound_own; GRANT SELECT ON ledger.sound_view TO client;
CREATE VIEW ledger.sound_view_filter WITH (security_barrier) AS SELECT * FROM ledger.sound_own WHERE tenant_role = current_user; GRANT SELECT ON ledger.sound_view_filter TO client;
CREATE MATERIALIZED VIEW ledger.hole_kept AS SELECT tenant_role, count(*) FROM ledger.sound_own GROUP BY 1; GRANT SELECT ON ledger.hole_kept TO client;
CREATE FUNCTION ledger.hole_read() RETURNS SETOF ledger.sound_own LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT * FROM ledger.sound_own $$;
CREATE FUNCTION ledger.sound_read() RETURNS SETOF ledger.sound_own LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT * FROM ledger.sound_own WHERE tenant_role = session_user $$;
DO $$ DECLARE r regclass; BEGIN
	FOR r IN SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'ledger' AND c.relkind = 'r' LOOP
		EXECUTE format('INSERT INTO %s (tenant_role, no) SELECT t, n FROM (VALUES (''acme''), (''globex'')) v (t), generate_series(1, 2) n', r);
	END LOOP;
END $$;
REFRESH MATERIALIZED VIEW ledger.hole_kept;
