-- summary: be a role (by "role", or for a superuser by "session_authorization"), with the role's search_path, by which triggers and policies find what they call
-- params: identity:text role:text path:text
-- columns: role path
SELECT pg_catalog.set_config($1, $2, true) AS role,
       pg_catalog.set_config('search_path', $3, true) AS path
