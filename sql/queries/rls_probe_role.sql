-- summary: be a role, without any tenant; tells what the setting is
-- params: setting:text identity:text role:text
-- columns: setting role
SELECT pg_catalog.current_setting($1, true) AS setting, pg_catalog.set_config($2, $3, true) AS role
