-- summary: every type and modifier that a column has: how it is written, what it is made of, how it compares
-- columns: type typmod formatted kind category base element not_null btree leakproof operators
-- operators: the schema of the type's comparisons, without an order of equality's alone; NULL where pg_catalog has them
-- under the very name of the type, so that the bare sign finds no other. Of a varchar, an enum, an array, a domain it
-- finds first what anybody who may create in a schema of the search path has made for that type (CVE-2018-1058).
WITH RECURSIVE used AS (
       SELECT DISTINCT a.atttypid AS type, a.atttypmod AS typmod
         FROM pg_catalog.pg_attribute AS a
         JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
        WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
          AND a.attnum > 0
          AND NOT a.attisdropped),
     chain AS (
       SELECT DISTINCT u.type, u.type AS base, 0 AS depth, false AS not_null FROM used AS u
       UNION ALL
       SELECT ch.type, t.typbasetype, ch.depth + 1, ch.not_null OR t.typnotnull
         FROM chain AS ch
         JOIN pg_catalog.pg_type AS t ON t.oid = ch.base
        WHERE t.typtype = 'd'),
     bases AS (
       SELECT DISTINCT ON (ch.type) ch.type, ch.base, ch.not_null
         FROM chain AS ch
        ORDER BY ch.type, ch.depth DESC),
     ordered AS (
       SELECT b.type, o.btree, o.leakproof, COALESCE(o.operators, eq.operators) AS operators
         FROM (SELECT DISTINCT bases.base AS type FROM bases) AS b
         JOIN pg_catalog.pg_type AS t ON t.oid = b.type
         LEFT JOIN LATERAL (
              SELECT true AS btree, p.proleakproof AS leakproof,
                     CASE WHEN n.nspname <> 'pg_catalog' OR oc.opcintype <> t.oid THEN n.nspname END AS operators
                FROM pg_catalog.pg_opclass AS oc
                JOIN pg_catalog.pg_am AS am ON am.oid = oc.opcmethod AND am.amname = 'btree'
                JOIN pg_catalog.pg_amop AS ao
                  ON ao.amopfamily = oc.opcfamily
                 AND ao.amoplefttype = oc.opcintype
                 AND ao.amoprighttype = oc.opcintype
                 AND ao.amopstrategy = 1
                JOIN pg_catalog.pg_operator AS op ON op.oid = ao.amopopr AND op.oprname = '<'
                JOIN pg_catalog.pg_proc AS p ON p.oid = op.oprcode
                JOIN pg_catalog.pg_namespace AS n ON n.oid = op.oprnamespace
               WHERE oc.opcdefault
                 -- an array is in order if its elements are
                 AND (t.typcategory <> 'A'
                      OR EXISTS (SELECT
                                   FROM pg_catalog.pg_type AS el
                                  WHERE el.oid = t.typelem
                                    AND (el.typtype <> 'b'
                                         OR EXISTS (SELECT
                                                      FROM pg_catalog.pg_opclass AS eo
                                                      JOIN pg_catalog.pg_am AS ea
                                                        ON ea.oid = eo.opcmethod AND ea.amname = 'btree'
                                                     WHERE eo.opcdefault
                                                       AND (eo.opcintype = el.oid
                                                            OR EXISTS (SELECT
                                                                         FROM pg_catalog.pg_cast AS ec
                                                                        WHERE ec.castsource = el.oid
                                                                          AND ec.casttarget = eo.opcintype
                                                                          AND ec.castmethod = 'b'
                                                                          AND ec.castcontext = 'i'))))))
                 AND (oc.opcintype = t.oid
                      OR oc.opcintype = CASE
                              WHEN t.typtype = 'e' THEN 'pg_catalog.anyenum'::pg_catalog.regtype
                              WHEN t.typtype = 'r' THEN 'pg_catalog.anyrange'::pg_catalog.regtype
                              WHEN t.typtype = 'm' THEN 'pg_catalog.anymultirange'::pg_catalog.regtype
                              WHEN t.typtype = 'c' THEN 'pg_catalog.record'::pg_catalog.regtype
                              WHEN t.typcategory = 'A' THEN 'pg_catalog.anyarray'::pg_catalog.regtype
                              END::oid
                      OR EXISTS (SELECT
                                   FROM pg_catalog.pg_cast AS ct
                                  WHERE ct.castsource = t.oid
                                    AND ct.casttarget = oc.opcintype
                                    AND ct.castmethod = 'b'
                                    AND ct.castcontext = 'i'))
               ORDER BY oc.opcintype <> t.oid
               LIMIT 1) AS o ON true
         LEFT JOIN LATERAL (
              SELECT n.nspname AS operators
                FROM pg_catalog.pg_operator AS op
                JOIN pg_catalog.pg_namespace AS n ON n.oid = op.oprnamespace
               WHERE op.oprname = '='
                 AND op.oprleft = t.oid AND op.oprright = t.oid
                 AND (op.oprcanhash OR op.oprcanmerge)
                 AND n.nspname <> 'pg_catalog'
               LIMIT 1) AS eq ON o.btree IS NULL)
SELECT u.type,
       u.typmod,
       pg_catalog.format_type(u.type, u.typmod) AS formatted,
       t.typtype AS kind,
       bt.typcategory AS category,
       b.base,
       CASE WHEN bt.typcategory = 'A' THEN bt.typelem ELSE 0 END AS element,
       b.not_null,
       COALESCE(o.btree, false) AS btree,
       COALESCE(o.leakproof, false) AS leakproof,
       CASE WHEN t.typtype = 'd' AND o.btree THEN COALESCE(o.operators, 'pg_catalog') ELSE o.operators END AS operators
  FROM used AS u
  JOIN pg_catalog.pg_type AS t ON t.oid = u.type
  JOIN bases AS b ON b.type = u.type
  JOIN pg_catalog.pg_type AS bt ON bt.oid = b.base
  LEFT JOIN ordered AS o ON o.type = b.base
 ORDER BY u.type, u.typmod
