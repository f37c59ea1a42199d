-- The people and programs of the demo. Only souk demo installs this, on its private server.
--   support_anna, support_ben   edit most tenants         dba_dora     the DBA
--   oncall_omar                 watches the queue         app_web_1    the shop
--   relay_1                     publishes and consumes
DO $$
DECLARE
	r record;
BEGIN
	FOR r IN SELECT * FROM (VALUES ('support_anna', 'souk_support'), ('support_ben', 'souk_support'), ('dba_dora', 'souk_dba'),
		('oncall_omar', 'souk_oncall'), ('app_web_1', 'commerce_app'), ('relay_1', 'commerce_relay')) AS x (login, team)
	LOOP
		IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles p WHERE p.rolname = r.login) THEN
			EXECUTE pg_catalog.format('CREATE ROLE %I LOGIN', r.login);
		END IF;
		EXECUTE pg_catalog.format('GRANT %I TO %I', r.team, r.login);
		EXECUTE pg_catalog.format('ALTER ROLE %I SET idle_in_transaction_session_timeout = ''60s''', r.login);
	END LOOP;
	-- The DBA sees statements and activity of all.
	GRANT pg_monitor TO dba_dora;
	-- What a person at a console may cost the server.
	ALTER ROLE support_anna SET statement_timeout = '15s';
	ALTER ROLE support_ben SET statement_timeout = '15s';
	ALTER ROLE oncall_omar SET statement_timeout = '15s';
END
$$;

-- What the statements cost, where the demo's own server keeps count of them; what another one has is not ours to say.
DO $$
BEGIN
	IF pg_catalog.current_setting('cluster_name') = 'souk demo'
		AND pg_catalog.current_setting('shared_preload_libraries') ~ 'pg_stat_statements' THEN
		CREATE EXTENSION IF NOT EXISTS pg_stat_statements SCHEMA public;
	END IF;
END
$$;

CREATE SCHEMA commerce_demo;
GRANT USAGE ON SCHEMA commerce_demo TO commerce_app, commerce_relay, souk_support;

-- Where traffic goes without asking: the tenants by size and the range of their ids.
CREATE TABLE commerce_demo.stalls (
	rank          integer PRIMARY KEY,
	tenant        bigint  NOT NULL UNIQUE,
	prefix        text    NOT NULL,
	vocabulary    text    NOT NULL,
	products      integer NOT NULL,
	first_product bigint,
	last_product  bigint,
	customers     integer NOT NULL,
	share         double precision NOT NULL  -- of the traffic, cumulated: 0 to 1
);
GRANT SELECT ON commerce_demo.stalls TO commerce_app, souk_support;

INSERT INTO commerce.operators (login, display_name, team) VALUES
	('support_anna', 'Anna Lindqvist', 'support'), ('support_ben', 'Ben Okafor', 'support'),
	('dba_dora', 'Dora Kovács', 'dba'), ('oncall_omar', 'Omar Haddad', 'oncall');
