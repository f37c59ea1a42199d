-- The present time, as columns have it: with a time zone, or without as that of UTC.
-- fragment: now
pg_catalog.now()

-- fragment: utc
pg_catalog.now() AT TIME ZONE 'UTC'
