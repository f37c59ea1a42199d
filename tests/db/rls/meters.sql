-- SPDX-License-Identifier: MIT
-- Meters of energy utilities: tenants by a text slug, by arrays, by bits, by paths, by a domain and an enum; a role for
-- each utility, a session table, keys of devices, parts by month, children of children.
-- What a comment calls "hole" must raise a finding above info, what it calls "sound" none.
-- Run by a superuser in an empty database of its own cluster.
\set ON_ERROR_STOP on
\set QUIET on
\o /dev/null
SET client_min_messages = error;
CREATE ROLE grid_ddl NOLOGIN;
CREATE ROLE grid_web LOGIN;
CREATE ROLE grid_ingest LOGIN;
CREATE ROLE grid_bi LOGIN;
CREATE ROLE grid_ops NOLOGIN BYPASSRLS;
CREATE ROLE grid_cron LOGIN;
GRANT grid_ops TO grid_cron;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
CREATE EXTENSION ltree;
CREATE EXTENSION intarray;
CREATE SCHEMA grid AUTHORIZATION grid_ddl;
GRANT USAGE ON SCHEMA grid TO grid_web, grid_ingest, grid_bi, grid_cron;
SET ROLE grid_ddl;
SET search_path = grid, public;
CREATE DOMAIN slug AS text CHECK (VALUE ~ '^[a-z0-9-]+$');
CREATE TYPE region AS ENUM ('north', 'south', 'isles');
CREATE TABLE utilities (code slug PRIMARY KEY, no int NOT NULL UNIQUE, zone region NOT NULL UNIQUE, path ltree NOT NULL UNIQUE, title text NOT NULL);
INSERT INTO utilities VALUES ('nordic', 1, 'north', 'eu.nordic', 'Nordic Power'), ('sunny', 2, 'south', 'eu.sunny', 'Sunny Grid'), ('isle', 3, 'isles', 'eu.isle', 'Isle Heat');
CREATE FUNCTION me() RETURNS slug LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT NULLIF(current_setting('grid.utility', true), '')::grid.slug $$;
CREATE FUNCTION mine() RETURNS text[] LANGUAGE sql STABLE AS $$ SELECT string_to_array(NULLIF(current_setting('grid.utilities', true), ''), ',') $$;
ALTER TABLE utilities ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY self ON utilities USING (code = (SELECT me()));
GRANT SELECT ON utilities TO grid_web, grid_bi;
COMMENT ON TABLE utilities IS 'sound';

CREATE FUNCTION pg_temp.t(n text, own text, vals text, cond text, extra text DEFAULT '') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE TABLE grid.%I (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, %s, reading numeric(12,3) NOT NULL DEFAULT 0, at timestamptz NOT NULL DEFAULT now() %s)', n, own, extra);
	EXECUTE format('INSERT INTO grid.%I (%s, reading) SELECT %s, g FROM (VALUES (''nordic'', 1, ''north'', ''eu.nordic''), (''sunny'', 2, ''south'', ''eu.sunny''), (''isle'', 3, ''isles'', ''eu.isle'')) u(code, no, zone, path), generate_series(1, 3) g', n, split_part(own, ' ', 1), vals);
	EXECUTE format('CREATE INDEX ON grid.%I (%s)', n, split_part(own, ' ', 1));
	EXECUTE format('ALTER TABLE grid.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', n);
	IF cond IS NOT NULL THEN
		EXECUTE format('CREATE POLICY %I ON grid.%I USING (%s)', n || '_p', n, cond);
	END IF;
	EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON grid.%I TO grid_web', n);
