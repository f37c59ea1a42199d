-- How each kind of transaction begins and ends.  Isolation and access mode are always spelt out:
-- a role's or a database's defaults may say otherwise.

-- fragment: begin-read
BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY

-- fragment: begin-snapshot
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY

-- fragment: begin-probe
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE

-- fragment: begin-write
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE

-- fragment: commit
COMMIT

-- fragment: rollback
ROLLBACK

-- One setting of a transaction on Citus, where set_config() would stay on the coordinator.
-- fragment: set-local
SET LOCAL :setting TO :'value'
