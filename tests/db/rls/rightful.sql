-- SPDX-License-Identifier: MIT
-- Holes whose mending must leave the application what is its own: rightful_uses.sql says what it does.
SET client_min_messages = error;
CREATE ROLE rf_owner NOLOGIN; CREATE ROLE rf_app LOGIN; CREATE ROLE rf_desk LOGIN;
CREATE ROLE rf_back NOLOGIN BYPASSRLS; CREATE ROLE rf_chief LOGIN; CREATE ROLE rf_tap LOGIN;
CREATE SCHEMA rf AUTHORIZATION rf_owner; GRANT USAGE ON SCHEMA rf TO rf_app, rf_desk, rf_back;
GRANT CREATE ON SCHEMA rf TO rf_desk;
CREATE SCHEMA rf_lib AUTHORIZATION rf_owner; GRANT USAGE ON SCHEMA rf_lib TO rf_app, rf_desk;
CREATE SCHEMA rf_priv AUTHORIZATION rf_owner; GRANT USAGE ON SCHEMA rf_priv TO rf_app, rf_desk;
ALTER ROLE rf_app SET search_path = rf, public; ALTER ROLE rf_desk SET search_path = rf, public;
SET ROLE rf_owner; SET search_path = rf;
CREATE TABLE houses (id int PRIMARY KEY, name text NOT NULL);
CREATE FUNCTION me() RETURNS int LANGUAGE sql STABLE AS $$
	SELECT nullif(current_setting('app.house', true), '')::int $$;
CREATE POLICY own ON houses FOR SELECT USING (id = me());
CREATE TABLE tpl (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	house int NOT NULL REFERENCES houses, t text NOT NULL DEFAULT 't');
CREATE TABLE orders (LIKE tpl INCLUDING ALL);
CREATE POLICY own ON orders USING (house = me());

-- What a login owns, and has by that alone: its number comes from a sequence of the column's.
CREATE TABLE owned (id bigserial PRIMARY KEY, house int NOT NULL REFERENCES houses, t text NOT NULL DEFAULT 't');
CREATE POLICY own ON owned USING (house = me());
CREATE TABLE forced (id bigserial PRIMARY KEY, house int NOT NULL REFERENCES houses, t text NOT NULL DEFAULT 't');
CREATE POLICY own ON forced USING (house = me());
CREATE TABLE kept (LIKE tpl INCLUDING ALL);
CREATE POLICY own ON kept USING (house = me());
-- Whoever adds to it is asked for the row of the other: its owner must be able to look.
CREATE TABLE of_owned (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, house int NOT NULL REFERENCES houses,
	owned bigint NOT NULL REFERENCES owned, t text NOT NULL DEFAULT 't');
CREATE POLICY own ON of_owned USING (house = me()) WITH CHECK (house = me() AND EXISTS (SELECT FROM rf.owned o
	WHERE o.id = of_owned.owned));

-- Its body names what stands in another schema than it, by the search_path of who calls it.
CREATE TABLE packers (LIKE tpl INCLUDING ALL);
CREATE POLICY own ON packers USING (house = me());
CREATE FUNCTION rf_priv.packs(h int) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER AS $$
	SELECT EXISTS (SELECT FROM packers p WHERE p.house = h AND p.house = me()) $$;
CREATE TABLE packs (LIKE tpl INCLUDING ALL);
CREATE POLICY own ON packs USING (house = me() AND rf_priv.packs(house));

-- What its body calls stands in a schema that the caller names for the moment.
CREATE FUNCTION rf_lib.house() RETURNS int LANGUAGE sql STABLE AS $$ SELECT nullif(current_setting('app.house', true), '')::int $$;
CREATE FUNCTION rf_priv.packers_of() RETURNS bigint LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
BEGIN
	RETURN (SELECT count(*) FROM packers p WHERE p.house = house());
END $$;

-- What is nobody's everybody may read, and should not write; what is added by hand stays nobody's.
CREATE TABLE phrases (LIKE tpl INCLUDING ALL);
ALTER TABLE phrases ALTER house DROP NOT NULL;
CREATE POLICY own ON phrases USING (house = me() OR house IS NULL);
CREATE TABLE proverbs (LIKE tpl INCLUDING ALL);
ALTER TABLE proverbs ALTER house DROP NOT NULL;
CREATE POLICY own ON proverbs USING ((house = me() OR house IS NULL) AND t <> 'sealed')
	WITH CHECK (house = me());

