-- summary: row-level security of every relation: enabled, forced, policies, commands covered, who holds rights
-- select to delete: may rows pass there: "no" without a permissive policy, "off" where policies do not count, "root"
-- where it has no policy of its own and is reached through its root alone, whose policies decide.
-- columns: oid schema name kind owner enabled forced policies select insert update delete granted estimate
SELECT c.oid::bigint AS oid, n.nspname AS schema, c.relname AS name,
       CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned' WHEN 'v' THEN 'view'
            WHEN 'm' THEN 'matview' ELSE 'foreign' END AS kind,
       pg_catalog.pg_get_userbyid(c.relowner) AS owner,
       CASE WHEN t.able THEN c.relrowsecurity END AS enabled,
       CASE WHEN t.able THEN c.relforcerowsecurity END AS forced,
       CASE WHEN t.able THEN COALESCE(p.policies, 0) END AS policies,
       CASE WHEN w.uncounted THEN w.word WHEN p.reads THEN 'yes' ELSE COALESCE(w.word, 'no') END AS select,
       CASE WHEN w.uncounted THEN w.word WHEN p.inserts THEN 'yes' ELSE COALESCE(w.word, 'no') END AS insert,
       CASE WHEN w.uncounted THEN w.word WHEN p.updates THEN 'yes' ELSE COALESCE(w.word, 'no') END AS update,
       CASE WHEN w.uncounted THEN w.word WHEN p.deletes THEN 'yes' ELSE COALESCE(w.word, 'no') END AS delete,
       a.granted,
       CASE WHEN c.relkind <> 'v' AND c.reltuples >= 0 THEN c.reltuples::bigint END AS estimate
  FROM pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
 CROSS JOIN LATERAL (SELECT c.relkind IN ('r', 'p') AS able) AS t -- others have no policies
  LEFT JOIN (SELECT polrelid, pg_catalog.count(*) AS policies,
                    pg_catalog.bool_or(polpermissive AND polcmd IN ('*', 'r')) AS reads,
                    pg_catalog.bool_or(polpermissive AND polcmd IN ('*', 'a')) AS inserts,
                    pg_catalog.bool_or(polpermissive AND polcmd IN ('*', 'w')) AS updates,
                    pg_catalog.bool_or(polpermissive AND polcmd IN ('*', 'd')) AS deletes
               FROM pg_catalog.pg_policy
              GROUP BY polrelid) AS p ON p.polrelid = c.oid
  LEFT JOIN LATERAL (
       SELECT pg_catalog.string_agg(DISTINCT CASE WHEN x.grantee = 0 THEN 'PUBLIC'
                                    ELSE pg_catalog.pg_get_userbyid(x.grantee) END, ', ') AS granted
         FROM (SELECT (pg_catalog.aclexplode(c.relacl)).grantee
               UNION ALL
               SELECT (pg_catalog.aclexplode(k.attacl)).grantee
                 FROM pg_catalog.pg_attribute AS k
                WHERE k.attrelid = c.oid AND k.attacl IS NOT NULL AND NOT k.attisdropped) AS x
        WHERE x.grantee <> c.relowner) AS a ON true
 CROSS JOIN LATERAL (
       SELECT CASE WHEN NOT t.able THEN NULL
                   WHEN (c.relrowsecurity OR a.granted IS NULL)
                        AND EXISTS (SELECT FROM pg_catalog.pg_inherits AS i WHERE i.inhrelid = c.oid) THEN 'root'
                   WHEN NOT c.relrowsecurity THEN 'off' END AS word,
              NOT t.able OR NOT c.relrowsecurity AS uncounted) AS w -- its own policies
 WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
   AND c.relpersistence <> 't'
   AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
