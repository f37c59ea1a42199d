-- summary: who granted a membership, where that has to be named to take it back (PostgreSQL 16); NULL: the first superuser
-- columns: role member grantor
SELECT m.roleid AS role, m.member, CASE WHEN m.grantor <> 10 THEN g.rolname END AS grantor
FROM pg_catalog.pg_auth_members m
JOIN pg_catalog.pg_roles g ON g.oid = m.grantor
WHERE pg_catalog.current_setting('server_version_num')::integer >= 160000
ORDER BY m.roleid, m.member, m.grantor
