-- summary: the server's time of a page, and how far a replica has replayed
-- params: none
-- columns: as_of_us replayed_us
SELECT (pg_catalog.date_part('epoch', pg_catalog.statement_timestamp()) * 1000000)::pg_catalog.int8 AS as_of_us,
       CASE WHEN pg_catalog.pg_is_in_recovery()
            THEN (pg_catalog.date_part('epoch', pg_catalog.pg_last_xact_replay_timestamp()) * 1000000)::pg_catalog.int8
       END AS replayed_us;
