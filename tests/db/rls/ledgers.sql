-- SPDX-License-Identifier: MIT
-- Ledgers of entities: acts_as_tenant and its like by hand - a scope function with options, an entity tree by a column, delegates,
-- periods, polymorphic rows, numbers by tenant, exports, rows that belong to two.
-- What begins with "hole_" must raise a finding above info, what begins with "sound_" none.
-- Run by a superuser in an empty database of its own cluster.
\set ON_ERROR_STOP on
\set QUIET on
\o /dev/null
SET client_min_messages = error;
CREATE ROLE lg_owner NOLOGIN;
CREATE ROLE lg_app LOGIN;
CREATE ROLE lg_audit LOGIN;
CREATE ROLE lg_group NOLOGIN;
GRANT lg_group TO lg_app;
CREATE SCHEMA lg AUTHORIZATION lg_owner;
GRANT USAGE ON SCHEMA lg TO lg_app, lg_audit;
SET ROLE lg_owner; SET search_path = lg;
CREATE TABLE entities (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL, parent_id uuid REFERENCES entities, is_demo boolean NOT NULL DEFAULT false);
CREATE INDEX ON entities (parent_id);
CREATE FUNCTION ctx(k text) RETURNS text LANGUAGE sql STABLE AS $$ SELECT NULLIF(current_setting('ctx.' || k, true), '') $$;
CREATE FUNCTION entity() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT NULLIF(current_setting('ctx.entity', true), '')::uuid $$;
CREATE FUNCTION in_scope(e uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
	RETURN e = NULLIF(current_setting('ctx.entity', true), '')::uuid;
END $$;
CREATE FUNCTION in_scope_or_all(e uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
	IF current_setting('ctx.entity', true) IS NULL OR current_setting('ctx.entity', true) = '' THEN
		RETURN true;
	END IF;
	RETURN e = current_setting('ctx.entity', true)::uuid;
END $$;
CREATE FUNCTION in_scope_safe(e uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
	RETURN e = current_setting('ctx.entity')::uuid;
EXCEPTION WHEN OTHERS THEN
	RETURN false;
END $$;
CREATE FUNCTION in_scope_lax(e uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
	RETURN e = current_setting('ctx.entity')::uuid;
EXCEPTION WHEN OTHERS THEN
	RETURN true;
END $$;
ALTER TABLE entities ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON entities USING (id = entity());
GRANT SELECT ON entities TO lg_app;
CREATE FUNCTION pg_temp.made(n text, condition text DEFAULT 'entity_id = entity()', extra text DEFAULT '') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE TABLE %I (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), entity_id uuid NOT NULL REFERENCES entities ON DELETE RESTRICT, memo text NOT NULL DEFAULT ''m'', open boolean NOT NULL DEFAULT true, amount numeric(12,2) NOT NULL DEFAULT 0 %s)', n, extra);
	EXECUTE format('CREATE INDEX ON %I (entity_id)', n);
	EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', n);
	IF condition <> '' THEN
		EXECUTE format('CREATE POLICY own ON %I USING (%s)', n, condition);
	END IF;
	EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO lg_app', n);
END $$;
-- the scope
SELECT pg_temp.made('sound_accounts', extra => ', UNIQUE (entity_id, id)');
SELECT pg_temp.made('sound_scoped', 'in_scope(entity_id)');
SELECT pg_temp.made('sound_safe', 'in_scope_safe(entity_id)');
SELECT pg_temp.made('sound_ctx', 'entity_id::text = ctx(''entity'')');
SELECT pg_temp.made('hole_or_all', 'in_scope_or_all(entity_id)');
SELECT pg_temp.made('hole_lax', 'in_scope_lax(entity_id)');
SELECT pg_temp.made('hole_not_in_scope', 'NOT in_scope(entity_id)');
SELECT pg_temp.made('hole_coalesced', 'COALESCE(in_scope(entity_id), true)');
SELECT pg_temp.made('hole_is_not_false', '(entity_id = entity()) IS NOT FALSE');
SELECT pg_temp.made('sound_is_true', '(entity_id = entity()) IS TRUE');
SELECT pg_temp.made('hole_xor', '(entity_id = entity()) <> open');
SELECT pg_temp.made('sound_nested', '((entity_id = entity()) AND open) OR ((entity_id = entity()) AND NOT open)');
SELECT pg_temp.made('hole_nested', '((entity_id = entity()) AND open) OR ((entity_id <> entity()) AND NOT open)');
SELECT pg_temp.made('hole_precedence', 'entity_id = entity() AND open OR memo = ''template''');
SELECT pg_temp.made('sound_precedence', 'entity_id = entity() AND (open OR memo = ''template'')');
SELECT pg_temp.made('hole_case_open', 'CASE WHEN open THEN true ELSE entity_id = entity() END');
SELECT pg_temp.made('sound_case', 'CASE WHEN open THEN entity_id = entity() ELSE false END');
SELECT pg_temp.made('hole_nullif', 'NULLIF(entity_id, entity()) IS NOT NULL');
SELECT pg_temp.made('sound_nullif', 'NULLIF(entity_id, entity()) IS NULL AND entity_id IS NOT NULL');
SELECT pg_temp.made('hole_debug', 'entity_id = entity() OR ctx(''debug'') = ''on''');
SELECT pg_temp.made('hole_star', 'entity_id::text = ctx(''entity'') OR ctx(''entity'') = ''*''');
SELECT pg_temp.made('hole_member_of', 'entity_id = entity() OR pg_has_role(''lg_group'', ''member'')');
SELECT pg_temp.made('sound_member_of', 'entity_id = entity() OR pg_has_role(''lg_owner'', ''member'')');
SELECT pg_temp.made('hole_addr', 'entity_id = entity() OR inet_client_addr() IS NULL');
SELECT pg_temp.made('hole_db', 'entity_id = entity() OR current_database() <> ''production''');
SELECT pg_temp.made('hole_hour', 'entity_id = entity() OR extract(hour FROM now()) >= 0');
SELECT pg_temp.made('hole_random', 'entity_id = entity() OR random() >= 0');
-- trees
SELECT pg_temp.made('sound_children', 'entity_id = entity() OR entity_id IN (SELECT e.id FROM entities e WHERE e.parent_id = entity())');
SELECT pg_temp.made('sound_demo', '');
CREATE POLICY own ON sound_demo USING (entity_id = entity());
SELECT pg_temp.made('hole_minutes', '');
CREATE POLICY own ON hole_minutes USING (entity_id = entity());
CREATE POLICY reads ON hole_minutes FOR SELECT TO lg_group USING (memo <> '');
-- commands
SELECT pg_temp.made('hole_upd_check', '');
CREATE POLICY r ON hole_upd_check FOR SELECT USING (entity_id = entity());
CREATE POLICY i ON hole_upd_check FOR INSERT WITH CHECK (entity_id = entity());
CREATE POLICY u ON hole_upd_check FOR UPDATE USING (entity_id = entity()) WITH CHECK (open);
REVOKE DELETE ON hole_upd_check FROM lg_app;
SELECT pg_temp.made('sound_upd_check', '');
CREATE POLICY r ON sound_upd_check FOR SELECT USING (entity_id = entity());
CREATE POLICY i ON sound_upd_check FOR INSERT WITH CHECK (entity_id = entity());
CREATE POLICY u ON sound_upd_check FOR UPDATE USING (entity_id = entity() AND open);
REVOKE DELETE ON sound_upd_check FROM lg_app;
SELECT pg_temp.made('hole_del', '');
CREATE POLICY r ON hole_del FOR SELECT USING (entity_id = entity());
CREATE POLICY d ON hole_del FOR DELETE USING (amount = 0);
REVOKE INSERT, UPDATE ON hole_del FROM lg_app;
SELECT pg_temp.made('hole_restrict_or', 'entity_id = entity() OR open');
CREATE POLICY never ON hole_restrict_or AS RESTRICTIVE USING (memo <> 'sealed');
SELECT pg_temp.made('sound_restrict', 'true');
CREATE POLICY own_floor ON sound_restrict AS RESTRICTIVE USING (in_scope(entity_id));
SELECT pg_temp.made('hole_restrict_to', 'true');
CREATE POLICY own_floor ON hole_restrict_to AS RESTRICTIVE TO lg_audit USING (entity_id = entity());
-- polymorphic rows and rows of two
CREATE TABLE sound_tags (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), entity_id uuid NOT NULL REFERENCES entities, taggable_type text NOT NULL, taggable_id uuid NOT NULL, tag text NOT NULL);
CREATE INDEX ON sound_tags (entity_id);
ALTER TABLE sound_tags ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON sound_tags USING (entity_id = entity());
CREATE TABLE hole_tags (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), entity_id uuid NOT NULL REFERENCES entities, taggable_type text NOT NULL, taggable_id uuid NOT NULL, tag text NOT NULL);
CREATE INDEX ON hole_tags (entity_id);
ALTER TABLE hole_tags ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON hole_tags USING (CASE taggable_type WHEN 'account' THEN EXISTS (SELECT 1 FROM sound_accounts a WHERE a.id = taggable_id) ELSE true END);
CREATE TABLE sound_transfers (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), from_entity uuid NOT NULL REFERENCES entities, to_entity uuid NOT NULL REFERENCES entities, amount numeric(12,2) NOT NULL DEFAULT 1);
CREATE INDEX ON sound_transfers (from_entity);
CREATE INDEX ON sound_transfers (to_entity);
ALTER TABLE sound_transfers ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY reads ON sound_transfers FOR SELECT USING (entity() IN (from_entity, to_entity));
CREATE POLICY writes ON sound_transfers FOR INSERT WITH CHECK (from_entity = entity());
GRANT SELECT, INSERT ON sound_tags, hole_tags, sound_transfers TO lg_app;
-- numbers and exports
CREATE TABLE hole_counters (entity_id uuid PRIMARY KEY REFERENCES entities, next bigint NOT NULL DEFAULT 1);
GRANT SELECT, UPDATE ON hole_counters TO lg_app;
CREATE TABLE sound_counters (entity_id uuid PRIMARY KEY REFERENCES entities, next bigint NOT NULL DEFAULT 1);
ALTER TABLE sound_counters ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON sound_counters USING (entity_id = entity());
GRANT SELECT, UPDATE ON sound_counters TO lg_app;
CREATE MATERIALIZED VIEW hole_balances AS SELECT entity_id, sum(amount) AS total, count(*) AS n FROM sound_accounts GROUP BY entity_id WITH NO DATA;
GRANT SELECT ON hole_balances TO lg_app;
CREATE MATERIALIZED VIEW sound_balances AS SELECT entity_id, sum(amount) AS total FROM sound_accounts GROUP BY entity_id WITH NO DATA;
CREATE VIEW sound_my_balances WITH (security_invoker) AS SELECT entity_id, sum(amount) AS total FROM sound_accounts GROUP BY entity_id;
GRANT SELECT ON sound_my_balances TO lg_app;
RESET ROLE; SET search_path = lg;
CREATE VIEW hole_export AS SELECT a.id, a.memo, a.amount FROM sound_accounts a JOIN entities e ON e.id = a.entity_id;
CREATE VIEW sound_export WITH (security_barrier) AS SELECT a.id, a.memo, a.amount FROM sound_accounts a JOIN entities e ON e.id = a.entity_id WHERE e.id = entity();
GRANT SELECT ON hole_export, sound_export TO lg_audit;
CREATE FUNCTION hole_find(q text) RETURNS SETOF sound_accounts LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = lg, pg_temp AS $$
BEGIN
	RETURN QUERY SELECT * FROM sound_accounts a WHERE a.memo ILIKE '%' || q || '%';
