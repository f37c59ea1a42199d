-- summary: what was applied, in order; ask only where migrate_state found the record
-- columns: number name checksum applied_at applied_by
SELECT m.number, m.name, m.checksum, m.applied_at, m.applied_by
  FROM commerce.schema_migrations AS m ORDER BY m.number
