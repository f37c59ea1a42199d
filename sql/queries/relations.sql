-- summary: relations that are not the system's, with size, use and row-level security
-- What costs is asked for in the list of columns, so that the server does it for the rows of the page alone.
-- columns: oid schema name kind owner estimate bytes index_bytes rls forced policies live dead seq_scan idx_scan last_vacuum last_analyze comment named
SELECT c.oid,
       n.nspname AS schema,
       c.relname AS name,
       CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned' WHEN 'v' THEN 'view'
            WHEN 'm' THEN 'matview' ELSE 'foreign' END AS kind,
       pg_catalog.pg_get_userbyid(c.relowner) AS owner,
       CASE WHEN d.oid IS NULL THEN COALESCE(l.estimate, NULLIF(c.reltuples, -1)::bigint) END AS estimate,
       -- As the rows, of the last VACUUM or ANALYZE: before it they are unknown, not none.
       CASE WHEN d.oid IS NOT NULL THEN d.bytes
            WHEN c.relkind = 'p' THEN l.bytes
            WHEN c.relpages > 0 OR c.reltuples >= 0
            THEN (GREATEST(c.relpages, 0) + COALESCE(t.relpages, 0))::bigint * b.size END AS bytes,
       CASE WHEN d.oid IS NOT NULL THEN NULL
            WHEN c.relkind = 'p' THEN l.index_bytes
            WHEN c.relpages > 0 OR c.reltuples >= 0
            THEN (SELECT COALESCE(pg_catalog.sum(k.relpages), 0)::bigint * b.size
                    FROM pg_catalog.pg_index AS x
                    JOIN pg_catalog.pg_class AS k ON k.oid = x.indexrelid
                   WHERE x.indrelid = c.oid) END AS index_bytes,
       -- Views and foreign tables have none of their own.
       CASE WHEN c.relkind IN ('r', 'p') THEN c.relrowsecurity END AS rls,
       CASE WHEN c.relkind IN ('r', 'p') THEN c.relforcerowsecurity END AS forced,
       CASE WHEN c.relkind IN ('r', 'p') THEN (SELECT pg_catalog.count(*) FROM pg_catalog.pg_policy AS p WHERE p.polrelid = c.oid) END
           AS policies,
       -- A standby counts nothing of this: its zeros are not known ones.
       CASE WHEN b.replica THEN NULL WHEN c.relkind IN ('r', 'm') THEN pg_catalog.pg_stat_get_live_tuples(c.oid) ELSE l.live END AS live,
       CASE WHEN b.replica THEN NULL WHEN c.relkind IN ('r', 'm') THEN pg_catalog.pg_stat_get_dead_tuples(c.oid) ELSE l.dead END AS dead,
       CASE WHEN c.relkind IN ('r', 'm') THEN pg_catalog.pg_stat_get_numscans(c.oid) ELSE l.seq_scan END AS seq_scan,
       CASE WHEN c.relkind = 'p' THEN l.idx_scan
            ELSE (SELECT pg_catalog.sum(pg_catalog.pg_stat_get_numscans(x.indexrelid))::bigint
                    FROM pg_catalog.pg_index AS x WHERE x.indrelid = c.oid) END AS idx_scan,
       GREATEST(pg_catalog.pg_stat_get_last_vacuum_time(c.oid),
                pg_catalog.pg_stat_get_last_autovacuum_time(c.oid)) AS last_vacuum,
       GREATEST(pg_catalog.pg_stat_get_last_analyze_time(c.oid),
                pg_catalog.pg_stat_get_last_autoanalyze_time(c.oid)) AS last_analyze,
       pg_catalog.obj_description(c.oid, 'pg_class') AS comment,
       pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS named
  FROM pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
 CROSS JOIN (SELECT pg_catalog.current_setting('block_size')::bigint AS size, pg_catalog.pg_is_in_recovery() AS replica) AS b
  LEFT JOIN pg_catalog.pg_class AS t ON t.oid = c.reltoastrelid
  -- On Citus the rows of a table lie in shards, its own figures say nothing: the engine is asked, where it is.
  LEFT JOIN (SELECT x.oid, x.bytes
               FROM (SELECT pg_catalog.query_to_xml('SELECT d.logicalrelid::oid AS oid, '
                            'pg_catalog.citus_total_relation_size(d.logicalrelid, false) AS bytes '
                            'FROM pg_catalog.pg_dist_partition AS d', true, false, '') AS sizes
                      WHERE EXISTS (SELECT FROM pg_catalog.pg_extension AS e WHERE e.extname = 'citus')
                     OFFSET 0) AS q
              CROSS JOIN XMLTABLE('/table/row' PASSING q.sizes
                                  COLUMNS oid oid PATH 'oid', bytes bigint PATH 'bytes') AS x) AS d ON d.oid = c.oid
  -- What is partitioned has nothing itself: its leaves', found without the locks of pg_partition_tree().
  LEFT JOIN LATERAL (
       WITH RECURSIVE parts AS (
              SELECT i.inhrelid AS oid FROM pg_catalog.pg_inherits AS i WHERE i.inhparent = c.oid
              UNION ALL
              SELECT i.inhrelid
                FROM parts AS p
                JOIN pg_catalog.pg_inherits AS i ON i.inhparent = p.oid)
       SELECT pg_catalog.sum(GREATEST(m.relpages, 0)::bigint + COALESCE(o.relpages, 0))
                  FILTER (WHERE m.relpages > 0 OR m.reltuples >= 0)::bigint * b.size AS bytes,
              pg_catalog.sum((SELECT COALESCE(pg_catalog.sum(k.relpages), 0)
                                FROM pg_catalog.pg_index AS x
                                JOIN pg_catalog.pg_class AS k ON k.oid = x.indexrelid
                               WHERE x.indrelid = m.oid))
                  FILTER (WHERE m.relpages > 0 OR m.reltuples >= 0)::bigint * b.size AS index_bytes,
              pg_catalog.sum(NULLIF(m.reltuples, -1))::bigint AS estimate,
              pg_catalog.sum(pg_catalog.pg_stat_get_numscans(m.oid))::bigint AS seq_scan,
              pg_catalog.sum((SELECT pg_catalog.sum(pg_catalog.pg_stat_get_numscans(x.indexrelid))
                                FROM pg_catalog.pg_index AS x
                               WHERE x.indrelid = m.oid))::bigint AS idx_scan,
              pg_catalog.sum(pg_catalog.pg_stat_get_live_tuples(m.oid))::bigint AS live,
              pg_catalog.sum(pg_catalog.pg_stat_get_dead_tuples(m.oid))::bigint AS dead
         FROM parts AS p
         JOIN pg_catalog.pg_class AS m ON m.oid = p.oid AND m.relkind <> 'p'
         LEFT JOIN pg_catalog.pg_class AS o ON o.oid = m.reltoastrelid) AS l ON c.relkind = 'p'
 WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
   AND n.nspname <> 'information_schema'
   AND n.nspname !~ '^pg_'
