-- summary: which role is a member of which; before 16 the member's own INHERIT decides, since then each grant has options
-- columns: role member admin inherit set
SELECT m.roleid AS role,
       m.member,
       pg_catalog.bool_or(m.admin_option) AS admin,
       pg_catalog.bool_or(COALESCE((o.options ->> 'inherit_option')::boolean, r.rolinherit)) AS inherit,
       pg_catalog.bool_or(COALESCE((o.options ->> 'set_option')::boolean, true)) AS set
  FROM pg_catalog.pg_auth_members AS m
  JOIN pg_catalog.pg_roles AS r ON r.oid = m.member
 CROSS JOIN LATERAL pg_catalog.to_jsonb(m) AS o (options)
 GROUP BY m.roleid, m.member
 ORDER BY m.roleid, m.member
