-- SPDX-License-Identifier: MIT
-- Warehouses: a role for each tenant, and code whose current_user is its owner.
-- What a comment calls "hole" must raise a finding above info, what it calls "sound" none.
-- Run by a superuser in an empty database of its own cluster.
\set ON_ERROR_STOP on
\set QUIET on
\o /dev/null
SET client_min_messages = error;
CREATE ROLE souko_owner NOLOGIN; CREATE ROLE n_sakura LOGIN; CREATE ROLE n_fuji LOGIN; CREATE ROLE n_ume LOGIN; CREATE ROLE ninushi_all NOLOGIN; GRANT ninushi_all TO n_sakura, n_fuji, n_ume; CREATE ROLE kansa LOGIN; CREATE ROLE haisou LOGIN;
CREATE SCHEMA souko AUTHORIZATION souko_owner; GRANT USAGE ON SCHEMA souko TO ninushi_all, kansa, haisou;
SET ROLE souko_owner; SET search_path = souko, public;
CREATE TABLE ninushi (mei name PRIMARY KEY, kaisha text NOT NULL, denwa text); ALTER TABLE ninushi ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON ninushi FOR SELECT USING (mei = current_user); GRANT SELECT ON ninushi TO ninushi_all; COMMENT ON TABLE ninushi IS 'sound: own row';
CREATE FUNCTION pg_temp.t(n text, pol text, extra text DEFAULT '') RETURNS void LANGUAGE plpgsql AS $$ BEGIN
 EXECUTE format('CREATE TABLE souko.%I (ninushi name NOT NULL DEFAULT current_user REFERENCES ninushi, bangou bigint GENERATED ALWAYS AS IDENTITY, hinmei text NOT NULL, touroku_bi timestamptz NOT NULL DEFAULT now(), sakujo_bi timestamptz %s, PRIMARY KEY (ninushi, bangou))', n, extra);
 EXECUTE format('ALTER TABLE souko.%I ENABLE ROW LEVEL SECURITY', n); EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON souko.%I TO ninushi_all', n); IF pol <> '' THEN EXECUTE format('CREATE POLICY p ON souko.%I USING (%s)', n, pol); END IF; END $$;
