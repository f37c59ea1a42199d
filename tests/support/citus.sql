-- An imitation of Citus for "souk init --distributed": its catalog, its two functions, and a judge who
-- looks at each statement as the engine would. Judged is what was measured on a cluster or stands in the engine's
-- own checks:
--   tables: distributed before they have foreign keys and triggers, reference tables first, all of them
--           together by tenant_id; every unique index holds tenant_id; their months are there
--   ALTER TABLE: one constraint at a time · policies: no sub-query · triggers: only with
--           citus.enable_unsafe_triggers, also for a month that takes them over
--   all of it in sequential mode · another role of the transaction makes nothing on the workers; no
--           function there names a table that stays on the coordinator
SET allow_system_table_mods = on;
CREATE TABLE pg_catalog.pg_dist_partition (logicalrelid regclass PRIMARY KEY, partkey text);
GRANT ALL ON pg_catalog.pg_dist_partition TO PUBLIC;
INSERT INTO pg_catalog.pg_extension (oid, extname, extowner, extnamespace, extrelocatable, extversion)
VALUES (16000, 'citus', 10, 'pg_catalog'::regnamespace, false, '13.2-1');

CREATE SCHEMA judge;
GRANT USAGE ON SCHEMA judge TO PUBLIC;
CREATE TABLE judge.faults (what text);
CREATE TABLE judge.seen (tag text);
CREATE TABLE judge.keys (n bigint);
INSERT INTO judge.keys VALUES (0);
GRANT ALL ON ALL TABLES IN SCHEMA judge TO PUBLIC;

