-- summary: columns of all relations that are not the system's, in order
-- columns: relation attnum name type typmod not_null made collation default
-- fragments: lock.held
-- made: how a value comes by itself: identity 'a'lways or by 'd'efault, generated 's'tored or 'v'irtual.
-- A default holds no column, so it is deparsed without its relation and waits for no lock; a generated
-- column's expression does hold some and is left out while its relation is held.
WITH held AS MATERIALIZED (:held)
SELECT a.attrelid AS relation,
       a.attnum,
       a.attname AS name,
       a.atttypid AS type,
       a.atttypmod AS typmod,
       a.attnotnull AS not_null,
       a.attidentity::text || a.attgenerated::text AS made,
       a.attcollation AS collation,
       CASE WHEN d.oid IS NULL THEN NULL
            WHEN a.attgenerated = '' THEN pg_catalog.pg_get_expr(d.adbin, 0)
            WHEN COALESCE(a.attrelid <> ALL (held.list), true)
            THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid)
             END AS default
  FROM pg_catalog.pg_attribute AS a
  JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
 CROSS JOIN held
  LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
 WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
   AND n.nspname <> 'information_schema'
   AND n.nspname !~ '^pg_'
   AND a.attnum > 0
   AND NOT a.attisdropped
 ORDER BY a.attrelid, a.attnum
