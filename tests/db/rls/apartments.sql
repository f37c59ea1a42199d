-- SPDX-License-Identifier: MIT
-- Apartments: a schema for each tenant, each with a login of its own, all made from one list; beside them what all share.
-- What is wrong is a right, a membership or code that crosses from one tenant's schema to another's.
-- A comment says of a schema, role or table that its name is kept as it is and there is a "hole", or that it is "sound";
-- else what begins with "hole_" must raise a finding above info, what begins with "sound_" none.
-- Run by a superuser in an empty database of its own cluster.
\set ON_ERROR_STOP on
\set QUIET on
\o /dev/null
SET client_min_messages = error;
CREATE ROLE apt_owner NOLOGIN;
CREATE ROLE sound_apt_support LOGIN;
CREATE ROLE sound_apt_migrator LOGIN NOINHERIT;
GRANT apt_owner TO sound_apt_migrator;
CREATE ROLE apt_tenants NOLOGIN;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT ALL ON SCHEMA public TO apt_owner;
SET ROLE apt_owner;
CREATE TABLE public.tenants (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, schema_name text NOT NULL UNIQUE, login name NOT NULL UNIQUE, name text NOT NULL);
ALTER TABLE public.tenants ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON public.tenants FOR SELECT USING (login = current_user);
GRANT SELECT ON public.tenants TO apt_tenants;
CREATE TABLE public.sound_plans (id int PRIMARY KEY, name text NOT NULL);
GRANT SELECT ON public.sound_plans TO PUBLIC;
RESET ROLE;
CREATE PROCEDURE pg_temp.tenant(n text) LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE ROLE %I LOGIN IN ROLE apt_tenants', n || '_app');
	EXECUTE format('CREATE SCHEMA %I AUTHORIZATION apt_owner', 't_' || n);
	EXECUTE format('INSERT INTO public.tenants (schema_name, login, name) VALUES (%L, %L, %L)', 't_' || n, n || '_app', n);
	EXECUTE 'SET LOCAL ROLE apt_owner';
	EXECUTE format('CREATE TABLE %1$I.customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text NOT NULL UNIQUE)', 't_' || n);
	EXECUTE format('CREATE TABLE %1$I.orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer_id bigint NOT NULL REFERENCES %1$I.customers ON DELETE RESTRICT, total numeric(12,2) NOT NULL)', 't_' || n);
	EXECUTE format('CREATE INDEX ON %I.orders (customer_id)', 't_' || n);
	EXECUTE format('CREATE TABLE %1$I.invoices (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, order_id bigint NOT NULL REFERENCES %1$I.orders ON DELETE RESTRICT, body text NOT NULL)', 't_' || n);
	EXECUTE format('CREATE INDEX ON %I.invoices (order_id)', 't_' || n);
	EXECUTE format('INSERT INTO %I.customers (email) SELECT %L || n || ''@example.com'' FROM generate_series(1, 3) n', 't_' || n, n);
	EXECUTE format('INSERT INTO %1$I.orders (customer_id, total) SELECT id, id * 10 FROM %1$I.customers', 't_' || n);
	EXECUTE format('INSERT INTO %1$I.invoices (order_id, body) SELECT id, %2$L FROM %1$I.orders', 't_' || n, 'invoice of ' || n);
	EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I, sound_apt_support', 't_' || n, n || '_app');
	EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %I TO %I', 't_' || n, n || '_app');
	EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA %I TO sound_apt_support', 't_' || n);
	EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO %I', 't_' || n, n || '_app');
	EXECUTE 'RESET ROLE';
