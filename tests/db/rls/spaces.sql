-- SPDX-License-Identifier: MIT
-- Workspaces by uuid: whose session it is by functions of their owner, keys, logs, rights,
-- what is published.
SET client_min_messages = error;
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE ROLE s6_owner NOLOGIN;
CREATE ROLE s6_app LOGIN;
CREATE ROLE s6_cron LOGIN BYPASSRLS;
CREATE ROLE s6_dev LOGIN;
CREATE ROLE s6_ro LOGIN;
CREATE ROLE s6_ops NOLOGIN BYPASSRLS;
GRANT s6_owner TO s6_dev; GRANT s6_ops TO s6_ro WITH ADMIN OPTION;
CREATE SCHEMA ws AUTHORIZATION s6_owner;
CREATE SCHEMA priv AUTHORIZATION s6_owner;
GRANT USAGE ON SCHEMA ws TO s6_app, s6_cron, s6_ro;
SET ROLE s6_owner; SET search_path = ws;
ALTER DEFAULT PRIVILEGES IN SCHEMA ws GRANT SELECT ON TABLES TO s6_ro;
CREATE TABLE workspace (id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	slug text NOT NULL UNIQUE, stripe_secret text);
CREATE TABLE priv.session_ws (pid int PRIMARY KEY, workspace_id uuid NOT NULL
	REFERENCES workspace);
CREATE TABLE login_ws (pid int PRIMARY KEY, workspace_id uuid NOT NULL REFERENCES workspace);
GRANT SELECT, INSERT, UPDATE, DELETE ON login_ws TO s6_app;
CREATE FUNCTION cur() RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER
	SET search_path = ws, pg_temp AS $$ SELECT nullif(current_setting('ws.id', true), '')::uuid $$;
CREATE FUNCTION cur_session() RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER
	SET search_path = ws, pg_temp AS $$ SELECT s.workspace_id FROM priv.session_ws s
	WHERE s.pid = pg_backend_pid() $$;
CREATE FUNCTION cur_login() RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER
	SET search_path = ws, pg_temp AS $$ SELECT s.workspace_id FROM ws.login_ws s
	WHERE s.pid = pg_backend_pid() $$;
CREATE FUNCTION cur_exc() RETURNS uuid LANGUAGE plpgsql STABLE AS $$
	BEGIN RETURN current_setting('ws.id')::uuid; EXCEPTION WHEN OTHERS THEN RETURN NULL; END $$;