SELECT pg_temp.t('shouhin', 'ninushi = current_user'); COMMENT ON TABLE shouhin IS 'sound';
SELECT pg_temp.t('zaiko', 'pg_has_role(current_user, ninushi, ''MEMBER'')'); COMMENT ON TABLE zaiko IS 'sound: members of the row''s role';
SELECT pg_temp.t('tana', 'pg_has_role(current_user, ''ninushi_all'', ''MEMBER'')'); COMMENT ON TABLE tana IS 'hole: every tenant is a member';
SELECT pg_temp.t('nyuuko', 'ninushi = current_user OR current_user = ''n_sakura'''); COMMENT ON TABLE nyuuko IS 'hole: one tenant sees all';
SELECT pg_temp.t('shukko', 'ninushi = current_setting(''souko.ninushi'', true)'); COMMENT ON TABLE shukko IS 'hole: a setting where roles decide';
SELECT pg_temp.t('tanaoroshi', 'ninushi = current_user AND sakujo_bi IS NULL'); COMMENT ON TABLE tanaoroshi IS 'sound: not deleted';
SELECT pg_temp.t('henpin', 'sakujo_bi IS NULL'); COMMENT ON TABLE henpin IS 'hole: all that is not deleted';
SELECT pg_temp.t('katarogu', 'ninushi = current_user', ', koukai boolean NOT NULL DEFAULT false, is_published boolean NOT NULL DEFAULT false'); CREATE POLICY k ON katarogu FOR SELECT USING (is_published); COMMENT ON TABLE katarogu IS 'sound: published';
SELECT pg_temp.t('denpyou', '' ); CREATE POLICY r ON denpyou FOR SELECT USING (ninushi = current_user); CREATE POLICY i ON denpyou FOR INSERT WITH CHECK (hinmei <> ''); COMMENT ON TABLE denpyou IS 'hole: insert for anybody';
SELECT pg_temp.t('seikyuu', ''); CREATE POLICY r ON seikyuu USING (ninushi = current_user); CREATE POLICY k ON seikyuu FOR SELECT TO kansa USING (true); GRANT SELECT ON seikyuu TO kansa; COMMENT ON TABLE seikyuu IS 'sound: auditors by name';
SELECT pg_temp.t('nimotsu', 'ninushi = session_user'); COMMENT ON TABLE nimotsu IS 'sound: by session_user';
SELECT pg_temp.t('kizu', 'ninushi LIKE current_user || ''%'''); COMMENT ON TABLE kizu IS 'hole: by prefix';
CREATE TABLE meisai (ninushi name NOT NULL, denpyou_bangou bigint NOT NULL, gyou int NOT NULL, suuryou int NOT NULL DEFAULT 1, PRIMARY KEY (ninushi, denpyou_bangou, gyou), FOREIGN KEY (ninushi, denpyou_bangou) REFERENCES denpyou ON DELETE CASCADE); ALTER TABLE meisai ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON meisai USING (ninushi = current_user); GRANT SELECT, INSERT ON meisai TO ninushi_all; COMMENT ON TABLE meisai IS 'sound: whole key';
CREATE TABLE okurijou (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, ninushi name NOT NULL, bangou bigint NOT NULL, saki text NOT NULL, FOREIGN KEY (ninushi, bangou) REFERENCES shouhin ON DELETE CASCADE); GRANT SELECT ON okurijou TO haisou, ninushi_all; COMMENT ON TABLE okurijou IS 'hole: no security';
CREATE TABLE todoufuken (code smallint PRIMARY KEY, mei text NOT NULL); GRANT SELECT ON todoufuken TO ninushi_all, haisou; COMMENT ON TABLE todoufuken IS 'sound: prefectures';
CREATE VIEW v_shouhin WITH (security_barrier) AS SELECT * FROM shouhin WHERE ninushi = session_user; GRANT SELECT ON v_shouhin TO ninushi_all; COMMENT ON VIEW v_shouhin IS 'sound: filters by the session';
CREATE VIEW v_zaiko AS SELECT * FROM zaiko; GRANT SELECT ON v_zaiko TO ninushi_all; COMMENT ON VIEW v_zaiko IS 'hole: the owner sees all';
CREATE FUNCTION kazu(n name) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = souko, pg_temp AS $$ SELECT count(*) FROM shouhin WHERE ninushi = n $$; COMMENT ON FUNCTION kazu IS 'hole: of any owner';
CREATE FUNCTION kazu_jibun() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = souko, pg_temp AS $$ SELECT count(*) FROM shouhin WHERE ninushi = session_user $$; COMMENT ON FUNCTION kazu_jibun IS 'sound: of the session';
CREATE FUNCTION kazu_current() RETURNS SETOF shouhin LANGUAGE sql STABLE SECURITY DEFINER SET search_path = souko, pg_temp AS $$ SELECT * FROM shouhin WHERE ninushi <> current_user $$; COMMENT ON FUNCTION kazu_current IS 'hole: in a definer function current_user is the owner';
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA souko FROM PUBLIC; GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA souko TO ninushi_all;
RESET ROLE;
INSERT INTO ninushi (mei, kaisha) VALUES ('n_sakura', 'S'), ('n_fuji', 'F'), ('n_ume', 'U');
DO $$ DECLARE t text; BEGIN FOREACH t IN ARRAY '{shouhin,zaiko,tana,nyuuko,shukko,tanaoroshi,henpin,katarogu,denpyou,seikyuu,nimotsu,kizu}'::text[] LOOP EXECUTE format('INSERT INTO souko.%I (ninushi, hinmei) SELECT mei, kaisha || g FROM ninushi, generate_series(1, 3) g', t); END LOOP; END $$;
INSERT INTO meisai SELECT ninushi, bangou, 1 FROM denpyou; INSERT INTO okurijou (ninushi, bangou, saki) SELECT ninushi, bangou, 'Osaka' FROM shouhin; INSERT INTO todoufuken VALUES (13, 'Tokyo'); UPDATE katarogu SET is_published = bangou % 2 = 0; ANALYZE;
