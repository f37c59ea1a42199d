-- SPDX-License-Identifier: MIT
-- Ships of many companies: who they are is found by a session's token, rows that belong to two companies, delegations for a
-- time, subsidiaries, counters kept by triggers, views that are written through triggers, columns that are generated.
-- What begins with "hole_" must raise a finding above info, what begins with "sound_" none.
-- Run by a superuser in an empty database of its own cluster.
\set ON_ERROR_STOP on
\set QUIET on
\o /dev/null
SET client_min_messages = error;
CREATE ROLE port_owner NOLOGIN;
CREATE ROLE port_sees NOLOGIN BYPASSRLS;
CREATE ROLE port_app LOGIN;
CREATE ROLE port_metrics LOGIN;
CREATE SCHEMA port AUTHORIZATION port_owner;
CREATE SCHEMA vault AUTHORIZATION port_owner;
GRANT USAGE ON SCHEMA port TO port_app, port_metrics, port_sees;
GRANT USAGE ON SCHEMA vault TO port_sees;
SET ROLE port_owner;
CREATE TABLE port.companies (company_id bigint PRIMARY KEY, name text NOT NULL);
CREATE TABLE vault.sessions (token text PRIMARY KEY, company_id bigint NOT NULL REFERENCES port.companies, person bigint NOT NULL, until timestamptz NOT NULL);
GRANT SELECT ON vault.sessions TO port_sees;
RESET ROLE;
CREATE FUNCTION port.company() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT s.company_id FROM vault.sessions s WHERE s.token = current_setting('port.token', true) AND s.until > now() $$;
CREATE FUNCTION port.person() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT s.person FROM vault.sessions s WHERE s.token = current_setting('port.token', true) AND s.until > now() $$;
ALTER FUNCTION port.company() OWNER TO port_sees;
ALTER FUNCTION port.person() OWNER TO port_sees;
SET ROLE port_owner;
ALTER TABLE port.companies ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON port.companies USING (company_id = (SELECT port.company()));
GRANT SELECT ON port.companies TO port_app;
CREATE FUNCTION pg_temp.made(n text, condition text DEFAULT 'company_id = (SELECT port.company())', extra text DEFAULT '') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE TABLE port.%I (company_id bigint NOT NULL REFERENCES port.companies ON DELETE RESTRICT, id bigint GENERATED ALWAYS AS IDENTITY, note text %s, PRIMARY KEY (company_id, id))', n, extra);
	EXECUTE format('ALTER TABLE port.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', n);
	IF condition IS NOT NULL THEN EXECUTE format('CREATE POLICY own ON port.%I USING (%s)', n, condition); END IF;
	EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON port.%I TO port_app', n);
END $$;
-- Read by the condition, written by the company alone.
CREATE FUNCTION pg_temp.reads(n text, condition text, extra text DEFAULT '') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_temp.made(n, NULL, extra);
	EXECUTE format('CREATE POLICY r ON port.%I FOR SELECT USING (%s)', n, condition);
	EXECUTE format('CREATE POLICY i ON port.%I FOR INSERT WITH CHECK (company_id = (SELECT port.company()))', n);
	EXECUTE format('CREATE POLICY u ON port.%I FOR UPDATE USING (company_id = (SELECT port.company()))', n);
	EXECUTE format('CREATE POLICY d ON port.%I FOR DELETE USING (company_id = (SELECT port.company()))', n);
END $$;
CREATE TABLE port.delegations (company_id bigint NOT NULL REFERENCES port.companies, delegate bigint NOT NULL REFERENCES port.companies, until timestamptz NOT NULL, PRIMARY KEY (company_id, delegate));
ALTER TABLE port.delegations ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON port.delegations USING (company_id = (SELECT port.company()));
CREATE POLICY given ON port.delegations FOR SELECT USING (delegate = (SELECT port.company()));
GRANT SELECT, INSERT, DELETE ON port.delegations TO port_app;
CREATE INDEX ON port.delegations (delegate);
CREATE TABLE port.subsidiaries (parent bigint NOT NULL REFERENCES port.companies, child bigint NOT NULL REFERENCES port.companies, PRIMARY KEY (parent, child));
GRANT SELECT ON port.subsidiaries TO port_app;

