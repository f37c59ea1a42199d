-- SPDX-License-Identifier: MIT
-- Houses whose staff log in as themselves: a list says in which house each works, by the name of the login, and no setting says anything.
-- What a comment calls "hole" must raise a finding above info, what it calls "sound" none.
-- Run by a superuser in an empty database of its own cluster.
\set ON_ERROR_STOP on
\set QUIET on
\o /dev/null
SET client_min_messages = error;
CREATE ROLE th_owner NOLOGIN;
CREATE ROLE th_staff NOLOGIN;
CREATE ROLE th_anna LOGIN IN ROLE th_staff; COMMENT ON ROLE th_anna IS 'sound';
CREATE ROLE th_arno LOGIN IN ROLE th_staff; COMMENT ON ROLE th_arno IS 'sound: what lets its group see all is under a floor for the same group';
CREATE ROLE th_bert LOGIN IN ROLE th_staff; COMMENT ON ROLE th_bert IS 'sound';
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
CREATE SCHEMA th AUTHORIZATION th_owner;
GRANT USAGE ON SCHEMA th TO th_staff;
SET ROLE th_owner;
SET search_path = th;
CREATE TABLE haus (kennung text PRIMARY KEY, firma text NOT NULL);
INSERT INTO haus VALUES ('A', 'Alt'), ('B', 'Bau');
CREATE TABLE platz (rolle name PRIMARY KEY, haus text NOT NULL REFERENCES haus);
INSERT INTO platz VALUES ('th_anna', 'A'), ('th_arno', 'A'), ('th_bert', 'B');
CREATE INDEX ON platz (haus);
ALTER TABLE platz ENABLE ROW LEVEL SECURITY;
CREATE POLICY eigene ON platz FOR SELECT TO th_staff USING (rolle = current_user);
GRANT SELECT ON platz TO th_staff;
COMMENT ON TABLE platz IS 'sound';
CREATE FUNCTION mein_haus() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT p.haus FROM th.platz p WHERE p.rolle = session_user $$;
REVOKE ALL ON FUNCTION mein_haus() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION mein_haus() TO th_staff;
COMMENT ON FUNCTION mein_haus() IS 'sound';
CREATE FUNCTION pg_temp.t(n text, cond text, chk text DEFAULT NULL) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE TABLE th.%I (haus text NOT NULL REFERENCES th.haus, nr integer NOT NULL, notiz text NOT NULL, PRIMARY KEY (haus, nr))', n);
	EXECUTE format('INSERT INTO th.%I SELECT kennung, g + 10 * ascii(kennung), firma || g FROM th.haus, generate_series(1, 3) g', n);
	EXECUTE format('ALTER TABLE th.%I ENABLE ROW LEVEL SECURITY', n);
	EXECUTE format('CREATE POLICY p ON th.%I TO th_staff USING (%s)', n, cond) || coalesce(' WITH CHECK (' || chk || ')', '');
	EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON th.%I TO th_staff', n);
END $$;
SELECT pg_temp.t('mieter', 'haus = (SELECT mein_haus())'); COMMENT ON TABLE mieter IS 'sound';
SELECT pg_temp.t('wohnung', 'mein_haus() = haus'); COMMENT ON TABLE wohnung IS 'sound: the same turned round';
SELECT pg_temp.t('vertrag', 'haus = (SELECT p.haus FROM platz p WHERE p.rolle = current_user)'); COMMENT ON TABLE vertrag IS 'sound: looked up in its place';
SELECT pg_temp.t('schluessel', 'true'); COMMENT ON TABLE schluessel IS 'sound: under a floor for the same group';
CREATE POLICY boden ON schluessel AS RESTRICTIVE TO th_staff USING (haus = (SELECT mein_haus()));
SELECT pg_temp.t('zahlung', 'haus = (SELECT mein_haus())', 'true'); COMMENT ON TABLE zahlung IS 'hole: written for all';
SELECT pg_temp.t('spiegel', 'haus IS NOT NULL'); COMMENT ON TABLE spiegel IS 'hole: any house';
SELECT pg_temp.t('aushang', 'EXISTS (SELECT FROM platz p WHERE p.rolle = current_user)'); COMMENT ON TABLE aushang IS 'hole: any house, of whoever has one';
SELECT pg_temp.t('zaehler', 'nr > 0', 'haus = (SELECT mein_haus())'); COMMENT ON TABLE zaehler IS 'hole: takes from others';
SELECT pg_temp.t('brief', 'haus = (SELECT mein_haus())'); ALTER TABLE brief DISABLE ROW LEVEL SECURITY; COMMENT ON TABLE brief IS 'hole: off';
CREATE TABLE plz (plz text PRIMARY KEY, ort text NOT NULL);
INSERT INTO plz VALUES ('10115', 'Berlin');
GRANT SELECT ON plz TO th_staff;
COMMENT ON TABLE plz IS 'sound: nobody''s';
RESET ROLE;
ANALYZE;
