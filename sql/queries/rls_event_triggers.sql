-- summary: event triggers, the functions that they run as whoever changes the schema, and whose they are
-- columns: name function owner
SELECT e.evtname AS name, e.evtfoid AS function, pg_catalog.pg_get_userbyid(e.evtowner) AS owner
FROM pg_catalog.pg_event_trigger e
WHERE e.evtenabled <> 'D'
ORDER BY 1
