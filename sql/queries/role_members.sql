-- summary: memberships (before 16 the member's own INHERIT decides whether rights come by themselves)
-- columns: role member admin inherit set login
SELECT g.rolname AS role,
       m.rolname AS member,
       x.admin_option AS admin,
       m.rolinherit AS inherit,
       true AS set,
       m.rolcanlogin AS login
  FROM pg_catalog.pg_auth_members AS x
  JOIN pg_catalog.pg_roles AS g ON g.oid = x.roleid
  JOIN pg_catalog.pg_roles AS m ON m.oid = x.member
