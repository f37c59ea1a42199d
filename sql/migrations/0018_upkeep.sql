-- What is kept for a time only.
--
--   idempotency_purge(keep, at_most, dry)  removes keys that expired so long ago (souk_dba)
SELECT pg_catalog.set_config('role', 'commerce_owner', true),
       pg_catalog.set_config('search_path', 'commerce', true);
SELECT pg_catalog.set_config('citus.multi_shard_modify_mode', 'sequential', true)
 WHERE EXISTS (SELECT FROM pg_catalog.pg_extension e WHERE e.extname = 'citus');

-- The steward works for all tenants: it sees expired keys, their times only, and may remove them.
CREATE POLICY idempotency_keys_steward_read ON idempotency_keys FOR SELECT TO commerce_steward USING (expires_at < now());
CREATE POLICY idempotency_keys_steward_purge ON idempotency_keys FOR DELETE TO commerce_steward USING (expires_at < now());
GRANT SELECT (tenant_id, scope, key, state, expires_at), DELETE ON idempotency_keys TO commerce_steward;
-- On Citus these stay on the coordinator, where everybody connects: a worker would neither see what this
-- transaction grants to another role, nor the tables that stay here.
SELECT pg_catalog.set_config('citus.enable_ddl_propagation', 'off', true)
 WHERE EXISTS (SELECT FROM pg_catalog.pg_extension e WHERE e.extname = 'citus');
GRANT CREATE ON SCHEMA commerce TO commerce_steward;
SELECT pg_catalog.set_config('role', 'commerce_steward', true);

-- A key that expired answers nobody any more, except that a pending one tells of a handler that
-- never came back: those stay for a week, to be looked at. At most p_at_most go at once.
CREATE FUNCTION idempotency_purge(p_keep interval DEFAULT INTERVAL '1 day', p_at_most integer DEFAULT 10000,
	p_dry_run boolean DEFAULT false) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	n bigint;
BEGIN
	IF p_keep < INTERVAL '0' THEN
		RAISE EXCEPTION 'keys that have not expired yet are not removed' USING ERRCODE = 'invalid_parameter_value';
	END IF;
	IF p_dry_run THEN
		SELECT count(*) INTO n FROM (SELECT FROM commerce.idempotency_keys k
			WHERE k.expires_at < now() - p_keep AND (k.state <> 'pending' OR k.expires_at < now() - INTERVAL '7 days')
			LIMIT p_at_most) s;
		RETURN n;
	END IF;
	WITH old AS (
		SELECT k.tenant_id, k.scope, k.key FROM commerce.idempotency_keys k
		 WHERE k.expires_at < now() - p_keep AND (k.state <> 'pending' OR k.expires_at < now() - INTERVAL '7 days')
		 ORDER BY k.expires_at LIMIT p_at_most
	), gone AS (
		DELETE FROM commerce.idempotency_keys k USING old
		 WHERE k.tenant_id = old.tenant_id AND k.scope = old.scope AND k.key = old.key RETURNING 1)
	SELECT count(*) INTO n FROM gone;
	RETURN n;
END
$$;
COMMENT ON FUNCTION idempotency_purge(interval, integer, boolean) IS
	'Removes idempotency keys that expired long enough ago; pending ones after a week';
GRANT EXECUTE ON FUNCTION idempotency_purge(interval, integer, boolean) TO souk_dba;
SELECT pg_catalog.set_config('role', 'commerce_owner', true);
REVOKE CREATE ON SCHEMA commerce FROM commerce_steward;
