-- summary: settings of the server that reach past triggers, rights or the database, and to whom setting them was granted (role 0 is PUBLIC)
-- columns: parameter role name
SELECT p.parname AS parameter, a.grantee AS role, CASE WHEN a.grantee <> 0 THEN pg_catalog.pg_get_userbyid(a.grantee) END AS name
FROM pg_catalog.pg_parameter_acl p
CROSS JOIN LATERAL pg_catalog.aclexplode(p.paracl) a
WHERE a.grantee <> 10
	AND p.parname IN ('session_replication_role', 'lo_compat_privileges', 'allow_system_table_mods', 'dynamic_library_path',
		'session_preload_libraries', 'shared_preload_libraries', 'jit_provider', 'archive_command', 'archive_library',
		'archive_cleanup_command', 'restore_command', 'recovery_end_command', 'ssl_passphrase_command',
		'extension_control_path', 'event_triggers', 'ignore_invalid_pages', 'restrict_nonsystem_relation_kind')
GROUP BY 1, 2, 3
ORDER BY 1, 2
