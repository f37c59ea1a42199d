-- SPDX-License-Identifier: MIT
-- Billing for many workspaces: modules as schemas, events by month, archives by inheritance, an old table that is
-- swapped, foreign keys in pairs, a tenant column of text (ULIDs), names that need quotes.
-- What begins with "hole_" must raise a finding above info, what begins with "sound_" none.
-- Run by a superuser in an empty database.
\set ON_ERROR_STOP on
\set QUIET on
\o /dev/null
SET client_min_messages = error;
CREATE ROLE saas_owner NOLOGIN;
CREATE ROLE saas_rw NOLOGIN;
CREATE ROLE saas_ro NOLOGIN;
CREATE ROLE saas_api LOGIN IN ROLE saas_rw;
CREATE ROLE saas_bi LOGIN IN ROLE saas_ro;
CREATE ROLE hole_saas_etl LOGIN BYPASSRLS IN ROLE saas_ro;
CREATE ROLE saas_sees_all NOLOGIN BYPASSRLS IN ROLE saas_ro;
CREATE ROLE hole_saas_tool LOGIN NOINHERIT IN ROLE saas_sees_all, saas_ro;
CREATE ROLE sound_saas_monitor LOGIN;
GRANT pg_read_all_settings TO sound_saas_monitor;
CREATE SCHEMA core AUTHORIZATION saas_owner;
CREATE SCHEMA billing AUTHORIZATION saas_owner;
CREATE SCHEMA "Audit Log" AUTHORIZATION saas_owner;
CREATE SCHEMA archive AUTHORIZATION saas_owner;
GRANT USAGE ON SCHEMA core, billing, "Audit Log", archive TO saas_rw, saas_ro;
SET ROLE saas_owner;
CREATE TABLE core.workspaces (workspace_id text PRIMARY KEY CHECK (length(workspace_id) = 26), display_name text NOT NULL, country char(2));
ALTER TABLE core.workspaces ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY ws ON core.workspaces USING (workspace_id = current_setting('saas.workspace', true));
GRANT SELECT ON core.workspaces TO saas_rw, saas_ro;
CREATE FUNCTION core.ws() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE RETURN current_setting('saas.workspace', true);
CREATE FUNCTION pg_temp.protect(n text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', n);
	EXECUTE format('CREATE POLICY ws ON %s USING (workspace_id = core.ws()) WITH CHECK (workspace_id = core.ws())', n);
	EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO saas_rw', n);
	EXECUTE format('GRANT SELECT ON %s TO saas_ro', n);
END $$;
CREATE FUNCTION pg_temp.made(n text, extra text DEFAULT '') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE TABLE %s (workspace_id text NOT NULL REFERENCES core.workspaces, id bigint GENERATED ALWAYS AS IDENTITY, note text %s, PRIMARY KEY (workspace_id, id))', n, extra);
	PERFORM pg_temp.protect(n);
END $$;

-- sound
SELECT pg_temp.made('core.sound_accounts');
SELECT pg_temp.made('billing.sound_invoices', ', account_id bigint, number text, UNIQUE (workspace_id, number), FOREIGN KEY (workspace_id, account_id) REFERENCES core.sound_accounts ON DELETE SET NULL (account_id)');
SELECT pg_temp.made('billing."sound_Line Items"', ', invoice_id bigint NOT NULL, FOREIGN KEY (workspace_id, invoice_id) REFERENCES billing.sound_invoices');
SELECT pg_temp.made('billing.sound_emails', ', email text');
CREATE UNIQUE INDEX ON billing.sound_emails (workspace_id, lower(email));
SELECT pg_temp.made('billing.sound_deleted', ', deleted_at timestamptz, code text');
CREATE UNIQUE INDEX ON billing.sound_deleted (code, workspace_id) WHERE deleted_at IS NULL;
CREATE TABLE billing.sound_usage (workspace_id text NOT NULL REFERENCES core.workspaces, at timestamptz NOT NULL, units int NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE billing.sound_usage_2026_01 PARTITION OF billing.sound_usage FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE billing.sound_usage_2026_02 PARTITION OF billing.sound_usage FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
CREATE INDEX ON billing.sound_usage (workspace_id, at);
SELECT pg_temp.protect('billing.sound_usage');
CREATE TABLE billing.sound_meter (workspace_id text NOT NULL REFERENCES core.workspaces, id bigint NOT NULL, v int, PRIMARY KEY (workspace_id, id)) PARTITION BY HASH (workspace_id);
CREATE TABLE billing.sound_meter_0 PARTITION OF billing.sound_meter FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE billing.sound_meter_1 PARTITION OF billing.sound_meter FOR VALUES WITH (MODULUS 2, REMAINDER 1);
SELECT pg_temp.protect('billing.sound_meter'), pg_temp.protect('billing.sound_meter_0'), pg_temp.protect('billing.sound_meter_1');
SELECT pg_temp.made('"Audit Log"."sound_Entries"');
CREATE TABLE archive.sound_invoices_2020 () INHERITS (billing.sound_invoices);
CREATE TABLE core.sound_countries (code char(2) PRIMARY KEY, name text);
GRANT SELECT ON core.sound_countries TO saas_rw, saas_ro;
CREATE TABLE billing.sound_import_stage (line text);
CREATE VIEW billing.sound_open WITH (security_invoker = 1) AS SELECT * FROM billing.sound_invoices WHERE number IS NOT NULL;
CREATE VIEW billing.sound_stack WITH (security_invoker) AS SELECT * FROM billing.sound_open;
CREATE VIEW billing.sound_by_country AS SELECT w.country, count(*) AS invoices FROM core.workspaces w JOIN billing.sound_invoices i USING (workspace_id) GROUP BY w.country;
GRANT SELECT ON billing.sound_open, billing.sound_stack, billing.sound_by_country TO saas_ro;
CREATE FUNCTION core.sound_set(w text) RETURNS void LANGUAGE sql AS $$ SELECT set_config('saas.workspace', w, true) $$;
CREATE FUNCTION billing.sound_number() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = billing, pg_temp AS $$
BEGIN
	NEW.number := COALESCE(NEW.number, 'N' || NEW.id);
	RETURN NEW;
END $$;
CREATE TRIGGER number BEFORE INSERT ON billing.sound_invoices FOR EACH ROW EXECUTE FUNCTION billing.sound_number();

SELECT pg_temp.made('billing.sound_nobodys');
DROP POLICY ws ON billing.sound_nobodys;
CREATE POLICY ws ON billing.sound_nobodys USING (workspace_id = COALESCE(NULLIF(core.ws(), ''), 'brak'));

-- holes
SELECT pg_temp.made('billing.hole_fallback');
DROP POLICY ws ON billing.hole_fallback;
CREATE POLICY ws ON billing.hole_fallback USING (workspace_id = COALESCE(NULLIF(core.ws(), ''), '01HZZZZZZZZZZZZZZZZZZZZZZA'));
SELECT pg_temp.made('billing.hole_taxes');
ALTER TABLE billing.hole_taxes DISABLE ROW LEVEL SECURITY;
CREATE TABLE billing.hole_rates (workspace_id text NOT NULL REFERENCES core.workspaces, id int, PRIMARY KEY (workspace_id, id));
GRANT SELECT ON billing.hole_rates TO saas_ro;
CREATE TABLE billing.events (workspace_id text NOT NULL REFERENCES core.workspaces, at timestamptz NOT NULL, body text) PARTITION BY RANGE (at);
CREATE TABLE billing.hole_events_2026_01 PARTITION OF billing.events FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE billing.events_2026_02 PARTITION OF billing.events FOR VALUES FROM ('2026-02-01') TO ('2026-03-01') PARTITION BY LIST (workspace_id);
CREATE TABLE billing.hole_events_2026_02_rest PARTITION OF billing.events_2026_02 DEFAULT;
CREATE INDEX ON billing.events (workspace_id, at);
SELECT pg_temp.protect('billing.events');
GRANT SELECT ON billing.hole_events_2026_01 TO saas_ro;
GRANT INSERT, SELECT ON billing.hole_events_2026_02_rest TO saas_rw;
CREATE TABLE archive.hole_accounts_old () INHERITS (core.sound_accounts);
GRANT SELECT ON archive.hole_accounts_old TO saas_ro;
SELECT pg_temp.made('billing.hole_codes', ', code text UNIQUE');
SELECT pg_temp.made('billing.hole_code_if', ', code text, deleted_at timestamptz');
CREATE UNIQUE INDEX ON billing.hole_code_if (upper(code)) WHERE deleted_at IS NULL;
SELECT pg_temp.made('core.hole_contacts', ', external_id int UNIQUE');
SELECT pg_temp.made('billing."hole_Mixed Case"');
ALTER TABLE billing."hole_Mixed Case" NO FORCE ROW LEVEL SECURITY;
DROP POLICY ws ON billing."hole_Mixed Case";
CREATE POLICY "all; --" ON billing."hole_Mixed Case" USING (workspace_id = core.ws() OR core.ws() IS NULL);
SELECT pg_temp.made('billing.hole_prefix');
DROP POLICY ws ON billing.hole_prefix;
CREATE POLICY ws ON billing.hole_prefix USING (starts_with(workspace_id, core.ws()));
SELECT pg_temp.made('billing.hole_lower');
DROP POLICY ws ON billing.hole_lower;
CREATE POLICY ws ON billing.hole_lower USING (workspace_id = ANY (string_to_array(current_setting('saas.workspaces', true), ',')) OR current_setting('saas.workspaces', true) = '*');
SELECT pg_temp.made('billing.hole_added');
CREATE POLICY added ON billing.hole_added FOR SELECT TO saas_rw USING (note IS NULL OR note <> 'private');
SELECT pg_temp.made('billing.hole_referenced');
SELECT pg_temp.made('billing.hole_triggered');
GRANT TRIGGER ON billing.hole_triggered TO saas_rw;
GRANT REFERENCES ON billing.hole_referenced TO saas_rw;
CREATE SEQUENCE billing.hole_invoice_number;
GRANT USAGE, UPDATE ON SEQUENCE billing.hole_invoice_number TO saas_rw;
CREATE VIEW billing.sound_by_owner AS SELECT * FROM billing.events;
GRANT SELECT ON billing.sound_by_owner TO saas_ro;
RESET ROLE;
CREATE VIEW billing.hole_super AS SELECT id, note FROM billing.sound_invoices;
CREATE VIEW billing.hole_stack WITH (security_invoker) AS SELECT * FROM billing.hole_super;
CREATE VIEW billing.hole_filtered AS SELECT * FROM billing.sound_invoices WHERE workspace_id = core.ws();
CREATE MATERIALIZED VIEW archive.yearly AS SELECT workspace_id, count(*) AS n FROM billing.sound_invoices GROUP BY workspace_id;
CREATE VIEW billing.hole_over_kept AS SELECT workspace_id, n FROM archive.yearly;
GRANT SELECT ON billing.hole_super, billing.hole_stack, billing.hole_over_kept TO saas_ro;
GRANT SELECT, INSERT, UPDATE ON billing.hole_filtered TO saas_rw;
CREATE PUBLICATION hole_addedlling FOR TABLES IN SCHEMA billing;
CREATE FUNCTION billing.hole_void(i bigint) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = billing, pg_temp AS $$ DELETE FROM billing.sound_invoices WHERE id = i $$;
ALTER ROLE saas_api IN DATABASE :"DBNAME" SET statement_timeout = '5s';

INSERT INTO core.workspaces VALUES ('01HZZZZZZZZZZZZZZZZZZZZZZA', 'One', 'DE'), ('01HZZZZZZZZZZZZZZZZZZZZZZB', 'Two', 'FR');
DO $$
DECLARE
	r regclass;
BEGIN
	FOR r IN SELECT c.oid FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'note'
		WHERE c.relkind = 'r' AND NOT c.relhassubclass AND c.relname !~ '(_old|_2020|Items)$' LOOP
		EXECUTE format('INSERT INTO %s (workspace_id, note) SELECT workspace_id, ''row '' || n FROM core.workspaces, generate_series(1, 2) n', r) ;
	END LOOP;
END $$;
INSERT INTO core.sound_accounts (workspace_id, note) SELECT workspace_id, 'a' FROM core.workspaces;
INSERT INTO billing.sound_invoices (workspace_id, note) SELECT workspace_id, 'i' FROM core.workspaces;
INSERT INTO billing.events SELECT workspace_id, '2026-01-15', 'e' FROM core.workspaces;
INSERT INTO billing.events SELECT workspace_id, '2026-02-15', 'e' FROM core.workspaces;
INSERT INTO billing.hole_rates SELECT workspace_id, 1 FROM core.workspaces;
REFRESH MATERIALIZED VIEW archive.yearly;
