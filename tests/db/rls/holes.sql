-- SPDX-License-Identifier: MIT
-- Seeded holes. The name of each object begins with the id of the finding that it must raise
-- (r01_…, p02_…; two ids for two); what begins with "base_" is sound and must stay quiet.
\ir common.sql
BEGIN;
-- R07: the directory of tenants, readable in full, with a secret in it. It has another name here.
CREATE TABLE tenants (tenant_id bigint PRIMARY KEY, name text NOT NULL, api_secret text);
ALTER TABLE tenants OWNER TO seed_owner;
INSERT INTO tenants SELECT n, 'Tenant ' || n, 's' || n FROM generate_series(1, 2) n;
GRANT SELECT ON tenants TO seed_app;
SELECT pg_temp.good('base_orders');

-- State of tables
SELECT pg_temp.bare('r01_off');
SELECT pg_temp.bare('r02_not_enabled');
CREATE POLICY own ON r02_not_enabled USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint);
CREATE ROLE base_r03_login LOGIN;
CREATE ROLE base_r04_login LOGIN INHERIT;
CREATE ROLE base_r04_owner NOLOGIN;
GRANT base_r04_owner TO base_r04_login;
CREATE ROLE base_r05_login LOGIN;
GRANT USAGE ON SCHEMA public TO base_r03_login, base_r04_login, base_r05_login;
SELECT pg_temp.good('r03_owned');
ALTER TABLE r03_owned NO FORCE ROW LEVEL SECURITY;
ALTER TABLE r03_owned OWNER TO base_r03_login;
SELECT pg_temp.good('r04_inherited');
ALTER TABLE r04_inherited NO FORCE ROW LEVEL SECURITY;
ALTER TABLE r04_inherited OWNER TO base_r04_owner;
SELECT pg_temp.good('r05_forced');
ALTER TABLE r05_forced OWNER TO base_r05_login;
CREATE TABLE r06_lines (order_id bigint NOT NULL REFERENCES base_orders (id) ON DELETE CASCADE,
	line integer, sku text, PRIMARY KEY (order_id, line));
ALTER TABLE r06_lines OWNER TO seed_owner;
INSERT INTO r06_lines SELECT id, 1, 'sku' FROM base_orders;
GRANT SELECT, INSERT, UPDATE, DELETE ON r06_lines TO seed_app;
CREATE TABLE base_part (id bigint, tenant_id bigint NOT NULL, body text DEFAULT '', PRIMARY KEY (tenant_id, id))
	PARTITION BY HASH (tenant_id);
CREATE TABLE r08_leaf PARTITION OF base_part FOR VALUES WITH (MODULUS 1, REMAINDER 0);
ALTER TABLE base_part OWNER TO seed_owner; ALTER TABLE r08_leaf OWNER TO seed_owner;
ALTER TABLE base_part ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON base_part USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint);
INSERT INTO base_part SELECT n, 1 + n % 2 FROM generate_series(1, 6) n;
GRANT SELECT ON base_part, r08_leaf TO seed_app;
SELECT pg_temp.good('base_inh');
CREATE TABLE r09_child (note text) INHERITS (base_inh);
ALTER TABLE r09_child OWNER TO seed_owner;
INSERT INTO r09_child (id, tenant_id, body) VALUES (901, 1, 'a'), (902, 2, 'b');
GRANT SELECT ON r09_child TO seed_app;
CREATE TABLE r10_parent (id bigint, tenant_id bigint NOT NULL, body text);
ALTER TABLE r10_parent OWNER TO seed_owner;
GRANT SELECT ON r10_parent TO seed_app;
CREATE TABLE base_r10_child () INHERITS (r10_parent);
ALTER TABLE base_r10_child OWNER TO seed_owner;
ALTER TABLE base_r10_child ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE INDEX ON base_r10_child (tenant_id);
CREATE POLICY own ON base_r10_child USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint);
GRANT SELECT ON base_r10_child TO seed_app;
INSERT INTO base_r10_child VALUES (1, 1, 'a'), (2, 2, 'b');
CREATE MATERIALIZED VIEW r11_totals AS SELECT tenant_id, count(*) AS orders FROM base_orders GROUP BY tenant_id;
ALTER MATERIALIZED VIEW r11_totals OWNER TO seed_owner;
GRANT SELECT ON r11_totals TO seed_app;
CREATE MATERIALIZED VIEW r11_bodies AS SELECT id, body FROM base_orders;
ALTER MATERIALIZED VIEW r11_bodies OWNER TO seed_owner;
GRANT SELECT ON r11_bodies TO seed_app;
CREATE FOREIGN DATA WRAPPER seed_fdw;
CREATE SERVER seed_far FOREIGN DATA WRAPPER seed_fdw;
CREATE FOREIGN TABLE r12_far (id bigint, tenant_id bigint, body text) SERVER seed_far;
ALTER FOREIGN TABLE r12_far OWNER TO seed_owner;
GRANT SELECT ON r12_far TO seed_app;
SELECT pg_temp.enabled('r35_no_policy');
SELECT pg_temp.enabled('r36_floor_only');
CREATE POLICY floor ON r36_floor_only AS RESTRICTIVE
	USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint);
