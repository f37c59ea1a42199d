-- summary: which relation a name means now, and the numbers of its columns: in the transaction of a save, whose lock keeps them so
-- params: schema:name name:name
-- columns: relation name attnum
SELECT c.oid AS relation, a.attname AS name, a.attnum
  FROM pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
 WHERE n.nspname = $1
   AND c.relname = $2
