-- summary: logins that no policy binds, by themselves or through which memberships
-- columns: login role how path superuser bypassrls
WITH RECURSIVE reach AS (
       SELECT oid AS login, oid AS role, true AS inherits, rolname::text AS path, 0 AS steps
         FROM pg_catalog.pg_roles
        WHERE rolcanlogin
       UNION ALL
       SELECT reach.login, m.roleid, reach.inherits AND r.rolinherit,
              reach.path || ' > ' || g.rolname, reach.steps + 1
         FROM reach
         JOIN pg_catalog.pg_auth_members AS m ON m.member = reach.role
         JOIN pg_catalog.pg_roles AS r ON r.oid = m.member
         JOIN pg_catalog.pg_roles AS g ON g.oid = m.roleid
        WHERE reach.steps < 16)
SELECT l.rolname AS login, t.rolname AS role,
       CASE WHEN l.oid = t.oid THEN 'itself' WHEN reach.inherits THEN 'inherits, SET ROLE'
            ELSE 'SET ROLE' END AS how,
       reach.path, t.rolsuper AS superuser, t.rolbypassrls AS bypassrls
  FROM reach
  JOIN pg_catalog.pg_roles AS l ON l.oid = reach.login
  JOIN pg_catalog.pg_roles AS t ON t.oid = reach.role
 WHERE t.rolsuper OR t.rolbypassrls
