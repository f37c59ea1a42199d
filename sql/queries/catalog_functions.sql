-- summary: functions that are not the system's; bodies of those that policies, triggers, defaults and views use, that touch settings or that reach outside
-- columns: oid schema name arguments result owner language security_definer leakproof volatility config acl extension body
WITH used AS (
       SELECT DISTINCT d.refobjid AS oid
         FROM pg_catalog.pg_depend AS d
        WHERE d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass
          AND d.classid IN ('pg_catalog.pg_policy'::pg_catalog.regclass,
                            'pg_catalog.pg_trigger'::pg_catalog.regclass,
                            'pg_catalog.pg_attrdef'::pg_catalog.regclass,
                            'pg_catalog.pg_rewrite'::pg_catalog.regclass))
SELECT p.oid,
       n.nspname AS schema,
       p.proname AS name,
       pg_catalog.pg_get_function_identity_arguments(p.oid) AS arguments,
       pg_catalog.format_type(p.prorettype, NULL) AS result,
       p.proowner AS owner,
       l.lanname AS language,
       p.prosecdef AS security_definer,
       p.proleakproof AS leakproof,
       p.provolatile AS volatility,
       p.proconfig AS config,
       p.proacl::text AS acl,
       x.extname AS extension,
       CASE WHEN l.lanname IN ('c', 'internal') THEN NULL
            WHEN u.oid IS NOT NULL OR p.prosecdef OR p.prosqlbody IS NOT NULL
                 OR p.prosrc ~* '(current_setting|set_config|\mset\M|dblink|http|\mcopy\M|lo_export|pg_background|advisory_lock|logical_emit)'
            THEN COALESCE(pg_catalog.pg_get_function_sqlbody(p.oid), p.prosrc) END AS body
  FROM pg_catalog.pg_proc AS p
  JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
  JOIN pg_catalog.pg_language AS l ON l.oid = p.prolang
  LEFT JOIN used AS u ON u.oid = p.oid
  LEFT JOIN pg_catalog.pg_depend AS e
    ON e.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
   AND e.objid = p.oid AND e.deptype = 'e'
  LEFT JOIN pg_catalog.pg_extension AS x ON x.oid = e.refobjid
 WHERE n.nspname <> 'information_schema'
   AND n.nspname !~ '^pg_'
 ORDER BY p.oid