SELECT pg_temp.enabled('r37_no_delete');
CREATE POLICY s ON r37_no_delete FOR SELECT USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint);
CREATE POLICY i ON r37_no_delete FOR INSERT WITH CHECK (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint);
CREATE POLICY u ON r37_no_delete FOR UPDATE USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint);
SELECT pg_temp.good('r85_nullable');
ALTER TABLE r85_nullable ALTER tenant_id DROP NOT NULL;

-- Policies
SELECT pg_temp.only('r13_true', 'true');
SELECT pg_temp.enabled('r13_true_select');
CREATE POLICY own ON r13_true_select USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint);
CREATE POLICY look ON r13_true_select FOR SELECT TO seed_app USING (true);
SELECT pg_temp.only('r14_same_column', 'tenant_id = tenant_id');
SELECT pg_temp.only('r14_one_is_one', '1 = 1');
SELECT pg_temp.only('r14_or_true', 'tenant_id = NULLIF(current_setting(''app.tenant_id'', true), '''')::bigint OR true');
SELECT pg_temp.only('r14_not_null', 'tenant_id IS NOT NULL');
SELECT pg_temp.good('r15_widened', ', is_public boolean NOT NULL DEFAULT true');
CREATE POLICY wide ON r15_widened USING (is_public);
SELECT pg_temp.good('r15_by_user', ', owner_name text NOT NULL DEFAULT ''''');
CREATE POLICY mine ON r15_by_user FOR SELECT USING (body <> '');
SELECT pg_temp.only('r16_other_column', 'body = current_setting(''app.tenant_id'', true)');
SELECT pg_temp.only('r17_is_null', 'current_setting(''app.tenant_id'', true) IS NULL OR tenant_id = NULLIF(current_setting(''app.tenant_id'', true), '''')::bigint');
SELECT pg_temp.only('r17_empty', 'current_setting(''app.tenant_id'', true) = '''' OR tenant_id = NULLIF(current_setting(''app.tenant_id'', true), '''')::bigint');
SELECT pg_temp.only('r17_coalesce', 'COALESCE(current_setting(''app.tenant_id'', true), '''') = '''' OR tenant_id::text = current_setting(''app.tenant_id'', true)');
SELECT pg_temp.only('r17_case', 'CASE WHEN NULLIF(current_setting(''app.tenant_id'', true), '''') IS NOT NULL THEN tenant_id = NULLIF(current_setting(''app.tenant_id'', true), '''')::bigint ELSE true END');
SELECT pg_temp.only('r18_coalesce', 'tenant_id = COALESCE(NULLIF(current_setting(''app.tenant_id'', true), '''')::bigint, tenant_id)');
SELECT pg_temp.only('r18_case', 'tenant_id = CASE WHEN current_setting(''app.tenant_id'', true) <> '''' THEN current_setting(''app.tenant_id'', true)::bigint ELSE tenant_id END');
SELECT pg_temp.only('r19_shared', 'tenant_id IS NULL OR tenant_id = NULLIF(current_setting(''app.tenant_id'', true), '''')::bigint');
ALTER TABLE r19_shared ALTER tenant_id DROP NOT NULL;
SELECT pg_temp.enabled('r20_check_true');
CREATE POLICY own ON r20_check_true USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint) WITH CHECK (true);
SELECT pg_temp.good('r21_insert_open');
CREATE POLICY ins ON r21_insert_open FOR INSERT WITH CHECK (body <> '');
SELECT pg_temp.good('r21_insert_true');
CREATE POLICY ins ON r21_insert_true FOR INSERT WITH CHECK (true);
SELECT pg_temp.enabled('r22_steal');
CREATE POLICY s ON r22_steal FOR SELECT USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint);
CREATE POLICY i ON r22_steal FOR INSERT WITH CHECK (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint);
CREATE POLICY d ON r22_steal FOR DELETE USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint);
CREATE POLICY u ON r22_steal FOR UPDATE USING (true) WITH CHECK (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint);
SELECT pg_temp.good('r23_blind_delete');
CREATE POLICY d ON r23_blind_delete FOR DELETE USING (true);
SELECT pg_temp.enabled('r24_wide_check', ', is_public boolean NOT NULL DEFAULT false');
CREATE POLICY own ON r24_wide_check USING (is_public OR tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint);
SELECT pg_temp.enabled('r25_floor_role');
CREATE POLICY open ON r25_floor_role USING (true);
CREATE POLICY floor ON r25_floor_role AS RESTRICTIVE TO seed_app USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint);
GRANT SELECT ON r25_floor_role TO seed_app2;
SELECT pg_temp.enabled('r26_floor_command');
CREATE POLICY open ON r26_floor_command USING (true);
CREATE POLICY floor ON r26_floor_command AS RESTRICTIVE FOR SELECT USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint);
SELECT pg_temp.enabled('r27_current_user', ', person text NOT NULL DEFAULT ''seed_app''');
CREATE POLICY own ON r27_current_user USING (person = current_user);
SELECT pg_temp.only('r28_literal', 'tenant_id = 2');
SELECT pg_temp.only('r28_or_literal', 'tenant_id = NULLIF(current_setting(''app.tenant_id'', true), '''')::bigint OR tenant_id = 2');
SELECT pg_temp.only('r29_like', 'tenant_id::text LIKE current_setting(''app.tenant_id'', true)');
SELECT pg_temp.only('r29_regex', 'tenant_id::text ~ current_setting(''app.tenant_id'', true)');
SELECT pg_temp.only('r29_position', 'position(tenant_id::text IN current_setting(''app.tenant_id'', true)) > 0');
SELECT pg_temp.good('base_members', ', person text NOT NULL DEFAULT ''ann''');
SELECT pg_temp.only('r30_unbound', 'EXISTS (SELECT 1 FROM base_members m WHERE m.person = current_setting(''app.person'', true))');
CREATE TABLE base_grants (tenant_id bigint NOT NULL, person text NOT NULL, PRIMARY KEY (tenant_id, person));
ALTER TABLE base_grants OWNER TO seed_owner;
ALTER TABLE base_grants ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON base_grants USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint);
CREATE TABLE r01_r31_grants (tenant_id bigint NOT NULL, person text NOT NULL, PRIMARY KEY (tenant_id, person));
ALTER TABLE r01_r31_grants OWNER TO seed_owner;
GRANT SELECT, INSERT ON r01_r31_grants TO seed_app;
SELECT pg_temp.only('r31_trusting', 'EXISTS (SELECT 1 FROM r01_r31_grants g WHERE g.tenant_id = r31_trusting.tenant_id AND g.person = current_setting(''app.person'', true))');
-- The same between tenants, where keys tell which there are and nothing was lent yet.
CREATE TABLE r01_r31_lends (tenant_id bigint NOT NULL REFERENCES tenants, taker bigint NOT NULL REFERENCES tenants, PRIMARY KEY (tenant_id, taker));
ALTER TABLE r01_r31_lends OWNER TO seed_owner;
GRANT SELECT, INSERT ON r01_r31_lends TO seed_app;
SELECT pg_temp.only('r31_lent', 'tenant_id = NULLIF(current_setting(''app.tenant_id'', true), '''')::bigint OR EXISTS (SELECT 1 FROM r01_r31_lends g WHERE g.tenant_id = r31_lent.tenant_id AND g.taker = NULLIF(current_setting(''app.tenant_id'', true), '''')::bigint)');
CREATE FUNCTION base_r32_tenant() RETURNS bigint LANGUAGE sql IMMUTABLE AS
	$$ SELECT NULLIF(current_setting('app.tenant_id', true), '')::bigint $$;
