-- SPDX-License-Identifier: MIT
-- Desks that share tickets: each row names all desks that may see it.
-- What a comment calls "hole" must raise a finding above info, what it calls "sound" none.
-- Run by a superuser in an empty database of its own cluster.
\set ON_ERROR_STOP on
\set QUIET on
\o /dev/null
SET client_min_messages = error;
CREATE ROLE desk_owner NOLOGIN;
CREATE ROLE desk_app LOGIN;
CREATE ROLE desk_job LOGIN;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
CREATE SCHEMA hd AUTHORIZATION desk_owner;
GRANT USAGE ON SCHEMA hd TO desk_app, desk_job;
SET ROLE desk_owner;
SET search_path = hd;
CREATE TABLE desks (id int PRIMARY KEY, title text NOT NULL);
INSERT INTO desks VALUES (1, 'Berne'), (2, 'Zug'), (3, 'Chur');
GRANT SELECT ON desks TO desk_app;
ALTER TABLE desks ENABLE ROW LEVEL SECURITY;
CREATE FUNCTION my_desks() RETURNS int[] LANGUAGE sql STABLE AS $$ SELECT string_to_array(NULLIF(current_setting('hd.desks', true), ''), ',')::int[] $$;
CREATE POLICY p ON desks USING (id = ANY ((SELECT my_desks())::int[]));
COMMENT ON TABLE desks IS 'sound';
CREATE FUNCTION pg_temp.t(n text, cond text, chk text DEFAULT NULL, extra text DEFAULT '') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE TABLE hd.%I (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, desk_ids int[] NOT NULL, body text NOT NULL %s)', n, extra);
	EXECUTE format('INSERT INTO hd.%I (desk_ids, body) SELECT ARRAY[id], title || g FROM desks, generate_series(1, 3) g', n);
	EXECUTE format('CREATE INDEX ON hd.%I USING gin (desk_ids)', n);
	EXECUTE format('ALTER TABLE hd.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', n);
	EXECUTE format('CREATE POLICY p ON hd.%I USING (%s)', n, cond) || coalesce(' WITH CHECK (' || chk || ')', '');
	EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON hd.%I TO desk_app', n);
END $$;
SELECT pg_temp.t('tickets', 'desk_ids && my_desks()'); COMMENT ON TABLE tickets IS 'sound';
SELECT pg_temp.t('replies', 'my_desks() && desk_ids'); COMMENT ON TABLE replies IS 'sound';
SELECT pg_temp.t('labels', 'desk_ids <@ my_desks()'); COMMENT ON TABLE labels IS 'sound: all of them mine; an empty list is of nobody';
SELECT pg_temp.t('macros', 'desk_ids @> my_desks()'); COMMENT ON TABLE macros IS 'sound while set; an empty list of mine is NULL';
SELECT pg_temp.t('slas', 'desk_ids && my_desks() AND body IS NOT NULL'); COMMENT ON TABLE slas IS 'sound';
SELECT pg_temp.t('phones', 'desk_ids && my_desks() OR cardinality(desk_ids) = 1'); COMMENT ON TABLE phones IS 'hole: whatever has one desk';
SELECT pg_temp.t('chats', 'NOT (desk_ids && my_desks())'); COMMENT ON TABLE chats IS 'hole: turned round';
SELECT pg_temp.t('mails', 'desk_ids IS NOT NULL'); COMMENT ON TABLE mails IS 'hole: never null';
SELECT pg_temp.t('faxes', 'desk_ids && COALESCE(my_desks(), desk_ids)'); COMMENT ON TABLE faxes IS 'hole: itself';
SELECT pg_temp.t('forms', 'true'); COMMENT ON TABLE forms IS 'hole';
SELECT pg_temp.t('texts', 'desk_ids && my_desks()', 'true'); COMMENT ON TABLE texts IS 'hole: written for all';
SELECT pg_temp.t('polls', 'desk_ids && my_desks()'); ALTER TABLE polls DISABLE ROW LEVEL SECURITY; COMMENT ON TABLE polls IS 'hole: off';
SELECT pg_temp.t('notes', 'desk_ids && my_desks()'); CREATE POLICY q ON notes FOR SELECT USING (body <> ''); COMMENT ON TABLE notes IS 'hole: widened';
SELECT pg_temp.t('games', 'array_length(desk_ids, 1) > 0'); COMMENT ON TABLE games IS 'hole';
CREATE TABLE old_tickets (id bigint PRIMARY KEY, desk_ids int[] NOT NULL, body text);
INSERT INTO old_tickets SELECT id, desk_ids, body FROM polls;
GRANT SELECT ON old_tickets TO desk_job; COMMENT ON TABLE old_tickets IS 'hole: none';
CREATE TABLE files (id bigint PRIMARY KEY, ticket_id bigint NOT NULL REFERENCES tickets ON DELETE CASCADE, name text);
INSERT INTO files SELECT id, id, 'f' FROM polls; CREATE INDEX ON files (ticket_id);
GRANT SELECT ON files TO desk_app; COMMENT ON TABLE files IS 'hole: a child without';
CREATE TABLE pics (id bigint PRIMARY KEY, ticket_id bigint NOT NULL REFERENCES tickets ON DELETE CASCADE, name text);
INSERT INTO pics SELECT id, id, 'f' FROM polls; CREATE INDEX ON pics (ticket_id);
ALTER TABLE pics ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY p ON pics USING (EXISTS (SELECT FROM tickets t WHERE t.id = pics.ticket_id));
GRANT SELECT, INSERT ON pics TO desk_app; COMMENT ON TABLE pics IS 'sound';
RESET ROLE;
CREATE VIEW hd.v_tickets AS SELECT * FROM hd.tickets; GRANT SELECT ON hd.v_tickets TO desk_job; COMMENT ON VIEW hd.v_tickets IS 'hole';
CREATE VIEW hd.v_mine WITH (security_barrier) AS SELECT * FROM hd.tickets WHERE desk_ids && hd.my_desks(); GRANT SELECT ON hd.v_mine TO desk_job; COMMENT ON VIEW hd.v_mine IS 'sound';
CREATE FUNCTION hd.of_desk(d int) RETURNS SETOF hd.tickets LANGUAGE sql STABLE SECURITY DEFINER SET search_path = hd, pg_temp AS $$ SELECT * FROM tickets WHERE d = ANY (desk_ids) $$;
COMMENT ON FUNCTION hd.of_desk(int) IS 'hole';
CREATE FUNCTION hd.of_mine(d int) RETURNS SETOF hd.tickets LANGUAGE sql STABLE SECURITY DEFINER SET search_path = hd, pg_temp AS $$ SELECT * FROM tickets WHERE d = ANY (desk_ids) AND desk_ids && my_desks() $$;
COMMENT ON FUNCTION hd.of_mine(int) IS 'sound';
REVOKE EXECUTE ON FUNCTION hd.of_desk(int), hd.of_mine(int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hd.of_desk(int), hd.of_mine(int) TO desk_app;
ALTER TABLE hd.desks FORCE ROW LEVEL SECURITY;
ANALYZE;
