-- SPDX-License-Identifier: MIT
-- Accounts by a claim: partitions, inheritance, rules, triggers, filtering views.
-- What begins with "hole_" must raise a finding above info, what begins with "sound_" none.
-- Run by a superuser in an empty database.
\set ON_ERROR_STOP on
\set QUIET on
\o /dev/null
SET client_min_messages = error;
DO $$ BEGIN
 CREATE ROLE d_owner NOLOGIN; CREATE ROLE d_visitor NOLOGIN; CREATE ROLE d_auth LOGIN NOINHERIT; GRANT d_visitor TO d_auth;
 CREATE ROLE d_etl LOGIN; CREATE ROLE d_admin NOLOGIN BYPASSRLS; CREATE ROLE d_dba LOGIN; GRANT d_owner TO d_dba;
EXCEPTION WHEN duplicate_object THEN NULL; END $$;
CREATE SCHEMA shop AUTHORIZATION d_owner; GRANT USAGE ON SCHEMA shop TO d_visitor, d_etl;
SET ROLE d_owner;
CREATE FUNCTION shop.acct() RETURNS bigint LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN nullif(current_setting('jwt.claims.account_id', true), '')::bigint; END $$;
CREATE TABLE shop.accounts (id bigint PRIMARY KEY, name text);
ALTER TABLE shop.accounts ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY p ON shop.accounts USING (id = shop.acct()); GRANT SELECT ON shop.accounts TO d_visitor;
CREATE FUNCTION shop.mk(n text, pol text DEFAULT 'account_id = shop.acct()', extra text DEFAULT '') RETURNS void LANGUAGE plpgsql AS $$ BEGIN
 EXECUTE format('CREATE TABLE shop.%I (account_id bigint NOT NULL REFERENCES shop.accounts ON DELETE RESTRICT, id bigint GENERATED ALWAYS AS IDENTITY, note text %s, PRIMARY KEY (account_id, id))', n, extra);
 EXECUTE format('ALTER TABLE shop.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', n);
 IF pol IS NOT NULL THEN EXECUTE format('CREATE POLICY p ON shop.%I USING (%s)', n, pol); END IF;
 EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON shop.%I TO d_visitor', n);
