-- summary: roles: attributes, limits, members, relations owned; who bypasses row-level security
-- columns: oid name login superuser bypassrls inherit createrole createdb replication connection_limit valid_until member_of members sessions owns bypass
SELECT r.oid,
       r.rolname AS name,
       r.rolcanlogin AS login,
       r.rolsuper AS superuser,
       r.rolbypassrls AS bypassrls,
       r.rolinherit AS inherit,
       r.rolcreaterole AS createrole,
       r.rolcreatedb AS createdb,
       r.rolreplication AS replication,
       NULLIF(r.rolconnlimit, -1) AS connection_limit,
       r.rolvaliduntil AS valid_until,
       (SELECT pg_catalog.string_agg(g.rolname, ', ' ORDER BY g.rolname)
          FROM pg_catalog.pg_auth_members AS m
          JOIN pg_catalog.pg_roles AS g ON g.oid = m.roleid
         WHERE m.member = r.oid) AS member_of,
       (SELECT pg_catalog.count(*) FROM pg_catalog.pg_auth_members AS m WHERE m.roleid = r.oid)
           AS members,
       (SELECT pg_catalog.count(*) FROM pg_catalog.pg_stat_activity AS a WHERE a.usesysid = r.oid)
           AS sessions,
       (SELECT pg_catalog.count(*) FROM pg_catalog.pg_class AS c
         WHERE c.relowner = r.oid AND c.relkind IN ('r', 'p', 'v', 'm', 'f')) AS owns,
       CASE WHEN r.rolsuper THEN 'superuser'
            WHEN r.rolbypassrls THEN 'itself'
            ELSE (SELECT pg_catalog.string_agg(b.rolname, ', ' ORDER BY b.rolname)
                    FROM pg_catalog.pg_roles AS b
                   WHERE (b.rolsuper OR b.rolbypassrls)
                     AND pg_catalog.pg_has_role(r.oid, b.oid, 'MEMBER')) END AS bypass
  FROM pg_catalog.pg_roles AS r
