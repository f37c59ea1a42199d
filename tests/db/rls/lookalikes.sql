-- SPDX-License-Identifier: MIT
-- Clean neighbours of the holes: every object "ok_NN_…" looks like the hole with that number, and is
-- sound. None of them, and none of what they stand on, may raise a finding above info.
\ir common.sql
BEGIN;
CREATE TABLE tenants (tenant_id bigint PRIMARY KEY, name text NOT NULL);
ALTER TABLE tenants OWNER TO seed_owner;
INSERT INTO tenants SELECT n, 'Tenant ' || n FROM generate_series(1, 2) n;
ALTER TABLE tenants ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON tenants USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint);
GRANT SELECT ON tenants TO seed_app;
SELECT pg_temp.good('ok_orders');

-- State of tables
SELECT pg_temp.bare('ok_01_unreachable');
REVOKE ALL ON ok_01_unreachable FROM seed_app;
CREATE SCHEMA ok_01_closed;
CREATE TABLE ok_01_closed.ok_01_no_usage (id bigint PRIMARY KEY, tenant_id bigint NOT NULL);
GRANT SELECT ON ok_01_closed.ok_01_no_usage TO seed_app;
CREATE TABLE ok_01_countries (code text PRIMARY KEY, name text NOT NULL);
ALTER TABLE ok_01_countries OWNER TO seed_owner;
GRANT SELECT ON ok_01_countries TO seed_app;
SELECT pg_temp.bare('ok_02_prepared');
CREATE POLICY own ON ok_02_prepared USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint);
REVOKE ALL ON ok_02_prepared FROM seed_app;
SELECT pg_temp.good('ok_03_not_forced');
ALTER TABLE ok_03_not_forced NO FORCE ROW LEVEL SECURITY;
CREATE TABLE ok_06_lines (tenant_id bigint NOT NULL, order_id bigint NOT NULL, line integer, sku text,
	PRIMARY KEY (tenant_id, order_id, line),
	FOREIGN KEY (tenant_id, order_id) REFERENCES ok_orders (tenant_id, id) ON DELETE CASCADE);
ALTER TABLE ok_06_lines OWNER TO seed_owner;
ALTER TABLE ok_06_lines ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON ok_06_lines USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint);
GRANT SELECT, INSERT ON ok_06_lines TO seed_app;
CREATE TABLE ok_06_child (order_id bigint NOT NULL REFERENCES ok_orders (id) ON DELETE CASCADE,
	line integer, sku text, PRIMARY KEY (order_id, line));
ALTER TABLE ok_06_child OWNER TO seed_owner;
ALTER TABLE ok_06_child ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON ok_06_child USING (EXISTS (SELECT 1 FROM ok_orders o WHERE o.id = ok_06_child.order_id));
GRANT SELECT, INSERT ON ok_06_child TO seed_app;
CREATE TABLE ok_06_in_child (order_id bigint NOT NULL REFERENCES ok_orders (id) ON DELETE CASCADE,
	line integer, sku text, PRIMARY KEY (order_id, line));
ALTER TABLE ok_06_in_child OWNER TO seed_owner;
ALTER TABLE ok_06_in_child ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON ok_06_in_child USING (order_id IN (SELECT o.id FROM ok_orders o
	WHERE o.tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint));
GRANT SELECT, INSERT ON ok_06_in_child TO seed_app;
INSERT INTO ok_06_child SELECT id, 1, 'sku' FROM ok_orders;
INSERT INTO ok_06_in_child SELECT id, 1, 'sku' FROM ok_orders;
CREATE TABLE ok_08_root (id bigint, tenant_id bigint NOT NULL, body text DEFAULT '', PRIMARY KEY (tenant_id, id))
	PARTITION BY HASH (tenant_id);
