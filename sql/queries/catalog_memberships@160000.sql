-- summary: which role is a member of which, and by what options (16: each grant has its own)
-- columns: role member admin inherit set
SELECT m.roleid AS role,
       m.member,
       pg_catalog.bool_or(m.admin_option) AS admin,
       pg_catalog.bool_or(m.inherit_option) AS inherit,
       pg_catalog.bool_or(m.set_option) AS set
  FROM pg_catalog.pg_auth_members AS m
 GROUP BY m.roleid, m.member
 ORDER BY m.roleid, m.member
