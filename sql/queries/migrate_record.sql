-- summary: note a migration as applied, in its own transaction
-- params: number:int name:text checksum:text
INSERT INTO commerce.schema_migrations (number, name, checksum) VALUES ($1, $2, $3)