CREATE TABLE ok_08_leaf_ungranted PARTITION OF ok_08_root FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE ok_08_leaf_protected PARTITION OF ok_08_root FOR VALUES WITH (MODULUS 2, REMAINDER 1);
ALTER TABLE ok_08_root OWNER TO seed_owner; ALTER TABLE ok_08_leaf_ungranted OWNER TO seed_owner;
ALTER TABLE ok_08_leaf_protected OWNER TO seed_owner;
ALTER TABLE ok_08_root ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE ok_08_leaf_protected ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON ok_08_root USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint);
CREATE POLICY own ON ok_08_leaf_protected USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint);
GRANT SELECT, INSERT, UPDATE, DELETE ON ok_08_root, ok_08_leaf_protected TO seed_app;
INSERT INTO ok_08_root SELECT n, 1 + n % 2 FROM generate_series(1, 8) n;
SELECT pg_temp.good('ok_10_parent');
CREATE TABLE ok_09_child () INHERITS (ok_10_parent);
ALTER TABLE ok_09_child OWNER TO seed_owner;
CREATE MATERIALIZED VIEW ok_11_ungranted AS SELECT tenant_id, count(*) AS orders FROM ok_orders GROUP BY tenant_id;
ALTER MATERIALIZED VIEW ok_11_ungranted OWNER TO seed_owner;
CREATE VIEW ok_11_filtered WITH (security_barrier = true) AS SELECT * FROM ok_11_ungranted
	WHERE tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint;
ALTER VIEW ok_11_filtered OWNER TO seed_owner;
GRANT SELECT ON ok_11_filtered TO seed_app;
CREATE MATERIALIZED VIEW ok_11_of_countries AS SELECT count(*) FROM ok_01_countries;
ALTER MATERIALIZED VIEW ok_11_of_countries OWNER TO seed_owner;
GRANT SELECT ON ok_11_of_countries TO seed_app;
CREATE FOREIGN DATA WRAPPER seed_fdw;
CREATE SERVER seed_far FOREIGN DATA WRAPPER seed_fdw;
CREATE FOREIGN TABLE ok_12_ungranted (id bigint, tenant_id bigint, body text) SERVER seed_far;
ALTER FOREIGN TABLE ok_12_ungranted OWNER TO seed_owner;
CREATE FOREIGN TABLE ok_12_rates (code text, rate numeric) SERVER seed_far;
ALTER FOREIGN TABLE ok_12_rates OWNER TO seed_owner;
GRANT SELECT ON ok_12_rates TO seed_app;
SELECT pg_temp.enabled('ok_35_locked');
REVOKE ALL ON ok_35_locked FROM seed_app;
SELECT pg_temp.enabled('ok_36_floor_and_open');
CREATE POLICY open ON ok_36_floor_and_open USING (true);
CREATE POLICY floor ON ok_36_floor_and_open AS RESTRICTIVE
	USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint);
SELECT pg_temp.enabled('ok_37_append_only');
CREATE POLICY s ON ok_37_append_only FOR SELECT USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint);
CREATE POLICY i ON ok_37_append_only FOR INSERT WITH CHECK (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint);
REVOKE UPDATE, DELETE ON ok_37_append_only FROM seed_app;

-- Policies
SELECT pg_temp.good('ok_13_admin_reads');
CREATE POLICY admin_reads ON ok_13_admin_reads FOR SELECT TO seed_admin USING (true);
GRANT SELECT ON ok_13_admin_reads TO seed_admin;
SELECT pg_temp.good('ok_13_relay');
CREATE POLICY relay ON ok_13_relay TO seed_relay USING (true) WITH CHECK (true);
GRANT SELECT, UPDATE ON ok_13_relay TO seed_relay;
CREATE TABLE ok_13_public_prices (code text PRIMARY KEY, price numeric(12,2));
ALTER TABLE ok_13_public_prices OWNER TO seed_owner;
ALTER TABLE ok_13_public_prices ENABLE ROW LEVEL SECURITY;
CREATE POLICY everybody ON ok_13_public_prices FOR SELECT USING (true);
GRANT SELECT ON ok_13_public_prices TO seed_app;
SELECT pg_temp.only('ok_14_and_true', 'tenant_id = NULLIF(current_setting(''app.tenant_id'', true), '''')::bigint AND true');
SELECT pg_temp.only('ok_14_not_null_and_own', 'tenant_id IS NOT NULL AND tenant_id = NULLIF(current_setting(''app.tenant_id'', true), '''')::bigint');
SELECT pg_temp.good('ok_15_restrictive');
CREATE POLICY published ON ok_15_restrictive AS RESTRICTIVE FOR SELECT USING (body <> 'draft');
SELECT pg_temp.good('ok_15_twice');
CREATE POLICY again ON ok_15_twice FOR INSERT
	WITH CHECK (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint);
