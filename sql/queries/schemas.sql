-- summary: schemas that are not the system's, with how much is in them and who may look in
-- columns: oid name owner relations functions bytes index_bytes usage create comment
SELECT n.oid,
       n.nspname AS name,
       pg_catalog.pg_get_userbyid(n.nspowner) AS owner,
       k.relations,
       (SELECT pg_catalog.count(*) FROM pg_catalog.pg_proc AS p WHERE p.pronamespace = n.oid)
           AS functions,
       k.bytes,
       k.index_bytes,
       pg_catalog.has_schema_privilege(n.oid, 'USAGE') AS usage,
       pg_catalog.has_schema_privilege(n.oid, 'CREATE') AS create,
       pg_catalog.obj_description(n.oid, 'pg_namespace') AS comment
  FROM pg_catalog.pg_namespace AS n
 CROSS JOIN LATERAL (
       SELECT pg_catalog.count(*) FILTER (WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f'))
                  AS relations,
              -- Unknown, not none, while no table in it was vacuumed or analyzed.
              CASE WHEN pg_catalog.bool_or(c.relpages > 0 OR c.reltuples >= 0)
                            FILTER (WHERE c.relkind IN ('r', 'm')) IS DISTINCT FROM false
                   THEN COALESCE(pg_catalog.sum(GREATEST(c.relpages, 0)::bigint + COALESCE(t.relpages, 0))
                                     FILTER (WHERE c.relkind IN ('r', 'm')), 0)::bigint
                      * pg_catalog.current_setting('block_size')::bigint END AS bytes,
              CASE WHEN pg_catalog.bool_or(c.relpages > 0 OR c.reltuples >= 0)
                            FILTER (WHERE c.relkind IN ('r', 'm')) IS DISTINCT FROM false
                   THEN COALESCE(pg_catalog.sum(c.relpages::bigint) FILTER (WHERE c.relkind = 'i'), 0)::bigint
                      * pg_catalog.current_setting('block_size')::bigint END AS index_bytes
         FROM pg_catalog.pg_class AS c
         LEFT JOIN pg_catalog.pg_class AS t ON t.oid = c.reltoastrelid
        WHERE c.relnamespace = n.oid) AS k
 WHERE n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
