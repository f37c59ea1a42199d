-- SPDX-License-Identifier: MIT
-- Chambers of a society, a tree: each row stands at a path, a member of a chamber works there and below.
-- What a comment calls "hole" must raise a finding above info, what it calls "sound" none.
-- Run by a superuser in an empty database of its own cluster.
\set ON_ERROR_STOP on
\set QUIET on
\o /dev/null
SET client_min_messages = error;
CREATE ROLE lodge_owner NOLOGIN;
CREATE ROLE lodge_web LOGIN;
CREATE ROLE lodge_mail LOGIN;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
CREATE EXTENSION ltree;
CREATE SCHEMA lodge AUTHORIZATION lodge_owner;
GRANT USAGE ON SCHEMA lodge TO lodge_web, lodge_mail;
SET ROLE lodge_owner;
SET search_path = lodge, public;
CREATE TABLE chambers (path ltree PRIMARY KEY, title text NOT NULL);
INSERT INTO chambers VALUES ('top.east', 'East'), ('top.east.one', 'East 1'), ('top.west', 'West'), ('top.west.one', 'West 1'), ('top.south', 'South');
CREATE FUNCTION here() RETURNS public.ltree LANGUAGE sql STABLE AS $$ SELECT NULLIF(current_setting('lodge.chamber', true), '')::public.ltree $$;
ALTER TABLE chambers ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY below ON chambers USING (path <@ (SELECT here()));
GRANT SELECT ON chambers TO lodge_web;
COMMENT ON TABLE chambers IS 'sound';
CREATE FUNCTION pg_temp.t(n text, cond text, chk text DEFAULT NULL, extra text DEFAULT '') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE TABLE lodge.%I (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), chamber ltree NOT NULL REFERENCES chambers ON UPDATE CASCADE ON DELETE RESTRICT, body text NOT NULL %s, made timestamptz NOT NULL DEFAULT now())', n, extra);
	EXECUTE format('INSERT INTO lodge.%I (chamber, body) SELECT path, title || g FROM chambers, generate_series(1, 3) g', n);
	EXECUTE format('CREATE INDEX ON lodge.%I USING gist (chamber)', n);
	EXECUTE format('CREATE INDEX ON lodge.%I (chamber)', n);
	EXECUTE format('ALTER TABLE lodge.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', n);
	EXECUTE format('CREATE POLICY p ON lodge.%I USING (%s)', n, cond) || coalesce(' WITH CHECK (' || chk || ')', '');
	EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON lodge.%I TO lodge_web', n);