SELECT pg_temp.good('ok_15_narrower', ', is_public boolean NOT NULL DEFAULT true');
CREATE POLICY narrower ON ok_15_narrower FOR SELECT
	USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint AND is_public);
SELECT pg_temp.good('ok_15_other_role', ', is_public boolean NOT NULL DEFAULT true');
CREATE POLICY readers ON ok_15_other_role FOR SELECT TO seed_reader USING (is_public);
SELECT pg_temp.only('ok_17_required', 'current_setting(''app.tenant_id'', true) IS NOT NULL AND tenant_id = NULLIF(current_setting(''app.tenant_id'', true), '''')::bigint');
SELECT pg_temp.only('ok_17_not_empty', 'COALESCE(current_setting(''app.tenant_id'', true), '''') <> '''' AND tenant_id = NULLIF(current_setting(''app.tenant_id'', true), '''')::bigint');
SELECT pg_temp.only('ok_17_case_closed', 'CASE WHEN NULLIF(current_setting(''app.tenant_id'', true), '''') IS NOT NULL THEN tenant_id = NULLIF(current_setting(''app.tenant_id'', true), '''')::bigint ELSE false END');
SELECT pg_temp.only('ok_18_coalesce_minus_one', 'tenant_id = COALESCE(NULLIF(current_setting(''app.tenant_id'', true), '''')::bigint, (-1)::bigint)');
SELECT pg_temp.only('ok_18_coalesce_null', 'tenant_id = COALESCE(NULLIF(current_setting(''app.tenant_id'', true), '''')::bigint, NULL)');
SELECT pg_temp.only('ok_19_not_shared', 'tenant_id IS NOT NULL AND tenant_id = NULLIF(current_setting(''app.tenant_id'', true), '''')::bigint');
SELECT pg_temp.enabled('ok_20_check_own');
CREATE POLICY own ON ok_20_check_own USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint)
	WITH CHECK (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint AND body IS NOT NULL);
SELECT pg_temp.enabled('ok_20_floor_checks');
CREATE POLICY own ON ok_20_floor_checks USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint) WITH CHECK (true);
CREATE POLICY floor ON ok_20_floor_checks AS RESTRICTIVE USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint);
SELECT pg_temp.enabled('ok_21_four_policies');
CREATE POLICY s ON ok_21_four_policies FOR SELECT USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint);
CREATE POLICY i ON ok_21_four_policies FOR INSERT WITH CHECK (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint);
CREATE POLICY u ON ok_21_four_policies FOR UPDATE USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint);
CREATE POLICY d ON ok_21_four_policies FOR DELETE USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint);
SELECT pg_temp.enabled('ok_22_update_both');
CREATE POLICY own ON ok_22_update_both USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint);
CREATE POLICY u ON ok_22_update_both FOR UPDATE USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint)
	WITH CHECK (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint);
SELECT pg_temp.good('ok_23_no_right');
CREATE POLICY d ON ok_23_no_right FOR DELETE USING (true);
REVOKE DELETE ON ok_23_no_right FROM seed_app;
SELECT pg_temp.only('ok_24_using_is_check', 'tenant_id = NULLIF(current_setting(''app.tenant_id'', true), '''')::bigint');
SELECT pg_temp.enabled('ok_24_shared_read', ', is_public boolean NOT NULL DEFAULT false');
CREATE POLICY r ON ok_24_shared_read FOR SELECT USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint);
CREATE POLICY w ON ok_24_shared_read USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint AND NOT is_public);
SELECT pg_temp.enabled('ok_25_floor_public');
CREATE POLICY open ON ok_25_floor_public TO seed_app USING (true);
CREATE POLICY floor ON ok_25_floor_public AS RESTRICTIVE USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint);
SELECT pg_temp.enabled('ok_25_floor_same_roles');
CREATE POLICY open ON ok_25_floor_same_roles TO seed_app, seed_app2 USING (true);
CREATE POLICY floor ON ok_25_floor_same_roles AS RESTRICTIVE TO seed_app, seed_app2 USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint);
GRANT SELECT ON ok_25_floor_same_roles TO seed_app2;
SELECT pg_temp.enabled('ok_26_floor_by_command');
CREATE POLICY open ON ok_26_floor_by_command USING (true);
CREATE POLICY fs ON ok_26_floor_by_command AS RESTRICTIVE FOR SELECT USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint);
CREATE POLICY fi ON ok_26_floor_by_command AS RESTRICTIVE FOR INSERT WITH CHECK (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint);
CREATE POLICY fu ON ok_26_floor_by_command AS RESTRICTIVE FOR UPDATE USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint);
CREATE POLICY fd ON ok_26_floor_by_command AS RESTRICTIVE FOR DELETE USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint);
SELECT pg_temp.only('ok_27_tenant_and_user', 'tenant_id = NULLIF(current_setting(''app.tenant_id'', true), '''')::bigint AND body <> current_user');
SELECT pg_temp.only('ok_28_other_literal', 'tenant_id = NULLIF(current_setting(''app.tenant_id'', true), '''')::bigint AND id > 0');
SELECT pg_temp.good('ok_29_like_body');
CREATE POLICY no_drafts ON ok_29_like_body AS RESTRICTIVE USING (body NOT LIKE 'draft%');
CREATE TABLE ok_31_members (tenant_id bigint NOT NULL, person text NOT NULL, PRIMARY KEY (tenant_id, person));
ALTER TABLE ok_31_members OWNER TO seed_owner;
INSERT INTO ok_31_members VALUES (1, 'ann'), (2, 'ben');
ALTER TABLE ok_31_members ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY self ON ok_31_members FOR SELECT USING (person = current_setting('app.person', true));
GRANT SELECT ON ok_31_members TO seed_app;
SELECT pg_temp.only('ok_30_bound', 'EXISTS (SELECT 1 FROM ok_31_members m WHERE m.tenant_id = ok_30_bound.tenant_id AND m.person = current_setting(''app.person'', true))');
SELECT pg_temp.only('ok_30_in', 'tenant_id IN (SELECT m.tenant_id FROM ok_31_members m WHERE m.person = current_setting(''app.person'', true))');
SELECT pg_temp.only('ok_30_scalar', 'tenant_id = (SELECT NULLIF(current_setting(''app.tenant_id'', true), '''')::bigint)');
CREATE FUNCTION ok_32_tenant() RETURNS bigint LANGUAGE sql STABLE AS
	$$ SELECT NULLIF(current_setting('app.tenant_id', true), '')::bigint $$;
SELECT pg_temp.only('ok_32_stable', 'tenant_id = ok_32_tenant()');
CREATE FUNCTION ok_32_clean(t text) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$ SELECT NULLIF(t, '')::bigint $$;
SELECT pg_temp.only('ok_32_immutable_of_setting', 'tenant_id = ok_32_clean(current_setting(''app.tenant_id'', true))');
SELECT pg_temp.only('ok_34_array', 'tenant_id = ANY (string_to_array(NULLIF(current_setting(''app.tenant_ids'', true), ''''), '','')::bigint[])');
SELECT pg_temp.only('ok_38_narrowing_switch', 'tenant_id = NULLIF(current_setting(''app.tenant_id'', true), '''')::bigint AND current_setting(''app.mode'', true) = ''on''');

