-- SPDX-License-Identifier: MIT
-- House managers: who it is is told by a row of sessions that may be over or revoked, or by the login's name.
-- What a comment calls "hole" must raise a finding above info, what it calls "sound" none.
-- Run by a superuser in an empty database of its own cluster.
\set ON_ERROR_STOP on
\set QUIET on
\o /dev/null
SET client_min_messages = error;
CREATE ROLE condo_owner NOLOGIN; CREATE ROLE portale LOGIN; CREATE ROLE impiegati NOLOGIN; CREATE ROLE rossi LOGIN IN ROLE impiegati; CREATE ROLE bianchi LOGIN IN ROLE impiegati; CREATE ROLE verdi LOGIN IN ROLE impiegati; CREATE ROLE contabile LOGIN;
CREATE SCHEMA condo AUTHORIZATION condo_owner; GRANT USAGE ON SCHEMA condo TO portale, impiegati, contabile;
SET ROLE condo_owner; SET search_path = condo, public;
CREATE TABLE "amministratori" (id uuid PRIMARY KEY, "ragioneSociale" text NOT NULL);
CREATE TABLE "utenti" (id serial PRIMARY KEY, login name UNIQUE, "amministratoreId" uuid NOT NULL REFERENCES "amministratori", "nomeCompleto" text NOT NULL);
CREATE TABLE "sessioni" (chiave uuid PRIMARY KEY DEFAULT gen_random_uuid(), "utenteId" int NOT NULL REFERENCES "utenti", "amministratoreId" uuid NOT NULL REFERENCES "amministratori", scade_il timestamptz NOT NULL, revocata_il timestamptz);
CREATE FUNCTION di_chi() RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = condo, pg_temp AS $$
 SELECT "amministratoreId" FROM "utenti" WHERE login = session_user
 UNION ALL SELECT s."amministratoreId" FROM "sessioni" s WHERE s.chiave = nullif(current_setting('condo.chiave', true), '')::uuid AND s.scade_il > now() AND s.revocata_il IS NULL LIMIT 1 $$;
CREATE FUNCTION sessione() RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = condo, pg_temp AS $$
 SELECT s."amministratoreId" FROM "sessioni" s WHERE s.chiave = nullif(current_setting('condo.chiave', true), '')::uuid AND s.scade_il > now() AND s.revocata_il IS NULL $$;
COMMENT ON FUNCTION sessione() IS 'sound';
CREATE FUNCTION sessione_qualunque() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = condo, pg_temp AS $$
 SELECT s."amministratoreId" FROM "sessioni" s WHERE s.scade_il > now() $$;
CREATE FUNCTION chi() RETURNS int LANGUAGE sql STABLE SECURITY DEFINER SET search_path = condo, pg_temp AS $$ SELECT "utenteId" FROM "sessioni" WHERE chiave = nullif(current_setting('condo.chiave', true), '')::uuid AND scade_il > now() AND revocata_il IS NULL $$;
ALTER TABLE "amministratori" ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON "amministratori" FOR SELECT USING (id = (SELECT sessione())); GRANT SELECT ON "amministratori" TO portale; COMMENT ON TABLE "amministratori" IS 'sound: own firm';
ALTER TABLE "utenti" ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON "utenti" FOR SELECT USING ("amministratoreId" = (SELECT sessione())); GRANT SELECT ON "utenti" TO portale; COMMENT ON TABLE "utenti" IS 'sound: colleagues';
ALTER TABLE "sessioni" ENABLE ROW LEVEL SECURITY; COMMENT ON TABLE "sessioni" IS 'sound: nobody has rights on it';
CREATE FUNCTION pg_temp.t(n text, extra text DEFAULT '') RETURNS void LANGUAGE plpgsql AS $$ BEGIN
 EXECUTE format('CREATE TABLE condo.%I (id serial PRIMARY KEY, "amministratoreId" uuid NOT NULL REFERENCES "amministratori", "creatoDa" int, titolo text NOT NULL, "creatoIl" timestamptz NOT NULL DEFAULT now(), "eliminatoIl" timestamptz %s, UNIQUE ("amministratoreId", id))', n, extra);
 EXECUTE format('CREATE INDEX ON condo.%I ("creatoDa")', n); EXECUTE format('ALTER TABLE condo.%I ENABLE ROW LEVEL SECURITY', n);
 EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON condo.%I TO portale; GRANT USAGE ON SEQUENCE condo.%I TO portale', n, n || '_id_seq'); END $$;