-- sound
SELECT pg_temp.made('sound_ships', extra => ', code text, UNIQUE (company_id, code)');
CREATE UNIQUE INDEX ON port.sound_ships (company_id, lower(note), id);
SELECT pg_temp.made('sound_bare', 'company_id = port.company() AND note IS NOT NULL');
ALTER POLICY own ON port.sound_bare USING (company_id = (SELECT port.company()) AND note IS NOT NULL);
SELECT pg_temp.made('sound_wharfs', 'company_id = (SELECT port.company())', ', ship bigint, FOREIGN KEY (company_id, ship) REFERENCES port.sound_ships ON UPDATE CASCADE ON DELETE CASCADE');
SELECT pg_temp.reads('sound_delegated', 'company_id = (SELECT port.company()) OR EXISTS (SELECT FROM port.delegations d WHERE d.company_id = sound_delegated.company_id AND d.delegate = (SELECT port.company()) AND d.until > now())');
SELECT pg_temp.reads('sound_delegated_in', 'company_id IN (SELECT d.company_id FROM port.delegations d WHERE d.delegate = (SELECT port.company()) AND d.until > now()) OR company_id = (SELECT port.company())');
SELECT pg_temp.reads('sound_subsidiary', 'company_id = (SELECT port.company()) OR company_id IN (SELECT s.child FROM port.subsidiaries s WHERE s.parent = (SELECT port.company()))');
SELECT pg_temp.reads('sound_subsidiary_any', 'company_id = ANY (ARRAY(SELECT s.child FROM port.subsidiaries s WHERE s.parent = (SELECT port.company()) UNION SELECT port.company()))');
SELECT pg_temp.reads('sound_charter', 'company_id = (SELECT port.company()) OR charterer = (SELECT port.company())', ', charterer bigint REFERENCES port.companies ON DELETE RESTRICT');
SELECT pg_temp.reads('sound_listed', 'company_id = (SELECT port.company()) OR (SELECT port.company()) = ANY (readers)', ', readers bigint[]');
SELECT pg_temp.reads('sound_listed_contains', 'company_id = (SELECT port.company()) OR readers @> ARRAY[(SELECT port.company())]', ', readers bigint[]');
SELECT pg_temp.made('sound_person', 'company_id = (SELECT port.company()) AND (person IS NULL OR person = (SELECT port.person()))', ', person bigint');
SELECT pg_temp.made('sound_nested', 'NOT (company_id <> (SELECT port.company()))');
SELECT pg_temp.made('sound_never', 'false');
ALTER TABLE port.sound_never DISABLE ROW LEVEL SECURITY;
REVOKE ALL ON port.sound_never FROM port_app;
SELECT pg_temp.made('sound_cased', 'CASE WHEN note = ''sealed'' THEN company_id = (SELECT port.company()) AND (SELECT port.person()) = 1 ELSE company_id = (SELECT port.company()) END');
SELECT pg_temp.made('sound_period', 'company_id = (SELECT port.company()) AND period @> now()', ', period tstzrange NOT NULL DEFAULT tstzrange(NULL, NULL)');
CREATE TABLE port.sound_papers (doc jsonb NOT NULL, company_id bigint NOT NULL GENERATED ALWAYS AS ((doc ->> 'company')::bigint) STORED, id bigint GENERATED ALWAYS AS IDENTITY, PRIMARY KEY (company_id, id));
ALTER TABLE port.sound_papers ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON port.sound_papers USING (company_id = (SELECT port.company()));
GRANT SELECT, INSERT ON port.sound_papers TO port_app;
CREATE TABLE port.sound_logbook (company_id bigint NOT NULL REFERENCES port.companies, at timestamptz NOT NULL DEFAULT now(), id bigint GENERATED ALWAYS AS IDENTITY, line text, PRIMARY KEY (company_id, id));
ALTER TABLE port.sound_logbook ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY add ON port.sound_logbook FOR INSERT WITH CHECK (company_id = (SELECT port.company()));
GRANT INSERT ON port.sound_logbook TO port_app;
CREATE TABLE port.sound_counts (company_id bigint PRIMARY KEY REFERENCES port.companies, ships bigint NOT NULL DEFAULT 0);
ALTER TABLE port.sound_counts ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON port.sound_counts FOR SELECT USING (company_id = (SELECT port.company()));
GRANT SELECT ON port.sound_counts TO port_app;
CREATE FUNCTION port.sound_count() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
	INSERT INTO port.sound_counts VALUES (NEW.company_id, 1) ON CONFLICT (company_id) DO UPDATE SET ships = sound_counts.ships + 1;
	RETURN NULL;
