-- summary: whether the log of changes can be decoded
-- columns: logical
SELECT pg_catalog.current_setting('wal_level') = 'logical' AS logical
