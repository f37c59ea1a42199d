-- summary: columns of all relations that are not the system's, in order
-- columns: relation attnum name type typmod not_null never_null made collation default
-- fragments: lock.held
-- made: how a value comes by itself: identity 'a'lways or by 'd'efault, generated 's'tored or 'v'irtual.
-- A default holds no column, so it is deparsed without its relation and waits for no lock; a generated
-- column's expression does hold some and is left out while its relation is held.
-- never_null: of the rows that are there too.  A foreign table's NOT NULL is only declared, one that is NOT VALID
-- (PostgreSQL 18) was not tried on old rows, and a child may let in what its parent does not.
WITH RECURSIVE held AS MATERIALIZED (:held), lax (relation, name) AS (
     SELECT k.conrelid, a.attname
       FROM pg_catalog.pg_constraint AS k
       JOIN pg_catalog.pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
      WHERE k.contype = 'n' AND NOT k.convalidated
     UNION ALL
     SELECT a.attrelid, a.attname
       FROM pg_catalog.pg_class AS c
       JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0
      WHERE (c.relkind = 'f' AND a.attnotnull)
         OR (NOT c.relispartition AND NOT a.attnotnull
             AND c.oid IN (SELECT i.inhrelid FROM pg_catalog.pg_inherits AS i))
     UNION
     SELECT i.inhparent, l.name
       FROM lax AS l
       JOIN pg_catalog.pg_inherits AS i ON i.inhrelid = l.relation
)
SELECT a.attrelid AS relation,
       a.attnum,
       a.attname AS name,
       a.atttypid AS type,
       a.atttypmod AS typmod,
       a.attnotnull AS not_null,
       a.attnotnull AND (a.attrelid, a.attname) NOT IN (SELECT l.relation, l.name FROM lax AS l) AS never_null,
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