SELECT pg_temp.only('r32_immutable', 'tenant_id = base_r32_tenant()');
SELECT pg_temp.only('r33_one_argument', 'tenant_id = current_setting(''app.tenant_id'')::bigint');
SELECT pg_temp.only('r34_empty_cast', 'tenant_id = current_setting(''app.tenant_id'', true)::bigint');
SELECT pg_temp.only('r38_switch', 'tenant_id = NULLIF(current_setting(''app.tenant_id'', true), '''')::bigint OR current_setting(''app.is_admin'', true) = ''on''');

SELECT pg_temp.only('r39_user_claim', 'tenant_id = (((current_setting(''request.jwt.claims'', true))::jsonb -> ''user_metadata'') ->> ''tenant_id'')::bigint');
SELECT pg_temp.enabled('r86_one');
SELECT pg_temp.enabled('r86_two');
CREATE POLICY own ON r86_one USING (tenant_id IN (SELECT tenant_id FROM r86_two));
CREATE POLICY own ON r86_two USING (tenant_id IN (SELECT tenant_id FROM r86_one));

-- Roles and privileges
CREATE ROLE r40_login LOGIN BYPASSRLS;
CREATE ROLE r41_login LOGIN;
GRANT seed_bypass TO r41_login;
CREATE ROLE base_r42_super NOLOGIN SUPERUSER;
CREATE ROLE r42_login LOGIN;
GRANT base_r42_super TO r42_login;
CREATE ROLE r43_login LOGIN CREATEROLE;
CREATE ROLE r44_login LOGIN REPLICATION;
GRANT USAGE ON SCHEMA public TO r40_login, r41_login, r42_login, r43_login, r44_login, seed_bypass;
GRANT SELECT ON base_orders TO r40_login, r41_login, r42_login, r43_login, r44_login, seed_bypass;
SELECT pg_temp.good('r45_truncate');
GRANT TRUNCATE ON r45_truncate TO seed_app;
SELECT pg_temp.good('r46_references');
GRANT REFERENCES ON r46_references TO seed_app;
SELECT pg_temp.good('r47_trigger');
GRANT TRIGGER ON r47_trigger TO seed_app;
CREATE SCHEMA r49_schema AUTHORIZATION seed_owner;
ALTER DEFAULT PRIVILEGES FOR ROLE seed_owner IN SCHEMA r49_schema GRANT SELECT ON TABLES TO PUBLIC;
CREATE ROLE r50_login LOGIN;
GRANT pg_read_all_stats TO r50_login;
GRANT SELECT ON base_orders TO r50_login;
GRANT USAGE ON SCHEMA public TO r50_login;
CREATE ROLE r52_login LOGIN;
GRANT pg_read_server_files TO r52_login;
CREATE USER MAPPING FOR PUBLIC SERVER seed_far OPTIONS (user 'postgres');
CREATE FUNCTION r67_enter(t bigint) RETURNS text LANGUAGE sql AS
	$$ SELECT set_config('app.tenant_id', t::text, false) $$;
