-- SPDX-License-Identifier: MIT
-- A forum as PostGraphile's examples have it: schemas app_public, app_hidden and app_private, jwt.claims.person_id,
-- communities as tenants, memberships by functions, one login that becomes everybody else.
-- What begins with "hole_" must raise a finding above info, what begins with "sound_" none.
-- Run by a superuser in an empty database.
\set ON_ERROR_STOP on
\set QUIET on
\o /dev/null
SET client_min_messages = error;
CREATE ROLE app_owner NOLOGIN;
CREATE ROLE app_graphql LOGIN NOINHERIT;
CREATE ROLE app_anonymous NOLOGIN;
CREATE ROLE app_person NOLOGIN;
CREATE ROLE app_job LOGIN;
GRANT app_anonymous, app_person TO app_graphql;
CREATE SCHEMA app_public AUTHORIZATION app_owner;
CREATE SCHEMA app_hidden AUTHORIZATION app_owner;
CREATE SCHEMA app_private AUTHORIZATION app_owner;
GRANT USAGE ON SCHEMA app_public, app_hidden TO app_anonymous, app_person;
GRANT USAGE ON SCHEMA app_private TO app_job;
SET ROLE app_owner;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
CREATE TABLE app_public.person (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, username text NOT NULL UNIQUE, about text);
CREATE TABLE app_private.person_secret (person_id int PRIMARY KEY REFERENCES app_public.person ON DELETE CASCADE, password_hash text NOT NULL);
CREATE TABLE app_public.community (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, slug text NOT NULL UNIQUE, is_listed boolean NOT NULL DEFAULT false);
CREATE TABLE app_public.membership (community_id int NOT NULL REFERENCES app_public.community ON DELETE CASCADE,
	person_id int NOT NULL REFERENCES app_public.person ON DELETE CASCADE, is_moderator boolean NOT NULL DEFAULT false,
	PRIMARY KEY (community_id, person_id));
CREATE INDEX ON app_public.membership (person_id);
CREATE FUNCTION app_public.current_person_id() RETURNS int LANGUAGE sql STABLE AS $$
	SELECT NULLIF(current_setting('jwt.claims.person_id', true), '')::int $$;
CREATE FUNCTION app_hidden.my_communities() RETURNS SETOF int LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, app_public, pg_temp AS $$
	SELECT community_id FROM app_public.membership WHERE person_id = app_public.current_person_id() $$;
CREATE FUNCTION app_hidden.is_member(c int) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, app_public, pg_temp AS $$
	SELECT EXISTS (SELECT FROM app_public.membership m WHERE m.community_id = c AND m.person_id = app_public.current_person_id()) $$;
CREATE FUNCTION app_hidden.moderates(c int) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, app_public, pg_temp AS $$
	SELECT COALESCE((SELECT m.is_moderator FROM app_public.membership m WHERE m.community_id = c AND m.person_id = app_public.current_person_id()), false) $$;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA app_public TO app_anonymous, app_person, app_job;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA app_hidden TO app_person;
ALTER TABLE app_public.person ENABLE ROW LEVEL SECURITY;
ALTER TABLE app_public.community ENABLE ROW LEVEL SECURITY;
ALTER TABLE app_public.membership ENABLE ROW LEVEL SECURITY;
CREATE POLICY read_all ON app_public.person FOR SELECT USING (true);
CREATE POLICY update_self ON app_public.person FOR UPDATE USING (id = app_public.current_person_id());
CREATE POLICY listed ON app_public.community FOR SELECT USING (is_listed OR id IN (SELECT app_hidden.my_communities()));
CREATE POLICY mine ON app_public.membership FOR SELECT USING (community_id IN (SELECT app_hidden.my_communities()));
CREATE POLICY leave ON app_public.membership FOR DELETE USING (person_id = app_public.current_person_id());
GRANT SELECT ON app_public.person, app_public.community TO app_anonymous, app_person;
GRANT UPDATE (about) ON app_public.person TO app_person;
GRANT SELECT, DELETE ON app_public.membership TO app_person;

