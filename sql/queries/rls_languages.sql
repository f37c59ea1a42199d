-- summary: functions in languages that are not trusted, and such languages that were marked as trusted; who may use them (grantee 0 is PUBLIC)
-- columns: name function grantee grantee_name
SELECT l.lanname AS name,
	pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(p.proname) || '(' || pg_catalog.pg_get_function_identity_arguments(p.oid) || ')' AS function,
	a.grantee, CASE WHEN a.grantee <> 0 THEN pg_catalog.pg_get_userbyid(a.grantee) END AS grantee_name
FROM pg_catalog.pg_proc p
JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
JOIN pg_catalog.pg_language l ON l.oid = p.prolang
CROSS JOIN LATERAL pg_catalog.aclexplode(COALESCE(p.proacl, pg_catalog.acldefault('f', p.proowner))) a
WHERE NOT l.lanpltrusted AND l.lanname NOT IN ('internal', 'c')
	AND p.prorettype NOT IN ('trigger'::pg_catalog.regtype, 'event_trigger'::pg_catalog.regtype, 'language_handler'::pg_catalog.regtype)
	AND a.privilege_type = 'EXECUTE' AND a.grantee <> p.proowner
	AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
		WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = p.oid AND d.deptype = 'e')
UNION ALL
SELECT l.lanname, NULL, a.grantee, CASE WHEN a.grantee <> 0 THEN pg_catalog.pg_get_userbyid(a.grantee) END
FROM pg_catalog.pg_language l
CROSS JOIN LATERAL pg_catalog.aclexplode(COALESCE(l.lanacl, pg_catalog.acldefault('l', l.lanowner))) a
WHERE l.lanpltrusted AND (l.lanname IN ('internal', 'c', 'plsh') OR l.lanname ~ '^pl(perl|tcl|python[23]?|java|r|lua)u$')
	AND a.grantee <> l.lanowner
ORDER BY 1, 2, 3
