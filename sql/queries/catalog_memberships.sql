-- summary: which role is a member of which (before 16 the member's own INHERIT decides)
-- columns: role member admin inherit set
SELECT m.roleid AS role,
       m.member,
       m.admin_option AS admin,
       r.rolinherit AS inherit,
       true AS set
  FROM pg_catalog.pg_auth_members AS m
  JOIN pg_catalog.pg_roles AS r ON r.oid = m.member
 ORDER BY m.roleid, m.member
