-- summary: which migrations were applied, when and by whom
-- columns: number name checksum applied_at applied_by
SELECT m.number, m.name, m.checksum, m.applied_at, m.applied_by
  FROM commerce.schema_migrations AS m
