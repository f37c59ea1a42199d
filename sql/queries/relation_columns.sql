-- summary: columns with type, default and what the statistics say of their values
-- Nothing here waits for a lock: what a held relation's columns are generated from is left out.
-- columns: relation schema table attnum name type not_null default kind comment null_share distinct_values common
-- fragments: lock.held
WITH held AS MATERIALIZED (:held)
SELECT a.attrelid AS relation,
       n.nspname AS schema,
       c.relname AS table,
       a.attnum,
       a.attname AS name,
       pg_catalog.format_type(a.atttypid, a.atttypmod) AS type,
       a.attnotnull AS not_null,
       CASE WHEN a.attgenerated = '' THEN pg_catalog.pg_get_expr(d.adbin, 0)
            WHEN COALESCE(a.attrelid <> ALL (held.list), true)
            THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid) END AS default,
       CASE WHEN a.attidentity = 'a' THEN 'identity always'
            WHEN a.attidentity = 'd' THEN 'identity by default'
            WHEN a.attgenerated = 's' THEN 'generated stored'
            WHEN a.attgenerated <> '' THEN 'generated virtual' END AS kind,
       pg_catalog.col_description(a.attrelid, a.attnum) AS comment,
       pg_catalog.round(100 * s.null_frac::numeric, 1) AS null_share,
       CASE WHEN s.n_distinct < 0 THEN -s.n_distinct * GREATEST(c.reltuples, 0) ELSE s.n_distinct
            END::bigint AS distinct_values,
       pg_catalog.left(s.most_common_vals::text, 200) AS common
  FROM pg_catalog.pg_attribute AS a
  JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
 CROSS JOIN held
  LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  LEFT JOIN pg_catalog.pg_stats AS s
    ON s.schemaname = n.nspname AND s.tablename = c.relname AND s.attname = a.attname
 WHERE a.attnum > 0
   AND NOT a.attisdropped
   AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
   AND n.nspname <> 'information_schema'
   AND n.nspname !~ '^pg_'
