-- SPDX-License-Identifier: MIT
-- Rows that are two houses' (the seller's and the buyer's), that are everybody's ('*'), that are of
-- the houses below one's own by a table of pairs, and that are published for who is nobody yet.
SET client_min_messages = error;
CREATE ROLE lot_owner NOLOGIN; CREATE ROLE lot_app LOGIN; CREATE ROLE lot_anon NOLOGIN;
CREATE ROLE lot_door LOGIN NOINHERIT; GRANT lot_anon TO lot_door;
CREATE SCHEMA lot AUTHORIZATION lot_owner; GRANT USAGE ON SCHEMA lot TO lot_app, lot_anon;
SET ROLE lot_owner; SET search_path = lot;
CREATE FUNCTION me() RETURNS text LANGUAGE sql STABLE AS $$
	SELECT nullif(current_setting('lot.session', true), '')::jsonb ->> 'x-house' $$;
CREATE TABLE houses (code text PRIMARY KEY, name text NOT NULL);
CREATE TABLE above (upper text NOT NULL REFERENCES houses, lower text NOT NULL REFERENCES houses,
	PRIMARY KEY (upper, lower));
CREATE FUNCTION mine() RETURNS SETOF text LANGUAGE sql STABLE AS $$
	SELECT lower FROM lot.above WHERE upper = lot.me() $$;
CREATE POLICY own ON houses FOR SELECT USING (code = me());
CREATE TABLE tpl (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	house text NOT NULL REFERENCES houses, t text NOT NULL DEFAULT 't');
CREATE TABLE duo (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	house text NOT NULL REFERENCES houses, buyer text NOT NULL REFERENCES houses,
	t text NOT NULL DEFAULT 't');
