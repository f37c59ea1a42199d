-- summary: what the session says of itself, if it was ever asked to say it
-- params: setting:text
-- columns: setting
SELECT pg_catalog.current_setting($1, true) AS setting
