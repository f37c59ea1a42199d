-- SPDX-License-Identifier: MIT
-- What whoever works with rightful.sql does, and on how many rows; each that comes out otherwise is told.
SET client_min_messages = error;
CREATE FUNCTION pg_temp.used(who text, house text, statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	n bigint;
BEGIN
	PERFORM set_config('search_path', 'rf, public, rf_lib', true); -- as these logins have it, and ask for
	PERFORM set_config('app.house', house, true);
	PERFORM set_config('role', who, true);
	EXECUTE statement;
	GET DIAGNOSTICS n = ROW_COUNT;
	RAISE EXCEPTION USING ERRCODE = 'ZZ000', MESSAGE = n; -- nothing stays
EXCEPTION
	WHEN SQLSTATE 'ZZ000' THEN RETURN SQLERRM;
	WHEN OTHERS THEN RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
SELECT format('%s of %s: %s: %s instead of %s', u.who, u.house, u.statement, x.got, u.rows)
FROM (VALUES
	('rf_app', '1', 'SELECT FROM rf.orders', '2'),
	('rf_app', '1', 'INSERT INTO rf.orders (house) VALUES (1)', '1'),
	-- by ownership alone
	('rf_desk', '1', 'SELECT FROM rf.owned WHERE house = 1', '2'),
	('rf_desk', '1', 'INSERT INTO rf.owned (house) VALUES (1)', '1'),
	('rf_desk', '1', 'UPDATE rf.owned SET t = ''x'' WHERE house = 1', '2'),
	('rf_desk', '2', 'DELETE FROM rf.forced', '2'),
	('rf_desk', '2', 'INSERT INTO rf.forced (house) VALUES (2)', '1'),
	('rf_desk', '1', 'SELECT FROM rf.kept WHERE house = 1', '2'),
	('rf_desk', '1', 'INSERT INTO rf.of_owned (house, owned) SELECT house, id FROM rf.owned WHERE house = 1', '2'),
	-- by names without a schema
	('rf_app', '1', 'SELECT FROM rf.packs', '2'),
	('rf_app', '1', 'INSERT INTO rf.packs (house) VALUES (1)', '1'),
	('rf_app', '1', 'SELECT FROM generate_series(1, rf_priv.packers_of())', '2'),
	-- what is nobody's
	('rf_app', '1', 'SELECT FROM rf.phrases', '4'),
	('rf_app', '1', 'INSERT INTO rf.phrases (house) VALUES (1)', '1'),
	('rf_app', '1', 'UPDATE rf.phrases SET t = ''x'' WHERE house = 1', '2'),
	('rf_back', '1', 'INSERT INTO rf.phrases (house) VALUES (NULL)', '1'),
	('rf_app', '1', 'SELECT FROM rf.proverbs', '3'),
	('rf_app', '1', 'INSERT INTO rf.proverbs (house) VALUES (1)', '1'),
	('rf_app', '1', 'DELETE FROM rf.proverbs WHERE house = 1', '2'),
	-- through a view alone
	('rf_app', '1', 'SELECT FROM rf.cellar_list WHERE house = 1', '2'),
	('rf_app', '1', 'SELECT FROM rf.cellar_count', '1'),
	-- by what is looked up, by numbers, by what no policy speaks of
	('rf_tap', '1', 'SELECT FROM rf.sips s WHERE s.bottle = 1', '1'),
	('rf_tap', '1', 'INSERT INTO rf.sips (bottle) VALUES (1)', '1'),
	('rf_app', '1', 'SELECT FROM rf.sips s JOIN rf.bottles b ON b.id = s.bottle', '2'),
	('rf_app', '1', 'INSERT INTO rf.numbered (house) VALUES (1)', '1'),
	('rf_app', '1', 'INSERT INTO rf.parcels (house) VALUES (1)', '1'),
	('rf_app', '1', 'UPDATE rf.parcels SET t = ''x'' WHERE house = 1', '2'),
	('rf_app', '1', 'DELETE FROM rf.parcels WHERE house = 1', '2'),
	-- what is referred to may be everybody's
	('rf_app', '1', 'INSERT INTO rf.pieces (house, pattern) SELECT 1, id FROM rf.patterns WHERE house IS NULL', '1'),
	('rf_app', '1', 'INSERT INTO rf.pieces (house, pattern) SELECT 1, id FROM rf.patterns WHERE house = 1', '2'),
	-- who is shown all by name
	('rf_chief', '1', 'SELECT FROM rf.floors', '6'),
	('rf_app', '1', 'SELECT FROM rf.floors', '2'),
	-- a condition of another kind
	('rf_app', '1', 'SELECT FROM rf.letters', '2'),
	('rf_app', '1', 'INSERT INTO rf.prices (house) VALUES (1)', '1'),
	('rf_app', '1', 'INSERT INTO rf.prices (house, t) VALUES (1, '''')',
	 '42501 new row violates row-level security policy for table "prices"'),
	-- who is trusted to write
	('rf_back', '1', 'INSERT INTO rf.passes VALUES (1, ''ann'')', '1'),
	('rf_app', '1', 'SELECT FROM rf.rooms', '2'),
	-- what nobody has is given to somebody
	('rf_app', '1', 'UPDATE rf.leads SET who = ''me'' WHERE house = 1', '2'),
	('rf_app', '1', 'UPDATE rf.tasks SET who = ''me'' WHERE house = 1', '2'),
	-- one's own, and what one has a part in
	('rf_app', '1', 'SELECT FROM rf.two_deals', '6'),
	('rf_app', '1', 'INSERT INTO rf.two_deals (house, buyer) VALUES (2, 1)', '1'),
	('rf_app', '1', 'UPDATE rf.two_deals SET t = ''x'' WHERE house = 1', '3'),
	('rf_app', '1', 'DELETE FROM rf.two_deals WHERE house = 1', '0'),
	('rf_app', '1', 'SELECT FROM rf.two_claims WHERE house = 1', '3'),
	('rf_app', '1', 'SELECT FROM rf.two_claims WHERE buyer = 1', '3'),
	('rf_app', '1', 'SELECT FROM rf.two_bills', '6'),
	('rf_app', '1', 'UPDATE rf.two_bills SET t = ''x'' WHERE buyer = 1', '3'),
	('rf_app', '1', 'DELETE FROM rf.two_offers WHERE buyer = 1', '3'),
	('rf_app', '1', 'SELECT FROM rf.two_quarrels WHERE house = 1', '3'),
	('rf_app', '1', 'SELECT FROM rf.two_quarrels WHERE buyer = 1', '3'),
	-- what is shown to all
	('rf_app', '1', 'SELECT FROM rf.shown WHERE live', '1')
) u(who, house, statement, rows), LATERAL (SELECT pg_temp.used(u.who, u.house, u.statement) AS got) x
WHERE x.got <> u.rows;
