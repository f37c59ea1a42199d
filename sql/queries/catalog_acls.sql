-- summary: every distinct access list of relations, columns, functions and schemas, exploded
-- columns: acl grantee rights grantable
-- A list without entries is one row with NULLs: nobody, not even the owner.
WITH lists AS (
       SELECT c.relacl AS acl
         FROM pg_catalog.pg_class AS c
        WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relacl IS NOT NULL
       UNION
       SELECT a.attacl FROM pg_catalog.pg_attribute AS a WHERE a.attacl IS NOT NULL
       UNION
       SELECT p.proacl FROM pg_catalog.pg_proc AS p WHERE p.proacl IS NOT NULL
       UNION
       SELECT n.nspacl FROM pg_catalog.pg_namespace AS n WHERE n.nspacl IS NOT NULL),
     one AS (
       SELECT DISTINCT ON (l.acl::text) l.acl::text AS key, l.acl
         FROM lists AS l
        ORDER BY l.acl::text),
     bits (privilege, bit) AS (
       VALUES ('SELECT', 1), ('INSERT', 2), ('UPDATE', 4), ('DELETE', 8), ('TRUNCATE', 16),
              ('REFERENCES', 32), ('TRIGGER', 64), ('EXECUTE', 128), ('USAGE', 256),
              ('CREATE', 512), ('MAINTAIN', 1024))
SELECT one.key AS acl,
       e.grantee,
       pg_catalog.bit_or(b.bit) AS rights,
       COALESCE(pg_catalog.bit_or(b.bit) FILTER (WHERE e.is_grantable), 0) AS grantable
  FROM one
  LEFT JOIN LATERAL pg_catalog.aclexplode(one.acl) AS e ON true
  LEFT JOIN bits AS b ON b.privilege = e.privilege_type
 GROUP BY one.key, e.grantee
 ORDER BY one.key, e.grantee