CREATE FUNCTION judge.refuse(p_what text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'Citus would refuse: %', p_what USING ERRCODE = 'feature_not_supported';
END $$;
CREATE FUNCTION judge.setting(p_name text) RETURNS text LANGUAGE sql AS $$ SELECT COALESCE(current_setting('citus.' || p_name, true), '') $$;

-- What is distributed: a table, or the root of a month.
CREATE FUNCTION judge.is_ours(p_table oid) RETURNS boolean LANGUAGE sql STABLE AS $$
	SELECT EXISTS (SELECT FROM pg_dist_partition d WHERE d.logicalrelid = p_table
		OR d.logicalrelid = (SELECT i.inhparent FROM pg_inherits i WHERE i.inhrelid = p_table))
$$;

CREATE FUNCTION judge.take(t regclass, c text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	x name;
BEGIN
	IF judge.setting('multi_shard_modify_mode') <> 'sequential' THEN
		PERFORM judge.refuse(format('%s beside a reference table in parallel', t));
	ELSIF EXISTS (SELECT FROM pg_constraint k WHERE k.contype = 'f' AND t::oid IN (k.conrelid, k.confrelid)) THEN
		PERFORM judge.refuse(format('%s has foreign keys already: identity columns would be pulled into the metadata', t));
	ELSIF EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid = t AND NOT g.tgisinternal) THEN
		PERFORM judge.refuse(format('%s has triggers', t));
	ELSIF c IS NULL AND EXISTS (SELECT FROM pg_dist_partition d WHERE d.partkey IS NOT NULL) THEN
		PERFORM judge.refuse(format('%s comes after the distributed tables', t));
	END IF;
	SELECT i.indexrelid::regclass::text INTO x FROM pg_index i
	 WHERE c IS NOT NULL AND i.indrelid = t AND i.indisunique AND NOT (SELECT a.attnum FROM pg_attribute a
		WHERE a.attrelid = t AND a.attname = c) = ANY (i.indkey);
	IF x IS NOT NULL THEN
		PERFORM judge.refuse(format('unique %s without %s', x, c));
	END IF;
	IF (SELECT relkind FROM pg_class WHERE oid = t) = 'p' AND (SELECT count(*) FROM pg_inherits WHERE inhparent = t) < 2 THEN
		PERFORM judge.refuse(format('%s is distributed without its months', t));
	END IF;
	INSERT INTO pg_catalog.pg_dist_partition VALUES (t, c);
END $$;
CREATE FUNCTION pg_catalog.create_reference_table(t regclass) RETURNS void LANGUAGE sql AS $$ SELECT judge.take(t, NULL) $$;
CREATE FUNCTION pg_catalog.create_distributed_table(t regclass, c text, colocate_with text DEFAULT '') RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	IF c <> 'tenant_id' OR colocate_with <>
		(CASE WHEN t = 'commerce.tenancy_settings'::regclass THEN 'none' ELSE 'commerce.tenancy_settings' END) THEN
		PERFORM judge.refuse(format('%s does not lie where its tenant lies', t));
	END IF;
	PERFORM judge.take(t, c);
END $$;

-- Sizes of shards, as it would add them up.
CREATE FUNCTION pg_catalog.citus_total_relation_size(t regclass, fail_on_error boolean DEFAULT true) RETURNS bigint
LANGUAGE sql AS $$ SELECT 700000 + t::oid::bigint $$;

CREATE FUNCTION judge.judge() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
	c     record;
	n     bigint;
	role  text := current_setting('role');
	local text := 'break_glass_log|schema_migrations|report_refreshes|_data';
BEGIN
	INSERT INTO judge.seen VALUES (tg_tag);
	IF NOT EXISTS (SELECT FROM pg_dist_partition) THEN
		RETURN;
	END IF;
	SELECT count(*) INTO n FROM pg_constraint k WHERE k.contype = 'f' AND k.conparentid = 0;
	IF n > (SELECT k.n FROM judge.keys k) + 1 THEN
		PERFORM judge.refuse('ADD CONSTRAINT with other subcommands: ' || current_query());
	END IF;
	UPDATE judge.keys SET n = (SELECT count(*) FROM pg_constraint k WHERE k.contype = 'f' AND k.conparentid = 0);
	FOR c IN SELECT * FROM pg_event_trigger_ddl_commands() LOOP
		CONTINUE WHEN judge.setting('enable_ddl_propagation') = 'off' AND c.object_type NOT IN ('policy', 'trigger');
		IF c.object_type IN ('table', 'policy', 'trigger', 'index') AND judge.setting('multi_shard_modify_mode') <> 'sequential'
			AND judge.is_ours(CASE c.object_type
				WHEN 'policy' THEN (SELECT p.polrelid FROM pg_policy p WHERE p.oid = c.objid)
				WHEN 'trigger' THEN (SELECT g.tgrelid FROM pg_trigger g WHERE g.oid = c.objid)
				WHEN 'index' THEN (SELECT i.indrelid FROM pg_index i WHERE i.indexrelid = c.objid) ELSE c.objid END) THEN
			PERFORM judge.refuse(format('%s of %s in parallel with what went before', tg_tag, c.object_identity));
		END IF;
		IF c.object_type = 'policy' THEN
			IF EXISTS (SELECT FROM pg_policy p WHERE p.oid = c.objid AND judge.is_ours(p.polrelid)
				AND concat(p.polqual, p.polwithcheck) LIKE '%SUBLINK%') THEN
				PERFORM judge.refuse('a sub-query in policy ' || c.object_identity);
			ELSIF judge.setting('enable_ddl_propagation') = 'off' THEN
				PERFORM judge.refuse('the shards would not have policy ' || c.object_identity);
			END IF;
		ELSIF c.object_type = 'trigger' AND judge.setting('enable_unsafe_triggers') <> 'on' THEN
			PERFORM judge.refuse('trigger ' || c.object_identity);
		ELSIF c.object_type = 'table' AND tg_tag = 'CREATE TABLE' AND judge.is_ours(c.objid)
			AND judge.setting('enable_unsafe_triggers') <> 'on'
			AND EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid = c.objid AND NOT g.tgisinternal) THEN
			PERFORM judge.refuse(format('%s takes over triggers', c.object_identity));
		ELSIF c.object_type IN ('function', 'view') AND role = 'commerce_steward' THEN
			PERFORM judge.refuse(format('%s %s: the workers do not know what this transaction granted', c.object_type, c.object_identity));
		ELSIF c.object_type = 'function' AND (SELECT p.prosrc ~ local FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
			WHERE p.oid = c.objid AND l.lanname = 'sql') THEN
			PERFORM judge.refuse(format('function %s names a table that the workers have not', c.object_identity));
		END IF;
	END LOOP;
END $$;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA judge TO PUBLIC;
CREATE EVENT TRIGGER judge ON ddl_command_end EXECUTE FUNCTION judge.judge();

-- Functions for relays, on-call and stock, which must work on a cluster: rows are locked with the tenant
-- as a plain value, a change holds no clock and no dice, and nothing but columns comes back from it.
CREATE FUNCTION judge.bodies() RETURNS SETOF text LANGUAGE sql STABLE AS $$
	SELECT p.proname || ': ' || x.why
	  FROM pg_proc p
	 CROSS JOIN LATERAL regexp_split_to_table(regexp_replace(p.prosrc, '--[^\n]*', '', 'g'), ';') AS s (text)
	 CROSS JOIN LATERAL (VALUES
		('locks rows of more than one tenant', s.text ~ 'FOR UPDATE' AND s.text !~ 'tenant_id = (tenant|p_tenant|[a-z]\.tenant_id)\M'),
		('asks a function for the tenant', s.text ~ 'tenant_id = commerce\.' AND s.text ~ 'SELECT'),
		('changes rows by a clock or dice', s.text ~ '\mUPDATE commerce\.' AND s.text ~ '(clock_timestamp|random)\(\)'),
		('returns what it computed', s.text ~ 'RETURNING[^;]*\(')) AS x (why, holds)
	 WHERE p.pronamespace = to_regnamespace('commerce') AND x.holds
	   AND p.proname ~ '^(stock_|outbox_(claim_of|complete_of|fail|act|enqueue)$|consumer_)'
$$;
