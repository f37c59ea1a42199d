-- Roles, the schema, and the record of what was installed.
--
-- Roles belong to the whole cluster, so each is made only where it is missing.
--   commerce_owner    owns the objects, is bound by FORCE ROW LEVEL SECURITY, nobody logs in as it
--   commerce_steward  owns the few functions that act across tenants (relay, on-call, reports)
--   commerce_app      the application: sees the tenant of app.tenant_id
--   commerce_relay    publishes messages, through functions only, no table of its own
--   souk_support      operators: the tenant of app.tenant_id AND a grant to session_user
--   souk_dba          the catalog; data only after break_glass(reason); may try commerce_app's eyes
--   souk_oncall       outbox, consumers and projection of all tenants, without payloads
--   platform_admin    read-only bypass for audited jobs; granted to nobody here, nobody inherits it
DO $$
DECLARE
	ours     name[] := ARRAY['commerce_owner', 'commerce_steward', 'commerce_app', 'commerce_relay',
		'souk_support', 'souk_dba', 'souk_oncall', 'platform_admin'];
	wanted   text;
	missing  text[] := '{}';
	unusable text[] := '{}';
	mighty   boolean := (SELECT r.rolsuper FROM pg_catalog.pg_roles r WHERE r.rolname = current_user);
	-- Citus connects to its workers as whoever owns a table or a function.
	citus    boolean := EXISTS (SELECT FROM pg_catalog.pg_extension e WHERE e.extname = 'citus');
BEGIN
	FOREACH wanted IN ARRAY ours LOOP
		CONTINUE WHEN EXISTS (SELECT FROM pg_catalog.pg_roles r WHERE r.rolname = wanted);
		BEGIN
			EXECUTE pg_catalog.format('CREATE ROLE %I %s %s', wanted,
				CASE WHEN citus AND wanted IN ('commerce_owner', 'commerce_steward') THEN 'LOGIN' ELSE 'NOLOGIN' END,
				CASE WHEN wanted IN ('souk_dba', 'platform_admin') THEN 'NOINHERIT' ELSE '' END);
		EXCEPTION
			WHEN insufficient_privilege THEN missing := missing || wanted;
			WHEN duplicate_object OR unique_violation THEN NULL;  -- somebody was faster
		END;
	END LOOP;
	IF missing <> '{}' THEN
		RAISE EXCEPTION 'role % may not create roles, and these are missing: %',
			current_user, pg_catalog.array_to_string(missing, ', ')
			USING ERRCODE = 'insufficient_privilege',
			      HINT = pg_catalog.format('As an administrator: ALTER ROLE %I CREATEROLE; or create these roles, '
				'and GRANT commerce_owner, commerce_steward TO %1$I.', current_user);
	END IF;

	-- Roles that were there before may hold what would undo every policy below.
	SELECT pg_catalog.array_agg(r.rolname ORDER BY r.rolname) INTO unusable FROM pg_catalog.pg_roles r
	 WHERE (r.rolsuper OR r.rolbypassrls) AND r.rolname = ANY (ours);
	IF unusable IS NOT NULL THEN
		RAISE EXCEPTION 'row-level security does not bind %', pg_catalog.array_to_string(unusable, ', ')
			USING ERRCODE = 'invalid_grant_operation',
			      HINT = pg_catalog.format('As an administrator: ALTER ROLE %s NOSUPERUSER NOBYPASSRLS;', unusable[1]);
	END IF;
	SELECT pg_catalog.array_agg(p.rolname || ' in ' || g.rolname ORDER BY p.rolname, g.rolname) INTO unusable
	  FROM pg_catalog.pg_roles p CROSS JOIN pg_catalog.pg_roles g
	 WHERE p.rolname IN ('souk_support', 'souk_oncall') AND p.oid <> g.oid
	   AND g.rolname IN ('commerce_owner', 'commerce_steward', 'commerce_app', 'platform_admin')
	   AND pg_catalog.pg_has_role(p.oid, g.oid, 'MEMBER');
	IF unusable IS NOT NULL THEN
		RAISE EXCEPTION 'operators must not be members of the application''s roles: %',
			pg_catalog.array_to_string(unusable, ', ')
			USING ERRCODE = 'invalid_grant_operation',
			      HINT = 'As an administrator: REVOKE the one role FROM the other; its tenants are chosen by a setting alone.';
	END IF;
	IF EXISTS (SELECT FROM pg_catalog.pg_roles r WHERE r.rolname = 'souk_dba' AND r.rolinherit) THEN
		RAISE EXCEPTION 'role souk_dba inherits, and would see what the application sees'
			USING ERRCODE = 'invalid_grant_operation', HINT = 'As an administrator: ALTER ROLE souk_dba NOINHERIT;';
	END IF;
	unusable := '{}';

	-- The installer works as the two owners by SET ROLE; on 16 and newer without inheriting from them.
	IF NOT mighty THEN
		FOREACH wanted IN ARRAY ARRAY['commerce_owner', 'commerce_steward'] LOOP
			BEGIN
				CONTINUE WHEN pg_catalog.current_setting('server_version_num')::integer < 160000
					AND pg_catalog.pg_has_role(current_user, wanted, 'MEMBER');
				IF pg_catalog.current_setting('server_version_num')::integer >= 160000 THEN
					CONTINUE WHEN pg_catalog.pg_has_role(current_user, wanted, 'SET');
					EXECUTE pg_catalog.format('GRANT %I TO %I WITH INHERIT FALSE, SET TRUE', wanted, current_user);
				ELSE
					EXECUTE pg_catalog.format('GRANT %I TO %I', wanted, current_user);
				END IF;
			EXCEPTION WHEN insufficient_privilege OR invalid_grant_operation THEN
				unusable := unusable || wanted;
			END;
		END LOOP;
	END IF;
	IF unusable <> '{}' THEN
		RAISE EXCEPTION 'role % may not act as %', current_user, pg_catalog.array_to_string(unusable, ', ')
			USING ERRCODE = 'insufficient_privilege',
			      HINT = pg_catalog.format('As an administrator: GRANT %s TO %I;',
				pg_catalog.array_to_string(unusable, ', '), current_user);
	END IF;
	IF NOT pg_catalog.has_database_privilege(current_user, pg_catalog.current_database(), 'CREATE') THEN
		RAISE EXCEPTION 'role % may not create a schema in database %', current_user, pg_catalog.current_database()
			USING ERRCODE = 'insufficient_privilege',
			      HINT = pg_catalog.format('As its owner: GRANT CREATE ON DATABASE %I TO %I;',
				pg_catalog.current_database(), current_user);
	END IF;
