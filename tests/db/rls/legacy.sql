-- SPDX-License-Identifier: MIT
-- What has grown: parts and heirs, views, functions of their owner, a tenant of two columns
-- without a key of both.
SET client_min_messages = error;
CREATE ROLE s4_owner NOLOGIN;
CREATE ROLE s4_app LOGIN;
CREATE ROLE s4_report LOGIN;
CREATE ROLE s4_etl LOGIN;
CREATE SCHEMA leg AUTHORIZATION s4_owner;
GRANT USAGE ON SCHEMA leg TO s4_app, s4_report, s4_etl;
SET ROLE s4_owner; SET search_path = leg;
CREATE TABLE customer (code text PRIMARY KEY, name text NOT NULL);
CREATE FUNCTION cust() RETURNS text LANGUAGE sql STABLE AS $$
	SELECT current_setting('leg.customer', true) $$;
CREATE FUNCTION cust_v() RETURNS text LANGUAGE plpgsql AS $$
	BEGIN RETURN current_setting('leg.customer', true); END $$;
CREATE FUNCTION cust_i() RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
	BEGIN RETURN current_setting('leg.customer', true); END $$;
CREATE FUNCTION cust_d() RETURNS text LANGUAGE plpgsql STABLE AS $$
	BEGIN RETURN coalesce(nullif(current_setting('leg.customer', true), ''), 'ACME'); END $$;
CREATE TABLE sound_asset (customer_code text NOT NULL REFERENCES customer, id int NOT NULL,
	what text, PRIMARY KEY (customer_code, id));
CREATE POLICY p ON sound_asset USING (customer_code = cust());
CREATE TABLE sound_meter (customer_code text NOT NULL REFERENCES customer, id int NOT NULL,
	at date NOT NULL, PRIMARY KEY (customer_code, id, at)) PARTITION BY RANGE (at);
CREATE TABLE sound_meter_2025 PARTITION OF sound_meter FOR VALUES FROM ('2025-01-01')
	TO ('2026-01-01');
CREATE TABLE sound_meter_2026 PARTITION OF sound_meter FOR VALUES FROM ('2026-01-01')
	TO ('2027-01-01');
CREATE POLICY p ON sound_meter USING (customer_code = cust());
CREATE TABLE sound_reading (customer_code text NOT NULL REFERENCES customer,
	id int NOT NULL, at date NOT NULL, PRIMARY KEY (customer_code, id, at)) PARTITION BY RANGE
	(at);
CREATE TABLE sound_reading_2025 PARTITION OF sound_reading FOR VALUES FROM ('2025-01-01')
	TO ('2026-01-01');
CREATE TABLE hole_reading_2026 PARTITION OF sound_reading FOR VALUES FROM ('2026-01-01')
	TO ('2027-01-01');
CREATE POLICY p ON sound_reading USING (customer_code = cust());
CREATE POLICY p ON sound_reading_2025 USING (customer_code = cust());
ALTER TABLE sound_reading_2025 ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON sound_reading_2025, hole_reading_2026 TO s4_app;
CREATE TABLE note (customer_code text NOT NULL, id int NOT NULL, body text);
CREATE TABLE hole_note_old () INHERITS (note);
CREATE POLICY p ON note USING (customer_code = cust());
GRANT SELECT ON hole_note_old TO s4_report;
CREATE TABLE hole_job (customer_code text NOT NULL REFERENCES customer, id int NOT NULL,
	what text, PRIMARY KEY (customer_code, id));
CREATE POLICY p ON hole_job USING (customer_code = cust_i());
CREATE TABLE hole_visit (customer_code text NOT NULL REFERENCES customer, id int NOT NULL,
	what text, PRIMARY KEY (customer_code, id));
CREATE POLICY p ON hole_visit USING (customer_code = cust_d());
CREATE TABLE sound_route (customer_code text NOT NULL REFERENCES customer, id int NOT NULL,
	what text, PRIMARY KEY (customer_code, id));
CREATE POLICY p ON sound_route USING (customer_code = cust_v());
CREATE TABLE hole_stop (customer_code text NOT NULL REFERENCES customer, id int NOT NULL,
	what text, PRIMARY KEY (customer_code, id));
