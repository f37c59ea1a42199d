-- SPDX-License-Identifier: MIT
-- Projects, their errands and steps: what is referred to has no tenant column and hangs from a row that has one.
-- What a comment calls "hole" must raise a finding above info, what it calls "sound" none.
-- Run by a superuser in an empty database of its own cluster.
\set ON_ERROR_STOP on
\set QUIET on
\o /dev/null
SET client_min_messages = error;
CREATE ROLE er_owner NOLOGIN;
CREATE ROLE er_web LOGIN;
CREATE ROLE er_feed LOGIN;
CREATE SCHEMA er AUTHORIZATION er_owner;
GRANT USAGE ON SCHEMA er TO er_web, er_feed;
SET ROLE er_owner;
SET search_path = er;
CREATE TABLE firms (id bigint PRIMARY KEY, name text NOT NULL);
INSERT INTO firms SELECT n, 'firm ' || n FROM generate_series(1, 4) n;
ALTER TABLE firms ENABLE ROW LEVEL SECURITY;
CREATE FUNCTION firm() RETURNS bigint LANGUAGE sql STABLE AS $$ SELECT nullif(current_setting('app.firm_id', true), '')::bigint $$;
CREATE POLICY own ON firms USING (id = firm());
GRANT SELECT ON firms TO er_web, er_feed;
CREATE TABLE projects (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, firm_id bigint NOT NULL REFERENCES firms, name text NOT NULL DEFAULT 'p', UNIQUE (firm_id, id));
CREATE TABLE errands (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, project_id bigint NOT NULL REFERENCES projects, title text NOT NULL DEFAULT 'e', UNIQUE (project_id, id));
CREATE TABLE steps (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, errand_id bigint NOT NULL REFERENCES errands, title text NOT NULL DEFAULT 's');
-- rows without a project are patterns for everybody
CREATE TABLE patterns (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, project_id bigint REFERENCES projects, title text NOT NULL DEFAULT 'x');
CREATE TABLE kinds (id int PRIMARY KEY, name text NOT NULL);
INSERT INTO projects (firm_id, name) SELECT f.id, 'p' || f.id || n FROM firms f, generate_series(1, 2) n ORDER BY f.id, n;
INSERT INTO errands (project_id) SELECT p.id FROM projects p, generate_series(1, 2);
INSERT INTO steps (errand_id) SELECT e.id FROM errands e;
INSERT INTO patterns (project_id) VALUES (NULL), (NULL);
INSERT INTO kinds VALUES (1, 'one'), (2, 'two');
CREATE INDEX ON errands (project_id); CREATE INDEX ON steps (errand_id); CREATE INDEX ON patterns (project_id);
ALTER TABLE projects ENABLE ROW LEVEL SECURITY; ALTER TABLE errands ENABLE ROW LEVEL SECURITY;
ALTER TABLE steps ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON projects USING (firm_id = firm());
CREATE POLICY own ON errands USING (EXISTS (SELECT FROM projects p WHERE p.id = errands.project_id AND p.firm_id = firm()));
CREATE POLICY own ON steps USING (EXISTS (SELECT FROM errands e JOIN projects p ON p.id = e.project_id WHERE e.id = steps.errand_id AND p.firm_id = firm()));
GRANT SELECT, INSERT, UPDATE, DELETE ON projects, errands, steps TO er_web;
GRANT SELECT ON patterns, kinds TO er_web;
COMMENT ON TABLE projects IS 'sound'; COMMENT ON TABLE errands IS 'sound'; COMMENT ON TABLE steps IS 'sound';
CREATE FUNCTION is_errand_of(e bigint, f bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = er, pg_temp AS $$
	SELECT EXISTS (SELECT FROM er.errands x JOIN er.projects p ON p.id = x.project_id WHERE x.id = e AND p.firm_id = f AND f = er.firm()) $$;
CREATE FUNCTION pg_temp.made(n text, extra text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE TABLE er.%I (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, firm_id bigint NOT NULL REFERENCES er.firms, %s)', n, extra);
	EXECUTE format('CREATE INDEX ON er.%I (firm_id)', n);
	EXECUTE format('ALTER TABLE er.%I ENABLE ROW LEVEL SECURITY', n);
	EXECUTE format('CREATE POLICY own ON er.%I USING (firm_id = er.firm())', n);
	EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON er.%I TO er_web', n);
END $$;
CREATE FUNCTION pg_temp.filled(n text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('INSERT INTO er.%I (firm_id, errand_id) SELECT p.firm_id, e.id FROM er.errands e JOIN er.projects p ON p.id = e.project_id', n);
END $$;

-- holes
SELECT pg_temp.made('remarks', 'errand_id bigint NOT NULL REFERENCES er.errands'), pg_temp.filled('remarks');
COMMENT ON TABLE remarks IS 'hole: a remark on any errand';
SELECT pg_temp.made('alarms', 'errand_id bigint REFERENCES er.errands ON DELETE SET NULL'), pg_temp.filled('alarms');
COMMENT ON TABLE alarms IS 'hole: the same, and it may be none';
SELECT pg_temp.made('ticks', 'step_id bigint NOT NULL REFERENCES er.steps ON DELETE CASCADE');
INSERT INTO ticks (firm_id, step_id) SELECT p.firm_id, s.id FROM steps s JOIN errands e ON e.id = s.errand_id JOIN projects p ON p.id = e.project_id;
COMMENT ON TABLE ticks IS 'hole: two keys below the tenant';
SELECT pg_temp.made('reports', 'errand_id bigint NOT NULL REFERENCES er.errands'), pg_temp.filled('reports');
GRANT INSERT ON reports TO er_feed;
COMMENT ON TABLE reports IS 'hole: and who feeds it may read no errand';
SELECT pg_temp.made('hours', 'project_id bigint NOT NULL, errand_id bigint NOT NULL REFERENCES er.errands, FOREIGN KEY (firm_id, project_id) REFERENCES er.projects (firm_id, id)');
INSERT INTO hours (firm_id, project_id, errand_id) SELECT p.firm_id, p.id, e.id FROM errands e JOIN projects p ON p.id = e.project_id;
COMMENT ON TABLE hours IS 'hole: the project is its firm''s, the errand any project''s';
SELECT pg_temp.made('wishes', 'errand_id bigint NOT NULL REFERENCES er.errands'), pg_temp.filled('wishes');
CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM 1 FROM er.kinds WHERE id = NEW.errand_id; RETURN NEW; END $$;
CREATE TRIGGER stamp BEFORE INSERT ON wishes FOR EACH ROW EXECUTE FUNCTION stamp();
COMMENT ON TABLE wishes IS 'hole: a trigger that looks something else up';
SELECT pg_temp.made('prices', 'v int NOT NULL DEFAULT 1'); INSERT INTO prices (firm_id) SELECT id FROM firms;
ALTER TABLE prices DISABLE ROW LEVEL SECURITY;
COMMENT ON TABLE prices IS 'hole: off';
SELECT pg_temp.made('drafts', 'v int NOT NULL DEFAULT 1'); INSERT INTO drafts (firm_id) SELECT id FROM firms;
CREATE POLICY seen ON drafts FOR SELECT USING (v > 0);
COMMENT ON TABLE drafts IS 'hole: seen by all';

-- sound
SELECT pg_temp.made('watches', 'errand_id bigint NOT NULL REFERENCES er.errands'), pg_temp.filled('watches');
ALTER POLICY own ON watches WITH CHECK (firm_id = er.firm() AND EXISTS (SELECT FROM er.errands e JOIN er.projects p ON p.id = e.project_id WHERE e.id = watches.errand_id AND p.firm_id = watches.firm_id));
COMMENT ON TABLE watches IS 'sound: looked up';
SELECT pg_temp.made('flags', 'errand_id bigint NOT NULL REFERENCES er.errands'), pg_temp.filled('flags');
ALTER POLICY own ON flags WITH CHECK (firm_id = er.firm() AND errand_id IN (SELECT id FROM er.errands));
COMMENT ON TABLE flags IS 'sound: looked up under its own policies';
SELECT pg_temp.made('pins', 'errand_id bigint NOT NULL REFERENCES er.errands'), pg_temp.filled('pins');
ALTER POLICY own ON pins WITH CHECK (firm_id = er.firm() AND er.is_errand_of(errand_id, firm_id));
COMMENT ON TABLE pins IS 'sound: a function looks it up';
SELECT pg_temp.made('bills', 'project_id bigint NOT NULL, errand_id bigint NOT NULL, FOREIGN KEY (firm_id, project_id) REFERENCES er.projects (firm_id, id), FOREIGN KEY (project_id, errand_id) REFERENCES er.errands (project_id, id)');
INSERT INTO bills (firm_id, project_id, errand_id) SELECT p.firm_id, p.id, e.id FROM errands e JOIN projects p ON p.id = e.project_id;
CREATE INDEX ON bills (firm_id, project_id);
COMMENT ON TABLE bills IS 'sound: the keys lead all the way up';
SELECT pg_temp.made('votes', 'errand_id bigint NOT NULL REFERENCES er.errands'), pg_temp.filled('votes');
CREATE FUNCTION whose() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = er, pg_temp AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM er.errands e JOIN er.projects p ON p.id = e.project_id WHERE e.id = NEW.errand_id AND p.firm_id = NEW.firm_id) THEN
		RAISE 'no such errand' USING ERRCODE = 'foreign_key_violation';
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER whose BEFORE INSERT OR UPDATE ON votes FOR EACH ROW EXECUTE FUNCTION whose();
COMMENT ON TABLE votes IS 'sound: a trigger compares the firms';
SELECT pg_temp.made('archives', 'errand_id bigint NOT NULL REFERENCES er.errands'), pg_temp.filled('archives');
REVOKE INSERT, UPDATE, DELETE ON archives FROM er_web;
COMMENT ON TABLE archives IS 'sound: nobody writes it';
SELECT pg_temp.made('plans', 'pattern_id bigint NOT NULL REFERENCES er.patterns, kind int NOT NULL REFERENCES er.kinds');
INSERT INTO plans (firm_id, pattern_id, kind) SELECT id, 1, 1 FROM firms;
COMMENT ON TABLE plans IS 'sound: patterns and kinds are for everybody';
-- who has the token was given it; names in quotes
CREATE TABLE "Links" ("token" text PRIMARY KEY, firm_id bigint NOT NULL REFERENCES firms, "Until" timestamptz NOT NULL DEFAULT 'infinity');
CREATE INDEX ON "Links" (firm_id);
ALTER TABLE "Links" ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON "Links" USING (firm_id = firm());
GRANT SELECT, INSERT ON "Links" TO er_web;
INSERT INTO "Links" SELECT md5(id::text), id FROM firms;
COMMENT ON TABLE "Links" IS 'sound';
CREATE FUNCTION opened(p_token text) RETURNS TABLE (title text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = er, pg_temp AS $$
	SELECT p."name" FROM er."Links" l JOIN er.projects p ON p."firm_id" = l.firm_id WHERE l."token" = p_token AND l."Until" > now() $$;
COMMENT ON FUNCTION opened IS 'sound: a secret';
CREATE FUNCTION renamed(p_name text) RETURNS SETOF er.projects LANGUAGE sql STABLE SECURITY DEFINER SET search_path = er, pg_temp AS $$
	SELECT * FROM er.projects p WHERE p."name" = p_name $$;
COMMENT ON FUNCTION renamed IS 'hole: a name is none';
RESET ROLE;

-- the offices of two firms log in by themselves, and the row says whose role may see it
CREATE ROLE er_office_1 NOLOGIN; CREATE ROLE er_office_2 NOLOGIN;
CREATE ROLE er_clerk_1 LOGIN; CREATE ROLE er_clerk_2 LOGIN;
GRANT er_office_1 TO er_clerk_1; GRANT er_office_2 TO er_clerk_2;
GRANT USAGE ON SCHEMA er TO er_clerk_1, er_clerk_2;
CREATE TABLE er.waybills (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, firm_id bigint NOT NULL REFERENCES er.firms, office name NOT NULL);
CREATE INDEX ON er.waybills (firm_id);
INSERT INTO er.waybills (firm_id, office) SELECT f, 'er_office_' || f FROM generate_series(1, 2) f, generate_series(1, 3);
ALTER TABLE er.waybills ENABLE ROW LEVEL SECURITY; ALTER TABLE er.waybills OWNER TO er_owner;
CREATE POLICY by_office ON er.waybills USING (pg_has_role(current_user, office, 'MEMBER'));
GRANT SELECT, INSERT, UPDATE, DELETE ON er.waybills TO er_clerk_1, er_clerk_2;
COMMENT ON TABLE er.waybills IS 'sound';

-- a firm is asked for, and one's own is meant where none is
SET ROLE er_owner; SET search_path = er;
CREATE FUNCTION reported(p_firm bigint DEFAULT NULL) RETURNS SETOF er.projects LANGUAGE sql STABLE SECURITY DEFINER SET search_path = er, pg_temp AS $$
	SELECT * FROM er.projects p WHERE p.firm_id = COALESCE(p_firm, er.firm()) $$;
COMMENT ON FUNCTION reported IS 'hole: any firm may be asked for';
CREATE FUNCTION summed(p_firm bigint DEFAULT NULL) RETURNS bigint LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = er, pg_temp AS $$
DECLARE
	v_firm bigint := coalesce(p_firm, er.firm());
BEGIN
	RETURN (SELECT count(*) FROM er.projects p WHERE p.firm_id = v_firm);
END $$;
COMMENT ON FUNCTION summed IS 'hole: any firm may be asked for';
CREATE FUNCTION compared(p_firm bigint DEFAULT NULL) RETURNS bigint LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = er, pg_temp AS $$
DECLARE
	v_firm bigint := coalesce(p_firm, er.firm());
BEGIN
	IF v_firm IS DISTINCT FROM er.firm() THEN
		RAISE EXCEPTION 'not yours';
	END IF;
	RETURN (SELECT count(*) FROM er.projects p WHERE p.firm_id = v_firm);
END $$;
COMMENT ON FUNCTION compared IS 'sound';
CREATE FUNCTION sought(p_name text) RETURNS SETOF er.projects LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = er, pg_temp AS $$
BEGIN
	RETURN QUERY SELECT * FROM er.projects p WHERE lower(p.name) LIKE '%' || lower(p_name) || '%';
END $$;
COMMENT ON FUNCTION sought IS 'hole: whoever''s it is';
CREATE FUNCTION titled(p_title text DEFAULT NULL) RETURNS SETOF er.projects LANGUAGE sql STABLE SECURITY DEFINER SET search_path = er, pg_temp AS $$
	SELECT * FROM er.projects p WHERE p.firm_id = COALESCE(er.firm(), -1) AND p.name = COALESCE(p_title, p.name) $$;
COMMENT ON FUNCTION titled IS 'sound';
RESET ROLE;
