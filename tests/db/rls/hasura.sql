-- SPDX-License-Identifier: MIT
-- Hasura's claims in one JSON setting, a short text as the tenant, staff who belong to a customer, children of children.
-- What begins with "hole_" must raise a finding above info, what begins with "sound_" none.
-- Run by a superuser in an empty database of its own cluster.
\set ON_ERROR_STOP on
\set QUIET on
\o /dev/null
SET client_min_messages=error;
DO $$ BEGIN CREATE ROLE d2_owner NOLOGIN; CREATE ROLE d2_app LOGIN; CREATE ROLE d2_jobs LOGIN; CREATE ROLE d2_bi LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
CREATE SCHEMA hr AUTHORIZATION d2_owner; GRANT USAGE ON SCHEMA hr TO d2_app, d2_jobs, d2_bi; SET ROLE d2_owner;
CREATE TABLE hr.customer (customer_code varchar(12) PRIMARY KEY, label varchar(80));
ALTER TABLE hr.customer ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY own ON hr.customer USING ((customer_code)::text = current_setting('hasura.user', true)::json->>'x-hasura-customer'); GRANT SELECT ON hr.customer TO d2_app;
CREATE FUNCTION hr.cust() RETURNS text LANGUAGE sql STABLE AS $$ SELECT nullif(current_setting('hasura.user', true), '')::json ->> 'x-hasura-customer' $$;
CREATE FUNCTION hr.login() RETURNS text LANGUAGE sql STABLE AS $$ SELECT nullif(current_setting('hasura.user', true), '')::json ->> 'x-hasura-user-id' $$;
CREATE FUNCTION hr.mk(n text, pol text, extra text DEFAULT '') RETURNS void LANGUAGE plpgsql AS $$ BEGIN
 EXECUTE format('CREATE TABLE hr.%I (uid uuid DEFAULT gen_random_uuid() PRIMARY KEY, customer_code varchar(12) NOT NULL REFERENCES hr.customer ON DELETE CASCADE, name text DEFAULT ''n'', login text %s)', n, extra);
 EXECUTE format('CREATE INDEX ON hr.%I (customer_code)', n);
 EXECUTE format('ALTER TABLE hr.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; GRANT SELECT, INSERT, UPDATE, DELETE ON hr.%I TO d2_app', n, n);
 IF pol IS NOT NULL THEN EXECUTE format('CREATE POLICY p1 ON hr.%I USING (%s)', n, pol); END IF; END $$;
