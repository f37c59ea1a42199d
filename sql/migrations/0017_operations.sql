-- Retention, new tenants, and what on-call may see of the server.
--
--   outbox_retention(keep, at_most, dry)  drops or empties what is older and done (souk_dba)
--   tenant_create(slug, name, …)          a tenant with its counter and TenantCreated (souk_dba)
--   server_sessions, server_locks         views without query texts (souk_oncall, souk_dba)
SELECT pg_catalog.set_config('role', 'commerce_owner', true),
       pg_catalog.set_config('search_path', 'commerce', true);
-- On Citus these stay on the coordinator, where everybody connects: a worker would neither see what this
-- transaction grants to another role, nor the tables that stay here.
SELECT pg_catalog.set_config('citus.enable_ddl_propagation', 'off', true)
 WHERE EXISTS (SELECT FROM pg_catalog.pg_extension e WHERE e.extname = 'citus');

GRANT EXECUTE ON FUNCTION partitions_ensure(integer, integer) TO souk_dba, commerce_steward;

-- Drops one month of the outbox: called by outbox_retention() only, which looks into it first.
CREATE FUNCTION outbox_drop_month(p_leaf name) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = to_regclass(format('commerce.%I', p_leaf))
		AND i.inhparent = 'commerce.outbox_messages'::regclass) THEN
		RAISE EXCEPTION '% is no month of the outbox', p_leaf USING ERRCODE = 'undefined_table';
	END IF;
	EXECUTE format('DROP TABLE commerce.%I', p_leaf);
END
$$;
GRANT EXECUTE ON FUNCTION outbox_drop_month(name) TO commerce_steward;

GRANT CREATE ON SCHEMA commerce TO commerce_steward;
SELECT pg_catalog.set_config('role', 'commerce_steward', true);

