-- summary: the server's time of a page, and how far a replica is behind what it has received
-- params: none
-- columns: as_of_us behind_ms
-- Of a replica that has replayed all it received the last transaction may be old because nobody writes.
SELECT (pg_catalog.date_part('epoch', pg_catalog.statement_timestamp()) * 1000000)::pg_catalog.int8 AS as_of_us,
       CASE WHEN NOT pg_catalog.pg_is_in_recovery() THEN NULL
            WHEN pg_catalog.pg_last_wal_receive_lsn() <= pg_catalog.pg_last_wal_replay_lsn() THEN 0
            ELSE (pg_catalog.date_part('epoch', pg_catalog.clock_timestamp()
                      - pg_catalog.pg_last_xact_replay_timestamp()) * 1000)::pg_catalog.int8
       END AS behind_ms;