-- Read through a view alone, and with what the view's owner alone may read beside; some columns are kept.
CREATE TABLE cellars (LIKE tpl INCLUDING ALL, secret text);
CREATE POLICY own ON cellars USING (house = me());
CREATE TABLE vintages (t text PRIMARY KEY, label text NOT NULL, price int);
INSERT INTO vintages VALUES ('t', 'table wine', 1);
CREATE VIEW cellar_list AS SELECT c.id, c.house, v.label FROM cellars c JOIN vintages v ON v.t = c.t;
CREATE VIEW cellar_count AS SELECT count(*) AS n FROM cellars;
GRANT SELECT ON cellar_list, cellar_count TO rf_app;
-- Who adds lines reads no bottles, which say whose the lines are.
CREATE TABLE bottles (LIKE tpl INCLUDING ALL);
CREATE POLICY own ON bottles USING (house = me());
CREATE TABLE sips (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, bottle bigint NOT NULL REFERENCES bottles);
-- Numbers are taken by the right that sets them too.
CREATE SEQUENCE bottle_no;
CREATE TABLE numbered (house int NOT NULL REFERENCES houses, no bigint NOT NULL DEFAULT nextval('bottle_no'), PRIMARY KEY (house, no));
CREATE POLICY own ON numbered USING (house = me());
-- A policy for reading alone, which never worked; the rest was done without one.
CREATE TABLE parcels (LIKE tpl INCLUDING ALL);
CREATE POLICY r ON parcels FOR SELECT USING (house = me());
-- Patterns are everybody's, and rows refer to them.
CREATE TABLE patterns (LIKE tpl INCLUDING ALL);
ALTER TABLE patterns ALTER house DROP NOT NULL;
CREATE POLICY r ON patterns FOR SELECT USING (house = me() OR house IS NULL);
CREATE POLICY w ON patterns USING (house = me());
CREATE TABLE pieces (LIKE tpl INCLUDING ALL, pattern bigint REFERENCES patterns);
CREATE POLICY own ON pieces USING (house = me());
-- One login is shown all by a policy of its own; the floor was for another.
CREATE TABLE floors (LIKE tpl INCLUDING ALL);
CREATE POLICY open ON floors USING (true);
CREATE POLICY floor ON floors AS RESTRICTIVE TO rf_app USING (house = me());
CREATE POLICY chief ON floors FOR SELECT TO rf_chief USING (true);

-- Which rows may be changed is one question, what they may become another: it was answered rightly,
-- or was not asked.
CREATE TABLE leads (LIKE tpl INCLUDING ALL, who text);
CREATE POLICY r ON leads FOR SELECT USING (house = me());
CREATE POLICY a ON leads FOR INSERT WITH CHECK (house = me());
CREATE POLICY u ON leads FOR UPDATE USING (who IS NULL) WITH CHECK (house = me());
CREATE TABLE tasks (LIKE tpl INCLUDING ALL, who text);
CREATE POLICY r ON tasks FOR SELECT USING (house = me());
CREATE POLICY a ON tasks FOR INSERT WITH CHECK (house = me());
CREATE POLICY u ON tasks FOR UPDATE USING (who IS NULL) WITH CHECK (t <> '');

-- Beside what is wrong there is a condition of another kind, which stays.
CREATE TABLE letters (LIKE tpl INCLUDING ALL);
CREATE POLICY own ON letters USING (house = COALESCE(me(), house) AND t <> 'sealed') WITH CHECK (house = me());
CREATE TABLE prices (LIKE tpl INCLUDING ALL);
CREATE POLICY own ON prices USING (house = me()) WITH CHECK (t <> '');

-- The application lets itself in by what it writes; who does that for it is bound by no policy.
CREATE TABLE passes (house int NOT NULL REFERENCES houses, who text NOT NULL, PRIMARY KEY (house, who));
CREATE POLICY own ON passes USING (who = current_setting('app.person', true)) WITH CHECK (who = current_setting('app.person', true));
CREATE TABLE rooms (LIKE tpl INCLUDING ALL);
CREATE POLICY own ON rooms FOR SELECT USING (house = me() OR house IN (SELECT p.house FROM rf.passes p
	WHERE p.who = current_setting('app.person', true)));

-- Rows of two houses': who buys is one too.  What nobody is let do at all stays so.
CREATE TABLE duo (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, house int NOT NULL REFERENCES houses,
	buyer int NOT NULL REFERENCES houses, t text NOT NULL DEFAULT 't');