CREATE TABLE hr.staff (login text NOT NULL, customer_code varchar(12) NOT NULL REFERENCES hr.customer ON DELETE CASCADE, is_admin boolean NOT NULL DEFAULT false, PRIMARY KEY (login, customer_code)); CREATE INDEX ON hr.staff (customer_code);
ALTER TABLE hr.staff ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY own ON hr.staff FOR SELECT USING (customer_code = hr.cust()); GRANT SELECT ON hr.staff TO d2_app;
SELECT hr.mk('sound_a', 'customer_code = hr.cust()'); SELECT hr.mk('sound_b', '(SELECT hr.cust()) = customer_code'); SELECT hr.mk('sound_cast', 'customer_code::text = hr.cust()');
SELECT hr.mk('sound_inline', 'customer_code = (current_setting(''hasura.user'', true)::json ->> ''x-hasura-customer'')');
SELECT hr.mk('sound_staff', 'EXISTS (SELECT FROM hr.staff s WHERE s.customer_code = sound_staff.customer_code AND s.login = hr.login())');
SELECT hr.mk('sound_staff_in', 'customer_code IN (SELECT s.customer_code FROM hr.staff s WHERE s.login = hr.login())');
SELECT hr.mk('sound_staff_any', 'customer_code = ANY (ARRAY(SELECT s.customer_code FROM hr.staff s WHERE s.login = hr.login()))');
SELECT hr.mk('sound_admin_narrow', 'customer_code = hr.cust() AND (login = hr.login() OR EXISTS (SELECT FROM hr.staff s WHERE s.customer_code = sound_admin_narrow.customer_code AND s.login = hr.login() AND s.is_admin))');
SELECT hr.mk('sound_two_floors', NULL); CREATE POLICY a ON hr.sound_two_floors USING (true); CREATE POLICY f ON hr.sound_two_floors AS RESTRICTIVE FOR ALL USING (customer_code = hr.cust()); CREATE POLICY g ON hr.sound_two_floors AS RESTRICTIVE FOR DELETE USING (login = hr.login());
SELECT hr.mk('sound_upsert', NULL); CREATE POLICY s ON hr.sound_upsert FOR SELECT USING (customer_code = hr.cust()); CREATE POLICY i ON hr.sound_upsert FOR INSERT WITH CHECK (customer_code = hr.cust() AND login = hr.login()); CREATE POLICY u ON hr.sound_upsert FOR UPDATE USING (customer_code = hr.cust()); REVOKE DELETE ON hr.sound_upsert FROM d2_app;
SELECT hr.mk('sound_exists_parent', 'EXISTS (SELECT 1 FROM hr.customer c WHERE c.customer_code = sound_exists_parent.customer_code)');
SELECT hr.mk('sound_nullif', 'customer_code = NULLIF(hr.cust(), '''')');
SELECT hr.mk('sound_concat', '(customer_code || '''') = hr.cust()');
SELECT hr.mk('sound_jsonkey', 'customer_code = (nullif(current_setting(''hasura.user'', true), '''')::jsonb #>> ''{x-hasura-customer}'')');
SELECT hr.mk('sound_length_guard', 'length(hr.cust()) > 0 AND customer_code = hr.cust()');
SELECT hr.mk('sound_job', 'customer_code = hr.cust()'); CREATE POLICY jobs ON hr.sound_job FOR SELECT TO d2_jobs USING (true); GRANT SELECT ON hr.sound_job TO d2_jobs;
SELECT hr.mk('sound_uniq', 'customer_code = hr.cust()', ', email text, UNIQUE (customer_code, email)');
SELECT hr.mk('sound_uniq_rev', 'customer_code = hr.cust()', ', email text, UNIQUE (email, customer_code)');
SELECT hr.mk('sound_partial', 'customer_code = hr.cust()', ', email text'); CREATE UNIQUE INDEX ON hr.sound_partial (customer_code, lower(email)) WHERE email IS NOT NULL;
CREATE TABLE hr.sound_child (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a uuid NOT NULL REFERENCES hr.sound_a ON DELETE CASCADE, t text); CREATE INDEX ON hr.sound_child (a); ALTER TABLE hr.sound_child ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY p ON hr.sound_child USING (a IN (SELECT uid FROM hr.sound_a)); GRANT SELECT, INSERT, UPDATE, DELETE ON hr.sound_child TO d2_app;
CREATE TABLE hr.sound_grandchild (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, c bigint NOT NULL REFERENCES hr.sound_child ON DELETE CASCADE, t text); CREATE INDEX ON hr.sound_grandchild (c); ALTER TABLE hr.sound_grandchild ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY p ON hr.sound_grandchild USING (EXISTS (SELECT FROM hr.sound_child x WHERE x.id = c)); GRANT SELECT, INSERT ON hr.sound_grandchild TO d2_app;
CREATE TABLE hr.sound_tags (a uuid NOT NULL REFERENCES hr.sound_a ON DELETE CASCADE, tag text, PRIMARY KEY (a, tag)); ALTER TABLE hr.sound_tags ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY p ON hr.sound_tags USING (EXISTS (SELECT FROM hr.sound_a x WHERE x.uid = sound_tags.a AND x.customer_code = hr.cust())); GRANT SELECT, INSERT, DELETE ON hr.sound_tags TO d2_app;
-- holes
SELECT hr.mk('hole_coalesce_arg', 'customer_code = COALESCE(hr.cust(), customer_code)');
SELECT hr.mk('hole_or_admin', 'customer_code = hr.cust() OR EXISTS (SELECT FROM hr.staff s WHERE s.login = hr.login() AND s.is_admin)');
SELECT hr.mk('hole_admin_setting', 'customer_code = hr.cust() OR current_setting(''app.role'', true) = ''admin''');
SELECT hr.mk('hole_prefix', 'customer_code LIKE hr.cust() || ''%''');
SELECT hr.mk('hole_upper', 'upper(left(customer_code, 1)) = upper(left(hr.cust(), 1))');
SELECT hr.mk('hole_exists_self', 'EXISTS (SELECT FROM hr.staff s WHERE s.customer_code = s.customer_code AND s.login = hr.login())');
SELECT hr.mk('hole_login_null', 'login = hr.login() OR login IS NULL');
SELECT hr.mk('hole_any_key', 'nullif(current_setting(''hasura.user'', true), '''')::jsonb ? ''x-hasura-customer''');
SELECT hr.mk('hole_any_all', 'hr.cust() IS NOT NULL');
SELECT hr.mk('hole_or_true_case', 'CASE WHEN hr.cust() IS NOT NULL THEN customer_code = hr.cust() END IS NOT FALSE');
SELECT hr.mk('hole_insert', NULL); CREATE POLICY s ON hr.hole_insert FOR SELECT USING (customer_code = hr.cust()); CREATE POLICY i ON hr.hole_insert FOR INSERT WITH CHECK (login = hr.login());
SELECT hr.mk('hole_all_check', NULL); CREATE POLICY s ON hr.hole_all_check USING (customer_code = hr.cust()) WITH CHECK (name <> '');
SELECT hr.mk('hole_jobs_loose', 'customer_code = hr.cust()'); CREATE POLICY jobs ON hr.hole_jobs_loose FOR ALL TO PUBLIC USING (current_user <> 'd2_x'); 
SELECT hr.mk('hole_bi', NULL); CREATE POLICY a ON hr.hole_bi TO d2_app USING (customer_code = hr.cust()); CREATE POLICY b ON hr.hole_bi FOR SELECT USING (name IS NOT NULL); GRANT SELECT ON hr.hole_bi TO d2_bi;
SELECT hr.mk('hole_off', 'customer_code = hr.cust()'); ALTER TABLE hr.hole_off DISABLE ROW LEVEL SECURITY;
CREATE TABLE hr.hole_norls (customer_code varchar(12) NOT NULL, n int); GRANT SELECT ON hr.hole_norls TO d2_bi;
CREATE TABLE hr.hole_child_open (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a uuid NOT NULL REFERENCES hr.sound_a ON DELETE CASCADE); GRANT SELECT ON hr.hole_child_open TO d2_app;
CREATE TABLE hr.hole_child_true (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a uuid NOT NULL REFERENCES hr.sound_a ON DELETE CASCADE); CREATE INDEX ON hr.hole_child_true (a); ALTER TABLE hr.hole_child_true ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY p ON hr.hole_child_true USING (true); GRANT SELECT ON hr.hole_child_true TO d2_app;
CREATE TABLE hr.hole_child_unbound (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a uuid NOT NULL REFERENCES hr.sound_a ON DELETE CASCADE); CREATE INDEX ON hr.hole_child_unbound (a); ALTER TABLE hr.hole_child_unbound ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY p ON hr.hole_child_unbound USING (EXISTS (SELECT FROM hr.sound_a x WHERE x.customer_code = hr.cust())); GRANT SELECT ON hr.hole_child_unbound TO d2_app;
SELECT hr.mk('hole_email', 'customer_code = hr.cust()', ', email text UNIQUE');
SELECT hr.mk('hole_fk', 'customer_code = hr.cust()', ', boss uuid REFERENCES hr.sound_a ON DELETE CASCADE');
RESET ROLE;
CREATE VIEW hr.hole_report AS SELECT customer_code, count(*) AS n FROM hr.sound_a GROUP BY 1; GRANT SELECT ON hr.hole_report TO d2_bi;
CREATE VIEW hr.hole_names AS SELECT name FROM hr.sound_a; GRANT SELECT ON hr.hole_names TO d2_app;
CREATE VIEW hr.sound_inv WITH (security_invoker=true) AS SELECT * FROM hr.sound_a; GRANT SELECT ON hr.sound_inv TO d2_app;
CREATE FUNCTION hr.hole_find(q text) RETURNS SETOF hr.sound_a LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ SELECT * FROM hr.sound_a WHERE name = q $$;
CREATE FUNCTION hr.sound_find(q text) RETURNS SETOF hr.sound_a LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ SELECT * FROM hr.sound_a WHERE name = q AND customer_code = hr.cust() $$;
CREATE FUNCTION hr.sound_invoker(q text) RETURNS SETOF hr.sound_a LANGUAGE sql STABLE AS $$ SELECT * FROM hr.sound_a WHERE name = q $$;
INSERT INTO hr.customer VALUES ('acme','A'),('brut','B'); INSERT INTO hr.staff VALUES ('ann','acme',true),('bob','brut',true);
DO $$ DECLARE r regclass; BEGIN FOR r IN SELECT c.oid FROM pg_class c JOIN pg_attribute a ON a.attrelid=c.oid AND a.attname='customer_code' JOIN pg_attribute b ON b.attrelid=c.oid AND b.attname='login' WHERE relkind='r' AND relname ~ '^(hole|sound)_' LOOP EXECUTE format('INSERT INTO %s (customer_code, login) SELECT c.customer_code, s.login FROM hr.customer c JOIN hr.staff s USING (customer_code)', r); END LOOP; END $$;
INSERT INTO hr.hole_norls SELECT customer_code, 1 FROM hr.customer; INSERT INTO hr.sound_child (a) SELECT uid FROM hr.sound_a; INSERT INTO hr.sound_grandchild (c) SELECT id FROM hr.sound_child; INSERT INTO hr.sound_tags SELECT uid, 't' FROM hr.sound_a; INSERT INTO hr.hole_child_open (a) SELECT uid FROM hr.sound_a; INSERT INTO hr.hole_child_true (a) SELECT uid FROM hr.sound_a; INSERT INTO hr.hole_child_unbound (a) SELECT uid FROM hr.sound_a;
