-- summary: row-level security policies
-- columns: relation oid name command kind roles using check
SELECT p.polrelid AS relation,
       p.oid,
       p.polname AS name,
       CASE p.polcmd WHEN 'r' THEN 'select' WHEN 'a' THEN 'insert' WHEN 'w' THEN 'update'
            WHEN 'd' THEN 'delete' ELSE 'all' END AS command,
       CASE WHEN p.polpermissive THEN 'permissive' ELSE 'restrictive' END AS kind,
       CASE WHEN p.polroles = '{0}' THEN 'public'
            ELSE (SELECT pg_catalog.string_agg(r.rolname, ', ' ORDER BY r.rolname)
                    FROM pg_catalog.pg_roles AS r WHERE r.oid = ANY (p.polroles)) END AS roles,
       pg_catalog.pg_get_expr(p.polqual, p.polrelid) AS using,
       pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) AS check
  FROM pg_catalog.pg_policy AS p