CREATE FUNCTION pg_temp.made(n text, extra text DEFAULT '') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE TABLE app_public.%I (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
		community_id int NOT NULL REFERENCES app_public.community ON DELETE CASCADE,
		author_id int NOT NULL DEFAULT app_public.current_person_id() REFERENCES app_public.person ON DELETE CASCADE,
		body text NOT NULL DEFAULT '''' %s)', n, extra);
	EXECUTE format('CREATE INDEX ON app_public.%I (community_id)', n);
	EXECUTE format('CREATE INDEX ON app_public.%I (author_id)', n);
	EXECUTE format('ALTER TABLE app_public.%I ENABLE ROW LEVEL SECURITY', n);
	EXECUTE format('GRANT SELECT, INSERT (community_id, body), UPDATE (body), DELETE ON app_public.%I TO app_person', n);
END $$;

-- sound
SELECT pg_temp.made('sound_topic');
CREATE POLICY s ON app_public.sound_topic FOR SELECT USING (community_id IN (SELECT app_hidden.my_communities()));
CREATE POLICY i ON app_public.sound_topic FOR INSERT WITH CHECK (author_id = app_public.current_person_id() AND app_hidden.is_member(community_id));
CREATE POLICY u ON app_public.sound_topic FOR UPDATE USING (author_id = app_public.current_person_id() AND community_id IN (SELECT app_hidden.my_communities()));
CREATE POLICY d ON app_public.sound_topic FOR DELETE USING (app_hidden.moderates(community_id));
SELECT pg_temp.made('sound_joined');
CREATE POLICY a ON app_public.sound_joined USING (EXISTS (SELECT FROM app_public.membership m
	WHERE m.community_id = sound_joined.community_id AND m.person_id = app_public.current_person_id()));
SELECT pg_temp.made('sound_moderated');
CREATE POLICY a ON app_public.sound_moderated USING (app_hidden.moderates(community_id)) WITH CHECK (app_hidden.moderates(community_id));
SELECT pg_temp.made('sound_count');
CREATE POLICY a ON app_public.sound_count USING ((SELECT count(*) FROM app_public.membership m
	WHERE m.community_id = sound_count.community_id AND m.person_id = app_public.current_person_id()) = 1);
SELECT pg_temp.made('sound_any_array');
CREATE POLICY a ON app_public.sound_any_array USING (community_id = ANY (ARRAY(SELECT m.community_id FROM app_public.membership m WHERE m.person_id = app_public.current_person_id())));
SELECT pg_temp.made('sound_author');
CREATE POLICY a ON app_public.sound_author USING (author_id = app_public.current_person_id() AND app_hidden.is_member(community_id)) WITH CHECK (author_id = app_public.current_person_id() AND app_hidden.is_member(community_id));
SELECT pg_temp.made('sound_not_guest');
CREATE POLICY a ON app_public.sound_not_guest USING (NOT (NOT app_hidden.is_member(community_id)));
SELECT pg_temp.made('sound_floor');
CREATE POLICY a ON app_public.sound_floor TO app_person USING (true);
CREATE POLICY floor ON app_public.sound_floor AS RESTRICTIVE USING (app_hidden.is_member(community_id));
CREATE TABLE app_private.sound_queue (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, community_id int NOT NULL REFERENCES app_public.community, task text NOT NULL);
CREATE INDEX ON app_private.sound_queue (community_id);
ALTER TABLE app_private.sound_queue ENABLE ROW LEVEL SECURITY;
CREATE POLICY job ON app_private.sound_queue TO app_job USING (true);
GRANT SELECT, DELETE ON app_private.sound_queue TO app_job;
CREATE FUNCTION app_public.sound_topic_excerpt(t app_public.sound_topic) RETURNS text LANGUAGE sql STABLE AS $$ SELECT left(t.body, 80) $$;
CREATE FUNCTION app_public.sound_latest() RETURNS SETOF app_public.sound_topic LANGUAGE sql STABLE AS $$ SELECT * FROM app_public.sound_topic ORDER BY id DESC NULLS LAST LIMIT 10 $$;
CREATE FUNCTION app_public.sound_leave(c int) RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, app_public, pg_temp AS $$
	DELETE FROM app_public.membership WHERE community_id = c AND person_id = app_public.current_person_id() $$;
CREATE FUNCTION app_public.sound_pin(t int) RETURNS void LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, app_public, pg_temp AS $$
DECLARE c int;
BEGIN
	SELECT community_id INTO c FROM app_public.sound_topic WHERE id = t;
	IF NOT app_hidden.moderates(c) THEN
		RAISE EXCEPTION 'moderators only' USING ERRCODE = '42501';
	END IF;
	UPDATE app_public.sound_topic SET body = '* ' || body WHERE id = t;
END $$;
CREATE VIEW app_public.sound_feed WITH (security_invoker = on) AS SELECT t.*, p.username FROM app_public.sound_topic t JOIN app_public.person p ON p.id = t.author_id;
CREATE VIEW app_public.sound_mine WITH (security_barrier) AS SELECT t.id, t.body FROM app_public.sound_topic t WHERE t.community_id IN (SELECT app_hidden.my_communities());
CREATE VIEW app_public.sound_health AS SELECT (SELECT count(*) FROM app_public.sound_topic) AS topics, (SELECT count(DISTINCT author_id) FROM app_public.sound_topic) AS authors;

SELECT pg_temp.made('sound_left_join');
CREATE POLICY a ON app_public.sound_left_join USING (EXISTS (SELECT FROM app_public.person p
	LEFT JOIN app_public.membership m ON m.person_id = p.id AND m.community_id = sound_left_join.community_id
	WHERE p.id = app_public.current_person_id() AND m.person_id IS NOT NULL));
SELECT pg_temp.made('sound_comma');
CREATE POLICY a ON app_public.sound_comma USING (EXISTS (SELECT FROM app_public.person p, app_public.community c
	JOIN app_public.membership m ON m.person_id = app_public.current_person_id() AND m.community_id = sound_comma.community_id AND c.id = m.community_id));

-- holes
SELECT pg_temp.made('hole_author');
CREATE POLICY s ON app_public.hole_author FOR SELECT USING (community_id IN (SELECT app_hidden.my_communities()));
CREATE POLICY i ON app_public.hole_author FOR INSERT WITH CHECK (author_id = app_public.current_person_id());
SELECT pg_temp.made('hole_anyone');
CREATE POLICY a ON app_public.hole_anyone FOR SELECT USING (app_public.current_person_id() IS NOT NULL);
SELECT pg_temp.made('hole_moderator_any');
CREATE POLICY a ON app_public.hole_moderator_any FOR SELECT USING (EXISTS (SELECT FROM app_public.membership m
	WHERE m.person_id = app_public.current_person_id() AND m.is_moderator));
SELECT pg_temp.made('hole_self_joined');
CREATE POLICY a ON app_public.hole_self_joined FOR SELECT USING (EXISTS (SELECT FROM app_public.membership m, app_public.hole_self_joined x
	WHERE m.community_id = x.community_id AND m.person_id = app_public.current_person_id()));
SELECT pg_temp.made('hole_left_join');
CREATE POLICY a ON app_public.hole_left_join FOR SELECT USING (EXISTS (SELECT FROM app_public.person p
	LEFT JOIN app_public.membership m ON m.person_id = p.id AND m.community_id = hole_left_join.community_id
	WHERE p.id = app_public.current_person_id()));
SELECT pg_temp.made('hole_count_zero');
CREATE POLICY a ON app_public.hole_count_zero FOR SELECT USING ((SELECT count(*) FROM app_public.membership m
	WHERE m.community_id = hole_count_zero.community_id AND m.person_id = app_public.current_person_id()) >= 0);
SELECT pg_temp.made('hole_claimed_moderator');
CREATE POLICY a ON app_public.hole_claimed_moderator FOR SELECT USING (app_hidden.is_member(community_id) OR current_setting('jwt.claims.is_admin', true) = 'true' OR current_setting('app.debug', true) = 'on');
SELECT pg_temp.made('hole_not_banned', ', banned int[] NOT NULL DEFAULT ''{}''');
CREATE POLICY a ON app_public.hole_not_banned FOR SELECT USING (NOT app_public.current_person_id() = ANY (banned));
SELECT pg_temp.made('hole_null_person');
CREATE POLICY a ON app_public.hole_null_person FOR SELECT USING (app_hidden.is_member(community_id) OR app_public.current_person_id() IS NULL);
SELECT pg_temp.made('hole_moved');
CREATE POLICY s ON app_public.hole_moved FOR SELECT USING (app_hidden.is_member(community_id));
CREATE POLICY u ON app_public.hole_moved FOR UPDATE USING (app_hidden.is_member(community_id)) WITH CHECK (author_id = app_public.current_person_id());
GRANT UPDATE ON app_public.hole_moved TO app_person;
SELECT pg_temp.made('hole_swept');
CREATE POLICY s ON app_public.hole_swept FOR SELECT USING (app_hidden.is_member(community_id));
CREATE POLICY d ON app_public.hole_swept FOR DELETE USING (author_id IS NOT NULL);
SELECT pg_temp.made('hole_floor_anonymous');
CREATE POLICY a ON app_public.hole_floor_anonymous FOR SELECT USING (true);
CREATE POLICY floor ON app_public.hole_floor_anonymous AS RESTRICTIVE TO app_person USING (app_hidden.is_member(community_id));
GRANT SELECT ON app_public.hole_floor_anonymous TO app_anonymous;
CREATE TABLE app_public.hole_reaction (topic_id int NOT NULL REFERENCES app_public.sound_topic ON DELETE CASCADE, person_id int NOT NULL REFERENCES app_public.person ON DELETE CASCADE, emoji text NOT NULL, PRIMARY KEY (topic_id, person_id, emoji));
CREATE INDEX ON app_public.hole_reaction (person_id);
GRANT SELECT, INSERT, DELETE ON app_public.hole_reaction TO app_person;
CREATE VIEW app_public.hole_feed AS SELECT t.*, p.username FROM app_public.sound_topic t JOIN app_public.person p ON p.id = t.author_id;
CREATE VIEW app_public.hole_quiet AS SELECT c.slug, count(t.id) AS topics FROM app_public.community c LEFT JOIN app_public.sound_topic t ON t.community_id = c.id GROUP BY c.slug;
CREATE FUNCTION app_public.hole_search(q text) RETURNS SETOF app_public.sound_topic LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, app_public, pg_temp AS $$
	SELECT * FROM app_public.sound_topic WHERE body ILIKE '%' || q || '%' AND app_public.current_person_id() IS NOT NULL $$;
