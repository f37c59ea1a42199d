-- summary: be a role (by "role", or for a superuser by "session_authorization"), with a tenant's setting
-- params: setting:text value:text identity:text role:text
-- columns: setting role
SELECT pg_catalog.set_config($1, $2, true) AS setting, pg_catalog.set_config($3, $4, true) AS role
