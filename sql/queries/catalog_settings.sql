-- summary: settings kept for roles and databases (ALTER ROLE … SET, ALTER DATABASE … SET)
-- columns: role database setting
SELECT r.rolname AS role,
       d.datname AS database,
       pg_catalog.unnest(s.setconfig) AS setting
  FROM pg_catalog.pg_db_role_setting AS s
  LEFT JOIN pg_catalog.pg_roles AS r ON r.oid = s.setrole
  LEFT JOIN pg_catalog.pg_database AS d ON d.oid = s.setdatabase
 ORDER BY 1, 2, 3
