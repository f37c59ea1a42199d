-- summary: what was prepared, as whoever the session is now
-- columns: found
EXECUTE souk_probe
