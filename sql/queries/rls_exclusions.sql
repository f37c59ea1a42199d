-- summary: exclusion constraints as ALTER TABLE takes them
-- columns: relation name definition
SELECT k.conrelid AS relation, k.conname AS name, pg_catalog.pg_get_constraintdef(k.oid) AS definition
FROM pg_catalog.pg_constraint k
WHERE k.contype = 'x' AND k.conparentid = 0