SELECT pg_temp.only('ok_39_app_claim', 'tenant_id = (((NULLIF(current_setting(''request.jwt.claims'', true), ''''))::jsonb -> ''app_metadata'') ->> ''tenant_id'')::bigint');
SELECT pg_temp.good('ok_37_nobodys');
GRANT SELECT, INSERT, UPDATE, DELETE ON ok_37_nobodys TO seed_app2;
ALTER POLICY own ON ok_37_nobodys TO seed_app;

-- Roles and privileges
SELECT pg_temp.good('ok_45_privileges');
REVOKE ALL ON ok_45_privileges FROM seed_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ok_45_privileges TO seed_app;
CREATE SCHEMA ok_49_schema AUTHORIZATION seed_owner;
ALTER DEFAULT PRIVILEGES FOR ROLE seed_owner IN SCHEMA ok_49_schema GRANT EXECUTE ON FUNCTIONS TO seed_app;
CREATE FUNCTION ok_67_enter(t bigint) RETURNS text LANGUAGE sql AS
	$$ SELECT set_config('app.tenant_id', t::text, true) $$;

-- Code
CREATE VIEW ok_60_invoker WITH (security_invoker = true) AS SELECT * FROM ok_orders;
GRANT SELECT ON ok_60_invoker TO seed_app;
CREATE VIEW ok_60_ungranted AS SELECT * FROM ok_orders;
CREATE VIEW ok_61_bound_owner AS SELECT * FROM ok_orders;
ALTER VIEW ok_61_bound_owner OWNER TO seed_owner;
GRANT SELECT ON ok_61_bound_owner TO seed_app;
CREATE VIEW ok_62_invoker_over_invoker WITH (security_invoker = true) AS SELECT * FROM ok_60_invoker;
GRANT SELECT ON ok_62_invoker_over_invoker TO seed_app;
CREATE VIEW ok_63_barrier WITH (security_barrier = true) AS SELECT id, tenant_id, body FROM ok_03_not_forced
	WHERE tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint;
ALTER VIEW ok_63_barrier OWNER TO seed_owner;
GRANT SELECT ON ok_63_barrier TO seed_app;
CREATE FUNCTION ok_63_sees_all() RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT pg_has_role(SESSION_USER, 'seed_admin', 'USAGE') $$;
CREATE VIEW ok_63_union WITH (security_barrier = true) AS
	SELECT id, tenant_id, body FROM ok_03_not_forced
	WHERE tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint
	UNION ALL SELECT id, tenant_id, body FROM ok_03_not_forced WHERE (SELECT ok_63_sees_all());
ALTER VIEW ok_63_union OWNER TO seed_owner;
GRANT SELECT ON ok_63_union TO seed_app;
CREATE VIEW ok_64_checked WITH (security_barrier = true) AS SELECT id, tenant_id, body FROM ok_03_not_forced
	WHERE tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint WITH CASCADED CHECK OPTION;
ALTER VIEW ok_64_checked OWNER TO seed_owner;
GRANT SELECT, INSERT, UPDATE, DELETE ON ok_64_checked TO seed_app;
CREATE FUNCTION ok_65_count() RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
	$$ SELECT count(*) FROM public.ok_orders WHERE tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint $$;
CREATE FUNCTION ok_65_bound_owner() RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
	$$ SELECT count(*) FROM public.ok_orders $$;
ALTER FUNCTION ok_65_bound_owner() OWNER TO seed_owner;
CREATE FUNCTION ok_65_revoked() RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
	$$ SELECT count(*) FROM public.ok_orders $$;
REVOKE EXECUTE ON FUNCTION ok_65_revoked() FROM PUBLIC;
CREATE FUNCTION ok_65_invoker() RETURNS bigint LANGUAGE sql AS $$ SELECT count(*) FROM public.ok_orders $$;
CREATE FUNCTION ok_66_pinned() RETURNS text LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$ SELECT 'x'::text $$;
CREATE FUNCTION ok_66_pinned_catalog() RETURNS text LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS
	$$ SELECT 'x'::text $$;
SELECT pg_temp.good('ok_69_source');
SELECT pg_temp.good('ok_69_target');
CREATE FUNCTION ok_69_copy() RETURNS trigger LANGUAGE plpgsql AS
	$$ BEGIN INSERT INTO public.ok_69_target (tenant_id, body) VALUES (NEW.tenant_id, NEW.body); RETURN NULL; END $$;
CREATE TRIGGER ok_69_copy AFTER INSERT ON ok_69_source FOR EACH ROW EXECUTE FUNCTION ok_69_copy();
CREATE FUNCTION ok_69_touch() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
	$$ BEGIN NEW.body := NEW.body; RETURN NEW; END $$;
CREATE TRIGGER ok_69_touch BEFORE UPDATE ON ok_69_source FOR EACH ROW EXECUTE FUNCTION ok_69_touch();
SELECT pg_temp.good('ok_70_ruled');
CREATE RULE ok_70_nothing AS ON DELETE TO ok_70_ruled DO INSTEAD NOTHING;
CREATE PUBLICATION ok_72_filtered FOR TABLE ok_orders WHERE (tenant_id = 1);
CREATE PUBLICATION ok_72_countries FOR TABLE ok_01_countries;
CREATE FUNCTION ok_74_equal(a text, b text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS
	$$ BEGIN RETURN a = b; END $$;

-- Keys
SELECT pg_temp.good('ok_80_composite', ', order_id bigint, FOREIGN KEY (tenant_id, order_id) REFERENCES ok_orders (tenant_id, id) ON DELETE RESTRICT');
SELECT pg_temp.good('ok_80_to_countries', ', country text REFERENCES ok_01_countries ON DELETE RESTRICT');
SELECT pg_temp.good('ok_82_uuid', ', public_id uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE');
SELECT pg_temp.good('ok_82_with_tenant', ', email text, UNIQUE (tenant_id, email)');
SELECT pg_temp.good('ok_82_tenant_last', ', email text, UNIQUE (email, tenant_id)');
SELECT pg_temp.good('ok_82_serial', ', number bigserial UNIQUE');
CREATE TABLE ok_82_countries (code text UNIQUE, id integer PRIMARY KEY);
CREATE SEQUENCE ok_84_ungranted;
SELECT pg_temp.good('ok_83_slot', ', slot int4range, EXCLUDE USING gist (int8range(tenant_id, tenant_id, ''[]'') WITH &&, slot WITH &&)');

-- Speed
SELECT pg_temp.only('ok_01_wrapped', 'tenant_id = (SELECT ok_32_tenant())');
CREATE FUNCTION ok_p01_plpgsql() RETURNS bigint LANGUAGE plpgsql STABLE AS
	$$ BEGIN RETURN NULLIF(current_setting('app.tenant_id', true), '')::bigint; END $$;
SELECT pg_temp.only('ok_p01_wrapped_plpgsql', 'tenant_id = (SELECT ok_p01_plpgsql())');
SELECT pg_temp.good('ok_p02_small');
ALTER TABLE ok_p02_small DROP CONSTRAINT ok_p02_small_tenant_id_id_key;
SELECT pg_temp.good('ok_p04_text', ', state text NOT NULL DEFAULT ''new''');
CREATE INDEX ON ok_p04_text (tenant_id, state);
SELECT pg_temp.only('ok_p05_or_column', 'tenant_id = NULLIF(current_setting(''app.tenant_id'', true), '''')::bigint OR tenant_id = NULLIF(current_setting(''app.parent_tenant_id'', true), '''')::bigint');
COMMIT;
ANALYZE;
