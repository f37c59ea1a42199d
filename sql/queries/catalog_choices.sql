-- summary: labels of enum types in order, and the checks of domains
-- columns: type kind text place
SELECT e.enumtypid AS type,
       'enum' AS kind,
       e.enumlabel::text AS text,
       e.enumsortorder AS place
  FROM pg_catalog.pg_enum AS e
UNION ALL
SELECT k.contypid,
       'domain',
       pg_catalog.pg_get_constraintdef(k.oid),
       k.oid::bigint::real
  FROM pg_catalog.pg_constraint AS k
  JOIN pg_catalog.pg_type AS t ON t.oid = k.contypid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
 WHERE k.contypid <> 0
   AND k.contype = 'c'
   AND n.nspname <> 'information_schema'
 ORDER BY 1, 4