END $$;
SELECT pg_temp.t('meters', 'utility slug NOT NULL REFERENCES utilities ON DELETE RESTRICT', 'code', 'utility = (SELECT me())', ', UNIQUE (utility, id)');
COMMENT ON TABLE meters IS 'hole: its trigger';
SELECT pg_temp.t('tariffs', 'utility slug NOT NULL REFERENCES utilities ON DELETE RESTRICT', 'code', 'utility = ANY (mine())');
COMMENT ON TABLE tariffs IS 'sound: one of a list';
SELECT pg_temp.t('outages', 'utility slug NOT NULL REFERENCES utilities ON DELETE RESTRICT', 'code', 'utility <> ALL (mine())');
COMMENT ON TABLE outages IS 'hole: all but one''s own';
SELECT pg_temp.t('crews', 'utility slug NOT NULL REFERENCES utilities ON DELETE RESTRICT', 'code', 'position(utility::text in current_setting(''grid.utilities'', true)) > 0');
COMMENT ON TABLE crews IS 'hole: part of a text';
SELECT pg_temp.t('vans', 'utility slug NOT NULL REFERENCES utilities ON DELETE RESTRICT', 'code', 'utility >= (SELECT me())');
COMMENT ON TABLE vans IS 'hole: from one''s own on';
SELECT pg_temp.t('sensors', 'utility slug NOT NULL REFERENCES utilities ON DELETE RESTRICT', 'code', 'left(utility, 1) = left((SELECT me()), 1)');
COMMENT ON TABLE sensors IS 'hole: the same first letter';
SELECT pg_temp.t('tickets', 'utility slug NOT NULL REFERENCES utilities ON DELETE RESTRICT', 'code', 'lower(utility) = lower((SELECT me()))');
COMMENT ON TABLE tickets IS 'sound: the domain knows no capitals, and slow is not open';
SELECT pg_temp.t('contracts', 'utility slug NOT NULL REFERENCES utilities ON DELETE RESTRICT', 'code', 'CASE WHEN me() IS NULL THEN current_user = ''grid_web'' ELSE utility = me() END');
COMMENT ON TABLE contracts IS 'hole: whoever has not said for whom';
SELECT pg_temp.t('claims', 'utility slug NOT NULL REFERENCES utilities ON DELETE RESTRICT', 'code', 'utility = (SELECT me()) OR current_setting(''application_name'') = ''backoffice''');
COMMENT ON TABLE claims IS 'hole: a name that anybody gives himself';
SELECT pg_temp.t('calls', 'utility slug NOT NULL REFERENCES utilities ON DELETE RESTRICT', 'code', 'utility = (SELECT me()) OR me() = ''headquarters''');
COMMENT ON TABLE calls IS 'hole: one tenant that is all';
SELECT pg_temp.t('letters', 'utility slug NOT NULL REFERENCES utilities ON DELETE RESTRICT', 'code', 'utility = (SELECT me()) OR inet_client_addr() IS NULL');
COMMENT ON TABLE letters IS 'hole: whoever comes by the socket';
SELECT pg_temp.t('photos', 'utility slug NOT NULL REFERENCES utilities ON DELETE RESTRICT', 'code', 'utility = (SELECT me()) OR at < now() - interval ''1 year''');
COMMENT ON TABLE photos IS 'hole: what is old';
SELECT pg_temp.t('plans', 'utility slug NOT NULL REFERENCES utilities ON DELETE RESTRICT', 'code', 'utility = (SELECT me()) AND at > now() - interval ''10 years''');
COMMENT ON TABLE plans IS 'sound: narrower';
-- more than one owner
SELECT pg_temp.t('lines', 'owners text[] NOT NULL', 'ARRAY[code]', 'me()::text = ANY (owners)');
COMMENT ON TABLE lines IS 'sound: one of its owners';
SELECT pg_temp.t('poles', 'owners text[] NOT NULL', 'ARRAY[code]', 'owners && mine()');
COMMENT ON TABLE poles IS 'sound: they have one in common';
-- trees
CREATE FUNCTION here() RETURNS ltree LANGUAGE sql STABLE AS $$ SELECT NULLIF(current_setting('grid.path', true), '')::ltree $$;
SELECT pg_temp.t('stations', 'path ltree NOT NULL', 'path::ltree', 'path <@ (SELECT here())');
COMMENT ON TABLE stations IS 'sound: below oneself';
-- enum and number
SELECT pg_temp.t('forecasts', 'zone region NOT NULL', 'zone::region', 'zone = (SELECT NULLIF(current_setting(''grid.zone'', true), '''')::region)');
COMMENT ON TABLE forecasts IS 'sound';
SELECT pg_temp.t('bills', 'utility_no int NOT NULL REFERENCES utilities (no) ON DELETE RESTRICT', 'no', 'utility_no = (SELECT NULLIF(current_setting(''grid.no'', true), '''')::int)');
COMMENT ON TABLE bills IS 'sound';
SELECT pg_temp.t('payments', 'utility_no int NOT NULL REFERENCES utilities (no) ON DELETE RESTRICT', 'no', 'utility_no % 2 = (SELECT NULLIF(current_setting(''grid.no'', true), '''')::int) % 2');
COMMENT ON TABLE payments IS 'hole: even or odd';
SELECT pg_temp.t('refunds', 'utility_no int NOT NULL REFERENCES utilities (no) ON DELETE RESTRICT', 'no', 'utility_no BETWEEN 1 AND (SELECT NULLIF(current_setting(''grid.no'', true), '''')::int)');
COMMENT ON TABLE refunds IS 'hole: up to oneself';
SELECT pg_temp.t('deposits', 'utility_no int NOT NULL REFERENCES utilities (no) ON DELETE RESTRICT', 'no', '(utility_no, id) > ((SELECT NULLIF(current_setting(''grid.no'', true), '''')::int), 0)');
COMMENT ON TABLE deposits IS 'hole: compared as a row';
-- keys of devices
CREATE TABLE device_keys (key_hash text PRIMARY KEY, utility slug NOT NULL REFERENCES utilities ON DELETE CASCADE, note text);
CREATE INDEX ON device_keys (utility);
INSERT INTO device_keys SELECT md5(code), code FROM (VALUES ('nordic'), ('sunny'), ('isle')) u(code);
ALTER TABLE device_keys ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON device_keys USING (utility = (SELECT me()));
GRANT SELECT, INSERT, DELETE ON device_keys TO grid_web;
COMMENT ON TABLE device_keys IS 'sound';
RESET ROLE;
CREATE FUNCTION grid.key_utility() RETURNS grid.slug LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, pg_temp AS $$ SELECT utility FROM device_keys WHERE key_hash = md5(current_setting('grid.device_key', true)) $$;
REVOKE EXECUTE ON FUNCTION grid.key_utility() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION grid.key_utility() TO grid_ingest;
SET ROLE grid_ddl;
CREATE TABLE readings (utility slug NOT NULL, meter bigint NOT NULL, day date NOT NULL, kwh numeric(12,3) NOT NULL, PRIMARY KEY (utility, meter, day)) PARTITION BY RANGE (day);
CREATE TABLE readings_2024 PARTITION OF readings FOR VALUES FROM ('2024-01-01') TO ('2025-01-01') PARTITION BY LIST (utility);
CREATE TABLE readings_2024_nordic PARTITION OF readings_2024 FOR VALUES IN ('nordic');
CREATE TABLE readings_2024_rest PARTITION OF readings_2024 DEFAULT;
CREATE TABLE readings_2025 PARTITION OF readings FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE readings_old (LIKE readings INCLUDING ALL);
INSERT INTO readings SELECT c, m, d, m FROM unnest(ARRAY['nordic', 'sunny', 'isle']) c, generate_series(1, 3) m, (VALUES (date '2024-02-01'), ('2025-02-01')) x(d);
INSERT INTO readings_old SELECT utility, meter, '2020-01-01', kwh FROM readings WHERE day = '2024-02-01';
ALTER TABLE readings ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY web ON readings TO grid_web USING (utility = (SELECT me()));
CREATE POLICY devices ON readings TO grid_ingest USING (utility = (SELECT key_utility())) WITH CHECK (utility = (SELECT key_utility()));
GRANT SELECT, INSERT ON readings TO grid_web, grid_ingest;
GRANT SELECT ON readings_2024, readings_2024_rest, readings_old TO grid_web;
ALTER TABLE readings_old ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY web ON readings_old USING (utility = (SELECT me()));
COMMENT ON TABLE readings IS 'sound';
COMMENT ON TABLE readings_2024_rest IS 'hole: a leaf';
COMMENT ON TABLE readings_2024 IS 'hole: a branch';
COMMENT ON TABLE readings_2025 IS 'sound: nobody reaches it directly';
COMMENT ON TABLE readings_old IS 'sound';
-- a role for each utility
RESET ROLE;
CREATE ROLE util_nordic LOGIN; CREATE ROLE util_sunny LOGIN; CREATE ROLE util_staff NOLOGIN;
GRANT util_staff TO util_nordic, util_sunny;
GRANT USAGE ON SCHEMA grid TO util_staff;
SET ROLE grid_ddl;
SELECT pg_temp.t('exports', 'utility slug NOT NULL REFERENCES utilities ON DELETE RESTRICT', 'code', 'pg_has_role(current_user, (''util_'' || utility)::name, ''MEMBER'')');
REVOKE ALL ON exports FROM grid_web; GRANT SELECT, INSERT ON exports TO util_staff;
COMMENT ON TABLE exports IS 'sound: a role for each';
-- keys
SELECT pg_temp.t('repairs', 'utility slug NOT NULL REFERENCES utilities ON DELETE RESTRICT', 'code', 'utility = (SELECT me())', ', meter_id bigint REFERENCES meters ON DELETE CASCADE');
CREATE INDEX ON repairs (meter_id);
COMMENT ON TABLE repairs IS 'hole: takes others'' rows along';
SELECT pg_temp.t('visits', 'utility slug NOT NULL REFERENCES utilities ON DELETE RESTRICT', 'code', 'utility = (SELECT me())', ', meter_id bigint, FOREIGN KEY (utility, meter_id) REFERENCES meters (utility, id) ON DELETE CASCADE');
CREATE INDEX ON visits (utility, meter_id);
COMMENT ON TABLE visits IS 'sound: a pair';
SELECT pg_temp.t('seals', 'utility slug NOT NULL REFERENCES utilities ON DELETE RESTRICT', 'code', 'utility = (SELECT me())', ', serial text');
CREATE UNIQUE INDEX ON seals (lower(serial)) WHERE serial IS NOT NULL;
COMMENT ON TABLE seals IS 'hole: a serial that others have is told';
CREATE SEQUENCE bill_no; GRANT USAGE, UPDATE ON SEQUENCE bill_no TO grid_web;
COMMENT ON SEQUENCE bill_no IS 'hole';
CREATE SEQUENCE ticket_no; GRANT USAGE ON SEQUENCE ticket_no TO grid_web;
COMMENT ON SEQUENCE ticket_no IS 'sound';
-- rights
SELECT pg_temp.t('audits', 'utility slug NOT NULL REFERENCES utilities ON DELETE RESTRICT', 'code', 'utility = (SELECT me())');
GRANT TRUNCATE ON audits TO grid_ingest;
COMMENT ON TABLE audits IS 'hole: truncated by any';
CREATE TABLE spare_parts (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, utility slug NOT NULL REFERENCES utilities ON DELETE RESTRICT, part text);
CREATE INDEX ON spare_parts (utility);
INSERT INTO spare_parts (utility, part) SELECT c, 'p' FROM unnest(ARRAY['nordic', 'sunny', 'isle']) c;
GRANT SELECT ON spare_parts TO grid_bi;
COMMENT ON TABLE spare_parts IS 'hole: no security at all';
CREATE TABLE vendors (id int PRIMARY KEY, title text NOT NULL);
INSERT INTO vendors VALUES (1, 'a');
GRANT SELECT ON vendors TO grid_bi, grid_web;
COMMENT ON TABLE vendors IS 'sound: of all';
-- views
CREATE VIEW v_meters WITH (security_barrier) AS SELECT m.*, u.title FROM meters m JOIN utilities u ON u.code = m.utility;
GRANT SELECT ON v_meters TO grid_bi;
COMMENT ON VIEW v_meters IS 'sound: its owner is bound';
RESET ROLE;
CREATE VIEW grid.v_all AS SELECT utility, reading FROM grid.meters WHERE utility = (SELECT grid.me()) UNION ALL SELECT utility, reading FROM grid.tariffs;
GRANT SELECT ON grid.v_all TO grid_bi;
COMMENT ON VIEW grid.v_all IS 'hole: the second half';
CREATE VIEW grid.v_left WITH (security_barrier) AS SELECT t.utility, t.id, m.reading FROM grid.tickets t LEFT JOIN grid.meters m ON m.utility = t.utility AND m.utility = (SELECT grid.me());
GRANT SELECT ON grid.v_left TO grid_bi;
COMMENT ON VIEW grid.v_left IS 'hole: the condition filters the other side';
CREATE VIEW grid.v_rank WITH (security_barrier) AS SELECT * FROM (SELECT utility, id, reading, rank() OVER (PARTITION BY utility ORDER BY reading) FROM grid.meters) x WHERE utility = (SELECT grid.me());
GRANT SELECT ON grid.v_rank TO grid_bi;
COMMENT ON VIEW grid.v_rank IS 'sound: filtered above, partitioned by the tenant';
CREATE MATERIALIZED VIEW grid.mv_days AS SELECT utility, day, sum(kwh) AS kwh FROM grid.readings GROUP BY 1, 2;
CREATE VIEW grid.v_days WITH (security_barrier) AS SELECT * FROM grid.mv_days WHERE utility = (SELECT grid.me());
GRANT SELECT ON grid.v_days TO grid_bi;
COMMENT ON VIEW grid.v_days IS 'sound: filtered';
COMMENT ON MATERIALIZED VIEW grid.mv_days IS 'sound: nobody reads it but through the view';
CREATE MATERIALIZED VIEW grid.mv_top AS SELECT utility, id, reading FROM grid.meters;
GRANT SELECT ON grid.mv_top TO grid_bi;
COMMENT ON MATERIALIZED VIEW grid.mv_top IS 'hole';
-- functions
CREATE FUNCTION grid.usage_of(p_utility text DEFAULT NULL) RETURNS TABLE (utility text, kwh numeric) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, pg_temp AS $$ SELECT r.utility, sum(r.kwh) FROM readings r WHERE p_utility IS NULL OR r.utility = p_utility GROUP BY 1 $$;
COMMENT ON FUNCTION grid.usage_of(text) IS 'hole: of whom one likes';
CREATE FUNCTION grid.my_usage() RETURNS TABLE (day date, kwh numeric) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, pg_temp BEGIN ATOMIC SELECT r.day, sum(r.kwh) FROM grid.readings r WHERE r.utility = grid.me() GROUP BY 1; END;
COMMENT ON FUNCTION grid.my_usage() IS 'sound';
CREATE FUNCTION grid.by_sql(q text) RETURNS SETOF bigint LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = grid, pg_temp AS $$ BEGIN RETURN QUERY EXECUTE 'SELECT id FROM meters WHERE ' || q; END $$;
COMMENT ON FUNCTION grid.by_sql(text) IS 'hole: composes what it runs';
CREATE FUNCTION grid.log_meter() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = grid, pg_temp AS $$ BEGIN INSERT INTO meter_log SELECT NEW.utility, NEW.id, now(); RETURN NEW; END $$;
CREATE TABLE grid.meter_log (utility text NOT NULL, meter bigint NOT NULL, at timestamptz NOT NULL);
CREATE INDEX ON grid.meter_log (utility);
INSERT INTO grid.meter_log SELECT utility, id, now() FROM grid.meters;
GRANT SELECT ON grid.meter_log TO grid_web;
COMMENT ON TABLE grid.meter_log IS 'hole: copies, without security';
CREATE TRIGGER log AFTER INSERT ON grid.meters FOR EACH ROW EXECUTE FUNCTION grid.log_meter();
CREATE FUNCTION grid.enter(p text) RETURNS void LANGUAGE sql AS $$ SELECT set_config('grid.utility', p, false) $$;
COMMENT ON FUNCTION grid.enter(text) IS 'hole: for the session';
CREATE FUNCTION grid.enter_tx(p text) RETURNS void LANGUAGE sql AS $$ SELECT set_config('grid.utility', p, true) $$;
COMMENT ON FUNCTION grid.enter_tx(text) IS 'sound: for the transaction';
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA grid FROM PUBLIC;
GRANT EXECUTE ON FUNCTION grid.me(), grid.mine(), grid.here() TO PUBLIC;
GRANT EXECUTE ON FUNCTION grid.usage_of(text), grid.my_usage(), grid.by_sql(text), grid.enter(text), grid.enter_tx(text) TO grid_web;
ANALYZE;
