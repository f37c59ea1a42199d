-- summary: row-level security policies with what their expressions read
-- columns: oid relation name command permissive roles using check columns relations functions
-- fragments: lock.held
WITH held AS MATERIALIZED (:held),
     reads AS (
       SELECT d.objid AS policy,
              pg_catalog.array_agg(DISTINCT d.refobjsubid::text)
                  FILTER (WHERE d.refobjid = p.polrelid AND d.refobjsubid > 0) AS columns,
              pg_catalog.array_agg(DISTINCT d.refobjid::text)
                  FILTER (WHERE d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
                            AND d.refobjid <> p.polrelid) AS relations,
              pg_catalog.array_agg(DISTINCT d.refobjid::text)
                  FILTER (WHERE d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass)
                  AS functions
         FROM pg_catalog.pg_depend AS d
         JOIN pg_catalog.pg_policy AS p ON p.oid = d.objid
        WHERE d.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass
          AND d.refclassid IN ('pg_catalog.pg_class'::pg_catalog.regclass,
                               'pg_catalog.pg_proc'::pg_catalog.regclass)
        GROUP BY d.objid)
SELECT p.oid,
       p.polrelid AS relation,
       p.polname AS name,
       p.polcmd AS command,
       p.polpermissive AS permissive,
       p.polroles::text AS roles,
       CASE WHEN COALESCE(p.polrelid <> ALL (held.list), true)
            THEN pg_catalog.pg_get_expr(p.polqual, p.polrelid) END AS using,
       CASE WHEN COALESCE(p.polrelid <> ALL (held.list), true)
            THEN pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) END AS check,
       r.columns::text AS columns,
       r.relations::text AS relations,
       r.functions::text AS functions
  FROM pg_catalog.pg_policy AS p
 CROSS JOIN held
  LEFT JOIN reads AS r ON r.policy = p.oid
 ORDER BY p.polrelid, p.polname
