-- summary: relations that are not the system's, with the rights of the current role
-- columns: oid schema name kind owner acl estimate pages rls forced active partition has_children populated unlogged options insertable updatable partition_key partition_bound rights locked extension
-- fragments: lock.held
-- Nothing here waits for a lock: what would (pg_get_partkeydef, pg_relation_is_updatable) is left out
-- for relations that somebody holds, or waits for, in ACCESS EXCLUSIVE mode.
WITH held AS MATERIALIZED (:held),
     handlers AS MATERIALIZED (
       -- pg_relation_is_updatable raises an error for a wrapper without a handler.
       SELECT COALESCE(pg_catalog.bool_and(w.fdwhandler <> 0), true) AS complete
         FROM pg_catalog.pg_foreign_data_wrapper AS w),
     rels AS (
       SELECT c.*,
              COALESCE(c.oid = ANY (held.list), false) AS locked
         FROM pg_catalog.pg_class AS c
         JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        CROSS JOIN held
        WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
          AND n.nspname <> 'information_schema'
          AND n.nspname !~ '^pg_'),
     -- Relations of one owner with one access list have the same rights: asked once for all.
     rights AS MATERIALIZED (
       SELECT g.relowner, g.acl,
              pg_catalog.has_table_privilege(g.oid, 'SELECT')::int
              | (pg_catalog.has_table_privilege(g.oid, 'INSERT')::int << 1)
              | (pg_catalog.has_table_privilege(g.oid, 'UPDATE')::int << 2)
              | (pg_catalog.has_table_privilege(g.oid, 'DELETE')::int << 3)
              | (pg_catalog.has_table_privilege(g.oid, 'TRUNCATE')::int << 4)
              | (pg_catalog.has_table_privilege(g.oid, 'REFERENCES')::int << 5)
              | (pg_catalog.has_table_privilege(g.oid, 'TRIGGER')::int << 6) AS bits
         FROM (SELECT rels.relowner, COALESCE(rels.relacl::text, '') AS acl,
                      pg_catalog.max(rels.oid::bigint)::oid AS oid
                 FROM rels
                GROUP BY 1, 2) AS g)
SELECT c.oid,
       c.relnamespace AS schema,
       c.relname AS name,
       c.relkind AS kind,
       c.relowner AS owner,
       c.relacl::text AS acl,
       c.reltuples AS estimate,
       c.relpages AS pages,
       c.relrowsecurity AS rls,
       c.relforcerowsecurity AS forced,
       c.relrowsecurity AND pg_catalog.row_security_active(c.oid) AS active,
       c.relispartition AS partition,
       c.relhassubclass AS has_children,
       c.relispopulated AS populated,
       c.relpersistence = 'u' AS unlogged,
       c.reloptions AS options,
       CASE WHEN c.relkind IN ('r', 'p') THEN true
            WHEN c.relkind = 'm' THEN false
            WHEN c.locked OR NOT h.complete THEN NULL
            ELSE pg_catalog.pg_relation_is_updatable(c.oid, true) & 8 <> 0
             END AS insertable,
       CASE WHEN c.relkind IN ('r', 'p') THEN true
            WHEN c.relkind = 'm' THEN false
            WHEN c.locked OR NOT h.complete THEN NULL
            ELSE pg_catalog.pg_relation_is_updatable(c.oid, true) & 4 <> 0
             END AS updatable,
       CASE WHEN c.relkind = 'p' AND NOT c.locked THEN pg_catalog.pg_get_partkeydef(c.oid)
             END AS partition_key,
       pg_catalog.pg_get_expr(c.relpartbound, 0) AS partition_bound,
       g.bits AS rights,
       c.locked,
       x.extname AS extension
  FROM rels AS c
 CROSS JOIN handlers AS h
  LEFT JOIN rights AS g ON g.relowner = c.relowner AND g.acl = COALESCE(c.relacl::text, '')
  LEFT JOIN pg_catalog.pg_depend AS e
    ON e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
   AND e.objid = c.oid AND e.objsubid = 0 AND e.deptype = 'e'
  LEFT JOIN pg_catalog.pg_extension AS x ON x.oid = e.refobjid
 ORDER BY c.oid
