-- summary: undo one probe, its settings and role included
ROLLBACK TO SAVEPOINT souk_probe