END $$;
CREATE TRIGGER count AFTER INSERT ON port.sound_ships FOR EACH ROW EXECUTE FUNCTION port.sound_count();
CREATE TABLE port.sound_flags (code char(2) PRIMARY KEY, country text NOT NULL UNIQUE);
GRANT SELECT ON port.sound_flags TO port_app, port_metrics;
CREATE VIEW port.sound_fleet WITH (security_invoker) AS SELECT s.*, d.until FROM port.sound_ships s LEFT JOIN port.delegations d USING (company_id);
CREATE VIEW port.sound_entry WITH (security_barrier, check_option = local) AS SELECT company_id, id, note FROM port.sound_ships WHERE company_id = (SELECT port.company());
CREATE VIEW port.sound_traffic AS SELECT count(*) AS ships FROM port.sound_ships;
GRANT SELECT ON port.sound_fleet TO port_app;
GRANT SELECT, INSERT, UPDATE ON port.sound_entry TO port_app;
GRANT SELECT ON port.sound_traffic TO port_metrics;
CREATE MATERIALIZED VIEW vault.sound_summary AS SELECT company_id, count(*) AS n FROM port.sound_ships GROUP BY company_id;
CREATE VIEW port.sound_summary_mine WITH (security_barrier) AS SELECT n FROM vault.sound_summary WHERE company_id = (SELECT port.company());
GRANT SELECT ON port.sound_summary_mine TO port_app;
RESET ROLE;
GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA port TO port_sees;
CREATE FUNCTION port.sound_rename(c bigint, i bigint, n text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
	IF c IS DISTINCT FROM port.company() THEN
		RAISE EXCEPTION 'not yours';
	END IF;
	UPDATE port.sound_ships SET note = n WHERE company_id = c AND id = i;
END $$;
CREATE FUNCTION port.sound_board(w text) RETURNS SETOF port.sound_ships LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT s.* FROM port.sound_ships s JOIN port.companies c ON c.company_id = s.company_id WHERE c.company_id = port.company() AND s.note ILIKE w || '%' $$;
CREATE FUNCTION port.sound_login(t text) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT s.company_id FROM vault.sessions s WHERE s.token = t $$;
ALTER FUNCTION port.sound_rename OWNER TO port_sees;
ALTER FUNCTION port.sound_board OWNER TO port_sees;
ALTER FUNCTION port.sound_login OWNER TO port_sees;
CREATE FUNCTION vault.sound_protect() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	r record;
BEGIN
	FOR r IN SELECT * FROM pg_event_trigger_ddl_commands() WHERE command_tag = 'CREATE TABLE' AND schema_name = 'port' LOOP
		EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', r.object_identity);
	END LOOP;
END $$;
CREATE PUBLICATION sound_flags FOR TABLE port.sound_flags;

-- holes
SET ROLE port_owner;
SELECT pg_temp.reads('hole_delegated', 'company_id = (SELECT port.company()) OR EXISTS (SELECT FROM port.subsidiaries d WHERE d.parent = hole_delegated.company_id)');
SELECT pg_temp.reads('hole_subsidiary', 'company_id IN (SELECT s.child FROM port.subsidiaries s)');
SELECT pg_temp.made('hole_delegated_writes', 'company_id = (SELECT port.company()) OR note = ''open''');
SELECT pg_temp.made('hole_signed_in', '(SELECT port.company()) IS NOT NULL');
SELECT pg_temp.made('hole_person', 'company_id = (SELECT port.company()) OR person IS NULL', ', person bigint');
SELECT pg_temp.made('hole_not', 'company_id <> (SELECT port.company())');
SELECT pg_temp.made('hole_cased', 'CASE WHEN (SELECT port.company()) IS NULL THEN true ELSE company_id = (SELECT port.company()) END');
SELECT pg_temp.made('hole_coalesced', 'company_id = COALESCE((SELECT port.company()), company_id)');
SELECT pg_temp.made('hole_first', 'company_id = COALESCE((SELECT port.company()), 1)');
SELECT pg_temp.made('hole_master', 'company_id = (SELECT port.company()) OR current_setting(''port.master'', true) = ''yes''');
SELECT pg_temp.reads('hole_listed', 'company_id = (SELECT port.company()) OR (SELECT port.company()) <> ALL (barred)', ', barred bigint[] NOT NULL DEFAULT ''{}''');
SELECT pg_temp.made('hole_token', 'EXISTS (SELECT FROM port.delegations d WHERE d.delegate = (SELECT port.company()))');
SELECT pg_temp.made('hole_check', NULL);
CREATE POLICY own ON port.hole_check USING (company_id = (SELECT port.company())) WITH CHECK (company_id > 0);
SELECT pg_temp.made('hole_update', NULL);
CREATE POLICY r ON port.hole_update FOR SELECT USING (company_id = (SELECT port.company()));
CREATE POLICY u ON port.hole_update FOR UPDATE USING (company_id = (SELECT port.company())) WITH CHECK (true);
SELECT pg_temp.made('hole_more');
CREATE POLICY more ON port.hole_more FOR SELECT USING (note LIKE 'row%');
SELECT pg_temp.made('hole_off');
ALTER TABLE port.hole_off DISABLE ROW LEVEL SECURITY;
CREATE TABLE port.hole_crew (company_id bigint NOT NULL, ship bigint NOT NULL, id bigint GENERATED ALWAYS AS IDENTITY, name text, PRIMARY KEY (company_id, ship, id), FOREIGN KEY (company_id, ship) REFERENCES port.sound_ships);
GRANT SELECT, INSERT ON port.hole_crew TO port_app;
SELECT pg_temp.made('hole_code', extra => ', code text UNIQUE');
SELECT pg_temp.made('hole_berth', extra => ', berth int4range, EXCLUDE USING gist (berth WITH &&)');
SELECT pg_temp.made('hole_key', extra => ', other bigint, ship bigint, FOREIGN KEY (other, ship) REFERENCES port.sound_ships ON DELETE CASCADE');
SELECT pg_temp.made('hole_truncated');
GRANT TRUNCATE, REFERENCES ON port.hole_truncated TO port_app;
CREATE TABLE port.hole_copies (company_id bigint NOT NULL, note text);
GRANT SELECT ON port.hole_copies TO port_app;
CREATE FUNCTION port.copy() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$ BEGIN INSERT INTO port.hole_copies VALUES (NEW.company_id, NEW.note); RETURN NULL; END $$;
CREATE TRIGGER copy AFTER INSERT ON port.hole_more FOR EACH ROW EXECUTE FUNCTION port.copy();
CREATE SEQUENCE port.hole_voyage;
GRANT ALL ON SEQUENCE port.hole_voyage TO port_app;
CREATE VIEW port.hole_entry WITH (security_barrier) AS SELECT company_id, id, note FROM port.hole_off WHERE company_id = (SELECT port.company());
GRANT SELECT, INSERT, UPDATE ON port.hole_entry TO port_app;
CREATE VIEW port.hole_summary AS SELECT company_id, n FROM vault.sound_summary;
GRANT SELECT ON port.hole_summary TO port_metrics;
RESET ROLE;
CREATE VIEW port.hole_fleet AS SELECT company_id, id, note FROM port.sound_ships;
GRANT SELECT ON port.hole_fleet TO port_app;
CREATE FUNCTION port.hole_rename(c bigint, i bigint, n text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
	IF c IS DISTINCT FROM port.company() THEN
		RAISE NOTICE 'not yours';
	END IF;
	UPDATE port.sound_ships SET note = n WHERE company_id = c AND id = i;
END $$;
CREATE FUNCTION port.hole_board(w text) RETURNS SETOF port.sound_ships LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT s.* FROM port.sound_ships s WHERE s.note ILIKE w || '%' $$;
CREATE FUNCTION port.hole_sort(o text) RETURNS SETOF port.sound_ships LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$ BEGIN RETURN QUERY EXECUTE 'SELECT * FROM port.sound_ships WHERE company_id = port.company() ORDER BY ' || o; END $$;
ALTER FUNCTION port.hole_rename OWNER TO port_sees;
ALTER FUNCTION port.hole_board OWNER TO port_sees;
ALTER FUNCTION port.hole_sort OWNER TO port_sees;
CREATE PUBLICATION hole_ships FOR TABLE port.sound_ships, port.sound_flags;

INSERT INTO port.companies VALUES (1, 'One'), (2, 'Two'), (3, 'Three');
INSERT INTO vault.sessions VALUES ('tok-one', 1, 11, 'infinity'), ('tok-two', 2, 21, 'infinity'), ('tok-three', 3, 31, 'infinity');
INSERT INTO port.delegations VALUES (3, 1, '2020-01-01');
INSERT INTO port.subsidiaries VALUES (1, 2), (2, 3);
DO $$
DECLARE
	r regclass;
BEGIN
	FOR r IN SELECT c.oid FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'note' JOIN pg_attribute i ON i.attrelid = c.oid AND i.attname = 'id' AND i.attidentity = 'a'
		WHERE relkind = 'r' AND relnamespace = 'port'::regnamespace LOOP
		EXECUTE format('INSERT INTO %s (company_id, note) SELECT company_id, ''row '' || n FROM port.companies, generate_series(1, 2) n', r);
	END LOOP;
END $$;
INSERT INTO port.hole_crew (company_id, ship, name) SELECT company_id, id, 'c' FROM port.sound_ships;
INSERT INTO port.sound_papers (doc) SELECT jsonb_build_object('company', company_id) FROM port.companies;
REFRESH MATERIALIZED VIEW vault.sound_summary;
