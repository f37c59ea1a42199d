-- summary: who may do what with a relation, by grants on it and on its columns
-- columns: relation grantee column privileges grantable
SELECT g.relation,
       COALESCE(r.rolname, 'public') AS grantee,
       g.column_name AS column,
       pg_catalog.string_agg(pg_catalog.lower(g.privilege_type), ', ' ORDER BY g.privilege_type)
           AS privileges,
       pg_catalog.bool_or(g.is_grantable) AS grantable
  FROM (SELECT c.oid AS relation, '' AS column_name, e.grantee, e.privilege_type, e.is_grantable
          FROM pg_catalog.pg_class AS c
         CROSS JOIN LATERAL pg_catalog.aclexplode(
                COALESCE(c.relacl, pg_catalog.acldefault('r', c.relowner))) AS e
         UNION ALL
        SELECT a.attrelid, a.attname, e.grantee, e.privilege_type, e.is_grantable
          FROM pg_catalog.pg_attribute AS a
         CROSS JOIN LATERAL pg_catalog.aclexplode(a.attacl) AS e
         WHERE a.attacl IS NOT NULL) AS g
  LEFT JOIN pg_catalog.pg_roles AS r ON r.oid = g.grantee
 GROUP BY g.relation, r.rolname, g.column_name
