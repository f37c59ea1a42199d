-- summary: databases that one may connect to whose name begins so, for completion
-- params: begins:text most:int
-- columns: value note
SELECT d.datname AS value,
       COALESCE(pg_catalog.shobj_description(d.oid, 'pg_database'),
                'database of ' || pg_catalog.pg_get_userbyid(d.datdba)) AS note
  FROM pg_catalog.pg_database AS d
 WHERE d.datallowconn
   AND NOT d.datistemplate
   AND pg_catalog.has_database_privilege(d.oid, 'CONNECT')
   AND pg_catalog.starts_with(pg_catalog.lower(d.datname), pg_catalog.lower($1))
 ORDER BY d.datname <> pg_catalog.current_database(), d.datname
 LIMIT $2
