-- summary: to whom new tables are granted by default, beside their owner
-- columns: owner schema grantee grantee_name
SELECT o.rolname AS owner, n.nspname AS schema, a.grantee, g.rolname AS grantee_name
FROM pg_catalog.pg_default_acl d
JOIN pg_catalog.pg_roles o ON o.oid = d.defaclrole
LEFT JOIN pg_catalog.pg_namespace n ON n.oid = d.defaclnamespace
CROSS JOIN LATERAL pg_catalog.aclexplode(d.defaclacl) a
LEFT JOIN pg_catalog.pg_roles g ON g.oid = a.grantee
WHERE d.defaclobjtype = 'r' AND a.grantee <> d.defaclrole
	AND (a.grantee = 0 OR g.oid IS NOT NULL)
GROUP BY 1, 2, 3, 4
ORDER BY 1, 2, 4
