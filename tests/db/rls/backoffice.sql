-- SPDX-License-Identifier: MIT
-- A back office: firms by a text, what stands around the tables - jobs, logs, views over what is kept,
-- functions that switch row_security off, what is published, what is far away, rights by column.
-- What begins with "hole_" must raise a finding above info, what begins with "sound_" none.
SET client_min_messages = error;
CREATE EXTENSION postgres_fdw;
CREATE ROLE bo_owner NOLOGIN;
CREATE ROLE bo_web LOGIN;
CREATE ROLE bo_etl LOGIN;
CREATE ROLE bo_ops NOLOGIN;
CREATE SCHEMA bo AUTHORIZATION bo_owner;
CREATE SCHEMA inside AUTHORIZATION bo_owner;
GRANT USAGE ON SCHEMA bo TO bo_web, bo_etl, bo_ops;
CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw OPTIONS (dbname 'nowhere');
GRANT USAGE ON FOREIGN SERVER far TO bo_owner;
SET ROLE bo_owner; SET search_path = bo;
CREATE TABLE firms (firm text PRIMARY KEY, title text NOT NULL);
ALTER TABLE firms ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY p ON firms USING (firm = current_setting('bo.firm', true));
GRANT SELECT ON firms TO bo_web;
CREATE FUNCTION firm() RETURNS text LANGUAGE sql STABLE AS
	$$ SELECT nullif(current_setting('bo.firm', true), '') $$;
CREATE FUNCTION firm_const() RETURNS text LANGUAGE sql IMMUTABLE AS
	$$ SELECT nullif(current_setting('bo.firm', true), '') $$;
CREATE FUNCTION pg_temp.t(rel text, policy text DEFAULT 'firm = firm()') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE TABLE %I (id bigint GENERATED ALWAYS AS IDENTITY, firm text NOT NULL
		REFERENCES firms ON DELETE RESTRICT, title text NOT NULL DEFAULT ''x'', secret text,
		PRIMARY KEY (firm, id))', rel);
	EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', rel);
	EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO bo_web', rel);
	IF policy IS NOT NULL THEN
		EXECUTE format('CREATE POLICY p ON %I USING (%s)', rel, policy);
	END IF;
END $$;
SELECT pg_temp.t('sound_base');
-- texts
SELECT pg_temp.t('hole_fallback', $$firm = coalesce(current_setting('bo.firm', true), 'acme')$$);
SELECT pg_temp.t('sound_fallback', $$firm = coalesce(current_setting('bo.firm', true), '')$$);
SELECT pg_temp.t('hole_within', $$position(firm in current_setting('bo.firm', true)) > 0$$);
SELECT pg_temp.t('sound_listed', $$firm = ANY (string_to_array(current_setting('bo.firm', true), ','))$$);
SELECT pg_temp.t('hole_any_case', $$firm ILIKE current_setting('bo.firm', true)$$);
SELECT pg_temp.t('sound_any_case', $$lower(firm) = lower(current_setting('bo.firm', true))$$);
SELECT pg_temp.t('hole_star', $$firm() IN (firm, '*')$$);
SELECT pg_temp.t('sound_in', $$firm() IN (firm)$$);
SELECT pg_temp.t('hole_const', 'firm = firm_const()');
SELECT pg_temp.t('hole_concat', $$firm || '' LIKE '%' || coalesce(firm(), '') || '%'$$);
SELECT pg_temp.t('sound_concat', $$firm || '/' = firm() || '/'$$);
SELECT pg_temp.t('hole_length', $$length(firm) = length(firm())$$);
SELECT pg_temp.t('sound_md5', $$md5(firm) = md5(firm())$$);
SELECT pg_temp.t('hole_inverted', $$NOT (firm = firm())$$);
SELECT pg_temp.t('sound_not_not', $$NOT (firm <> firm())$$);
-- jobs that a scheduler runs
CREATE TABLE hole_jobs (jobid bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, schedule text NOT NULL DEFAULT '* * * * *',
	command text NOT NULL DEFAULT 'SELECT 1', firm text NOT NULL REFERENCES firms);
GRANT SELECT, INSERT ON hole_jobs TO bo_web;
CREATE TABLE sound_schedule (jobid bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, schedule text NOT NULL DEFAULT '* * * * *',
	command text NOT NULL DEFAULT 'SELECT 1', username text NOT NULL DEFAULT current_user);
ALTER TABLE sound_schedule ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON sound_schedule USING (username = current_user);
GRANT SELECT, INSERT ON sound_schedule TO bo_web;
CREATE TABLE sound_queue (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, firm text NOT NULL REFERENCES firms,
	payload jsonb NOT NULL DEFAULT '{}');
