-- summary: where a session of this database looks for names, if it says nothing else
-- columns: path
SELECT g.reset_val AS path FROM pg_catalog.pg_settings g WHERE g.name = 'search_path'