CREATE FUNCTION app_public.hole_topic_count(c int) RETURNS bigint LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, app_public, pg_temp AS $$ BEGIN RETURN (SELECT count(*) FROM app_public.sound_topic WHERE community_id = c); END $$;
CREATE FUNCTION app_public.hole_edit(t int, b text) RETURNS void LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, app_public, pg_temp AS $$
BEGIN
	IF app_public.current_person_id() IS NULL THEN
		RAISE EXCEPTION 'sign in';
	END IF;
	UPDATE app_public.sound_topic SET body = b WHERE id = t;
END $$;
CREATE FUNCTION app_public.hole_path(t int) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER AS $$ SELECT slug FROM app_public.community WHERE id = t AND app_hidden.is_member(id) $$;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA app_public TO app_person;
GRANT SELECT ON app_public.sound_feed, app_public.sound_mine, app_public.sound_health, app_public.hole_feed, app_public.hole_quiet TO app_person;
RESET ROLE;

INSERT INTO app_public.person (username) VALUES ('ann'), ('ben');
INSERT INTO app_public.community (slug) VALUES ('one'), ('two');
INSERT INTO app_public.membership SELECT id, id, true FROM app_public.person;
DO $$
DECLARE
	r regclass;
BEGIN
	FOR r IN SELECT c.oid FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'author_id'
		WHERE c.relkind = 'r' AND c.relnamespace = 'app_public'::regnamespace LOOP
		EXECUTE format('INSERT INTO %s (community_id, author_id, body) SELECT p, p, ''row '' || n FROM generate_series(1, 2) p, generate_series(1, 2) n', r);
	END LOOP;
END $$;
INSERT INTO app_public.hole_reaction SELECT id, author_id, ':)' FROM app_public.sound_topic;
INSERT INTO app_private.sound_queue (community_id, task) SELECT id, 'mail' FROM app_public.community;
