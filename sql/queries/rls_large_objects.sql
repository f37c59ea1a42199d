-- summary: large objects that a role owns or was granted, of the first 10000; kind o (owned), g (granted; role 0 is PUBLIC), c (lo_compat_privileges is on)
-- columns: kind role name n objects
WITH few AS MATERIALIZED (
	SELECT l.oid, l.lomowner, l.lomacl FROM pg_catalog.pg_largeobject_metadata l ORDER BY l.oid LIMIT 10000)
SELECT 'o' AS kind, few.lomowner AS role, pg_catalog.pg_get_userbyid(few.lomowner) AS name, pg_catalog.count(*) AS n, NULL AS objects
FROM few GROUP BY few.lomowner
UNION ALL
SELECT 'g', a.grantee, CASE WHEN a.grantee <> 0 THEN pg_catalog.pg_get_userbyid(a.grantee) END,
	pg_catalog.count(DISTINCT few.oid), pg_catalog.string_agg(DISTINCT few.oid::text, ', ')
FROM few CROSS JOIN LATERAL pg_catalog.aclexplode(few.lomacl) a
WHERE a.grantee <> few.lomowner
GROUP BY a.grantee
UNION ALL
SELECT 'c', 0, pg_catalog.current_database(), pg_catalog.count(*), NULL
FROM few
WHERE pg_catalog.current_setting('lo_compat_privileges')::boolean
HAVING pg_catalog.count(*) > 0
ORDER BY 1, 2
