-- summary: who may do what with a relation, by grants on it and on its columns
-- columns: relation schema table grantee attnum column privileges grantable
SELECT g.relation,
       n.nspname AS schema,
       t.relname AS table,
       COALESCE(r.rolname, 'PUBLIC') AS grantee,
       g.attnum, -- 0: the whole relation
       g.column_name AS column,
       pg_catalog.string_agg(pg_catalog.lower(g.privilege_type), ', '
           ORDER BY pg_catalog.strpos('SELECT INSERT UPDATE DELETE TRUNCATE REFERENCES TRIGGER MAINTAIN',
                                      g.privilege_type)) AS privileges,
       pg_catalog.bool_or(g.is_grantable) AS grantable
  FROM (SELECT c.oid AS relation, 0 AS attnum, NULL AS column_name, e.grantee, e.privilege_type, e.is_grantable
          FROM pg_catalog.pg_class AS c
         CROSS JOIN LATERAL pg_catalog.aclexplode(
                COALESCE(c.relacl, pg_catalog.acldefault('r', c.relowner))) AS e
         UNION ALL
        SELECT a.attrelid, a.attnum, a.attname, e.grantee, e.privilege_type, e.is_grantable
          FROM pg_catalog.pg_attribute AS a
         CROSS JOIN LATERAL pg_catalog.aclexplode(a.attacl) AS e
         WHERE a.attacl IS NOT NULL) AS g
  JOIN pg_catalog.pg_class AS t ON t.oid = g.relation AND t.relkind IN ('r', 'p', 'v', 'm', 'f')
  JOIN pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace
  LEFT JOIN pg_catalog.pg_roles AS r ON r.oid = g.grantee
 WHERE n.nspname <> 'information_schema'
   AND n.nspname !~ '^pg_'
 GROUP BY g.relation, n.nspname, t.relname, r.rolname, g.attnum, g.column_name