CREATE POLICY p ON hole_stop USING (customer_code = cust());
CREATE TABLE hole_crew (customer_code text NOT NULL REFERENCES customer, id int NOT NULL,
	depot text, PRIMARY KEY (customer_code, id));
CREATE POLICY p ON hole_crew USING (customer_code = cust() OR depot IS NULL);
CREATE TABLE hole_van (customer_code text NOT NULL REFERENCES customer, id int NOT NULL,
	depot text, PRIMARY KEY (customer_code, id));
CREATE POLICY p ON hole_van USING (strpos(cust(), customer_code) > 0);
CREATE TABLE sound_tool (customer_code text NOT NULL REFERENCES customer, id int NOT NULL,
	depot text, PRIMARY KEY (customer_code, id));
CREATE POLICY p ON sound_tool USING (customer_code = ANY (string_to_array(cust(), ',')));
CREATE TABLE hole_part (customer_code text NOT NULL REFERENCES customer, id int NOT NULL,
	depot text, PRIMARY KEY (customer_code, id));
CREATE POLICY p ON hole_part USING (ARRAY[customer_code] && ARRAY[cust(), 'ACME']);
CREATE TABLE sound_bolt (customer_code text NOT NULL REFERENCES customer, id int NOT NULL,
	depot text, PRIMARY KEY (customer_code, id));
CREATE POLICY p ON sound_bolt USING (ARRAY[customer_code] <@ string_to_array(cust(), ','));
CREATE TABLE invoice (customer_code text NOT NULL REFERENCES customer,
	id int NOT NULL UNIQUE, depot text, PRIMARY KEY (customer_code, id));
CREATE POLICY p ON invoice USING (customer_code = cust());
CREATE TABLE hole_invoice_line (customer_code text NOT NULL REFERENCES customer,
	id int NOT NULL, invoice_id int NOT NULL REFERENCES invoice (id) ON DELETE CASCADE,
	PRIMARY KEY (customer_code, id));
CREATE POLICY p ON hole_invoice_line USING (customer_code = cust());
CREATE TABLE sound_invoice_tax (customer_code text NOT NULL, id int NOT NULL,
	invoice_id int NOT NULL, PRIMARY KEY (customer_code, id), FOREIGN KEY (customer_code,
	invoice_id) REFERENCES invoice (customer_code, id) ON DELETE CASCADE);
CREATE POLICY p ON sound_invoice_tax USING (customer_code = cust());
CREATE VIEW hole_v_asset AS SELECT * FROM sound_asset;
CREATE VIEW sound_v_asset_own WITH (security_barrier) AS SELECT * FROM sound_asset
	WHERE customer_code = cust();
CREATE VIEW hole_v_asset_nb AS SELECT * FROM sound_asset WHERE customer_code = cust();
CREATE VIEW hole_v_asset_w WITH (security_barrier) AS SELECT * FROM sound_asset
	WHERE customer_code = cust();
CREATE VIEW sound_v_asset_wc WITH (security_barrier, check_option = cascaded) AS
	SELECT * FROM sound_asset WHERE customer_code = cust();
CREATE VIEW hole_v_over WITH (security_invoker) AS SELECT customer_code, id FROM hole_v_asset;
CREATE VIEW v_codes AS SELECT count(*) AS n FROM sound_asset;
GRANT SELECT ON hole_v_asset, sound_v_asset_own, hole_v_asset_nb, v_codes, hole_v_over
	TO s4_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON hole_v_asset_w, sound_v_asset_wc TO s4_app;
CREATE TABLE hole_job_copy (customer_code text NOT NULL, id int NOT NULL, what text);
GRANT SELECT ON hole_job_copy TO s4_app;
CREATE TABLE hole_bin (customer_code text NOT NULL REFERENCES customer, id int NOT NULL,
	PRIMARY KEY (customer_code, id));
CREATE POLICY p ON hole_bin USING (customer_code = cust());
CREATE FUNCTION hole_set_customer(c text) RETURNS void LANGUAGE sql AS $$
	SELECT set_config('leg.customer', c, false) $$;
CREATE FUNCTION sound_use_customer(c text) RETURNS void LANGUAGE sql AS $$
	SELECT set_config('leg.customer', c, true) $$;
CREATE FUNCTION hole_find_any(tab text) RETURNS SETOF text LANGUAGE plpgsql STABLE
	SECURITY DEFINER SET search_path = leg, pg_temp AS $$
	BEGIN RETURN QUERY EXECUTE format('SELECT t::text FROM leg.%I t', tab); END $$;
