-- summary: before the first probe of a transaction
SAVEPOINT souk_probe
