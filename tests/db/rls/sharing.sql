-- SPDX-License-Identifier: MIT
-- A wiki of many teams, with what teams share on purpose: knobs, public spaces, links, partners, guests, leases, embargoes,
-- each told by a function of the owner's that is given the row's team.
-- What begins with "hole_" must raise a finding above info, what begins with "sound_" none.
-- Run by a superuser in an empty database of its own cluster.
\set ON_ERROR_STOP on
\set QUIET on
\o /dev/null
SET client_min_messages = error;
CREATE ROLE wiki_owner NOLOGIN BYPASSRLS;
CREATE ROLE wiki_app LOGIN;
CREATE ROLE wiki_search LOGIN;
CREATE SCHEMA wiki AUTHORIZATION wiki_owner;
CREATE SCHEMA inner_wiki AUTHORIZATION wiki_owner;
GRANT USAGE ON SCHEMA wiki TO wiki_app, wiki_search;
GRANT USAGE ON SCHEMA inner_wiki TO wiki_app;
SET ROLE wiki_owner;
CREATE TABLE wiki.teams (team integer PRIMARY KEY, name text NOT NULL, is_public boolean NOT NULL DEFAULT false, frozen boolean NOT NULL DEFAULT false);
CREATE TABLE inner_wiki.knobs (name text PRIMARY KEY, value text NOT NULL);
CREATE TABLE inner_wiki.house (team integer NOT NULL);
CREATE TABLE inner_wiki.members (team integer NOT NULL REFERENCES wiki.teams, person integer NOT NULL, role text NOT NULL DEFAULT 'reader', until date, PRIMARY KEY (team, person));
CREATE TABLE inner_wiki.partners (team integer NOT NULL REFERENCES wiki.teams, partner integer NOT NULL REFERENCES wiki.teams, PRIMARY KEY (team, partner));
CREATE TABLE inner_wiki.links (token text PRIMARY KEY, team integer NOT NULL REFERENCES wiki.teams, until timestamptz NOT NULL DEFAULT 'infinity');
CREATE FUNCTION wiki.team() RETURNS integer LANGUAGE sql STABLE RETURN NULLIF(current_setting('wiki.team', true), '')::integer;
CREATE FUNCTION wiki.person() RETURNS integer LANGUAGE sql STABLE RETURN NULLIF(current_setting('wiki.person', true), '')::integer;
GRANT EXECUTE ON FUNCTION wiki.team(), wiki.person() TO PUBLIC;
ALTER TABLE wiki.teams ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON wiki.teams FOR SELECT USING (team = (SELECT wiki.team()) OR is_public);
GRANT SELECT (team, name) ON wiki.teams TO wiki_app;