CREATE ROLE r68_login LOGIN;
ALTER ROLE r68_login SET app.tenant_id = '1';
GRANT SELECT ON base_orders TO r68_login;
GRANT USAGE ON SCHEMA public TO r68_login;
CREATE ROLE x04_login LOGIN INHERIT;
GRANT seed_admin TO x04_login;
GRANT SELECT ON base_orders TO seed_admin;
CREATE POLICY admin_all ON base_orders FOR SELECT TO seed_admin USING (true);
CREATE POLICY admin_all ON base_members FOR SELECT TO seed_admin USING (true);
GRANT SELECT ON base_members TO seed_admin;

-- Code
CREATE VIEW r60_super_view AS SELECT * FROM base_orders;
GRANT SELECT ON r60_super_view TO seed_app;
SELECT pg_temp.good('base_unforced');
ALTER TABLE base_unforced NO FORCE ROW LEVEL SECURITY;
CREATE VIEW r61_owner_view AS SELECT * FROM base_unforced;
ALTER VIEW r61_owner_view OWNER TO seed_owner;
GRANT SELECT ON r61_owner_view TO seed_app;
CREATE VIEW r60_inner_view AS SELECT * FROM base_orders;
CREATE VIEW r62_outer_view WITH (security_invoker = true) AS SELECT * FROM r60_inner_view;
GRANT SELECT ON r62_outer_view, r60_inner_view TO seed_app;
CREATE VIEW r63_filter_view AS SELECT id, tenant_id, body FROM base_unforced
	WHERE tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint;
