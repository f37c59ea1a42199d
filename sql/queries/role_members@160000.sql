-- summary: memberships with the options of each grant
-- columns: role member admin inherit set login
SELECT g.rolname AS role,
       m.rolname AS member,
       pg_catalog.bool_or(x.admin_option) AS admin,
       pg_catalog.bool_or(x.inherit_option) AS inherit,
       pg_catalog.bool_or(x.set_option) AS set,
       m.rolcanlogin AS login
  FROM pg_catalog.pg_auth_members AS x
  JOIN pg_catalog.pg_roles AS g ON g.oid = x.roleid
  JOIN pg_catalog.pg_roles AS m ON m.oid = x.member
 GROUP BY g.rolname, m.rolname, m.rolcanlogin