ALTER TABLE sound_queue ENABLE ROW LEVEL SECURITY;
CREATE POLICY put ON sound_queue FOR INSERT TO bo_web WITH CHECK (firm = firm());
CREATE POLICY work ON sound_queue TO bo_etl USING (true);
GRANT INSERT ON sound_queue TO bo_web;
GRANT SELECT, UPDATE, DELETE ON sound_queue TO bo_etl;
-- what is kept, and views over it
CREATE MATERIALIZED VIEW inside.kept AS SELECT firm, title, count(*) AS n FROM sound_base GROUP BY 1, 2;
CREATE VIEW sound_kept WITH (security_barrier = true) AS SELECT firm, title, n FROM inside.kept WHERE firm = firm();
CREATE VIEW hole_kept AS SELECT firm, title, n FROM inside.kept WHERE n > 0;
CREATE MATERIALIZED VIEW hole_mv AS SELECT firm, title FROM sound_base;
CREATE VIEW sound_view WITH (security_invoker = true) AS SELECT * FROM sound_base;
CREATE VIEW sound_filter WITH (security_barrier = true) AS SELECT id, firm, title FROM sound_base WHERE firm = firm();
CREATE VIEW hole_filter AS SELECT id, firm, title FROM sound_base WHERE firm = firm();
CREATE VIEW hole_union WITH (security_barrier = true) AS SELECT id, firm FROM sound_base WHERE firm = firm()
	UNION ALL SELECT id, firm FROM sound_queue;
CREATE VIEW sound_union WITH (security_barrier = true) AS SELECT id, firm FROM sound_base WHERE firm = firm()
	UNION ALL SELECT id, firm FROM sound_queue WHERE firm = firm();
GRANT SELECT ON sound_kept, hole_kept, hole_mv, sound_view, sound_filter, hole_filter, hole_union, sound_union TO bo_web;
-- writing through views
CREATE VIEW hole_writable WITH (security_barrier = true) AS SELECT id, firm, title FROM sound_base WHERE firm = firm();
CREATE VIEW sound_writable WITH (security_barrier = true) AS SELECT id, firm, title FROM sound_base WHERE firm = firm()
	WITH CASCADED CHECK OPTION;
GRANT SELECT, INSERT, UPDATE ON hole_writable, sound_writable TO bo_web;
CREATE FUNCTION put_any() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = bo, pg_temp AS
	$$ BEGIN INSERT INTO bo.sound_base (firm, title) VALUES (new.firm, new.title); RETURN new; END $$;
CREATE FUNCTION put_own() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = bo, pg_temp AS
	$$ BEGIN INSERT INTO bo.sound_base (firm, title) VALUES (bo.firm(), new.title); RETURN new; END $$;
CREATE VIEW hole_instead WITH (security_invoker = true) AS SELECT firm, title FROM sound_base;
CREATE VIEW sound_instead WITH (security_invoker = true) AS SELECT firm, title FROM sound_base;
CREATE TRIGGER i INSTEAD OF INSERT ON hole_instead FOR EACH ROW EXECUTE FUNCTION put_any();
CREATE TRIGGER i INSTEAD OF INSERT ON sound_instead FOR EACH ROW EXECUTE FUNCTION put_own();
GRANT SELECT, INSERT ON hole_instead, sound_instead TO bo_web;
-- rules
CREATE TABLE archived (id bigint, firm text NOT NULL REFERENCES firms, title text);
ALTER TABLE archived ENABLE ROW LEVEL SECURITY;
SELECT pg_temp.t('hole_ruled');
CREATE RULE keep AS ON DELETE TO hole_ruled DO ALSO DELETE FROM archived WHERE title = old.title;
SELECT pg_temp.t('sound_ruled');
CREATE RULE nothing AS ON DELETE TO sound_ruled DO INSTEAD NOTHING;
-- logs
CREATE TABLE audit (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tab text NOT NULL, old jsonb, new jsonb);
GRANT SELECT ON audit TO bo_web;
CREATE FUNCTION log_all() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = bo, pg_temp AS
	$$ BEGIN INSERT INTO bo.audit (tab, old, new) VALUES (tg_relname, to_jsonb(old), to_jsonb(new)); RETURN NULL; END $$;
CREATE TABLE inside.audit (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tab text NOT NULL, old jsonb, new jsonb);
CREATE FUNCTION log_inside() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = inside, pg_temp AS
	$$ BEGIN INSERT INTO inside.audit (tab, old, new) VALUES (tg_relname, to_jsonb(old), to_jsonb(new)); RETURN NULL; END $$;