-- Whole months that are old and hold nothing unfinished are dropped; of the others at most p_at_most
-- done messages go. Dead and pending ones stay for ever.
CREATE FUNCTION outbox_retention(p_keep interval DEFAULT INTERVAL '14 days', p_at_most integer DEFAULT 10000,
	p_dry_run boolean DEFAULT false, OUT months_dropped integer, OUT messages_removed bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	m     record;
	limit_at timestamptz := now() - p_keep;
	busy  boolean;
BEGIN
	months_dropped := 0;
	messages_removed := 0;
	FOR m IN
		SELECT c.relname, (regexp_match(c.relname, '_y(\d{4})m(\d{2})$'))[1] || '-'
			|| (regexp_match(c.relname, '_y(\d{4})m(\d{2})$'))[2] || '-01 00:00+00' AS first_day
		  FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
		 WHERE i.inhparent = 'commerce.outbox_messages'::regclass AND c.relname ~ '_y\d{4}m\d{2}$'
		 ORDER BY c.relname
	LOOP
		CONTINUE WHEN m.first_day::timestamptz + INTERVAL '1 month' > limit_at;
		SELECT EXISTS (SELECT FROM commerce.outbox_messages o
			WHERE o.occurred_at >= m.first_day::timestamptz AND o.occurred_at < m.first_day::timestamptz + INTERVAL '1 month'
			  AND (o.processed_at IS NULL OR o.processed_at > limit_at)) INTO busy;
		CONTINUE WHEN busy;
		months_dropped := months_dropped + 1;
		IF NOT p_dry_run THEN
			PERFORM commerce.outbox_drop_month(m.relname);
		END IF;
	END LOOP;
	IF p_dry_run THEN
		SELECT count(*) INTO messages_removed FROM (SELECT FROM commerce.outbox_messages o
			WHERE o.processed_at < limit_at LIMIT p_at_most) s;
		RETURN;
	END IF;
	WITH old AS (
		SELECT o.tenant_id, o.id, o.occurred_at FROM commerce.outbox_messages o
		 WHERE o.processed_at < limit_at AND o.occurred_at < limit_at LIMIT p_at_most FOR UPDATE SKIP LOCKED
	), gone AS (
		DELETE FROM commerce.outbox_messages o USING old
		 WHERE o.tenant_id = old.tenant_id AND o.id = old.id AND o.occurred_at = old.occurred_at RETURNING 1)
	SELECT count(*) INTO messages_removed FROM gone;
END
$$;
GRANT EXECUTE ON FUNCTION outbox_retention(interval, integer, boolean) TO souk_dba;

CREATE FUNCTION tenant_create(p_slug text, p_name text, p_region text, p_currency text DEFAULT 'USD',
	p_time_zone text DEFAULT 'UTC', p_kind text DEFAULT 'retailer', p_plan text DEFAULT 'standard',
	p_contact text DEFAULT NULL) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	t     commerce.tenancy_tenants;
	scope text := current_setting('app.tenant_id', true);
BEGIN
	IF NOT EXISTS (SELECT FROM pg_timezone_names z WHERE z.name = p_time_zone) THEN
		RAISE EXCEPTION 'there is no time zone %', p_time_zone USING ERRCODE = 'invalid_parameter_value';
	END IF;
	INSERT INTO commerce.tenancy_tenants (slug, name, region, currency, time_zone, kind, plan, primary_contact_email)
	VALUES (p_slug, p_name, p_region, p_currency, p_time_zone, p_kind, p_plan, p_contact) RETURNING * INTO t;
	PERFORM set_config('app.tenant_id', t.id::text, true);
	PERFORM commerce.outbox_enqueue('Tenant', t.id, 'TenantCreated', jsonb_build_object('name', t.name, 'slug', t.slug,
		'plan', t.plan, 'primary_contact_email', t.primary_contact_email), 0, t.public_id);
	PERFORM set_config('app.tenant_id', COALESCE(scope, ''), true);
	RETURN t.id;
END
$$;
GRANT EXECUTE ON FUNCTION tenant_create(text, text, text, text, text, text, text, text) TO souk_dba;

-- Sessions and locks as the steward sees them: who, since when, waiting for what; never what they say.
CREATE FUNCTION session_list()
RETURNS TABLE (pid integer, usename name, application_name text, client_addr inet, state text, wait_event_type text,
	wait_event text, backend_start timestamptz, xact_start timestamptz, query_start timestamptz,
	state_change timestamptz, backend_xmin xid, blocked_by integer[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
	SELECT a.pid, a.usename, a.application_name, a.client_addr, a.state, a.wait_event_type, a.wait_event,
	       a.backend_start, a.xact_start, a.query_start, a.state_change, a.backend_xmin,
	       CASE WHEN a.wait_event_type = 'Lock' THEN pg_blocking_pids(a.pid) ELSE '{}' END
	  FROM pg_stat_activity a WHERE a.backend_type = 'client backend'
$$;
CREATE FUNCTION lock_list()
RETURNS TABLE (pid integer, locktype text, relation oid, mode text, granted boolean, waitstart timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
	SELECT l.pid, l.locktype, l.relation, l.mode, l.granted, l.waitstart FROM pg_locks l
	 WHERE l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database()) OR l.database IS NULL
$$;
GRANT EXECUTE ON FUNCTION session_list(), lock_list() TO souk_oncall, souk_dba;

SELECT pg_catalog.set_config('role', 'commerce_owner', true);
REVOKE CREATE ON SCHEMA commerce FROM commerce_steward;

CREATE VIEW server_sessions WITH (security_invoker = true) AS
SELECT s.pid, s.usename, s.application_name, s.client_addr, s.state, s.wait_event_type, s.wait_event, s.backend_start,
       s.xact_start, s.query_start, s.state_change, s.backend_xmin, s.blocked_by
  FROM session_list() s;
CREATE VIEW server_locks WITH (security_invoker = true) AS
SELECT l.pid, l.locktype, l.relation, l.mode, l.granted, l.waitstart FROM lock_list() l;
COMMENT ON VIEW server_sessions IS 'Sessions of the server without their query texts';
COMMENT ON VIEW server_locks IS 'Locks of this database, held and awaited';
GRANT SELECT ON server_sessions, server_locks TO souk_oncall, souk_dba;
