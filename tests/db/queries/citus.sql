-- SPDX-License-Identifier: MIT
-- The functions of Citus that the queries call, by name and type only: enough to prepare them.
SET allow_system_table_mods = on;
CREATE FUNCTION pg_catalog.create_reference_table(regclass) RETURNS void LANGUAGE sql AS '';
CREATE FUNCTION pg_catalog.create_distributed_table(
  table_name regclass, distribution_column text, distribution_type text DEFAULT 'hash',
  colocate_with text DEFAULT 'default', shard_count int DEFAULT NULL)
RETURNS void LANGUAGE sql AS '';