END
$$;

-- souk_dba may look with the application's eyes (SET ROLE), and inherits nothing from it.
DO $$
BEGIN
	IF NOT pg_catalog.pg_has_role('souk_dba', 'commerce_app', 'MEMBER') THEN
		GRANT commerce_app TO souk_dba;
	END IF;
EXCEPTION WHEN insufficient_privilege OR invalid_grant_operation THEN
	RAISE WARNING 'souk_dba cannot look as the application: an administrator may run GRANT commerce_app TO souk_dba';
END
$$;

-- Sessions of others are shown to on-call by a function of the steward, never their texts.
DO $$
BEGIN
	IF NOT pg_catalog.pg_has_role('commerce_steward', 'pg_read_all_stats', 'MEMBER') THEN
		GRANT pg_read_all_stats TO commerce_steward;
	END IF;
EXCEPTION WHEN insufficient_privilege OR invalid_grant_operation THEN
	RAISE WARNING 'states of other sessions stay hidden from on-call: an administrator may run '
		'GRANT pg_read_all_stats TO commerce_steward';
END
$$;

CREATE SCHEMA commerce AUTHORIZATION commerce_owner;

DO $$
DECLARE
	installer name := current_user;
	given     record;
BEGIN
	-- Whatever this database gives away by default of what the two owners make: here nothing is.
	FOR given IN
		SELECT o.rolname AS owner, a.grantee, d.defaclobjtype AS kind
		  FROM pg_catalog.pg_default_acl d JOIN pg_catalog.pg_roles o ON o.oid = d.defaclrole
		 CROSS JOIN LATERAL pg_catalog.aclexplode(d.defaclacl) a
		 WHERE o.rolname IN ('commerce_owner', 'commerce_steward') AND a.grantee <> d.defaclrole AND d.defaclnamespace = 0
		 GROUP BY o.rolname, a.grantee, d.defaclobjtype
	LOOP
		PERFORM pg_catalog.set_config('role', given.owner::text, true);
		EXECUTE pg_catalog.format('ALTER DEFAULT PRIVILEGES REVOKE ALL ON %s FROM %s',
			CASE given.kind WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS' WHEN 'T' THEN 'TYPES'
				WHEN 'n' THEN 'SCHEMAS' END,
			CASE given.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(given.grantee)) END);
	END LOOP;
	PERFORM pg_catalog.set_config('role', 'commerce_owner', true);
	REVOKE ALL ON SCHEMA commerce FROM PUBLIC;
	EXECUTE pg_catalog.format('GRANT USAGE ON SCHEMA commerce TO %I', installer);
	ALTER DEFAULT PRIVILEGES FOR ROLE commerce_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
	GRANT USAGE ON SCHEMA commerce
		TO commerce_steward, commerce_app, commerce_relay, souk_support, souk_dba, souk_oncall, platform_admin;
	CREATE TABLE commerce.schema_migrations (
		number     integer     PRIMARY KEY,
		name       text        NOT NULL,
		checksum   text        NOT NULL,
		applied_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
		applied_by text        NOT NULL DEFAULT session_user
	);
	COMMENT ON SCHEMA commerce IS 'The multi-tenant commerce platform, installed by souk init';
	COMMENT ON TABLE commerce.schema_migrations IS 'Which migration was applied when, by whom, and its checksum';
	EXECUTE pg_catalog.format('GRANT SELECT ON commerce.schema_migrations TO %I', installer);
	GRANT SELECT ON commerce.schema_migrations TO souk_dba, souk_oncall, souk_support;
	PERFORM pg_catalog.set_config('role', 'commerce_steward', true);
	ALTER DEFAULT PRIVILEGES FOR ROLE commerce_steward REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
	PERFORM pg_catalog.set_config('role', 'commerce_owner', true);
END
$$;
