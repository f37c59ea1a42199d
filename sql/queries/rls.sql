-- summary: row-level security of every relation: enabled, forced, policies, commands covered, who holds rights
-- columns: oid schema name kind owner enabled forced policies select insert update delete granted estimate
SELECT c.oid::bigint AS oid, n.nspname AS schema, c.relname AS name,
       CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned' WHEN 'v' THEN 'view'
            WHEN 'm' THEN 'matview' ELSE 'foreign' END AS kind,
       pg_catalog.pg_get_userbyid(c.relowner) AS owner,
       c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced,
       COALESCE(p.policies, 0) AS policies,
       COALESCE(p.reads, false) AS select, COALESCE(p.inserts, false) AS insert,
       COALESCE(p.updates, false) AS update, COALESCE(p.deletes, false) AS delete,
       a.granted,
       c.reltuples::bigint AS estimate
  FROM pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  LEFT JOIN (SELECT polrelid, pg_catalog.count(*) AS policies,
                    pg_catalog.bool_or(polpermissive AND polcmd IN ('*', 'r')) AS reads,
                    pg_catalog.bool_or(polpermissive AND polcmd IN ('*', 'a')) AS inserts,
                    pg_catalog.bool_or(polpermissive AND polcmd IN ('*', 'w')) AS updates,
                    pg_catalog.bool_or(polpermissive AND polcmd IN ('*', 'd')) AS deletes
               FROM pg_catalog.pg_policy
              GROUP BY polrelid) AS p ON p.polrelid = c.oid
  LEFT JOIN LATERAL (
       SELECT pg_catalog.string_agg(DISTINCT CASE WHEN x.grantee = 0 THEN 'PUBLIC'
                                    ELSE pg_catalog.pg_get_userbyid(x.grantee) END, ' ') AS granted
         FROM pg_catalog.aclexplode(c.relacl) AS x
        WHERE x.grantee <> c.relowner) AS a ON true
 WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
   AND c.relpersistence <> 't'
   AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
