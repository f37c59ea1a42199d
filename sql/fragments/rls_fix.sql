-- SPDX-License-Identifier: MIT
-- What mends a finding. :condition, :other and :object are SQL that was composed from pieces or printed by
-- the server itself; everything else is quoted here.

-- fragment: own
:"column" = NULLIF(current_setting(:'name', true), '')::type
-- fragment: own_text
:"column" = NULLIF(current_setting(:'name', true), '')
-- fragment: own_claim
:"column" = (NULLIF(current_setting(:'name', true), '')::jsonb #>> :'other')::type
-- fragment: own_list
:"column" = ANY (NULLIF(current_setting(:'name', true), '')::type[])
-- fragment: own_login
:"column" = CURRENT_USER
-- fragment: own_parent
EXISTS (SELECT FROM :"schema".:"table" parent WHERE :condition)
-- Without another name for the parent: its own stands in what its policies say.
-- fragment: in_parent
(:other) IN (SELECT :object FROM :"schema".:"table" WHERE :condition)
-- fragment: both
(:other) AND (:condition)
-- fragment: enable
ALTER TABLE :"schema".:"table" ENABLE ROW LEVEL SECURITY;
-- fragment: force
ALTER TABLE :"schema".:"table" FORCE ROW LEVEL SECURITY;
-- fragment: policy
CREATE POLICY :"policy" ON :"schema".:"table" USING (:condition) WITH CHECK (:condition);
-- fragment: floor
CREATE POLICY :"policy" ON :"schema".:"table" AS RESTRICTIVE USING (:condition) WITH CHECK (:condition);
-- Leaves alone what is read: only a new reference is looked up.
-- fragment: reference
CREATE POLICY :"policy" ON :"schema".:"table" AS RESTRICTIVE USING (true) WITH CHECK (:condition);
-- fragment: using
ALTER POLICY :"policy" ON :"schema".:"table" USING (:condition);
-- fragment: check
ALTER POLICY :"policy" ON :"schema".:"table" WITH CHECK (:condition);
-- fragment: using_check
ALTER POLICY :"policy" ON :"schema".:"table" USING (:condition) WITH CHECK (:condition);
-- fragment: policy_to_public
ALTER POLICY :"policy" ON :"schema".:"table" TO PUBLIC;
-- fragment: policy_to
ALTER POLICY :"policy" ON :"schema".:"table" TO :object;
-- fragment: policy_for
CREATE POLICY :"policy" ON :"schema".:"table" FOR :object:tail USING (:condition);
-- fragment: policy_for_insert
CREATE POLICY :"policy" ON :"schema".:"table" FOR INSERT:tail WITH CHECK (:condition);
-- fragment: revoke
REVOKE :object ON :"schema".:"table" FROM :"role" CASCADE;
-- fragment: revoke_public
REVOKE :object ON :"schema".:"table" FROM PUBLIC CASCADE;
-- fragment: revoke_schema
REVOKE ALL ON ALL TABLES IN SCHEMA :"name" FROM :"role" CASCADE; REVOKE ALL ON SCHEMA :"name" FROM :"role" CASCADE;
-- fragment: revoke_schema_public
REVOKE ALL ON ALL TABLES IN SCHEMA :"name" FROM PUBLIC CASCADE; REVOKE ALL ON SCHEMA :"name" FROM PUBLIC CASCADE;
-- fragment: revoke_column
REVOKE UPDATE (:"column") ON :"schema".:"table" FROM :"role" CASCADE;
-- fragment: revoke_column_public
REVOKE UPDATE (:"column") ON :"schema".:"table" FROM PUBLIC CASCADE;
-- fragment: revoke_sequence
REVOKE UPDATE ON SEQUENCE :"schema".:"name" FROM :"role" CASCADE;
-- fragment: revoke_sequence_public
REVOKE UPDATE ON SEQUENCE :"schema".:"name" FROM PUBLIC CASCADE;
-- fragment: revoke_role
REVOKE :"name" FROM :"role":tail CASCADE;
-- fragment: noinherit
ALTER ROLE :"role" NOINHERIT;
-- fragment: inherit_false
GRANT :"name" TO :"role" WITH INHERIT FALSE:tail;
-- fragment: nobypassrls
ALTER ROLE :"role" NOBYPASSRLS;
-- fragment: nocreaterole
ALTER ROLE :"role" NOCREATEROLE;
-- fragment: noreplication
ALTER ROLE :"role" NOREPLICATION;
-- fragment: owner
ALTER TABLE :"schema".:"table" OWNER TO :"role";
-- fragment: grant
GRANT :object ON :"schema".:"table" TO :"role";
-- fragment: grant_public
GRANT :object ON :"schema".:"table" TO PUBLIC;
-- fragment: grant_schema_public
GRANT USAGE ON SCHEMA :"schema" TO PUBLIC;
-- fragment: grant_numbers
GRANT USAGE ON SEQUENCE :"schema".:"name" TO :"role";
-- fragment: grant_numbers_public
GRANT USAGE ON SEQUENCE :"schema".:"name" TO PUBLIC;
-- fragment: grant_sequence
GRANT USAGE ON SEQUENCE :object TO :"role";
-- fragment: grant_schema
GRANT USAGE ON SCHEMA :"schema" TO :"role";
-- fragment: owner_role
CREATE ROLE :"role" NOLOGIN;
-- fragment: reset_role
ALTER ROLE :"role" RESET :object;
-- fragment: reset_role_database
ALTER ROLE :"role" IN DATABASE :"name" RESET :object;
-- fragment: reset_database
ALTER DATABASE :"name" RESET :object;
-- fragment: default_revoke
ALTER DEFAULT PRIVILEGES FOR ROLE :"role" IN SCHEMA :"name" REVOKE ALL ON TABLES FROM :object;
-- fragment: default_revoke_all
ALTER DEFAULT PRIVILEGES FOR ROLE :"role" REVOKE ALL ON TABLES FROM :object;
-- fragment: invoker
ALTER VIEW :"schema".:"table" SET (security_invoker = true);
-- fragment: barrier
ALTER VIEW :"schema".:"table" SET (security_barrier = true);
-- fragment: check_option
ALTER VIEW :"schema".:"table" SET (check_option = cascaded);
-- fragment: search_path
ALTER ROUTINE :object SET search_path = :other;
-- fragment: function_revoke
REVOKE EXECUTE ON ROUTINE :object FROM PUBLIC CASCADE;
-- fragment: function_revoke_role
REVOKE EXECUTE ON ROUTINE :object FROM :"role" CASCADE;
-- fragment: function_owner
ALTER ROUTINE :object OWNER TO :"role";
-- fragment: revoke_language
REVOKE USAGE ON LANGUAGE :"name" FROM :"role" CASCADE;
-- fragment: revoke_language_public
REVOKE USAGE ON LANGUAGE :"name" FROM PUBLIC CASCADE;
-- fragment: drop_default
ALTER TABLE :"schema".:"table" ALTER COLUMN :"column" DROP DEFAULT;
-- fragment: function_stable
ALTER ROUTINE :object STABLE;
-- fragment: replaced
:object;
-- fragment: function_not_leakproof
ALTER ROUTINE :object NOT LEAKPROOF;
-- fragment: drop_rule
DROP RULE :"name" ON :"schema".:"table";
-- fragment: drop_mapping
DROP USER MAPPING FOR PUBLIC SERVER :"name";
-- fragment: unpublish
ALTER PUBLICATION :"name" DROP TABLE :"schema".:"table";
-- fragment: unpublish_schema
ALTER PUBLICATION :"name" DROP TABLES IN SCHEMA :"other";
-- fragment: republish
DROP PUBLICATION :"name"; CREATE PUBLICATION :"name":tail WITH (:object);
-- fragment: foreign_key_again
ALTER TABLE :"schema".:"table" DROP CONSTRAINT :"name", ADD CONSTRAINT :"name" :object:tail;
-- fragment: identity
ALTER TABLE :"schema".:"table" ALTER COLUMN :"column" DROP DEFAULT, ALTER COLUMN :"column" ADD GENERATED ALWAYS AS IDENTITY;
SELECT setval(pg_get_serial_sequence(:'other', :'column'), (SELECT max(:"column") FROM :"schema".:"table"));
-- fragment: nulls_not_distinct
ALTER TABLE :"schema".:"table" DROP CONSTRAINT :"name", ADD CONSTRAINT :"name" UNIQUE NULLS NOT DISTINCT :other;
-- fragment: unique_of_kept
CREATE UNIQUE INDEX ON :"schema".:"table" (:other) WHERE deleted_at IS NULL;
-- fragment: drop_constraint
ALTER TABLE :"schema".:"table" DROP CONSTRAINT :"name";
-- fragment: drop_key
ALTER TABLE :"schema".:"table" DROP CONSTRAINT IF EXISTS :"name"; DROP INDEX IF EXISTS :"schema".:"name";
-- fragment: drop_index
DROP INDEX :"schema".:"name";
-- fragment: add_unique_index
CREATE UNIQUE INDEX :"name" ON :"schema".:"table" USING :other;
-- fragment: extension
CREATE EXTENSION IF NOT EXISTS :"name";
-- fragment: add_exclusion
ALTER TABLE :"schema".:"table" ADD CONSTRAINT :"name" EXCLUDE USING :other;
-- fragment: exclude_equal
:"column" WITH =, :other
-- fragment: exclude_range
int8range(:"column", :"column", '[]') WITH &&, :other
-- fragment: check_not_null
ALTER TABLE :"schema".:"table" ADD CONSTRAINT :"name" CHECK (:"column" IS NOT NULL) NOT VALID;
-- fragment: add_unique
ALTER TABLE :"schema".:"table" ADD UNIQUE (:other);
-- fragment: add_primary
ALTER TABLE :"schema".:"table" ADD PRIMARY KEY (:other);
-- fragment: add_foreign_key
ALTER TABLE :"schema".:"table" ADD CONSTRAINT :"name" FOREIGN KEY (:other) REFERENCES :object (:condition):tail;
-- fragment: not_null
ALTER TABLE :"schema".:"table" ALTER COLUMN :"column" SET NOT NULL;
-- fragment: index
CREATE INDEX CONCURRENTLY ON :"schema".:"table" (:other);
-- fragment: index_plain
-- A partitioned table takes no index CONCURRENTLY: who writes waits until it is there.
CREATE INDEX ON :"schema".:"table" (:other);
-- fragment: reindex
REINDEX INDEX CONCURRENTLY :"schema".:"name";
-- fragment: validate
ALTER TABLE :"schema".:"table" VALIDATE CONSTRAINT :"name";
-- fragment: enforce
ALTER TABLE :"schema".:"table" ALTER CONSTRAINT :"name" ENFORCED;
-- fragment: enforce_check
-- A check cannot be altered: it is made again.
ALTER TABLE :"schema".:"table" DROP CONSTRAINT :"name", ADD CONSTRAINT :"name" :object;
-- fragment: column_type
ALTER TABLE :"schema".:"table" ALTER COLUMN :"column" TYPE :object;
-- fragment: default_one
ALTER TABLE :"schema".:"table" ALTER COLUMN :"column" SET DEFAULT 1;
-- fragment: column_default_now
ALTER TABLE :"schema".:"table" ALTER COLUMN :"column" SET DEFAULT now(), ALTER COLUMN :"column" SET NOT NULL;
-- fragment: index_pending
CREATE INDEX CONCURRENTLY ON :"schema".:"table" (:"name") WHERE :"column" IS NULL;
-- fragment: add_version
ALTER TABLE :"schema".:"table" ADD COLUMN version bigint NOT NULL DEFAULT 0;
-- fragment: role_setting
ALTER ROLE :"role" SET :object = :'other';
-- fragment: invoker_function
ALTER ROUTINE :object SECURITY INVOKER;
-- fragment: revoke_create
REVOKE CREATE ON SCHEMA :"name" FROM :"role" CASCADE;
-- fragment: revoke_create_public
REVOKE CREATE ON SCHEMA :"name" FROM PUBLIC CASCADE;
-- fragment: revoke_large
REVOKE ALL ON LARGE OBJECT :object FROM :"role" CASCADE;
-- fragment: revoke_large_public
REVOKE ALL ON LARGE OBJECT :object FROM PUBLIC CASCADE;
-- fragment: no_lo_compat
ALTER DATABASE :"name" SET lo_compat_privileges = off;
-- fragment: revoke_parameter
REVOKE ALL ON PARAMETER :"name" FROM :"role" CASCADE;
-- fragment: revoke_parameter_public
REVOKE ALL ON PARAMETER :"name" FROM PUBLIC CASCADE;