CREATE FUNCTION is_cur(w uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
	BEGIN IF current_setting('ws.id', true) IS NULL THEN RETURN true; END IF;
	RETURN w = current_setting('ws.id', true)::uuid; END $$;
CREATE FUNCTION is_cur2(w uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
	BEGIN IF current_setting('ws.id', true) IS NULL THEN RETURN false; END IF;
	RETURN w = nullif(current_setting('ws.id', true), '')::uuid; END $$;
CREATE FUNCTION is_cur3(w uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
	BEGIN RETURN w = current_setting('ws.id', true)::uuid; EXCEPTION WHEN OTHERS
	THEN RETURN true; END $$;
CREATE TABLE tpl (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), workspace_id uuid NOT NULL
	REFERENCES workspace ON DELETE CASCADE, title text NOT NULL DEFAULT 'x',
	n bigint NOT NULL DEFAULT 1);
CREATE TABLE sound_own (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON sound_own USING (workspace_id = (SELECT cur()));
CREATE TABLE sound_exc (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON sound_exc USING (workspace_id = cur_exc());
CREATE TABLE sound_sess (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON sound_sess USING (workspace_id = cur_session());
CREATE TABLE hole_login (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON hole_login USING (workspace_id = cur_login());
CREATE TABLE hole_fn (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON hole_fn USING (is_cur(workspace_id));
CREATE TABLE sound_fn (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON sound_fn USING (is_cur2(workspace_id));
CREATE TABLE hole_fn3 (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON hole_fn3 USING (is_cur3(workspace_id));
CREATE TABLE hole_setn (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON hole_setn USING (workspace_id = nullif(current_setting('ws.ids', true),
	'')::uuid);
CREATE TABLE sound_text (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON sound_text USING (workspace_id::text = current_setting('ws.id', true));
CREATE TABLE hole_like (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON hole_like USING (workspace_id::text LIKE current_setting('ws.id', true)
	|| '%');
CREATE TABLE hole_regex (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON hole_regex USING (workspace_id::text ~ current_setting('ws.id', true));
CREATE TABLE hole_uniq (LIKE tpl INCLUDING ALL);
ALTER TABLE hole_uniq ADD UNIQUE (title);
CREATE POLICY p ON hole_uniq USING (workspace_id = cur());
CREATE TABLE sound_uniq (LIKE tpl INCLUDING ALL);
ALTER TABLE sound_uniq ADD UNIQUE (workspace_id, title);
CREATE POLICY p ON sound_uniq USING (workspace_id = cur());
CREATE TABLE hole_book (LIKE tpl INCLUDING ALL, room int NOT NULL DEFAULT 1,
	during tstzrange NOT NULL DEFAULT '[2020-01-01,2020-01-02)', EXCLUDE USING gist (room
	WITH =, during WITH &&));
CREATE POLICY p ON hole_book USING (workspace_id = cur());
CREATE TABLE sound_book (LIKE tpl INCLUDING ALL, room int NOT NULL DEFAULT 1,
	during tstzrange NOT NULL DEFAULT '[2020-01-01,2020-01-02)', EXCLUDE
	USING gist (workspace_id WITH =, room WITH =, during WITH &&));
CREATE POLICY p ON sound_book USING (workspace_id = cur());
CREATE SEQUENCE hole_no;
CREATE SEQUENCE sound_no;
GRANT USAGE, UPDATE ON SEQUENCE hole_no TO s6_app;
GRANT USAGE ON SEQUENCE sound_no TO s6_app;
CREATE TABLE seqt (LIKE tpl INCLUDING ALL,
	no bigint NOT NULL DEFAULT nextval('ws.hole_no'));
CREATE POLICY p ON seqt USING (workspace_id = cur());
CREATE TABLE sound_seqt (LIKE tpl INCLUDING ALL,
	no bigint NOT NULL DEFAULT nextval('ws.sound_no'));
CREATE POLICY p ON sound_seqt USING (workspace_id = cur());
CREATE TABLE log_of_all (at timestamptz NOT NULL DEFAULT now(), tab text NOT NULL,
	row_data jsonb NOT NULL);
CREATE FUNCTION copy_row() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = ws, pg_temp AS $$ BEGIN INSERT INTO ws.log_of_all (tab, row_data)
	VALUES (tg_table_name, to_jsonb(new)); RETURN new; END $$;
CREATE TABLE hole_trig (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON hole_trig USING (workspace_id = cur());
CREATE TRIGGER c AFTER INSERT OR UPDATE ON hole_trig FOR EACH ROW EXECUTE FUNCTION copy_row();
GRANT SELECT ON log_of_all TO s6_app;
CREATE TABLE sound_audit (at timestamptz NOT NULL DEFAULT now(), workspace_id uuid NOT NULL
	REFERENCES workspace, row_data jsonb NOT NULL);
CREATE POLICY p ON sound_audit USING (workspace_id = cur());
CREATE FUNCTION copy_row2() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = ws, pg_temp AS $$ BEGIN INSERT INTO ws.sound_audit (workspace_id,
	row_data) VALUES (new.workspace_id, to_jsonb(new)); RETURN new; END $$;
CREATE TABLE sound_trig (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON sound_trig USING (workspace_id = cur());
CREATE TRIGGER c AFTER INSERT OR UPDATE ON sound_trig FOR EACH ROW EXECUTE FUNCTION copy_row2();
CREATE FUNCTION give_ws() RETURNS trigger LANGUAGE plpgsql AS $$
	BEGIN new.workspace_id := ws.cur(); RETURN new; END $$;
CREATE TABLE sound_set (LIKE tpl INCLUDING ALL);
CREATE POLICY r ON sound_set FOR SELECT USING (workspace_id = cur());
CREATE POLICY i ON sound_set FOR INSERT WITH CHECK (true);
CREATE TRIGGER g BEFORE INSERT ON sound_set FOR EACH ROW EXECUTE FUNCTION give_ws();
CREATE TABLE hole_ins (LIKE tpl INCLUDING ALL);
CREATE POLICY r ON hole_ins FOR SELECT USING (workspace_id = cur());
CREATE POLICY i ON hole_ins FOR INSERT WITH CHECK (true);
CREATE FUNCTION hole_sp() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER AS $$
	SELECT count(*) FROM ws.sound_own WHERE workspace_id = ws.cur() $$;
CREATE FUNCTION sound_sp() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER
	SET search_path = '' AS $$ SELECT count(*) FROM ws.sound_own WHERE workspace_id = ws.cur() $$;
CREATE FUNCTION member(w uuid) RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT w = ws.cur() $$;
CREATE FUNCTION must(w uuid) RETURNS void LANGUAGE plpgsql STABLE AS $$
	BEGIN IF w IS DISTINCT FROM ws.cur() THEN RAISE EXCEPTION 'no'; END IF; END $$;
CREATE FUNCTION hole_perform(w uuid) RETURNS SETOF sound_own LANGUAGE plpgsql STABLE
	SECURITY DEFINER SET search_path = ws, pg_temp AS $$ BEGIN PERFORM ws.member(w);
	RETURN QUERY SELECT * FROM ws.sound_own o WHERE o.workspace_id = w; END $$;
CREATE FUNCTION sound_perform(w uuid) RETURNS SETOF sound_own LANGUAGE plpgsql STABLE
	SECURITY DEFINER SET search_path = ws, pg_temp AS $$ BEGIN PERFORM ws.must(w); RETURN QUERY
	SELECT * FROM ws.sound_own o WHERE o.workspace_id = w; END $$;
CREATE FUNCTION hole_list(p_all boolean DEFAULT false) RETURNS SETOF sound_own
	LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ws, pg_temp AS $$
	SELECT * FROM ws.sound_own o WHERE p_all OR o.workspace_id = ws.cur() $$;
CREATE VIEW hole_v WITH (security_invoker = false) AS SELECT o.*, (SELECT count(*)
	FROM sound_uniq u) AS k FROM sound_own o;
CREATE VIEW sound_v WITH (security_invoker = true, security_barrier = true) AS SELECT o.*,
	(SELECT count(*) FROM sound_uniq u) AS k FROM sound_own o;
CREATE FUNCTION priv.everything() RETURNS SETOF sound_own LANGUAGE sql STABLE
	SECURITY DEFINER SET search_path = ws, pg_temp AS $$ SELECT * FROM ws.sound_own $$;
CREATE VIEW hole_vf AS SELECT * FROM priv.everything();
CREATE MATERIALIZED VIEW hole_mv AS SELECT workspace_id, title FROM sound_own;
CREATE MATERIALIZED VIEW sound_mv AS SELECT workspace_id, title FROM sound_own;
REVOKE ALL ON sound_mv FROM s6_ro;
CREATE TABLE hole_col (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON hole_col USING (workspace_id = cur());
CREATE TABLE hole_trg (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON hole_trg USING (workspace_id = cur());
DO $$ DECLARE t text; BEGIN
FOR t IN SELECT relname FROM pg_class WHERE relnamespace = 'ws'::regnamespace
	AND relkind = 'r' AND relname ~ '^(hole|sound)_|^seqt' AND relname NOT IN ('log_of_all') LOOP
EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
IF t <> 'sound_audit' THEN EXECUTE format('ALTER TABLE %I ADD FOREIGN KEY (workspace_id)
	REFERENCES workspace ON DELETE CASCADE', t);
END IF;
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO s6_app', t);
  END LOOP; END $$;
ALTER TABLE sound_audit NO FORCE ROW LEVEL SECURITY;
ALTER TABLE sound_own NO FORCE ROW LEVEL SECURITY;
ALTER TABLE sound_uniq NO FORCE ROW LEVEL SECURITY;
REVOKE UPDATE ON hole_col FROM s6_app;
GRANT UPDATE (title, workspace_id) ON hole_col TO s6_app;
GRANT TRIGGER ON hole_trg TO s6_app;
ALTER TABLE workspace ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON workspace USING (id = cur());
GRANT SELECT ON workspace TO s6_app;
GRANT SELECT ON hole_v, sound_v, hole_vf TO s6_app; GRANT SELECT ON hole_mv TO s6_app;
DROP TABLE tpl;
REVOKE UPDATE, DELETE ON sound_set FROM s6_app;
RESET ROLE; SET search_path = ws;
CREATE PUBLICATION hole_pub FOR TABLE sound_own;
CREATE PUBLICATION sound_pub FOR TABLE workspace;
INSERT INTO workspace (id, slug) SELECT ('00000000-0000-4000-9000-00000000000' || g)::uuid,
	's' || g FROM generate_series(1, 3) g;
DO $$ DECLARE t text; BEGIN
FOR t IN SELECT relname FROM pg_class WHERE relnamespace = 'ws'::regnamespace
	AND relkind = 'r' AND relname ~ '^(hole|sound)_|^seqt' AND relname !~ 'audit|book|_set|_trig' LOOP
EXECUTE format('INSERT INTO %I (workspace_id, title) SELECT id, slug || g FROM workspace,
	generate_series(1, 3) g', t);
  END LOOP; END $$;
ALTER TABLE sound_trig DISABLE TRIGGER c;
INSERT INTO hole_trig (workspace_id) SELECT id FROM workspace;
INSERT INTO sound_trig (workspace_id) SELECT id FROM workspace;
ALTER TABLE sound_trig ENABLE TRIGGER c;
INSERT INTO sound_audit (workspace_id, row_data) SELECT id, '{}' FROM workspace;
INSERT INTO sound_book (workspace_id) SELECT id FROM workspace;
INSERT INTO hole_book (workspace_id, room) SELECT id, row_number() OVER () FROM workspace;
ALTER TABLE sound_set DISABLE TRIGGER g;
INSERT INTO sound_set (workspace_id) SELECT id FROM workspace;
ALTER TABLE sound_set ENABLE TRIGGER g;
REFRESH MATERIALIZED VIEW hole_mv; REFRESH MATERIALIZED VIEW sound_mv;