SELECT pg_temp.t('hole_logged');
SELECT pg_temp.t('sound_logged');
-- rights by column
SELECT pg_temp.t('hole_column');
REVOKE UPDATE ON hole_column FROM bo_web; GRANT UPDATE (firm, title) ON hole_column TO bo_web;
SELECT pg_temp.t('sound_column');
REVOKE UPDATE ON sound_column FROM bo_web; GRANT UPDATE (title) ON sound_column TO bo_web;
SELECT pg_temp.t('hole_column_open', NULL);
ALTER TABLE hole_column_open DISABLE ROW LEVEL SECURITY;
REVOKE ALL ON hole_column_open FROM bo_web; GRANT SELECT (firm, title, id) ON hole_column_open TO bo_web;
SELECT pg_temp.t('sound_column_none', NULL);
ALTER TABLE sound_column_none DISABLE ROW LEVEL SECURITY;
REVOKE ALL ON sound_column_none FROM bo_web;
-- code
CREATE FUNCTION hole_off() RETURNS SETOF sound_base LANGUAGE sql STABLE SECURITY DEFINER
	SET search_path = bo, pg_temp SET row_security = off AS $$ SELECT * FROM bo.sound_base $$;
CREATE FUNCTION sound_off() RETURNS SETOF sound_base LANGUAGE sql STABLE
	SET search_path = bo, pg_temp SET row_security = off AS $$ SELECT * FROM bo.sound_base $$;
CREATE FUNCTION hole_by_arg(of text) RETURNS SETOF sound_base LANGUAGE sql STABLE SECURITY DEFINER
	SET search_path = bo, pg_temp AS $$ SELECT * FROM bo.sound_base WHERE firm = of $$;
CREATE FUNCTION sound_by_arg(of text) RETURNS SETOF sound_base LANGUAGE sql STABLE SECURITY DEFINER
	SET search_path = bo, pg_temp AS $$ SELECT * FROM bo.sound_base WHERE firm = of AND firm = bo.firm() $$;
CREATE FUNCTION sound_closed() RETURNS SETOF sound_base LANGUAGE sql STABLE SECURITY DEFINER
	SET search_path = bo, pg_temp AS $$ SELECT * FROM bo.sound_base $$;
REVOKE EXECUTE ON FUNCTION sound_closed() FROM PUBLIC;
CREATE FUNCTION hole_path() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER AS
	$$ SELECT count(*) FROM bo.sound_base WHERE firm = bo.firm() $$;
CREATE FUNCTION hole_enter(f text) RETURNS void LANGUAGE sql AS $$ SELECT set_config('bo.firm', f, false) $$;
CREATE FUNCTION sound_enter(f text) RETURNS void LANGUAGE sql AS $$ SELECT set_config('bo.firm', f, true) $$;
-- far away
CREATE FOREIGN TABLE hole_far (id bigint, firm text) SERVER far;
CREATE FOREIGN TABLE sound_far (id bigint, firm text) SERVER far;
GRANT SELECT ON hole_far TO bo_web;
GRANT EXECUTE ON FUNCTION hole_off(), hole_by_arg(text) TO bo_web;
RESET ROLE; SET search_path = bo;
-- what is published
CREATE PUBLICATION hole_pub_columns FOR TABLE sound_base (id, firm, title);
CREATE PUBLICATION sound_pub_filter FOR TABLE sound_base WHERE (firm = 'acme');
CREATE PUBLICATION hole_pub_other FOR TABLE sound_base WHERE (id > 100);
CREATE PUBLICATION sound_pub_queue FOR TABLE sound_schedule;
INSERT INTO firms VALUES ('acme', 'A'), ('bolt', 'B'), ('acme-eu', 'C');
DO $$ DECLARE t text; BEGIN
	FOR t IN SELECT relname FROM pg_class WHERE relnamespace = 'bo'::regnamespace AND relkind = 'r'
			AND relname ~ '^(hole|sound)_' AND relname <> 'sound_schedule' ORDER BY 1 LOOP
		EXECUTE format('INSERT INTO %I (firm) SELECT firm FROM firms, generate_series(1, 3)', t);
	END LOOP;
END $$;
UPDATE hole_ruled SET title = 't' || id;
INSERT INTO archived SELECT id, firm, title FROM hole_ruled;
SET ROLE bo_owner;
CREATE TRIGGER l AFTER INSERT OR UPDATE OR DELETE ON hole_logged FOR EACH ROW EXECUTE FUNCTION log_all();
CREATE TRIGGER l AFTER INSERT OR UPDATE OR DELETE ON sound_logged FOR EACH ROW EXECUTE FUNCTION log_inside();
REFRESH MATERIALIZED VIEW inside.kept; REFRESH MATERIALIZED VIEW hole_mv;
RESET ROLE;
ANALYZE sound_base, firms;