-- A table with its own team's policy for writing; reading is by the given condition.
CREATE FUNCTION pg_temp.reads(n text, condition text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE TABLE wiki.%I (team integer NOT NULL REFERENCES wiki.teams ON DELETE RESTRICT, id bigint GENERATED ALWAYS AS IDENTITY, body text, person integer, PRIMARY KEY (team, id))', n);
	EXECUTE format('ALTER TABLE wiki.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', n);
	EXECUTE format('CREATE POLICY r ON wiki.%I FOR SELECT USING (%s)', n, condition);
	EXECUTE format('CREATE POLICY i ON wiki.%I FOR INSERT WITH CHECK (team = (SELECT wiki.team()))', n);
	EXECUTE format('CREATE POLICY u ON wiki.%I FOR UPDATE USING (team = (SELECT wiki.team())) WITH CHECK (team = (SELECT wiki.team()))', n);
	EXECUTE format('CREATE POLICY d ON wiki.%I FOR DELETE USING (team = (SELECT wiki.team()))', n);
	EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON wiki.%I TO wiki_app', n);
END $$;

-- What says of a team that it is public, or whose it is.
CREATE FUNCTION inner_wiki.is_public(t integer) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT is_public FROM wiki.teams WHERE team = t $$;
CREATE FUNCTION inner_wiki.is_house(t integer) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT value = t::text FROM inner_wiki.knobs WHERE name = 'house' $$;
CREATE FUNCTION inner_wiki.is_house_two(o integer) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT value::integer = o FROM inner_wiki.knobs WHERE name = 'house' $$;
CREATE FUNCTION inner_wiki.is_house_swapped(t integer) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT t = (SELECT k.value::integer FROM inner_wiki.knobs k WHERE k.name = 'house') $$;
CREATE FUNCTION inner_wiki.is_house_exists(t integer) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT EXISTS (SELECT FROM inner_wiki.knobs WHERE name = 'house' AND value = t::text) $$;
CREATE FUNCTION inner_wiki.is_house_list(t integer) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT t::text = ANY (string_to_array(value, ',')) FROM inner_wiki.knobs WHERE name = 'houses' $$;
CREATE FUNCTION inner_wiki.is_house_coalesced(t integer) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT COALESCE((SELECT value = t::text FROM inner_wiki.knobs WHERE name = 'house'), false) $$;
CREATE FUNCTION inner_wiki.is_house_plpgsql(t integer) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$ BEGIN RETURN (SELECT value = t::text FROM inner_wiki.knobs WHERE name = 'house'); END $$;
CREATE FUNCTION inner_wiki.is_house_into(t integer) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$ DECLARE h integer; BEGIN SELECT value::integer INTO h FROM inner_wiki.knobs WHERE name = 'house'; RETURN h = t; END $$;
CREATE FUNCTION inner_wiki.is_house_numbered(integer) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT value = $1::text FROM inner_wiki.knobs WHERE name = 'house' $$;
CREATE FUNCTION inner_wiki.is_house_row(t integer) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT team = t FROM inner_wiki.house LIMIT 1 $$;
CREATE FUNCTION inner_wiki.shares_with(t integer, mine integer) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT EXISTS (SELECT FROM inner_wiki.partners p WHERE p.team = t AND p.partner = mine) $$;
CREATE FUNCTION inner_wiki.is_mine(t integer) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT EXISTS (SELECT FROM inner_wiki.members m WHERE m.team = t AND m.person = wiki.person() AND (m.until IS NULL OR m.until >= current_date)) $$;
CREATE FUNCTION inner_wiki.my_role(t integer) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT role FROM inner_wiki.members WHERE team = t AND person = wiki.person() $$;
CREATE FUNCTION inner_wiki.my_teams() RETURNS integer[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT COALESCE(array_agg(team), '{}') FROM inner_wiki.members WHERE person = wiki.person() $$;
CREATE FUNCTION inner_wiki.link_team() RETURNS integer LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT l.team FROM inner_wiki.links l WHERE l.token = current_setting('wiki.token', true) AND l.until > now() $$;
CREATE FUNCTION inner_wiki.is_frozen(t integer) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT frozen FROM wiki.teams WHERE team = t $$;
-- What ought to, and does not.
CREATE FUNCTION inner_wiki.any_house(t integer) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT EXISTS (SELECT FROM inner_wiki.knobs WHERE name = 'house') $$;
CREATE FUNCTION inner_wiki.exists_at_all(t integer) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT EXISTS (SELECT FROM wiki.teams WHERE team = t) $$;
CREATE FUNCTION inner_wiki.has_members(t integer) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT EXISTS (SELECT FROM inner_wiki.members m WHERE m.team = t) $$;
CREATE FUNCTION inner_wiki.member_somewhere(t integer) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT EXISTS (SELECT FROM inner_wiki.members m WHERE m.person = wiki.person()) $$;
CREATE FUNCTION inner_wiki.member_shadowed(team integer) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT EXISTS (SELECT FROM inner_wiki.members m WHERE m.team = team AND m.person = wiki.person()) $$;
CREATE FUNCTION inner_wiki.not_house(t integer) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT value <> t::text FROM inner_wiki.knobs WHERE name = 'house' $$;
CREATE FUNCTION inner_wiki.live(t integer) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT NOT frozen FROM wiki.teams WHERE team = t $$;
CREATE FUNCTION inner_wiki.always(t integer) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$ BEGIN RETURN t IS NOT NULL; END $$;
CREATE FUNCTION inner_wiki.has_link(t integer) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT EXISTS (SELECT FROM inner_wiki.links l WHERE l.team = t) $$;
CREATE FUNCTION inner_wiki.has_partner(t integer) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT EXISTS (SELECT FROM inner_wiki.partners p WHERE p.team = t) $$;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA inner_wiki TO wiki_app;

-- sound
SELECT pg_temp.reads('sound_pages', 'team = (SELECT wiki.team())');
SELECT pg_temp.reads('sound_public', 'team = (SELECT wiki.team()) OR inner_wiki.is_public(team)');
SELECT pg_temp.reads('sound_house', 'team = (SELECT wiki.team()) OR inner_wiki.is_house(team)');
SELECT pg_temp.reads('sound_house_two', 'team = (SELECT wiki.team()) OR inner_wiki.is_house_two(team)');
SELECT pg_temp.reads('sound_house_swapped', 'team = (SELECT wiki.team()) OR inner_wiki.is_house_swapped(team)');
SELECT pg_temp.reads('sound_house_exists', 'team = (SELECT wiki.team()) OR inner_wiki.is_house_exists(team)');
SELECT pg_temp.reads('sound_house_list', 'team = (SELECT wiki.team()) OR inner_wiki.is_house_list(team)');
SELECT pg_temp.reads('sound_house_coalesced', 'team = (SELECT wiki.team()) OR inner_wiki.is_house_coalesced(team)');
SELECT pg_temp.reads('sound_house_plpgsql', 'team = (SELECT wiki.team()) OR inner_wiki.is_house_plpgsql(team)');
SELECT pg_temp.reads('sound_house_into', 'team = (SELECT wiki.team()) OR inner_wiki.is_house_into(team)');
SELECT pg_temp.reads('sound_house_numbered', 'team = (SELECT wiki.team()) OR inner_wiki.is_house_numbered(team)');
SELECT pg_temp.reads('sound_house_row', 'team = (SELECT wiki.team()) OR inner_wiki.is_house_row(team)');
SELECT pg_temp.reads('sound_partner', 'team = (SELECT wiki.team()) OR inner_wiki.shares_with(team, (SELECT wiki.team()))');
SELECT pg_temp.reads('sound_member', 'inner_wiki.is_mine(team)');
SELECT pg_temp.reads('sound_role', 'inner_wiki.my_role(team) IN (''reader'', ''editor'', ''owner'')');
SELECT pg_temp.reads('sound_role_known', 'inner_wiki.my_role(team) IS NOT NULL');
SELECT pg_temp.reads('sound_array', 'team = ANY ((SELECT inner_wiki.my_teams())::integer[])');
SELECT pg_temp.reads('sound_array_has', 'inner_wiki.my_teams() @> ARRAY[team]');
SELECT pg_temp.reads('sound_link', 'team = (SELECT wiki.team()) OR team = (SELECT inner_wiki.link_team())');
SELECT pg_temp.reads('sound_unfrozen', 'team = (SELECT wiki.team()) AND NOT inner_wiki.is_frozen(team)');
SELECT pg_temp.reads('sound_case', 'CASE WHEN inner_wiki.is_frozen(team) THEN false ELSE team = (SELECT wiki.team()) END');
SELECT pg_temp.reads('sound_mine_in_team', 'team = (SELECT wiki.team()) AND (person = (SELECT wiki.person()) OR inner_wiki.my_role(team) = ''owner'')');
SELECT pg_temp.reads('sound_coalesced', 'COALESCE(team = (SELECT wiki.team()), false)');
SELECT pg_temp.reads('sound_is_true', '(team = (SELECT wiki.team())) IS TRUE');
SELECT pg_temp.reads('sound_not_distinct', 'NOT (team IS DISTINCT FROM (SELECT wiki.team()))');
SELECT pg_temp.reads('sound_row_pair', '(team, true) = ((SELECT wiki.team()), true)');
SELECT pg_temp.reads('sound_between', 'team BETWEEN (SELECT wiki.team()) AND (SELECT wiki.team())');
CREATE FUNCTION wiki.sound_find(t integer, w text) RETURNS SETOF wiki.sound_pages LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT * FROM wiki.sound_pages WHERE team = t AND inner_wiki.is_mine(t) AND body ILIKE w $$;
CREATE FUNCTION wiki.sound_public_page(i bigint) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT p.body FROM wiki.sound_public p JOIN wiki.teams t USING (team) WHERE p.id = i AND t.is_public $$;
CREATE FUNCTION wiki.sound_touch() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$ BEGIN UPDATE wiki.sound_role SET person = NEW.person WHERE team = NEW.team AND id = NEW.id; RETURN NULL; END $$;
CREATE TRIGGER touch AFTER INSERT ON wiki.sound_pages FOR EACH ROW EXECUTE FUNCTION wiki.sound_touch();
CREATE VIEW wiki.sound_shared WITH (security_barrier) AS SELECT p.* FROM wiki.sound_pages p WHERE inner_wiki.is_public(p.team);
GRANT SELECT ON wiki.sound_shared TO wiki_app;

-- holes
SELECT pg_temp.reads('hole_any_house', 'team = (SELECT wiki.team()) OR inner_wiki.any_house(team)');
SELECT pg_temp.reads('hole_exists', 'inner_wiki.exists_at_all(team)');
SELECT pg_temp.reads('hole_has_members', 'inner_wiki.has_members(team)');
SELECT pg_temp.reads('hole_somewhere', 'inner_wiki.member_somewhere(team)');
SELECT pg_temp.reads('hole_shadowed', 'inner_wiki.member_shadowed(team)');
SELECT pg_temp.reads('hole_not_house', 'inner_wiki.not_house(team)');
SELECT pg_temp.reads('hole_live', 'inner_wiki.live(team)');
SELECT pg_temp.reads('hole_always', 'inner_wiki.always(team)');
SELECT pg_temp.reads('hole_has_link', 'team = (SELECT wiki.team()) OR inner_wiki.has_link(team)');
SELECT pg_temp.reads('hole_has_partner', 'team = (SELECT wiki.team()) OR inner_wiki.has_partner(team)');
SELECT pg_temp.reads('hole_swapped', 'inner_wiki.shares_with((SELECT wiki.team()), (SELECT wiki.team()))');
SELECT pg_temp.reads('hole_my_own', 'inner_wiki.is_mine((SELECT wiki.team()))');
SELECT pg_temp.reads('hole_negated', 'NOT inner_wiki.is_mine(team)');
SELECT pg_temp.reads('hole_role_is_null', 'inner_wiki.my_role(team) IS NULL');
SELECT pg_temp.reads('hole_role_not', 'inner_wiki.my_role(team) IS DISTINCT FROM ''blocked''');
SELECT pg_temp.reads('hole_coalesced', 'COALESCE(team = (SELECT wiki.team()), true)');
SELECT pg_temp.reads('hole_is_not_false', '(team = (SELECT wiki.team())) IS NOT FALSE');
SELECT pg_temp.reads('hole_any_team', 'cardinality((SELECT inner_wiki.my_teams())) > 0');
SELECT pg_temp.reads('hole_link_known', 'team = (SELECT wiki.team()) OR (SELECT inner_wiki.link_team()) IS NOT NULL');
SELECT pg_temp.reads('hole_or_flat', 'team = (SELECT wiki.team()) AND person = (SELECT wiki.person()) OR inner_wiki.my_role((SELECT wiki.team())) = ''owner''');
SELECT pg_temp.reads('hole_case', 'CASE WHEN inner_wiki.is_frozen(team) THEN true ELSE team = (SELECT wiki.team()) END');
SELECT pg_temp.reads('hole_at_least', 'team >= (SELECT wiki.team())');
CREATE FUNCTION wiki.hole_find(t integer, w text) RETURNS SETOF wiki.sound_pages LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT * FROM wiki.sound_pages WHERE team = t AND body ILIKE w $$;
CREATE FUNCTION wiki.hole_page(i bigint) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT p.body FROM wiki.sound_pages p WHERE p.id = i $$;
CREATE FUNCTION wiki.hole_find_public(w text) RETURNS SETOF wiki.sound_pages LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT p.* FROM wiki.sound_pages p JOIN wiki.teams t USING (team) WHERE p.body ILIKE w OR t.is_public $$;
CREATE FUNCTION wiki.hole_drop(t integer) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$ DELETE FROM wiki.sound_member WHERE team = t $$;
CREATE VIEW wiki.hole_latest AS SELECT team, max(id) AS id, max(body) AS body FROM wiki.sound_pages GROUP BY team;
CREATE VIEW wiki.hole_words AS SELECT p.team, p.id, length(p.body) AS words FROM wiki.sound_pages p JOIN wiki.teams t USING (team);
GRANT SELECT ON wiki.hole_latest, wiki.hole_words TO wiki_search;
GRANT EXECUTE ON FUNCTION wiki.sound_find, wiki.sound_public_page, wiki.hole_find, wiki.hole_page, wiki.hole_find_public, wiki.hole_drop TO wiki_app;

INSERT INTO wiki.teams VALUES (1, 'One', false), (2, 'Two', false), (3, 'The house', true);
INSERT INTO inner_wiki.knobs VALUES ('house', '3'), ('houses', '3,4');
INSERT INTO inner_wiki.house VALUES (3);
INSERT INTO inner_wiki.members VALUES (1, 11, 'owner'), (1, 12, 'reader'), (2, 21, 'owner'), (2, 22, 'reader');
INSERT INTO inner_wiki.links VALUES ('aaaa1', 1), ('bbbb2', 2);
INSERT INTO inner_wiki.partners VALUES (1, 3), (2, 3);
DO $$
DECLARE
	r regclass;
BEGIN
	FOR r IN SELECT oid FROM pg_class WHERE relkind = 'r' AND relname ~ '^(hole|sound)_' AND relnamespace = 'wiki'::regnamespace LOOP
		EXECUTE format('INSERT INTO %s (team, body, person) SELECT t, ''page '' || n, 10 * t + n FROM generate_series(1, 2) t, generate_series(1, 2) n', r);
	END LOOP;
END $$;
RESET ROLE;
