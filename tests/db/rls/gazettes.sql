-- SPDX-License-Identifier: MIT
-- Pages that are partly everybody's, and what hangs from them; visitors and readers with rights of
-- their own; links that are found by what one was told.
SET client_min_messages = error;
CREATE ROLE gz_owner NOLOGIN; CREATE ROLE gz_app LOGIN; CREATE ROLE gz_anon LOGIN;
CREATE ROLE gz_kiosk LOGIN; CREATE ROLE gz_relay LOGIN; CREATE ROLE gz_keeper LOGIN;
CREATE SCHEMA gz AUTHORIZATION gz_owner;
GRANT USAGE, CREATE ON SCHEMA gz TO gz_keeper;
GRANT USAGE ON SCHEMA gz TO gz_app, gz_anon, gz_kiosk, gz_relay;
SET ROLE gz_owner; SET search_path = gz;
CREATE FUNCTION me() RETURNS int LANGUAGE sql STABLE AS $$
	SELECT nullif(current_setting('gz.house', true), '')::int $$;
CREATE TABLE houses (id int PRIMARY KEY, name text NOT NULL);
CREATE POLICY own ON houses FOR SELECT USING (id = me());
CREATE TABLE words (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE tpl (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	house int NOT NULL REFERENCES houses, t text NOT NULL DEFAULT 't');
CREATE TABLE sound_ads (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON sound_ads USING (house = me());
CREATE TABLE sound_bills (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON sound_bills USING (house = me());
-- Partly everybody's.
CREATE TABLE sound_pages (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	house int NOT NULL REFERENCES houses, t text NOT NULL DEFAULT 't', published boolean NOT NULL);
CREATE POLICY r ON sound_pages FOR SELECT USING (published OR house = me());
CREATE POLICY i ON sound_pages FOR INSERT WITH CHECK (house = me());
CREATE POLICY u ON sound_pages FOR UPDATE USING (house = me());
CREATE POLICY d ON sound_pages FOR DELETE USING (house = me());
-- What hangs from them.
CREATE TABLE ctpl (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	page bigint NOT NULL REFERENCES sound_pages ON DELETE CASCADE, t text NOT NULL DEFAULT 't');
CREATE TABLE hole_notes (LIKE ctpl INCLUDING ALL,
	FOREIGN KEY (page) REFERENCES sound_pages ON DELETE CASCADE);
CREATE POLICY p ON hole_notes USING (EXISTS (SELECT FROM sound_pages s WHERE s.id = hole_notes.page));
CREATE TABLE hole_marks (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	note bigint NOT NULL REFERENCES hole_notes ON DELETE CASCADE, t text NOT NULL DEFAULT 't');
CREATE POLICY p ON hole_marks USING (note IN (SELECT id FROM hole_notes));
CREATE TABLE hole_erased (LIKE ctpl INCLUDING ALL,
	FOREIGN KEY (page) REFERENCES sound_pages ON DELETE CASCADE);
CREATE POLICY r ON hole_erased FOR SELECT USING (EXISTS (SELECT FROM sound_pages s
	WHERE s.id = hole_erased.page AND s.house = me()));
CREATE POLICY d ON hole_erased FOR DELETE USING (page IN (SELECT s.id FROM sound_pages s));
CREATE TABLE sound_parts (LIKE ctpl INCLUDING ALL,
	FOREIGN KEY (page) REFERENCES sound_pages ON DELETE CASCADE);
CREATE POLICY r ON sound_parts FOR SELECT USING (EXISTS (SELECT FROM sound_pages s
	WHERE s.id = sound_parts.page));
CREATE POLICY i ON sound_parts FOR INSERT WITH CHECK (EXISTS (SELECT FROM sound_pages s
	WHERE s.id = sound_parts.page AND s.house = me()));
CREATE POLICY u ON sound_parts FOR UPDATE USING (EXISTS (SELECT FROM sound_pages s
	WHERE s.id = sound_parts.page AND s.house = me()));
CREATE TABLE sound_prints (LIKE ctpl INCLUDING ALL,
	FOREIGN KEY (page) REFERENCES sound_pages ON DELETE CASCADE);
CREATE POLICY r ON sound_prints FOR SELECT USING (EXISTS (SELECT FROM sound_pages s
	WHERE s.id = sound_prints.page AND s.published));
CREATE POLICY w ON sound_prints USING (EXISTS (SELECT FROM sound_pages s
	WHERE s.id = sound_prints.page AND s.house = me()));
CREATE TABLE sound_drafts (LIKE ctpl INCLUDING ALL,
	FOREIGN KEY (page) REFERENCES sound_pages ON DELETE CASCADE);
CREATE POLICY p ON sound_drafts USING (EXISTS (SELECT FROM sound_pages s
	WHERE s.id = sound_drafts.page AND NOT s.published));
CREATE TABLE sound_costs (LIKE tpl INCLUDING ALL, page bigint NOT NULL REFERENCES sound_pages);
CREATE POLICY p ON sound_costs USING (house = me() AND EXISTS (SELECT FROM sound_pages s
	WHERE s.id = sound_costs.page));
CREATE TABLE hole_scans (LIKE ctpl INCLUDING ALL,
	FOREIGN KEY (page) REFERENCES sound_pages ON DELETE CASCADE);
CREATE VIEW sound_list WITH (security_invoker = true) AS
	SELECT p.id, p.t, s.published FROM sound_parts p JOIN sound_pages s ON s.id = p.page;
-- The row's own house, whatever is looked up.
CREATE TABLE hole_checks (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON hole_checks USING (house IN (SELECT house FROM words w WHERE w.id = house));
-- Those who are nobody yet, and readers.
CREATE TABLE ltpl (LIKE tpl INCLUDING ALL, token text NOT NULL DEFAULT md5(random()::text),
	url text, until timestamptz NOT NULL DEFAULT now() + interval '1 day',
	listed boolean NOT NULL DEFAULT false, launched_at timestamptz);
CREATE TABLE hole_links (LIKE ltpl INCLUDING ALL);
CREATE POLICY p ON hole_links TO gz_app USING (house = me());
CREATE POLICY q ON hole_links FOR SELECT TO gz_anon USING (until > now());
CREATE TABLE hole_shares (LIKE ltpl INCLUDING ALL);
CREATE POLICY p ON hole_shares TO gz_app USING (house = me());
CREATE POLICY q ON hole_shares FOR SELECT TO gz_anon USING (token IS NOT NULL);
CREATE TABLE sound_shop (LIKE ltpl INCLUDING ALL);
CREATE POLICY p ON sound_shop TO gz_app USING (house = me());
CREATE POLICY q ON sound_shop FOR SELECT TO gz_anon USING (listed);
CREATE TABLE sound_offers (LIKE tpl INCLUDING ALL, until timestamptz NOT NULL DEFAULT now() + interval '1 day');
CREATE POLICY p ON sound_offers TO gz_app USING (house = me());
CREATE POLICY q ON sound_offers FOR SELECT TO gz_anon USING (until > now());
CREATE TABLE hole_photos (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON hole_photos TO gz_app USING (house = me());
CREATE POLICY q ON hole_photos FOR SELECT TO gz_kiosk USING (t IS NOT NULL);
CREATE TABLE sound_photos (LIKE tpl INCLUDING ALL, url text, listed boolean NOT NULL DEFAULT true);
CREATE POLICY p ON sound_photos TO gz_app USING (house = me());
CREATE POLICY q ON sound_photos FOR SELECT TO gz_kiosk USING (url IS NOT NULL AND listed);
CREATE TABLE sound_sent (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON sound_sent TO gz_app USING (house = me());
CREATE POLICY q ON sound_sent TO gz_relay USING (true);
-- What it names without a schema is elsewhere.
RESET ROLE; CREATE SCHEMA gz_in AUTHORIZATION gz_owner; GRANT USAGE ON SCHEMA gz_in TO gz_app;
SET ROLE gz_owner;
CREATE FUNCTION gz_in.hole_any(h int) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER AS $$
	SELECT EXISTS (SELECT FROM words w WHERE w.id = h AND h = gz.me()) $$;
-- Its owner works with it by that alone.
CREATE TABLE hole_kept (id serial PRIMARY KEY, house int NOT NULL REFERENCES houses,
	t text NOT NULL DEFAULT 't');
CREATE POLICY p ON hole_kept USING (house = me());
DO $$ DECLARE t text; BEGIN
	FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'gz' AND tablename !~ 'tpl|words|scans' LOOP
		EXECUTE format('ALTER TABLE gz.%I ENABLE ROW LEVEL SECURITY', t);
		EXECUTE format('ALTER TABLE gz.%I FORCE ROW LEVEL SECURITY', t);
	END LOOP;
	FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'gz' AND tablename ~ '^(hole|sound)' LOOP
		EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON gz.%I TO gz_app', t);
	END LOOP;
END $$;
REVOKE DELETE ON sound_parts FROM gz_app;
REVOKE INSERT, UPDATE, DELETE ON hole_scans FROM gz_app; GRANT INSERT ON hole_scans TO gz_app;
GRANT SELECT ON houses, words, sound_list TO gz_app;
GRANT SELECT ON sound_pages, sound_prints, hole_links, hole_shares, sound_shop, sound_offers TO gz_anon;
GRANT SELECT ON sound_ads, sound_bills, hole_photos, sound_photos TO gz_kiosk;
GRANT SELECT, DELETE ON sound_sent TO gz_relay;
DROP TABLE tpl, ctpl, ltpl;
RESET ROLE;
ALTER TABLE hole_kept OWNER TO gz_keeper; ALTER TABLE hole_kept NO FORCE ROW LEVEL SECURITY;
REVOKE CREATE ON SCHEMA gz FROM gz_keeper;
COMMENT ON SCHEMA gz IS 'hole: what is made there is given to who only reads';
ALTER DEFAULT PRIVILEGES FOR ROLE gz_owner IN SCHEMA gz GRANT SELECT ON TABLES TO gz_kiosk;
INSERT INTO houses VALUES (1, 'Ash'), (2, 'Birch'), (3, 'Cedar');
INSERT INTO words SELECT id, name FROM houses;
INSERT INTO sound_pages (house, t, published)
	SELECT h.id, h.name || g, g % 2 = 0 FROM houses h, generate_series(1, 4) g;
DO $$ DECLARE t text; BEGIN
	FOR t IN SELECT relname FROM pg_class c WHERE relnamespace = 'gz'::regnamespace AND relkind = 'r'
			AND relname ~ '^(hole|sound)' AND relname NOT IN ('sound_pages', 'hole_marks', 'sound_costs')
			ORDER BY relname LOOP
		IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = ('gz.' || t)::regclass AND attname = 'page') THEN
			EXECUTE format('INSERT INTO gz.%I (page, t) SELECT id, t FROM gz.sound_pages', t);
		ELSE
			EXECUTE format('INSERT INTO gz.%I (house, t) SELECT id, name FROM gz.houses', t);
		END IF;
	END LOOP;
END $$;
INSERT INTO hole_marks (note, t) SELECT id, t FROM hole_notes;
INSERT INTO sound_costs (house, page, t) SELECT house, id, t FROM sound_pages;
UPDATE sound_photos SET url = 'u' WHERE house = 1;
UPDATE sound_shop SET listed = house = 2;
