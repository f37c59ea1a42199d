-- summary: databases of the server: owner, encoding, connections, age of the oldest transaction id
-- columns: oid name owner encoding collation connections limit may_connect bytes xid_age template
SELECT d.oid,
       d.datname AS name,
       pg_catalog.pg_get_userbyid(d.datdba) AS owner,
       pg_catalog.pg_encoding_to_char(d.encoding) AS encoding,
       d.datcollate AS collation,
       s.numbackends AS connections,
       NULLIF(d.datconnlimit, -1) AS limit,
       d.datallowconn AND pg_catalog.has_database_privilege(d.oid, 'CONNECT') AS may_connect,
       CASE WHEN pg_catalog.has_database_privilege(d.oid, 'CONNECT')
                 OR pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE')
            THEN pg_catalog.pg_database_size(d.oid) END AS bytes,
       pg_catalog.age(d.datfrozenxid) AS xid_age,
       d.datistemplate AS template
  FROM pg_catalog.pg_database AS d
  LEFT JOIN pg_catalog.pg_stat_database AS s ON s.datid = d.oid