ALTER VIEW r63_filter_view OWNER TO seed_owner;
GRANT SELECT ON r63_filter_view TO seed_app;
CREATE VIEW r61_half_filtered AS SELECT id, tenant_id FROM base_unforced
	WHERE tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint
	UNION ALL SELECT id, tenant_id FROM base_unforced WHERE body <> '';
ALTER VIEW r61_half_filtered OWNER TO seed_owner;
GRANT SELECT ON r61_half_filtered TO seed_app;
CREATE VIEW r64_writable_view WITH (security_barrier = true) AS SELECT id, tenant_id, body FROM base_unforced
	WHERE tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint;
ALTER VIEW r64_writable_view OWNER TO seed_owner;
GRANT SELECT, INSERT, UPDATE, DELETE ON r64_writable_view TO seed_app;
CREATE FUNCTION r65_count() RETURNS bigint LANGUAGE sql SECURITY DEFINER
	SET search_path = pg_catalog, pg_temp AS $$ SELECT count(*) FROM public.base_orders $$;
CREATE FUNCTION r66_path(t bigint) RETURNS bigint LANGUAGE sql SECURITY DEFINER AS
	$$ SELECT count(*) FROM base_orders WHERE tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint AND id = t $$;
CREATE FUNCTION r66_temp_first(t bigint) RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = public AS
	$$ SELECT count(*) FROM base_orders WHERE tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint AND id = t $$;
CREATE TABLE base_log (tenant_id bigint NOT NULL, body text);
ALTER TABLE base_log OWNER TO seed_owner;
SELECT pg_temp.good('r69_copied');
CREATE TABLE r01_copies (tenant_id bigint NOT NULL, body text);
ALTER TABLE r01_copies OWNER TO seed_owner;
GRANT SELECT ON r01_copies TO seed_app;
CREATE FUNCTION base_copy() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
	$$ BEGIN INSERT INTO public.r01_copies VALUES (NEW.tenant_id, NEW.body); RETURN NULL; END $$;
