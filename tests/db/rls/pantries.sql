-- SPDX-License-Identifier: MIT
-- Shared pantries: who belongs to one is said by a table of members, who asks by a token; several roles hold each right.
-- What a comment calls "hole" must raise a finding above info, what it calls "sound" none.
-- Run by a superuser in an empty database of its own cluster.
\set ON_ERROR_STOP on
\set QUIET on
\o /dev/null
SET client_min_messages = error;
CREATE ROLE pa_owner NOLOGIN;
CREATE ROLE pa_gate LOGIN NOINHERIT;
CREATE ROLE anon NOLOGIN;
CREATE ROLE anonymous_kiosk NOLOGIN;
CREATE ROLE authenticated NOLOGIN;
GRANT anon, anonymous_kiosk, authenticated TO pa_gate;
CREATE SCHEMA auth; CREATE SCHEMA pa AUTHORIZATION pa_owner;
GRANT USAGE ON SCHEMA auth, pa TO PUBLIC;
CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid $$;
CREATE FUNCTION auth.role() RETURNS text LANGUAGE sql STABLE AS $$ SELECT nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role' $$;
SET ROLE pa_owner; SET search_path = pa;
CREATE TABLE pantries (id uuid PRIMARY KEY, name text NOT NULL);
CREATE TABLE people (id uuid PRIMARY KEY, name text NOT NULL);
CREATE TABLE keepers (pantry_id uuid NOT NULL REFERENCES pantries, person uuid NOT NULL REFERENCES people, PRIMARY KEY (pantry_id, person));
INSERT INTO pantries SELECT ('0000000' || n || '-0000-4000-8000-000000000000')::uuid, 'p' || n FROM generate_series(1, 3) n;
INSERT INTO people SELECT ('1000000' || n || '-0000-4000-8000-000000000000')::uuid, 'k' || n FROM generate_series(1, 6) n;
INSERT INTO keepers SELECT p.id, k.id FROM pantries p JOIN people k ON (substr(k.name, 2)::int + 1) / 2 = substr(p.name, 2)::int;
CREATE FUNCTION keeps(p uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pa, pg_temp AS $$ SELECT EXISTS (SELECT FROM pa.keepers k WHERE k.pantry_id = p AND k.person = auth.uid()) $$;
ALTER TABLE pantries ENABLE ROW LEVEL SECURITY; ALTER TABLE keepers ENABLE ROW LEVEL SECURITY; ALTER TABLE people ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON pantries FOR SELECT USING (keeps(id));
CREATE POLICY own ON keepers FOR SELECT USING (person = auth.uid());
CREATE POLICY self ON people FOR SELECT USING (id = auth.uid());
GRANT SELECT ON pantries, keepers, people TO authenticated;
COMMENT ON TABLE pantries IS 'sound'; COMMENT ON TABLE keepers IS 'sound'; COMMENT ON TABLE people IS 'sound';
CREATE FUNCTION pg_temp.made(n text, extra text DEFAULT 't text') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE TABLE pa.%I (id bigserial PRIMARY KEY, pantry_id uuid NOT NULL REFERENCES pa.pantries, %s)', n, extra);
	EXECUTE format('CREATE INDEX ON pa.%I (pantry_id)', n);
	EXECUTE format('INSERT INTO pa.%I (pantry_id) SELECT id FROM pa.pantries, generate_series(1, 2)', n);
	EXECUTE format('ALTER TABLE pa.%I ENABLE ROW LEVEL SECURITY', n);
	EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON pa.%I TO authenticated', n);
	EXECUTE format('GRANT USAGE ON SEQUENCE pa.%I TO authenticated', n || '_id_seq');
END $$;
SELECT pg_temp.made('jars'), pg_temp.made('lists'), pg_temp.made('weights'), pg_temp.made('tallies'), pg_temp.made('recipes');
CREATE POLICY own ON jars USING (keeps(pantry_id));
CREATE POLICY own ON lists USING (pantry_id IN (SELECT k.pantry_id FROM keepers k WHERE k.person = auth.uid()));
COMMENT ON TABLE jars IS 'sound'; COMMENT ON TABLE lists IS 'sound';

-- holes
CREATE POLICY own ON recipes USING (auth.role() = 'authenticated');
COMMENT ON TABLE recipes IS 'hole: whoever signed in';
CREATE POLICY own ON tallies USING (keeps(pantry_id)) WITH CHECK (true);
COMMENT ON TABLE tallies IS 'hole: rows are written for any pantry';
CREATE POLICY own ON weights USING (keeps(pantry_id));
-- the longer name first: the shorter one is another role
REVOKE UPDATE ON weights FROM authenticated;
GRANT UPDATE (pantry_id, t) ON weights TO anonymous_kiosk, anon, authenticated;
GRANT SELECT ON weights TO anonymous_kiosk, anon;
COMMENT ON TABLE weights IS 'hole: three roles may change whose it is';
GRANT UPDATE ON SEQUENCE weights_id_seq TO anonymous_kiosk, anon, authenticated;
COMMENT ON SEQUENCE weights_id_seq IS 'hole: three roles may set it';
CREATE TABLE minutes (pantry_id uuid REFERENCES pantries, id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, t text);
CREATE INDEX ON minutes (pantry_id);
INSERT INTO minutes (pantry_id) SELECT id FROM pantries, generate_series(1, 2); INSERT INTO minutes (t) VALUES ('of all');
ALTER TABLE minutes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON minutes USING (pantry_id IS NULL OR keeps(pantry_id));
GRANT SELECT, INSERT, UPDATE, DELETE ON minutes TO authenticated;
COMMENT ON TABLE minutes IS 'hole: what is nobody''s is written by everybody';

-- whose a row is says a person; where it came from may be nowhere
CREATE TABLE nudges (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, person uuid NOT NULL REFERENCES people, pantry_id uuid REFERENCES pantries, t text);
CREATE INDEX ON nudges (pantry_id);
INSERT INTO nudges (person, pantry_id) SELECT person, pantry_id FROM keepers;
ALTER TABLE nudges ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON nudges FOR SELECT USING (person = auth.uid());
CREATE POLICY seen ON nudges FOR UPDATE USING (person = auth.uid()) WITH CHECK (person = auth.uid());
GRANT SELECT, UPDATE (t) ON nudges TO authenticated;
COMMENT ON TABLE nudges IS 'sound';