END $$;
CREATE FUNCTION sound_find(q text) RETURNS SETOF sound_accounts LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = lg, pg_temp AS $$
BEGIN
	RETURN QUERY SELECT * FROM sound_accounts a WHERE a.memo ILIKE '%' || q || '%' AND a.entity_id = entity();
END $$;
CREATE FUNCTION hole_close(a uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = lg, pg_temp AS $$
BEGIN
	UPDATE sound_accounts SET open = false WHERE id = a;
END $$;
CREATE FUNCTION sound_close(a uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = lg, pg_temp AS $$
DECLARE
	e uuid;
BEGIN
	SELECT entity_id INTO e FROM sound_accounts WHERE id = a;
	IF e IS DISTINCT FROM entity() THEN
		RAISE insufficient_privilege;
	END IF;
	UPDATE sound_accounts SET open = false WHERE id = a;
END $$;
INSERT INTO entities (id, name) SELECT ('00000000-0000-4000-8000-00000000000' || g)::uuid, 'e' || g FROM generate_series(1, 3) g;
DO $$
DECLARE
	r regclass;
BEGIN
	FOR r IN SELECT c.oid FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'memo' WHERE relkind = 'r' AND relnamespace = 'lg'::regnamespace LOOP
		EXECUTE format('INSERT INTO %s (entity_id) SELECT id FROM entities, generate_series(1, 2)', r);
		EXECUTE format('INSERT INTO %s (entity_id, open, memo) SELECT id, false, ''template'' FROM entities', r);
	END LOOP;
END $$;
INSERT INTO sound_tags (entity_id, taggable_type, taggable_id, tag) SELECT entity_id, 'account', id, 't' FROM sound_accounts;
INSERT INTO hole_tags (entity_id, taggable_type, taggable_id, tag) SELECT entity_id, k, id, 't' FROM sound_accounts, unnest(ARRAY['account', 'note']) k;
INSERT INTO sound_transfers (from_entity, to_entity) SELECT a.id, b.id FROM entities a, entities b WHERE a.id <> b.id;
INSERT INTO hole_counters SELECT id FROM entities;
INSERT INTO sound_counters SELECT id FROM entities;
REFRESH MATERIALIZED VIEW hole_balances;
REFRESH MATERIALIZED VIEW sound_balances;
ANALYZE;