CREATE TABLE two_deals (LIKE duo INCLUDING ALL);
CREATE POLICY r ON two_deals FOR SELECT USING (house = me() OR buyer = me());
CREATE POLICY a ON two_deals FOR INSERT WITH CHECK (buyer = me());
CREATE POLICY u ON two_deals FOR UPDATE USING (house = me()) WITH CHECK (house = me());
CREATE TABLE two_claims (LIKE duo INCLUDING ALL);
CREATE POLICY r ON two_claims FOR SELECT USING (COALESCE(me(), house) = house OR buyer = me());
CREATE TABLE two_bills (LIKE duo INCLUDING ALL);
CREATE POLICY r ON two_bills USING (t <> 'sealed' AND (me() IS NULL OR house = me() OR buyer = me()));
CREATE TABLE two_offers (LIKE duo INCLUDING ALL);
CREATE POLICY r ON two_offers FOR SELECT USING (me() IN (house, buyer));
CREATE POLICY d ON two_offers FOR DELETE USING (t = 't');
CREATE TABLE two_quarrels (LIKE duo INCLUDING ALL);
-- Shown to all if its house says so, and open by another arm.
CREATE TABLE shown (LIKE tpl INCLUDING ALL, live boolean NOT NULL DEFAULT false);
CREATE POLICY r ON shown FOR SELECT USING (house = me() OR live OR house = COALESCE(me(), house));

RESET ROLE;
INSERT INTO houses SELECT n, 'house ' || n FROM generate_series(1, 4) n;
DO $$
DECLARE
	r regclass;
BEGIN
	FOR r IN SELECT oid FROM pg_class WHERE relnamespace = 'rf'::regnamespace AND relkind = 'r' LOOP
		EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', r);
		IF r::text !~ '(^|\.)(owned|kept|two_quarrels)$' THEN
			EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', r);
		END IF;
		IF r::text !~ '(houses|owned|forced|kept)$' THEN
			EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO rf_app, rf_desk', r);
		END IF;
		IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = r AND attname = 'house')
			AND r::text !~ '(of_owned|passes|duo)$|two_' THEN
			EXECUTE format('INSERT INTO %s (house) SELECT h FROM generate_series(1, 3) h, generate_series(1, 2)', r);
		ELSIF r::text ~ 'two_' THEN
			EXECUTE format('INSERT INTO %s (house, buyer) SELECT h, b FROM generate_series(1, 4) h,
				generate_series(1, 4) b WHERE h <> b', r);
			EXECUTE format('ALTER TABLE %s ADD FOREIGN KEY (house) REFERENCES rf.houses, ADD FOREIGN KEY (buyer)
				REFERENCES rf.houses', r);
		END IF;
	END LOOP;
END $$;
GRANT SELECT, INSERT, UPDATE, DELETE ON of_owned TO rf_app, rf_desk;
ALTER TABLE parcels DISABLE ROW LEVEL SECURITY;
ALTER TABLE sips DISABLE ROW LEVEL SECURITY; ALTER TABLE vintages DISABLE ROW LEVEL SECURITY;
ALTER TABLE cellars NO FORCE ROW LEVEL SECURITY;
REVOKE ALL ON cellars, vintages, bottles FROM rf_app, rf_desk;
GRANT USAGE ON SCHEMA rf TO rf_tap, rf_chief;
INSERT INTO sips (bottle) SELECT id FROM bottles;
INSERT INTO patterns (house) VALUES (NULL);
GRANT SELECT ON sips TO rf_app, rf_tap; GRANT INSERT ON sips TO rf_tap; GRANT SELECT ON bottles TO rf_app;
REVOKE ALL ON sips FROM rf_desk; REVOKE INSERT, UPDATE, DELETE ON sips FROM rf_app;
GRANT UPDATE ON SEQUENCE bottle_no TO rf_app;
GRANT SELECT ON floors TO rf_chief;
INSERT INTO of_owned (house, owned) SELECT house, id FROM owned;
INSERT INTO letters (house, t) VALUES (1, 'sealed');
INSERT INTO proverbs (house, t) VALUES (1, 'sealed'), (NULL, 't');
INSERT INTO phrases (house) VALUES (NULL), (NULL);
GRANT INSERT, UPDATE ON phrases TO rf_back;
GRANT INSERT ON passes TO rf_back;
UPDATE shown SET live = true WHERE id = (SELECT max(id) FROM shown);
ALTER TABLE shown ADD FOREIGN KEY (house) REFERENCES houses;
ALTER TABLE two_quarrels DISABLE ROW LEVEL SECURITY;
DROP TABLE tpl, duo;
GRANT SELECT ON houses TO rf_app, rf_desk;
ALTER TABLE owned OWNER TO rf_desk; ALTER TABLE forced OWNER TO rf_desk; ALTER TABLE kept OWNER TO rf_desk;
-- It has reading alone, as its owner took the rest from itself.
REVOKE INSERT, UPDATE, DELETE ON kept FROM rf_desk;
