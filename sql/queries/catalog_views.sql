-- summary: the text of views that may show each session other rows
-- columns: relation definition
-- fragments: lock.held
-- Such a view reads a setting (current_setting is 2077, with missing_ok 3294), the name of the login, or calls a
-- function of the database.  The server's own functions leave no dependency, so the stored rule is looked into.
-- Nothing here waits for a lock: views over what somebody holds in ACCESS EXCLUSIVE mode are left out.
WITH held AS MATERIALIZED (:held),
     calls AS (
       SELECT DISTINCT d.objid AS rule
         FROM pg_catalog.pg_depend AS d
        WHERE d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
          AND d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass
          AND NOT EXISTS (
              SELECT FROM pg_catalog.pg_depend AS x
               WHERE x.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
                 AND x.objid = d.refobjid AND x.deptype = 'e'))
SELECT c.oid AS relation,
       pg_catalog.pg_get_viewdef(c.oid) AS definition
  FROM pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_rewrite AS r ON r.ev_class = c.oid AND r.rulename = '_RETURN'
 CROSS JOIN held
  LEFT JOIN calls AS k ON k.rule = r.oid
 WHERE c.relkind = 'v'
   AND n.nspname <> 'information_schema'
   AND n.nspname !~ '^pg_'
   AND (k.rule IS NOT NULL
        OR r.ev_action::text ~ ':funcid (2077|3294) |SQLVALUEFUNCTION :op (9|10|11|12) ')
   AND NOT EXISTS (
       SELECT FROM pg_catalog.pg_depend AS e
        WHERE e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
          AND e.objid = c.oid AND e.objsubid = 0 AND e.deptype = 'e')
   AND COALESCE(c.oid <> ALL (held.list), true)
   AND NOT EXISTS (
       SELECT FROM pg_catalog.pg_depend AS d
        WHERE d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
          AND d.objid = r.oid
          AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
          AND d.refobjid = ANY (held.list))
 ORDER BY c.oid