REVOKE EXECUTE ON FUNCTION base_copy() FROM PUBLIC;
CREATE TRIGGER base_r69_copy AFTER INSERT ON r69_copied FOR EACH ROW EXECUTE FUNCTION base_copy();
CREATE VIEW r70_ruled AS SELECT id, body FROM base_unforced WHERE false;
CREATE RULE base_rule AS ON DELETE TO r70_ruled DO INSTEAD DELETE FROM base_unforced WHERE id = OLD.id;
CREATE TABLE r70_inbox (id bigint, tenant_id bigint NOT NULL, body text);
ALTER TABLE r70_inbox ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE INDEX ON r70_inbox (tenant_id);
CREATE POLICY own ON r70_inbox USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint);
CREATE RULE base_rule AS ON INSERT TO r70_inbox DO ALSO INSERT INTO base_unforced (tenant_id, body) VALUES (2, NEW.body);
GRANT SELECT, INSERT ON r70_inbox TO seed_app;
GRANT SELECT, DELETE ON r70_ruled TO seed_app;
CREATE PUBLICATION r72_all FOR TABLE base_orders;
CREATE FUNCTION r74_equal(a text, b text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE LEAKPROOF AS
	$$ BEGIN RAISE NOTICE '%', a; RETURN a = b; END $$;

-- Keys
SELECT pg_temp.good('r80_child', ', order_id bigint NOT NULL DEFAULT 1 REFERENCES base_orders (id) ON DELETE RESTRICT');
SELECT pg_temp.good('r81_child', ', order_id bigint NOT NULL DEFAULT 1 REFERENCES base_orders (id) ON DELETE CASCADE');
SELECT pg_temp.good('r82_email', ', email text UNIQUE');
SELECT pg_temp.good('r83_slot', ', slot int4range, EXCLUDE USING gist (slot WITH &&)');
CREATE SEQUENCE r84_invoice_no;
ALTER SEQUENCE r84_invoice_no OWNER TO seed_owner;
GRANT USAGE, UPDATE ON SEQUENCE r84_invoice_no TO seed_app;

-- Speed
CREATE FUNCTION base_current() RETURNS bigint LANGUAGE plpgsql STABLE AS
	$$ BEGIN RETURN NULLIF(current_setting('app.tenant_id', true), '')::bigint; END $$;
CREATE FUNCTION base_is_mine(t bigint) RETURNS boolean LANGUAGE plpgsql STABLE AS
	$$ BEGIN RETURN t = NULLIF(current_setting('app.tenant_id', true), '')::bigint; END $$;
SELECT pg_temp.only('p01_per_row', 'base_is_mine(tenant_id)');
CREATE FUNCTION base_volatile() RETURNS bigint LANGUAGE sql VOLATILE AS
	$$ SELECT NULLIF(current_setting('app.tenant_id', true), '')::bigint $$;
SELECT pg_temp.only('p01_volatile', 'tenant_id = base_volatile()');
SELECT pg_temp.good('p02_no_index');
ALTER TABLE p02_no_index DROP CONSTRAINT p02_no_index_tenant_id_id_key;
INSERT INTO p02_no_index (tenant_id, body) SELECT 1 + n % 2, 'x' FROM generate_series(1, 20000) n;
SELECT pg_temp.only('p03_cast', 'tenant_id::text = current_setting(''app.tenant_id'', true)');
CREATE TYPE base_state AS ENUM ('new', 'done');
SELECT pg_temp.good('p04_enum', ', state base_state NOT NULL DEFAULT ''new''');
CREATE INDEX ON p04_enum (tenant_id, state);
CREATE TABLE base_staff (person text PRIMARY KEY);
ALTER TABLE base_staff OWNER TO seed_owner;
GRANT SELECT ON base_staff TO seed_app;
SELECT pg_temp.only('p05_or_arm', 'tenant_id = NULLIF(current_setting(''app.tenant_id'', true), '''')::bigint OR EXISTS (SELECT 1 FROM base_staff s WHERE s.person = SESSION_USER)');
SELECT pg_temp.only('p06_bare', 'tenant_id = NULLIF(current_setting(''app.tenant_id'', true), '''')::bigint');
ALTER TABLE p06_bare DROP CONSTRAINT p06_bare_tenant_id_id_key;
INSERT INTO p06_bare (tenant_id, body) SELECT 1 + n % 2, 'x' FROM generate_series(1, 20000) n;
COMMIT;
ANALYZE;
