-- :tables tables of 12 columns, each with two policies: in one transaction a lock for each
-- What they call, and what else a judge has to look into.
CREATE ROLE bench_owner NOLOGIN;
CREATE ROLE bench_app LOGIN;
CREATE TABLE members (tenant_id bigint NOT NULL, person text NOT NULL, PRIMARY KEY (tenant_id, person));
CREATE FUNCTION tenant() RETURNS bigint LANGUAGE sql STABLE AS
	$$ SELECT NULLIF(current_setting('app.tenant_id', true), '')::bigint $$;
CREATE FUNCTION belongs(t bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
	$$ SELECT EXISTS (SELECT FROM public.members m WHERE m.tenant_id = t AND m.person = current_setting('app.person', true)) $$;
CREATE FUNCTION everybody() RETURNS SETOF bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
	$$ SELECT m.tenant_id FROM public.members m $$;
GRANT USAGE ON SCHEMA public TO bench_app;
SELECT format('CREATE TABLE t%s (id bigint PRIMARY KEY, tenant_id bigint NOT NULL, a text, b text, c integer, d integer,
	e numeric(12,2), f jsonb, g boolean, h date, created_at timestamptz, version bigint NOT NULL DEFAULT 0);
	ALTER TABLE t%s OWNER TO bench_owner;
	CREATE INDEX ON t%s (tenant_id, id); ALTER TABLE t%s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
	GRANT SELECT, INSERT, UPDATE, DELETE ON t%s TO bench_app;
	CREATE POLICY reads ON t%s FOR SELECT USING (%s);
	CREATE POLICY writes ON t%s USING (tenant_id = tenant())', n, n, n, n, n, n,
	CASE n % 10 WHEN 0 THEN 'true' WHEN 1 THEN 'belongs(tenant_id)' WHEN 2 THEN 'tenant_id IN (SELECT everybody())'
		ELSE 'tenant_id = tenant()' END, n)
  FROM generate_series(1, :tables) n \gexec
ANALYZE;