CREATE FUNCTION sound_count_mine() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER
	SET search_path = leg, pg_temp AS $$ SELECT count(*) FROM leg.sound_asset
	WHERE customer_code = leg.cust() $$;
CREATE FUNCTION sound_nightly() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER
	SET search_path = leg, pg_temp AS $$ SELECT count(*) FROM leg.sound_asset $$;
REVOKE ALL ON FUNCTION sound_nightly() FROM PUBLIC;
-- composite
CREATE TABLE sound_ws_doc (customer_code text NOT NULL, workspace text NOT NULL,
	id int NOT NULL, PRIMARY KEY (customer_code, workspace, id));
CREATE POLICY p ON sound_ws_doc USING (customer_code = cust()
	AND workspace = current_setting('leg.workspace', true));
CREATE TABLE sound_ws_file (customer_code text NOT NULL, workspace text NOT NULL,
	id int NOT NULL, PRIMARY KEY (customer_code, workspace, id));
CREATE POLICY p ON sound_ws_file USING (customer_code = cust()
	AND workspace = current_setting('leg.workspace', true));
CREATE TABLE hole_ws_link (customer_code text NOT NULL, workspace text NOT NULL,
	id int NOT NULL, PRIMARY KEY (customer_code, workspace, id));
CREATE POLICY p ON hole_ws_link USING (workspace = current_setting('leg.workspace', true));
DO $$ DECLARE t text; BEGIN
FOREACH t IN ARRAY '{sound_asset,sound_meter,sound_reading,note,hole_job,hole_visit,sound_route,
	hole_stop,hole_crew,hole_van,sound_tool,hole_part,sound_bolt,invoice,hole_invoice_line,
	sound_invoice_tax,hole_bin,sound_ws_doc,sound_ws_file,hole_ws_link}'::text[] LOOP
IF t <> 'hole_stop' THEN EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
END IF;
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO s4_app', t);
  END LOOP; END $$;
GRANT SELECT ON customer TO s4_etl;
GRANT TRUNCATE ON hole_bin TO s4_app;
CREATE RULE copy AS ON INSERT TO hole_job DO ALSO INSERT INTO hole_job_copy VALUES
	(new.customer_code, new.id, new.what);
RESET ROLE; SET search_path = leg;
INSERT INTO customer VALUES ('ACME', 'a'), ('BETA', 'b'), ('CORP', 'c');
DO $$ DECLARE t text; BEGIN
FOREACH t IN ARRAY '{sound_asset,hole_job,hole_visit,sound_route,hole_stop,hole_crew,hole_van,
	sound_tool,hole_part,sound_bolt,hole_bin}'::text[] LOOP
EXECUTE format('INSERT INTO %I (customer_code, id) SELECT code, g FROM customer,
	generate_series(1, 3) g', t);
  END LOOP;
  FOREACH t IN ARRAY '{sound_meter,sound_reading}'::text[] LOOP
EXECUTE format('INSERT INTO %I (customer_code, id, at) SELECT code, g, ''2026-02-02'' FROM
	customer, generate_series(1, 3) g', t);
EXECUTE format('INSERT INTO %I (customer_code, id, at) SELECT code, g, ''2025-02-02'' FROM
	customer, generate_series(1, 3) g', t);
  END LOOP;
  FOREACH t IN ARRAY '{note,hole_note_old}'::text[] LOOP
EXECUTE format('INSERT INTO %I (customer_code, id) SELECT code, g FROM customer,
	generate_series(1, 3) g', t);
  END LOOP;
  FOREACH t IN ARRAY '{sound_ws_doc,sound_ws_file,hole_ws_link}'::text[] LOOP
EXECUTE format('INSERT INTO %I (customer_code, workspace, id) SELECT code, w, 1 FROM customer,
	unnest(''{main,side}''::text[]) w', t);
  END LOOP;
END $$;
INSERT INTO invoice SELECT code, row_number() OVER (), 'x' FROM customer, generate_series(1, 3);
INSERT INTO hole_invoice_line SELECT customer_code, id, id FROM invoice;
INSERT INTO sound_invoice_tax SELECT customer_code, id, id FROM invoice;