CREATE TABLE sound_stock (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON sound_stock USING (house = me());
CREATE TABLE hole_stock (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON hole_stock USING (house = me());
CREATE POLICY q ON hole_stock FOR INSERT WITH CHECK (t <> '');
CREATE TABLE hole_notes (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON hole_notes USING (house = me() OR house = house);
CREATE TABLE hole_papers (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON hole_papers USING (house = me() OR me() IS NULL);
-- Two parties.
CREATE TABLE sound_orders (LIKE duo INCLUDING ALL);
CREATE POLICY r ON sound_orders FOR SELECT USING (house = me() OR buyer = me());
CREATE POLICY i ON sound_orders FOR INSERT WITH CHECK (buyer = me());
CREATE POLICY u ON sound_orders FOR UPDATE USING (house = me() OR buyer = me())
	WITH CHECK (house = me() OR buyer = me());
CREATE POLICY d ON sound_orders FOR DELETE USING (house = me() OR buyer = me());
CREATE TABLE sound_lines (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	of bigint NOT NULL REFERENCES sound_orders ON DELETE CASCADE, t int NOT NULL DEFAULT 1);
CREATE POLICY p ON sound_lines USING (EXISTS (SELECT FROM sound_orders o
	WHERE o.id = sound_lines.of));
CREATE TABLE hole_erased (LIKE duo INCLUDING ALL);
CREATE POLICY r ON hole_erased FOR SELECT USING (house = me() OR buyer = me());
CREATE POLICY d ON hole_erased FOR DELETE USING (true);
CREATE TABLE hole_handed (LIKE duo INCLUDING ALL);
CREATE POLICY r ON hole_handed USING (house = me() OR buyer = me()) WITH CHECK (true);
CREATE TABLE sound_bids (LIKE duo INCLUDING ALL);
CREATE POLICY r ON sound_bids FOR SELECT USING (house = me() OR buyer = me());
CREATE POLICY i ON sound_bids FOR INSERT WITH CHECK (buyer = me());
CREATE POLICY u ON sound_bids FOR UPDATE USING (house = me()) WITH CHECK (house = me());
CREATE TABLE sound_chats (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	of bigint NOT NULL REFERENCES sound_bids ON DELETE CASCADE, t int NOT NULL DEFAULT 1);
CREATE POLICY p ON sound_chats USING (of IN (SELECT b.id FROM sound_bids b));
-- Either side, in one list; what one has let another have, either may end.
CREATE TABLE sound_sales (LIKE duo INCLUDING ALL);
CREATE POLICY r ON sound_sales FOR SELECT USING (me() IN (house, buyer));
CREATE POLICY i ON sound_sales FOR INSERT WITH CHECK (house = me());
CREATE POLICY d ON sound_sales FOR DELETE USING (me() IN (house, buyer));
CREATE TABLE hole_sales (LIKE duo INCLUDING ALL);
CREATE POLICY r ON hole_sales USING (me() IN (house, buyer)) WITH CHECK (t <> '');
CREATE TABLE hole_bids (LIKE duo INCLUDING ALL);
CREATE POLICY r ON hole_bids FOR SELECT USING (house = me());
CREATE POLICY i ON hole_bids FOR INSERT WITH CHECK (t = me());
CREATE POLICY u ON hole_bids FOR UPDATE USING (house = me()) WITH CHECK (house = me());
-- Everybody's.
CREATE TABLE sound_models (LIKE tpl INCLUDING ALL);
CREATE POLICY r ON sound_models FOR SELECT USING (house = ANY (ARRAY[me(), '*']));
CREATE POLICY i ON sound_models FOR INSERT WITH CHECK (house = me());
CREATE TABLE hole_models (LIKE tpl INCLUDING ALL);
CREATE POLICY r ON hole_models FOR SELECT USING (house = ANY (ARRAY[me(), 'ash']));
CREATE POLICY i ON hole_models FOR INSERT WITH CHECK (house = me());
-- Of the houses below.
CREATE TABLE sound_staff (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON sound_staff USING (house IN (SELECT mine()));
CREATE TABLE hole_staff (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON hole_staff USING (house IN (SELECT lower FROM above));
-- Published for who is nobody yet.
CREATE TABLE sound_shows (LIKE tpl INCLUDING ALL);
ALTER TABLE sound_shows ADD state text NOT NULL DEFAULT 'draft';
CREATE POLICY p ON sound_shows TO lot_app USING (house = me());
CREATE TABLE sound_acts (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	show bigint NOT NULL REFERENCES sound_shows, state text NOT NULL);
CREATE POLICY p ON sound_acts TO lot_app USING (EXISTS (SELECT FROM sound_shows s
	WHERE s.id = sound_acts.show AND s.house = lot.me()));
CREATE POLICY q ON sound_acts FOR SELECT TO lot_anon USING (state = 'published');
-- Shown to all if its house says so; by what no house says for that.
CREATE TABLE sound_listings (LIKE tpl INCLUDING ALL, live boolean NOT NULL DEFAULT false);
CREATE POLICY p ON sound_listings USING (house = me());
CREATE POLICY q ON sound_listings FOR SELECT USING (live);
CREATE TABLE hole_listings (LIKE tpl INCLUDING ALL, critical boolean NOT NULL DEFAULT false);
CREATE POLICY p ON hole_listings USING (house = me());
CREATE POLICY q ON hole_listings FOR SELECT USING (critical);
-- Whoever sees any row of the other: there the seller writes what the buyer made.
CREATE TABLE hole_rates (LIKE duo INCLUDING ALL);
CREATE POLICY r ON hole_rates FOR SELECT USING (house = me() OR buyer = me());
CREATE POLICY i ON hole_rates FOR INSERT WITH CHECK (EXISTS (SELECT FROM sound_bids b WHERE b.t = 't'));
-- The tenant is compared, but not with who asks.
CREATE TABLE hole_carts (LIKE duo INCLUDING ALL);
CREATE POLICY r ON hole_carts FOR SELECT USING (house = me() OR buyer <> house);
CREATE TABLE hole_vans (LIKE tpl INCLUDING ALL);
CREATE POLICY r ON hole_vans FOR SELECT USING (house = me() OR house IS DISTINCT FROM me());
CREATE TABLE sound_vans (LIKE tpl INCLUDING ALL, public boolean NOT NULL DEFAULT false);
CREATE POLICY r ON sound_vans FOR SELECT USING (house = me() OR (house <> me() AND public));
-- Where he is whom many houses have rows for; what he has had made for him.
CREATE TABLE hole_region (LIKE tpl INCLUDING ALL, region int NOT NULL DEFAULT 1);
CREATE POLICY r ON hole_region USING (region = nullif(current_setting('lot.region', true), '')::int);
CREATE TABLE hole_put (LIKE tpl INCLUDING ALL, region int NOT NULL DEFAULT 1);
CREATE POLICY r ON hole_put FOR SELECT USING (house = me());
CREATE POLICY i ON hole_put FOR INSERT WITH CHECK (region = nullif(current_setting('lot.region', true), '')::int);
CREATE TABLE sound_orderer (LIKE tpl INCLUDING ALL, made_for text);
CREATE POLICY r ON sound_orderer FOR SELECT USING (made_for = nullif(current_setting('lot.orderer', true), ''));
-- What a table that anybody writes says only narrows.
CREATE TABLE wishes (t text PRIMARY KEY);
GRANT SELECT, INSERT ON wishes TO lot_app;
CREATE TABLE sound_wished (LIKE tpl INCLUDING ALL);
CREATE POLICY p ON sound_wished USING (house = me() AND NOT EXISTS (SELECT FROM wishes w WHERE w.t = sound_wished.t));
-- A link that was shared, and a look-up by what anybody can guess.
CREATE TABLE sound_links (LIKE tpl INCLUDING ALL);
ALTER TABLE sound_links ADD token text NOT NULL DEFAULT md5(random()::text);
CREATE POLICY p ON sound_links USING (house = me());
-- A partitioned table's key must have the column that it is partitioned by.
CREATE TABLE sound_ledger (id bigint GENERATED ALWAYS AS IDENTITY, house text NOT NULL, on_day date
	NOT NULL DEFAULT current_date, PRIMARY KEY (id, on_day)) PARTITION BY RANGE (on_day);
CREATE TABLE ledger_rest PARTITION OF sound_ledger DEFAULT;
CREATE POLICY p ON sound_ledger USING (house = me());
GRANT SELECT, INSERT ON sound_ledger TO lot_app;
CREATE TABLE hole_ledger (number int NOT NULL, house text NOT NULL, on_day date
	NOT NULL DEFAULT current_date, PRIMARY KEY (number, on_day)) PARTITION BY RANGE (on_day);
CREATE TABLE ledger_other PARTITION OF hole_ledger DEFAULT;
CREATE POLICY p ON hole_ledger USING (house = me());
GRANT SELECT, INSERT ON hole_ledger TO lot_app;
ALTER TABLE sound_ledger ENABLE ROW LEVEL SECURITY; ALTER TABLE sound_ledger FORCE ROW LEVEL SECURITY;
ALTER TABLE hole_ledger ENABLE ROW LEVEL SECURITY; ALTER TABLE hole_ledger FORCE ROW LEVEL SECURITY;
ALTER TABLE sound_ledger ADD FOREIGN KEY (house) REFERENCES houses;
ALTER TABLE hole_ledger ADD FOREIGN KEY (house) REFERENCES houses;
DO $$ DECLARE r text; BEGIN
FOR r IN SELECT relname FROM pg_class WHERE relnamespace = 'lot'::regnamespace AND relkind = 'r'
	AND relname ~ '^(hole|sound)_' LOOP
  EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', r);
  EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', r);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO lot_app', r);
  IF r !~ 'lines|chats|acts|models' THEN
    EXECUTE format('ALTER TABLE %I ADD FOREIGN KEY (house) REFERENCES houses', r);
  END IF;
  IF r ~ 'orders|erased|handed|bids|sales|rates|carts' THEN
    EXECUTE format('ALTER TABLE %I ADD FOREIGN KEY (buyer) REFERENCES houses', r);
  END IF;
END LOOP; END $$;
REVOKE UPDATE, DELETE ON hole_rates FROM lot_app; REVOKE DELETE ON sound_bids, hole_bids FROM lot_app; REVOKE UPDATE ON sound_sales FROM lot_app;
REVOKE INSERT, UPDATE ON hole_erased FROM lot_app; REVOKE UPDATE, DELETE ON sound_models, hole_models FROM lot_app;
ALTER TABLE houses ENABLE ROW LEVEL SECURITY; ALTER TABLE houses FORCE ROW LEVEL SECURITY;
GRANT SELECT ON houses, above TO lot_app; GRANT SELECT ON sound_acts TO lot_anon;
DROP TABLE tpl, duo;
RESET ROLE; SET search_path = lot;
CREATE VIEW sound_sold WITH (security_barrier) AS SELECT s.house, s.buyer, s.t FROM lot.sound_sales s WHERE s.house = lot.me() OR s.buyer = lot.me();
CREATE VIEW hole_sold WITH (security_barrier) AS SELECT s.house, s.buyer, s.t FROM lot.sound_sales s WHERE s.house = lot.me() OR s.buyer <> lot.me();
GRANT SELECT ON sound_sold, hole_sold TO lot_app;
-- Who asks is told by a function that calls another by its name alone, which its callers find.
CREATE FUNCTION who() RETURNS text LANGUAGE sql STABLE AS $$ SELECT me() $$;
CREATE VIEW sound_mine WITH (security_barrier) AS SELECT s.house, s.t FROM lot.sound_stock s WHERE s.house = lot.who();
CREATE VIEW hole_mine WITH (security_barrier) AS SELECT s.house, s.t FROM lot.sound_stock s WHERE s.house = lot.who() OR s.t <> '';
GRANT SELECT ON sound_mine, hole_mine TO lot_app; ALTER ROLE lot_app SET search_path = lot;
CREATE FUNCTION sound_by_link(p_token text) RETURNS TABLE (t text) LANGUAGE sql STABLE
	SECURITY DEFINER SET search_path = '' AS $$
	SELECT l.t FROM lot.sound_links l WHERE l.token = p_token $$;
CREATE FUNCTION hole_by_name(p_name text) RETURNS TABLE (token text) LANGUAGE sql STABLE
	SECURITY DEFINER SET search_path = '' AS $$
	SELECT l.token FROM lot.sound_links l WHERE l.t = p_name $$;
-- Who asks is only written down; or told beside being asked.
CREATE FUNCTION hole_heard() RETURNS SETOF text LANGUAGE plpgsql STABLE
	SECURITY DEFINER SET search_path = '' AS $$ BEGIN
	RAISE DEBUG 'asked by %', lot.me(); RETURN QUERY SELECT s.t FROM lot.sound_stock s; END $$;
CREATE FUNCTION sound_heard() RETURNS SETOF text LANGUAGE plpgsql STABLE
	SECURITY DEFINER SET search_path = '' AS $$ BEGIN
	RAISE DEBUG 'asked by %', lot.me();
	RETURN QUERY SELECT s.t FROM lot.sound_stock s WHERE s.house = lot.me(); END $$;
REVOKE ALL ON FUNCTION sound_by_link(text), hole_by_name(text), sound_heard(), hole_heard() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sound_by_link(text), hole_by_name(text), sound_heard(), hole_heard() TO lot_app;
INSERT INTO houses VALUES ('ash', 'A'), ('birch', 'B'), ('cedar', 'C'), ('dune', 'D');
INSERT INTO above SELECT code, code FROM houses; INSERT INTO above VALUES ('ash', 'birch');
DO $$ DECLARE r text; BEGIN
FOR r IN SELECT relname FROM pg_class c WHERE relnamespace = 'lot'::regnamespace AND relkind = 'r'
	AND relname ~ '^(hole|sound)_' LOOP
  IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = ('lot.' || r)::regclass
	AND attname = 'buyer') THEN
    EXECUTE format('INSERT INTO %I (house, buyer) SELECT x.code, y.code FROM houses x
	JOIN houses y ON x.code <> y.code', r);
  ELSIF r !~ 'lines|chats|acts' THEN
    EXECUTE format('INSERT INTO %I (house) SELECT code FROM houses', r);
  END IF;
END LOOP; END $$;
INSERT INTO sound_models (house) VALUES ('*'); INSERT INTO hole_models (house) VALUES ('*');
UPDATE hole_listings SET critical = house = 'birch'; UPDATE sound_listings SET live = house = 'birch';
INSERT INTO sound_lines (of) SELECT id FROM sound_orders; INSERT INTO sound_chats (of) SELECT id FROM sound_bids;
INSERT INTO sound_acts (show, state) SELECT id, CASE house WHEN 'ash' THEN 'published'
	ELSE 'draft' END FROM sound_shows;
INSERT INTO sound_ledger (house) SELECT code FROM houses;
INSERT INTO hole_ledger (house, number) SELECT code, row_number() OVER () FROM houses;
