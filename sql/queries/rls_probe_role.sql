-- summary: be a role, without any tenant; tells what the setting is
-- params: setting:text role:text
-- columns: setting role
SELECT pg_catalog.current_setting($1, true) AS setting, pg_catalog.set_config('role', $2, true) AS role
