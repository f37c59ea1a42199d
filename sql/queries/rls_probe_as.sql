-- summary: be a role (by "role", or for a superuser by "session_authorization"), with the role's search_path, by which triggers and policies find what they call
-- params: identity:text role:text
-- columns: role path
SELECT pg_catalog.set_config($1, $2, true) AS role,
       pg_catalog.set_config('search_path', COALESCE(
	       (SELECT pg_catalog.substr(c.setting, 13)
		  FROM pg_catalog.pg_db_role_setting s
		  JOIN pg_catalog.pg_roles r ON r.oid = s.setrole
		 CROSS JOIN LATERAL pg_catalog.unnest(s.setconfig) AS c (setting)
		 WHERE r.rolname = $2 AND c.setting LIKE 'search\_path=%'
		   AND s.setdatabase IN (0, (SELECT d.oid FROM pg_catalog.pg_database d
			WHERE d.datname = pg_catalog.current_database()))
		 ORDER BY s.setdatabase DESC LIMIT 1),
	       (SELECT g.reset_val FROM pg_catalog.pg_settings g WHERE g.name = 'search_path')), true) AS path
