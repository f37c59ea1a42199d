-- summary: be a role, with its search_path, without any tenant; tells what the setting is
-- params: setting:text identity:text role:text
-- columns: setting role path
SELECT pg_catalog.current_setting($1, true) AS setting,
       pg_catalog.set_config($2, $3, true) AS role,
       pg_catalog.set_config('search_path', COALESCE(
	       (SELECT pg_catalog.substr(c.setting, 13)
		  FROM pg_catalog.pg_db_role_setting s
		  JOIN pg_catalog.pg_roles r ON r.oid = s.setrole
		 CROSS JOIN LATERAL pg_catalog.unnest(s.setconfig) AS c (setting)
		 WHERE r.rolname = $3 AND c.setting LIKE 'search\_path=%'
		   AND s.setdatabase IN (0, (SELECT d.oid FROM pg_catalog.pg_database d
			WHERE d.datname = pg_catalog.current_database()))
		 ORDER BY s.setdatabase DESC LIMIT 1),
	       (SELECT g.reset_val FROM pg_catalog.pg_settings g WHERE g.name = 'search_path')), true) AS path
