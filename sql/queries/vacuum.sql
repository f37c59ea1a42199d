-- summary: dead rows, age of the oldest transaction id, last vacuum and analyze, and what runs now
-- columns: oid schema name live dead dead_share xid_age xid_used last_vacuum last_analyze changed running
SELECT c.oid,
       n.nspname AS schema,
       c.relname AS name,
       s.n_live_tup AS live,
       s.n_dead_tup AS dead,
       pg_catalog.round(s.n_dead_tup * 100.0 / NULLIF(s.n_live_tup + s.n_dead_tup, 0), 1)
           AS dead_share,
       pg_catalog.age(c.relfrozenxid) AS xid_age,
       pg_catalog.round(pg_catalog.age(c.relfrozenxid) * 100.0
           / pg_catalog.current_setting('autovacuum_freeze_max_age')::numeric, 1) AS xid_used,
       GREATEST(s.last_vacuum, s.last_autovacuum) AS last_vacuum,
       GREATEST(s.last_analyze, s.last_autoanalyze) AS last_analyze,
       s.n_mod_since_analyze AS changed,
       p.phase AS running
  FROM pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  -- A standby counts nothing of this: its zeros are not known ones.
  LEFT JOIN pg_catalog.pg_stat_all_tables AS s ON s.relid = c.oid AND NOT pg_catalog.pg_is_in_recovery()
  LEFT JOIN pg_catalog.pg_stat_progress_vacuum AS p ON p.relid = c.oid
 WHERE c.relkind IN ('r', 'm')
   AND n.nspname <> 'information_schema'
   AND n.nspname !~ '^pg_'