END $$;
ALTER TABLE public.tenants NO FORCE ROW LEVEL SECURITY;
BEGIN;
CALL pg_temp.tenant('acme');
CALL pg_temp.tenant('globex');
CALL pg_temp.tenant('initech');
CALL pg_temp.tenant('umbrella');
CALL pg_temp.tenant('hooli');
CALL pg_temp.tenant('stark');
CALL pg_temp.tenant('wayne');
CALL pg_temp.tenant('soylent');
CALL pg_temp.tenant('tyrell');
CALL pg_temp.tenant('cyberdyne');
CALL pg_temp.tenant('wonka');
CALL pg_temp.tenant('oscorp');
CALL pg_temp.tenant('vandelay');
CALL pg_temp.tenant('dunder');
CALL pg_temp.tenant('pied');
COMMIT;
ALTER TABLE public.tenants FORCE ROW LEVEL SECURITY;
COMMENT ON SCHEMA t_acme IS 'sound';
COMMENT ON ROLE sound_apt_support IS 'sound';
-- rights that cross
COMMENT ON SCHEMA t_globex IS 'hole: another tenant reads all of it';
GRANT USAGE ON SCHEMA t_globex TO acme_app;
GRANT SELECT ON ALL TABLES IN SCHEMA t_globex TO acme_app;
COMMENT ON SCHEMA t_initech IS 'hole: everybody reads one table';
GRANT USAGE ON SCHEMA t_initech TO PUBLIC;
GRANT SELECT ON t_initech.invoices TO PUBLIC;
COMMENT ON SCHEMA t_umbrella IS 'hole: another tenant is its login, too';
GRANT umbrella_app TO hooli_app;
COMMENT ON SCHEMA t_stark IS 'hole: what comes is granted to another tenant';
GRANT USAGE ON SCHEMA t_stark TO wayne_app;
ALTER DEFAULT PRIVILEGES FOR ROLE apt_owner IN SCHEMA t_stark GRANT SELECT ON TABLES TO wayne_app;
COMMENT ON SCHEMA t_wayne IS 'hole: another tenant owns a table of it';
GRANT USAGE ON SCHEMA t_wayne TO acme_app;
ALTER TABLE t_wayne.orders OWNER TO acme_app;
COMMENT ON SCHEMA t_soylent IS 'hole: another tenant reads a column';
GRANT USAGE ON SCHEMA t_soylent TO tyrell_app;
GRANT SELECT (id, email) ON t_soylent.customers TO tyrell_app;
COMMENT ON SCHEMA t_hooli IS 'hole: another tenant may put things into it';
GRANT USAGE, CREATE ON SCHEMA t_hooli TO stark_app;
COMMENT ON SCHEMA t_vandelay IS 'hole: all tenants write a table';
GRANT USAGE ON SCHEMA t_vandelay TO apt_tenants;
GRANT INSERT, DELETE ON t_vandelay.orders TO apt_tenants;
-- rights that look so
COMMENT ON SCHEMA t_cyberdyne IS 'sound: everybody may enter, and finds nothing';
GRANT USAGE ON SCHEMA t_cyberdyne TO PUBLIC;
COMMENT ON SCHEMA t_wonka IS 'sound: the right stands on the table, and nobody comes in';
GRANT SELECT ON t_wonka.orders TO oscorp_app;
COMMENT ON SCHEMA t_dunder IS 'sound: its own group';
CREATE ROLE dunder_rw NOLOGIN;
GRANT dunder_rw TO dunder_app;
GRANT USAGE ON SCHEMA t_dunder TO dunder_rw;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA t_dunder TO dunder_rw;
COMMENT ON SCHEMA t_pied IS 'sound: a second login of the same tenant';
CREATE ROLE pied_reports LOGIN;
GRANT USAGE ON SCHEMA t_pied TO pied_reports;
GRANT SELECT ON ALL TABLES IN SCHEMA t_pied TO pied_reports;
-- what all share
SET ROLE apt_owner;
CREATE VIEW public.hole_all_orders AS SELECT 'acme' AS tenant, * FROM t_acme.orders UNION ALL SELECT 'globex', * FROM t_globex.orders UNION ALL SELECT 'tyrell', * FROM t_tyrell.orders;
GRANT SELECT ON public.hole_all_orders TO apt_tenants;
CREATE VIEW public.sound_all_orders AS SELECT 'acme' AS tenant, * FROM t_acme.orders UNION ALL SELECT 'globex', * FROM t_globex.orders;
GRANT SELECT ON public.sound_all_orders TO sound_apt_support;
CREATE VIEW public.sound_invoker_orders WITH (security_invoker) AS SELECT 'acme' AS tenant, * FROM t_acme.orders UNION ALL SELECT 'tyrell', * FROM t_tyrell.orders;
GRANT SELECT ON public.sound_invoker_orders TO apt_tenants;
CREATE MATERIALIZED VIEW public.hole_kept_orders AS SELECT 'acme' AS tenant, * FROM t_acme.orders UNION ALL SELECT 'tyrell', * FROM t_tyrell.orders;
GRANT SELECT ON public.hole_kept_orders TO apt_tenants;
CREATE MATERIALIZED VIEW public.sound_kept_orders AS SELECT 'acme' AS tenant, * FROM t_acme.orders UNION ALL SELECT 'tyrell', * FROM t_tyrell.orders;
CREATE VIEW t_oscorp.hole_recent AS SELECT * FROM t_tyrell.orders WHERE id > 1;
GRANT SELECT ON t_oscorp.hole_recent TO oscorp_app;
CREATE VIEW t_tyrell.sound_recent AS SELECT * FROM t_tyrell.orders WHERE id > 1;
GRANT SELECT ON t_tyrell.sound_recent TO tyrell_app;
CREATE TABLE public.hole_usage (id bigint PRIMARY KEY, tenant_id bigint NOT NULL REFERENCES public.tenants ON DELETE RESTRICT, n int NOT NULL);
GRANT SELECT ON public.hole_usage TO apt_tenants;
CREATE TABLE public.sound_usage (id bigint PRIMARY KEY, tenant_id bigint NOT NULL REFERENCES public.tenants ON DELETE RESTRICT, n int NOT NULL);
CREATE INDEX ON public.sound_usage (tenant_id);
ALTER TABLE public.sound_usage ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON public.sound_usage FOR SELECT USING (tenant_id = (SELECT t.id FROM public.tenants t WHERE t.login = current_user));
GRANT SELECT ON public.sound_usage TO apt_tenants;
RESET ROLE;
INSERT INTO public.hole_usage SELECT id, id, 1 FROM public.tenants;
INSERT INTO public.sound_usage SELECT id, id, 1 FROM public.tenants;
-- code
SET ROLE apt_owner;
CREATE FUNCTION public.hole_orders_of(s text) RETURNS SETOF t_acme.orders LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ BEGIN RETURN QUERY EXECUTE format('SELECT * FROM %I.orders', s); END $$;
CREATE FUNCTION t_acme.hole_export() RETURNS SETOF t_globex.customers LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ SELECT * FROM t_globex.customers $$;
REVOKE EXECUTE ON FUNCTION t_acme.hole_export() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION t_acme.hole_export() TO acme_app;
CREATE FUNCTION t_acme.sound_export() RETURNS SETOF t_acme.customers LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ SELECT * FROM t_acme.customers $$;
REVOKE EXECUTE ON FUNCTION t_acme.sound_export() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION t_acme.sound_export() TO acme_app;
CREATE FUNCTION public.sound_all_customers() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ SELECT count(*) FROM (SELECT FROM t_acme.customers UNION ALL SELECT FROM t_globex.customers) c $$;
REVOKE EXECUTE ON FUNCTION public.sound_all_customers() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.sound_all_customers() TO sound_apt_support;
RESET ROLE;
COMMENT ON TABLE t_wonka.invoices IS 'hole: its key leads to another tenant';
ALTER TABLE t_wonka.invoices ADD customer_id bigint REFERENCES t_oscorp.customers ON DELETE CASCADE;
CREATE INDEX ON t_wonka.invoices (customer_id);
COMMENT ON ROLE sound_apt_migrator IS 'sound: it owns all, and only migrates';
COMMENT ON ROLE vandelay_app IS 'hole: it owns nothing, and passes what policies there are';
ALTER ROLE vandelay_app BYPASSRLS;
ANALYZE;