END $$;
SELECT shop.mk('sound_orders'); SELECT shop.mk('sound_items', extra => ', order_id bigint, FOREIGN KEY (account_id, order_id) REFERENCES shop.sound_orders (account_id, id) ON DELETE CASCADE');
-- partitions
CREATE TABLE shop.sound_events (account_id bigint NOT NULL, at timestamptz NOT NULL, body text, PRIMARY KEY (account_id, at)) PARTITION BY RANGE (at);
CREATE TABLE shop.sound_events_1 PARTITION OF shop.sound_events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
ALTER TABLE shop.sound_events ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY p ON shop.sound_events USING (account_id = shop.acct()); GRANT SELECT, INSERT ON shop.sound_events TO d_visitor;
CREATE TABLE shop.sound_logs (account_id bigint NOT NULL, at timestamptz NOT NULL, body text, PRIMARY KEY (account_id, at)) PARTITION BY RANGE (at);
CREATE TABLE shop.sound_logs_1 PARTITION OF shop.sound_logs FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
ALTER TABLE shop.sound_logs ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY p ON shop.sound_logs USING (account_id = shop.acct());
ALTER TABLE shop.sound_logs_1 ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; GRANT SELECT ON shop.sound_logs, shop.sound_logs_1 TO d_visitor; -- deny all on the leaf
CREATE TABLE shop.sound_sub (account_id bigint NOT NULL, at timestamptz NOT NULL, kind int NOT NULL) PARTITION BY LIST (kind);
CREATE TABLE shop.sound_sub_1 PARTITION OF shop.sound_sub FOR VALUES IN (1) PARTITION BY RANGE (at);
CREATE TABLE shop.hole_sub_leaf PARTITION OF shop.sound_sub_1 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
ALTER TABLE shop.sound_sub ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY p ON shop.sound_sub USING (account_id = shop.acct()); GRANT SELECT ON shop.sound_sub, shop.hole_sub_leaf TO d_visitor; CREATE INDEX ON shop.sound_sub (account_id);
-- inheritance
SELECT shop.mk('sound_base'); CREATE TABLE shop.sound_kid (extra text) INHERITS (shop.sound_base); 
CREATE TABLE shop.hole_kid (extra text) INHERITS (shop.sound_base); GRANT SELECT ON shop.hole_kid TO d_visitor;
-- column/immutables
CREATE FUNCTION shop.acct_imm() RETURNS bigint LANGUAGE sql IMMUTABLE AS $$ SELECT current_setting('jwt.claims.account_id', true)::bigint $$;
SELECT shop.mk('hole_imm', 'account_id = shop.acct_imm()');
CREATE FUNCTION shop.acct_fallback() RETURNS bigint LANGUAGE sql STABLE AS $$ SELECT coalesce(nullif(current_setting('jwt.claims.account_id', true), '')::bigint, 1) $$;
SELECT shop.mk('hole_fallback', 'account_id = shop.acct_fallback()');
CREATE FUNCTION shop.acct_zero() RETURNS bigint LANGUAGE sql STABLE AS $$ SELECT coalesce(nullif(current_setting('jwt.claims.account_id', true), '')::bigint, -1) $$;
SELECT shop.mk('sound_minus_one', 'account_id = shop.acct_zero()');
SELECT shop.mk('sound_or_zero_read', NULL); CREATE POLICY r ON shop.sound_or_zero_read FOR SELECT USING (account_id IN (0, shop.acct())); CREATE POLICY w ON shop.sound_or_zero_read FOR INSERT WITH CHECK (account_id = shop.acct()); CREATE POLICY u ON shop.sound_or_zero_read FOR UPDATE USING (account_id = shop.acct()); CREATE POLICY d ON shop.sound_or_zero_read FOR DELETE USING (account_id = shop.acct());
SELECT shop.mk('hole_int_cast', 'account_id = nullif(current_setting(''jwt.claims.account_id'', true), '''')::int');
SELECT shop.mk('hole_other_setting', 'account_id = nullif(current_setting(''jwt.claims.acct_id'', true), '''')::bigint');
SELECT shop.mk('hole_user_col', 'note = current_user');
SELECT shop.mk('hole_or_note', 'account_id = shop.acct() OR note = ''public''');
SELECT shop.mk('sound_trigger_sets', NULL); CREATE POLICY r ON shop.sound_trigger_sets FOR SELECT USING (account_id = shop.acct()); CREATE POLICY i ON shop.sound_trigger_sets FOR INSERT WITH CHECK (true); 
CREATE FUNCTION shop.set_acct() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.account_id := shop.acct(); RETURN NEW; END $$;
CREATE TRIGGER t BEFORE INSERT OR UPDATE ON shop.sound_trigger_sets FOR EACH ROW EXECUTE FUNCTION shop.set_acct(); REVOKE UPDATE, DELETE ON shop.sound_trigger_sets FROM d_visitor;
SELECT shop.mk('hole_trigger_if', NULL); CREATE POLICY r ON shop.hole_trigger_if FOR SELECT USING (account_id = shop.acct()); CREATE POLICY i ON shop.hole_trigger_if FOR INSERT WITH CHECK (true);
CREATE FUNCTION shop.set_acct_if() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.account_id IS NULL THEN NEW.account_id := shop.acct(); END IF; RETURN NEW; END $$;
CREATE TRIGGER t BEFORE INSERT ON shop.hole_trigger_if FOR EACH ROW EXECUTE FUNCTION shop.set_acct_if();
SELECT shop.mk('hole_trigger_copy'); CREATE TABLE shop.hole_copies (account_id bigint NOT NULL, note text, at timestamptz DEFAULT now()); GRANT SELECT ON shop.hole_copies TO d_visitor;
-- rules
SELECT shop.mk('sound_ruled'); CREATE RULE quiet AS ON DELETE TO shop.sound_ruled WHERE old.note = 'locked' DO INSTEAD NOTHING;
-- trusted membership table writable
CREATE TABLE shop.hole_grants_src (account_id bigint NOT NULL, who text NOT NULL, PRIMARY KEY (account_id, who)); GRANT SELECT, INSERT ON shop.hole_grants_src TO d_visitor;
SELECT shop.mk('hole_trusts', 'account_id IN (SELECT g.account_id FROM shop.hole_grants_src g WHERE g.who = current_setting(''jwt.claims.sub'', true))');
-- exclusion & sequences
RESET ROLE; CREATE EXTENSION btree_gist; SET ROLE d_owner;
SELECT shop.mk('hole_excl', extra => ', room int, during tstzrange, EXCLUDE USING gist (room WITH =, during WITH &&)');
SELECT shop.mk('sound_excl', extra => ', room int, during tstzrange, EXCLUDE USING gist (account_id WITH =, room WITH =, during WITH &&)');
CREATE SEQUENCE shop.sound_seq; GRANT USAGE ON SEQUENCE shop.sound_seq TO d_visitor;
CREATE SEQUENCE shop.hole_seq; GRANT USAGE, SELECT, UPDATE ON SEQUENCE shop.hole_seq TO d_visitor;
-- select-only policy with UPDATE grant; to wrong role
SELECT shop.mk('sound_select_only', NULL); CREATE POLICY r ON shop.sound_select_only FOR SELECT USING (account_id = shop.acct());
SELECT shop.mk('sound_etl_insert', NULL); CREATE POLICY p ON shop.sound_etl_insert TO d_visitor USING (account_id = shop.acct()); CREATE POLICY etl ON shop.sound_etl_insert FOR INSERT TO d_etl WITH CHECK (true); GRANT INSERT ON shop.sound_etl_insert TO d_etl;
SELECT shop.mk('sound_view_src');
RESET ROLE;
CREATE FUNCTION shop.copy_out() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ BEGIN INSERT INTO shop.hole_copies SELECT NEW.account_id, NEW.note; RETURN NEW; END $$;
CREATE TRIGGER t AFTER INSERT ON shop.hole_trigger_copy FOR EACH ROW EXECUTE FUNCTION shop.copy_out();
CREATE VIEW shop.hole_updatable WITH (security_barrier) AS SELECT * FROM shop.sound_view_src WHERE account_id = shop.acct(); GRANT SELECT, INSERT, UPDATE ON shop.hole_updatable TO d_visitor;
CREATE VIEW shop.sound_updatable WITH (security_barrier) AS SELECT * FROM shop.sound_view_src WHERE account_id = shop.acct() WITH CASCADED CHECK OPTION; GRANT SELECT, INSERT, UPDATE ON shop.sound_updatable TO d_visitor;
CREATE VIEW shop.sound_joined WITH (security_barrier) AS SELECT o.id, i.note FROM shop.sound_orders o JOIN shop.sound_items i USING (account_id) WHERE o.account_id = shop.acct(); GRANT SELECT ON shop.sound_joined TO d_visitor;
CREATE VIEW shop.hole_union WITH (security_barrier) AS SELECT id, note FROM shop.sound_orders WHERE account_id = shop.acct() UNION ALL SELECT id, note FROM shop.sound_items; GRANT SELECT ON shop.hole_union TO d_visitor;
CREATE VIEW shop.hole_or_view WITH (security_barrier) AS SELECT * FROM shop.sound_orders WHERE account_id = shop.acct() OR note LIKE 'public%'; GRANT SELECT ON shop.hole_or_view TO d_visitor;
CREATE VIEW shop.sound_cte WITH (security_barrier) AS WITH mine AS (SELECT * FROM shop.sound_orders WHERE account_id = shop.acct()) SELECT id, note FROM mine; GRANT SELECT ON shop.sound_cte TO d_visitor;
CREATE VIEW shop.sound_subq WITH (security_barrier) AS SELECT x.id FROM (SELECT * FROM shop.sound_orders WHERE account_id = shop.acct()) x; GRANT SELECT ON shop.sound_subq TO d_visitor;
CREATE VIEW shop.sound_exists WITH (security_barrier) AS SELECT i.id FROM shop.sound_items i WHERE EXISTS (SELECT 1 FROM shop.sound_orders o WHERE o.account_id = i.account_id AND o.account_id = shop.acct()); GRANT SELECT ON shop.sound_exists TO d_visitor;

