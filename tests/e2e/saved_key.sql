-- SPDX-License-Identifier: MIT
-- A key that a person gives; a role that may correct, not add.
CREATE TABLE codes (code text PRIMARY KEY, label text NOT NULL);
INSERT INTO codes SELECT 'c' || lpad(i::text, 3, '0'), 'label ' || i FROM generate_series(1, 90) AS i;
ANALYZE codes;
DO $$ BEGIN CREATE ROLE clerk LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
GRANT SELECT, UPDATE ON codes TO clerk;
