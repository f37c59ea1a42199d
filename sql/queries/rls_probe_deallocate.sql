-- summary: a prepared statement outlives the transaction, unless it is told not to
DEALLOCATE souk_probe
