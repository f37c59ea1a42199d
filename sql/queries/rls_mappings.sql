-- summary: servers that everybody reaches as one user; the user is hidden from those who may not see it
-- columns: server user
SELECT m.srvname AS server,
	(SELECT o.option_value FROM pg_catalog.pg_options_to_table(m.umoptions) o
	WHERE o.option_name = 'user') AS user
FROM pg_catalog.pg_user_mappings m
WHERE m.umuser = 0