INSERT INTO shop.accounts VALUES (1, 'One'), (2, 'Two');
INSERT INTO shop.sound_events SELECT a.id, '2024-02-02', '' FROM shop.accounts a;
INSERT INTO shop.sound_logs SELECT a.id, '2024-02-02', '' FROM shop.accounts a;
INSERT INTO shop.sound_sub SELECT a.id, '2024-02-02', 1 FROM shop.accounts a;
INSERT INTO shop.hole_grants_src VALUES (1, 'me'), (2, 'you');
INSERT INTO shop.hole_kid (account_id, id, note) OVERRIDING SYSTEM VALUE SELECT a.id, 1, '' FROM shop.accounts a;
DO $$
DECLARE
	r regclass;
BEGIN
	FOR r IN SELECT c.oid FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'account_id'
		JOIN pg_attribute n ON n.attrelid = c.oid AND n.attname = 'note'
		WHERE c.relkind = 'r' AND c.relnamespace = 'shop'::regnamespace AND NOT c.relispartition
		AND c.relname NOT IN ('sound_trigger_sets', 'hole_kid', 'sound_kid') LOOP
		EXECUTE format('INSERT INTO %s (account_id, note) SELECT a.id, ''row '' || n
			FROM shop.accounts a, generate_series(1, 2) n', r);
	END LOOP;
END $$;
