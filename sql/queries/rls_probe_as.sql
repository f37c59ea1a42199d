-- summary: be a role, with a tenant's setting
-- params: setting:text value:text role:text
-- columns: setting role
SELECT pg_catalog.set_config($1, $2, true) AS setting, pg_catalog.set_config('role', $3, true) AS role
