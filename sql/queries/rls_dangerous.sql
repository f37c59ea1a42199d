-- summary: functions that reach files, programs or other servers, and who but their owner may call them
-- columns: function grantee
SELECT CASE WHEN pg_catalog.pg_function_is_visible(p.oid) THEN pg_catalog.quote_ident(n.nspname) || '.' ELSE '' END || p.oid::pg_catalog.regprocedure::text AS function,
       CASE WHEN a.grantee <> 0 THEN pg_catalog.pg_get_userbyid(a.grantee) END AS grantee
  FROM pg_catalog.pg_proc AS p
  JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
 CROSS JOIN LATERAL pg_catalog.aclexplode(COALESCE(p.proacl, pg_catalog.acldefault('f', p.proowner))) AS a
 WHERE (n.nspname = 'pg_catalog'
        AND p.proname IN ('pg_read_file', 'pg_read_binary_file', 'pg_ls_dir', 'pg_stat_file', 'lo_import', 'lo_export',
                          'pg_reload_conf', 'pg_rotate_logfile', 'pg_promote', 'pg_switch_wal')
        OR p.proname IN ('dblink_connect_u', 'get_raw_page', 'pg_get_wal_records_info', 'pg_get_wal_record_info', 'pg_get_wal_block_info',
                         'pg_file_write', 'pg_file_read')
        AND EXISTS (SELECT FROM pg_catalog.pg_depend AS d
                     WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = p.oid AND d.deptype = 'e'))
   AND a.privilege_type = 'EXECUTE'
   AND a.grantee <> p.proowner
   AND (a.grantee = 0 OR pg_catalog.pg_get_userbyid(a.grantee) !~ '^pg_')
 ORDER BY 1, 2
