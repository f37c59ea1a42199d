-- summary: every policy: for which command and roles, what it lets through
-- columns: oid relation schema name policy command permissive roles using check
SELECT p.oid::bigint AS oid, p.polrelid AS relation, n.nspname AS schema, c.relname AS name, p.polname AS policy,
       CASE p.polcmd WHEN 'r' THEN 'select' WHEN 'a' THEN 'insert' WHEN 'w' THEN 'update'
            WHEN 'd' THEN 'delete' ELSE 'all' END AS command,
       p.polpermissive AS permissive,
       CASE WHEN p.polroles = '{0}' THEN 'PUBLIC'
            ELSE (SELECT pg_catalog.string_agg(pg_catalog.pg_get_userbyid(r), ', ')
                    FROM pg_catalog.unnest(p.polroles) AS r) END AS roles,
       -- In one line: CASE and EXISTS come in several.
       pg_catalog.btrim(pg_catalog.regexp_replace(pg_catalog.pg_get_expr(p.polqual, p.polrelid),
                                                  '\s*\n\s*', ' ', 'g')) AS using,
       CASE WHEN p.polcmd NOT IN ('r', 'd') -- these write no row
            THEN COALESCE(pg_catalog.btrim(pg_catalog.regexp_replace(pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid),
                                                                     '\s*\n\s*', ' ', 'g')), 'as it sees') END AS check
  FROM pg_catalog.pg_policy AS p
  JOIN pg_catalog.pg_class AS c ON c.oid = p.polrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