END $$;
ALTER TABLE chambers NO FORCE ROW LEVEL SECURITY;
SELECT pg_temp.t('minutes', 'chamber <@ (SELECT here())'); COMMENT ON TABLE minutes IS 'sound';
SELECT pg_temp.t('members', '(SELECT here()) @> chamber'); COMMENT ON TABLE members IS 'sound: the same turned round';
SELECT pg_temp.t('ledgers', 'chamber = (SELECT here())'); COMMENT ON TABLE ledgers IS 'sound: narrower';
SELECT pg_temp.t('letters', 'chamber <@ (SELECT here()) AND body <> '''''); COMMENT ON TABLE letters IS 'sound';
SELECT pg_temp.t('rites', 'chamber <@ (SELECT here()) OR chamber IS NULL'); COMMENT ON TABLE rites IS 'sound: never null';
SELECT pg_temp.t('keys', 'chamber @> (SELECT here()) OR chamber <@ (SELECT here())'); COMMENT ON TABLE keys IS 'sound: up and down one''s own branch';
SELECT pg_temp.t('dues', 'subpath(chamber, 0, 1) = subpath((SELECT here()), 0, 1)'); COMMENT ON TABLE dues IS 'hole: one root that all have';
SELECT pg_temp.t('oaths', 'nlevel(chamber) >= nlevel((SELECT here()))'); COMMENT ON TABLE oaths IS 'hole: as deep';
SELECT pg_temp.t('votes', 'chamber ~ (current_setting(''lodge.chamber'', true) || ''.*'')::lquery'); COMMENT ON TABLE votes IS 'hole: a pattern';
SELECT pg_temp.t('fines', 'true', 'chamber <@ (SELECT here())'); COMMENT ON TABLE fines IS 'hole';
SELECT pg_temp.t('books', 'chamber <@ (SELECT here())', 'true'); COMMENT ON TABLE books IS 'hole: written for all';
SELECT pg_temp.t('robes', 'chamber <@ COALESCE((SELECT here()), ''top'')'); COMMENT ON TABLE robes IS 'hole: the root instead of none';
SELECT pg_temp.t('songs', 'chamber <@ (SELECT here()) OR current_setting(''lodge.grand'', true) = ''yes'''); COMMENT ON TABLE songs IS 'hole: a switch';
SELECT pg_temp.t('halls', 'here() IS NULL OR chamber <@ here()'); COMMENT ON TABLE halls IS 'hole: unset';
SELECT pg_temp.t('feasts', 'chamber <@ (SELECT here())'); ALTER TABLE feasts DISABLE ROW LEVEL SECURITY; COMMENT ON TABLE feasts IS 'hole: off';
SELECT pg_temp.t('gifts', 'lca(chamber, (SELECT here())) IS NOT NULL'); COMMENT ON TABLE gifts IS 'hole: anything in common';
SELECT pg_temp.t('maps', 'chamber <@ (SELECT here())', NULL, ', letter_id uuid REFERENCES letters ON DELETE CASCADE'); CREATE INDEX ON maps (letter_id); COMMENT ON TABLE maps IS 'hole: deletes others''';
SELECT pg_temp.t('names', 'chamber <@ (SELECT here())', NULL, ', nick text UNIQUE'); COMMENT ON TABLE names IS 'hole: tells names';
CREATE TABLE archive (id bigint PRIMARY KEY, chamber ltree NOT NULL, body text);
CREATE INDEX ON archive (chamber);
INSERT INTO archive SELECT row_number() OVER (), path, 'old' FROM chambers;
GRANT SELECT ON archive TO lodge_mail;
COMMENT ON TABLE archive IS 'hole: no security';
CREATE TABLE moons (day date PRIMARY KEY, phase text NOT NULL);
INSERT INTO moons VALUES ('2025-01-01', 'new');
GRANT SELECT ON moons TO lodge_web; COMMENT ON TABLE moons IS 'sound';
RESET ROLE;
CREATE VIEW lodge.v_minutes AS SELECT * FROM lodge.minutes;
GRANT SELECT ON lodge.v_minutes TO lodge_mail; COMMENT ON VIEW lodge.v_minutes IS 'hole';
CREATE VIEW lodge.v_below WITH (security_barrier) AS SELECT * FROM lodge.minutes WHERE chamber <@ (SELECT lodge.here());
GRANT SELECT ON lodge.v_below TO lodge_mail; COMMENT ON VIEW lodge.v_below IS 'sound';
CREATE FUNCTION lodge.in_chamber(p ltree) RETURNS SETOF lodge.minutes LANGUAGE sql STABLE SECURITY DEFINER SET search_path = lodge, public, pg_temp AS $$ SELECT * FROM minutes WHERE chamber <@ p $$;
COMMENT ON FUNCTION lodge.in_chamber(ltree) IS 'hole: any path';
CREATE FUNCTION lodge.in_mine(p ltree) RETURNS SETOF lodge.minutes LANGUAGE sql STABLE SECURITY DEFINER SET search_path = lodge, public, pg_temp AS $$ SELECT * FROM minutes WHERE chamber <@ p AND chamber <@ here() $$;
COMMENT ON FUNCTION lodge.in_mine(ltree) IS 'sound';
REVOKE EXECUTE ON FUNCTION lodge.in_chamber(ltree), lodge.in_mine(ltree) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION lodge.in_chamber(ltree), lodge.in_mine(ltree) TO lodge_web;
ALTER TABLE lodge.chambers FORCE ROW LEVEL SECURITY;
ANALYZE;