SELECT pg_temp.t('condomini'); CREATE POLICY p ON condomini USING ("amministratoreId" = (SELECT sessione())); COMMENT ON TABLE condomini IS 'sound: session row, open and not revoked';
SELECT pg_temp.t('unita', ', "condominioId" int NOT NULL'); ALTER TABLE unita ADD FOREIGN KEY ("amministratoreId", "condominioId") REFERENCES condomini ("amministratoreId", id) ON DELETE CASCADE; CREATE INDEX ON unita ("amministratoreId", "condominioId"); CREATE POLICY p ON unita USING ("amministratoreId" = (SELECT sessione())); COMMENT ON TABLE unita IS 'sound: composite key';
SELECT pg_temp.t('contatori', ', "condominioId" int NOT NULL REFERENCES condomini ON DELETE CASCADE'); CREATE INDEX ON contatori ("condominioId"); CREATE POLICY p ON contatori USING ("amministratoreId" = (SELECT sessione())); COMMENT ON TABLE contatori IS 'hole: key crosses and cascades';
SELECT pg_temp.t('fornitori'); CREATE POLICY p ON fornitori USING ("amministratoreId" = ANY (ARRAY(SELECT sessione_qualunque()))); COMMENT ON TABLE fornitori IS 'hole: of whoever has an open session';
SELECT pg_temp.t('verbali'); CREATE POLICY p ON verbali USING (EXISTS (SELECT 1 FROM "utenti" u WHERE u.id = (SELECT chi()) AND u."amministratoreId" = verbali."amministratoreId")); COMMENT ON TABLE verbali IS 'sound: by the person';
SELECT pg_temp.t('turni', ', "perChi" int REFERENCES "utenti" ON DELETE SET NULL'); CREATE INDEX ON turni ("perChi"); CREATE POLICY p ON turni USING (EXISTS (SELECT 1 FROM "utenti" u WHERE u.id = (SELECT chi()) AND u."amministratoreId" = turni."amministratoreId")); COMMENT ON TABLE turni IS 'hole: the policy looks at other people than the key leads to';
SELECT pg_temp.t('spese'); CREATE POLICY p ON spese USING (EXISTS (SELECT 1 FROM "utenti" u WHERE u.id = (SELECT chi()) AND u."amministratoreId" = "amministratoreId")); COMMENT ON TABLE spese IS 'hole: column of the sub-query shadows that of the row';
SELECT pg_temp.t('avvisi', ', pubblico boolean NOT NULL DEFAULT false'); CREATE POLICY w ON avvisi USING ("amministratoreId" = (SELECT sessione())); CREATE POLICY r ON avvisi FOR SELECT USING (pubblico AND "eliminatoIl" IS NULL); COMMENT ON TABLE avvisi IS 'sound: public notices';
SELECT pg_temp.t('guasti'); CREATE POLICY w ON guasti USING ("amministratoreId" = (SELECT sessione()) AND "eliminatoIl" IS NULL) WITH CHECK ("amministratoreId" = (SELECT sessione())); COMMENT ON TABLE guasti IS 'sound: soft delete';
SELECT pg_temp.t('lettere'); CREATE POLICY r ON lettere FOR SELECT USING ("amministratoreId" = (SELECT sessione())); CREATE POLICY i ON lettere FOR INSERT WITH CHECK ("creatoDa" = (SELECT chi())); CREATE POLICY u ON lettere FOR UPDATE USING ("amministratoreId" = (SELECT sessione())) WITH CHECK (titolo <> ''); CREATE POLICY d ON lettere FOR DELETE USING ("amministratoreId" = (SELECT sessione())); COMMENT ON TABLE lettere IS 'hole: insert into any firm, move to any firm';
SELECT pg_temp.t('preventivi'); CREATE POLICY r ON preventivi FOR SELECT USING ("amministratoreId" = (SELECT sessione())); CREATE POLICY d ON preventivi FOR DELETE USING ("creatoIl" < now() - interval '1 year'); COMMENT ON TABLE preventivi IS 'hole: the old rows of all are deleted by anybody';
SELECT pg_temp.t('ricevute'); CREATE POLICY p ON ricevute USING ("amministratoreId" = (SELECT sessione())); ALTER TABLE ricevute ADD numero text NOT NULL DEFAULT gen_random_uuid()::text, ADD UNIQUE (numero); COMMENT ON TABLE ricevute IS 'sound: random numbers';
SELECT pg_temp.t('chiavi', ', hash uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE'); CREATE POLICY p ON chiavi USING ("amministratoreId" = (SELECT sessione())); COMMENT ON TABLE chiavi IS 'sound: random unique';
SELECT pg_temp.t('bozze'); CREATE POLICY p ON bozze USING ("amministratoreId" = (SELECT sessione()) OR current_setting('condo.manutenzione', true) = 'on'); COMMENT ON TABLE bozze IS 'hole: a switch';
SELECT pg_temp.t('pratiche'); CREATE POLICY p ON pratiche USING ("amministratoreId" = (SELECT sessione()) OR pg_has_role(session_user, 'pg_read_all_data', 'MEMBER')); COMMENT ON TABLE pratiche IS 'sound: operators by role';
SELECT pg_temp.t('modelli'); ALTER TABLE modelli ALTER "amministratoreId" DROP NOT NULL; CREATE POLICY r ON modelli FOR SELECT USING ("amministratoreId" = (SELECT sessione()) OR "amministratoreId" IS NULL); CREATE POLICY w ON modelli FOR INSERT WITH CHECK ("amministratoreId" = (SELECT sessione())); CREATE POLICY u ON modelli FOR UPDATE USING ("amministratoreId" = (SELECT sessione())); CREATE POLICY d ON modelli FOR DELETE USING ("amministratoreId" = (SELECT sessione())); COMMENT ON TABLE modelli IS 'sound: shared templates are read';
SELECT pg_temp.t('etichette'); ALTER TABLE etichette ALTER "amministratoreId" DROP NOT NULL; CREATE POLICY r ON etichette USING ("amministratoreId" = (SELECT sessione()) OR "amministratoreId" IS NULL); COMMENT ON TABLE etichette IS 'hole: shared labels are written by all';
-- clerks by session_user
CREATE TABLE fascicoli (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), "amministratoreId" uuid NOT NULL REFERENCES "amministratori", testo text); CREATE INDEX ON fascicoli ("amministratoreId");
ALTER TABLE fascicoli ENABLE ROW LEVEL SECURITY; GRANT SELECT, UPDATE ON fascicoli TO impiegati; CREATE POLICY p ON fascicoli TO impiegati USING ("amministratoreId" = (SELECT u."amministratoreId" FROM "utenti" u WHERE u.login = current_user)); GRANT SELECT ON "utenti" TO impiegati; CREATE POLICY io ON "utenti" FOR SELECT TO impiegati USING (login = current_user); COMMENT ON TABLE fascicoli IS 'sound: clerks by their mapping';
CREATE TABLE appunti (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), "amministratoreId" uuid NOT NULL REFERENCES "amministratori", testo text); CREATE INDEX ON appunti ("amministratoreId");
ALTER TABLE appunti ENABLE ROW LEVEL SECURITY; GRANT SELECT, UPDATE ON appunti TO impiegati; CREATE POLICY p ON appunti TO impiegati USING (EXISTS (SELECT FROM "utenti" u WHERE u.login = current_user)); COMMENT ON TABLE appunti IS 'hole: every clerk who is one';
CREATE TABLE province (sigla char(2) PRIMARY KEY, nome text NOT NULL); GRANT SELECT ON province TO portale, impiegati; COMMENT ON TABLE province IS 'sound: reference';
CREATE TABLE ricevute_righe ("ricevutaId" int NOT NULL REFERENCES ricevute ON DELETE CASCADE, nr int, importo numeric(12,2), PRIMARY KEY ("ricevutaId", nr)); GRANT SELECT ON ricevute_righe TO contabile; COMMENT ON TABLE ricevute_righe IS 'hole: child without security, for the accountant';
CREATE FUNCTION cerca(q text) RETURNS TABLE (id int, titolo text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = condo, pg_temp AS $$ SELECT v.id, v.titolo FROM verbali v WHERE v.titolo ILIKE '%' || q || '%' $$; COMMENT ON FUNCTION cerca IS 'hole: searches all';
CREATE FUNCTION cerca_mie(q text) RETURNS TABLE (id int, titolo text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = condo, pg_temp AS $$ SELECT v.id, v.titolo FROM verbali v JOIN sessioni s USING ("amministratoreId") WHERE s.chiave = nullif(current_setting('condo.chiave', true), '')::uuid AND s.scade_il > now() AND s.revocata_il IS NULL AND v.titolo ILIKE '%' || q || '%' $$; COMMENT ON FUNCTION cerca_mie IS 'sound: of the session';
CREATE FUNCTION accedi(l text) RETURNS uuid LANGUAGE sql SECURITY DEFINER SET search_path = condo, pg_temp AS $$ INSERT INTO sessioni ("utenteId", "amministratoreId", scade_il) SELECT id, "amministratoreId", now() + interval '1 hour' FROM utenti WHERE login = l RETURNING chiave $$; COMMENT ON FUNCTION accedi IS 'hole: a session for anybody, without a password';
CREATE FUNCTION esci() RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = condo, pg_temp AS $$ UPDATE sessioni SET revocata_il = now() WHERE chiave = nullif(current_setting('condo.chiave', true), '')::uuid $$; COMMENT ON FUNCTION esci IS 'sound: ends the own session';
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA condo FROM PUBLIC; GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA condo TO portale;
RESET ROLE;
INSERT INTO amministratori SELECT ('a0000000-0000-4000-8000-00000000000' || g)::uuid, 'Studio ' || g FROM generate_series(1, 3) g;
INSERT INTO utenti (login, "amministratoreId", "nomeCompleto") VALUES ('rossi', 'a0000000-0000-4000-8000-000000000001', 'R'), ('bianchi', 'a0000000-0000-4000-8000-000000000002', 'B'), ('verdi', 'a0000000-0000-4000-8000-000000000003', 'V');
INSERT INTO sessioni ("utenteId", "amministratoreId", scade_il, revocata_il) SELECT id, "amministratoreId", now() - interval '1 day', NULL FROM utenti;
INSERT INTO sessioni ("utenteId", "amministratoreId", scade_il, revocata_il) SELECT id, "amministratoreId", now() + interval '9 day', now() FROM utenti;
INSERT INTO sessioni ("utenteId", "amministratoreId", scade_il, revocata_il) SELECT id, "amministratoreId", now() + interval '1 day', NULL FROM utenti;
DO $$ DECLARE t text; BEGIN FOREACH t IN ARRAY '{condomini,turni,fornitori,verbali,spese,avvisi,guasti,lettere,preventivi,ricevute,chiavi,bozze,pratiche,modelli,etichette}'::text[] LOOP
 EXECUTE format('INSERT INTO condo.%I ("amministratoreId", "creatoDa", titolo) SELECT u."amministratoreId", u.id, u.login || g FROM utenti u, generate_series(1, 3) g', t); END LOOP; END $$;
INSERT INTO unita ("amministratoreId", titolo, "condominioId") SELECT "amministratoreId", 'int', id FROM condomini; INSERT INTO contatori ("amministratoreId", titolo, "condominioId") SELECT "amministratoreId", 'gas', id FROM condomini;
INSERT INTO modelli ("amministratoreId", titolo) VALUES (NULL, 'comune'); INSERT INTO etichette ("amministratoreId", titolo) VALUES (NULL, 'comune'); UPDATE avvisi SET pubblico = id % 2 = 0; UPDATE preventivi SET "creatoIl" = now() - interval '2 years' WHERE id % 2 = 0;
INSERT INTO fascicoli ("amministratoreId", testo) SELECT id, 'x' FROM amministratori, generate_series(1, 2); INSERT INTO appunti ("amministratoreId", testo) SELECT id, 'y' FROM amministratori, generate_series(1, 2); INSERT INTO province VALUES ('MI', 'Milano');
INSERT INTO ricevute_righe SELECT id, 1, id FROM ricevute; ANALYZE;
