-- summary: roles and their attributes
-- columns: oid name superuser inherit createrole createdb login replication bypassrls config
SELECT r.oid,
       r.rolname AS name,
       r.rolsuper AS superuser,
       r.rolinherit AS inherit,
       r.rolcreaterole AS createrole,
       r.rolcreatedb AS createdb,
       r.rolcanlogin AS login,
       r.rolreplication AS replication,
       r.rolbypassrls AS bypassrls,
       r.rolconfig AS config
  FROM pg_catalog.pg_roles AS r
 ORDER BY r.oid
