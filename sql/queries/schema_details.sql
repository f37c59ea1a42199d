-- summary: what a schema's text says beside the snapshot: queries, rules, bodies, sequences, types, domains
-- params: only:oid
-- Of the whole schema where $1 is NULL, else of the relations and functions of this number.
-- columns: kind oid schema name part part_name text
-- fragments: lock.held
-- Nothing here waits for a lock: of what somebody holds in ACCESS EXCLUSIVE mode the text is NULL.
WITH held AS MATERIALIZED (:held),
     own AS MATERIALIZED (
       SELECT n.oid, n.nspname AS name
         FROM pg_catalog.pg_namespace AS n
        WHERE n.nspname <> 'information_schema'
          AND n.nspname !~ '^pg_'),
     extended AS MATERIALIZED (
       SELECT d.classid, d.objid
         FROM pg_catalog.pg_depend AS d
        WHERE d.deptype = 'e'),
     details (kind, oid, schema, name, part, part_name, text) AS (
       SELECT 'relation', c.oid, n.name, c.relname, 'query', NULL,
              CASE WHEN COALESCE(c.oid <> ALL (held.list), true)
                    AND NOT EXISTS (
                        SELECT FROM pg_catalog.pg_rewrite AS r
                          JOIN pg_catalog.pg_depend AS d
                            ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
                           AND d.objid = r.oid
                           AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
                         WHERE r.ev_class = c.oid AND d.refobjid = ANY (held.list))
                   THEN pg_catalog.pg_get_viewdef(c.oid) END
         FROM pg_catalog.pg_class AS c
         JOIN own AS n ON n.oid = c.relnamespace
        CROSS JOIN held
        WHERE c.relkind IN ('v', 'm')
       UNION ALL
       SELECT 'relation', c.oid, n.name, c.relname, 'rule', r.rulename,
              CASE WHEN COALESCE(c.oid <> ALL (held.list), true)
                   THEN pg_catalog.pg_get_ruledef(r.oid) END
              || CASE r.ev_enabled WHEN 'D' THEN ' DISABLED' WHEN 'R' THEN ' REPLICA'
                                   WHEN 'A' THEN ' ALWAYS' ELSE '' END
         FROM pg_catalog.pg_rewrite AS r
         JOIN pg_catalog.pg_class AS c ON c.oid = r.ev_class
         JOIN own AS n ON n.oid = c.relnamespace
        CROSS JOIN held
        WHERE r.rulename <> '_RETURN'
       UNION ALL
       SELECT 'relation', c.oid, n.name, c.relname, 'inherits', NULL,
              pg_catalog.quote_ident(pn.nspname) || '.' || pg_catalog.quote_ident(p.relname)
         FROM pg_catalog.pg_inherits AS i
         JOIN pg_catalog.pg_class AS c ON c.oid = i.inhrelid
         JOIN own AS n ON n.oid = c.relnamespace
         JOIN pg_catalog.pg_class AS p ON p.oid = i.inhparent
         JOIN pg_catalog.pg_namespace AS pn ON pn.oid = p.relnamespace
        WHERE i.inhseqno > 1 AND c.relkind IN ('r', 'f')
       UNION ALL
       SELECT 'relation', p.oid, n.name, p.relname, 'inherited by', NULL,
              pg_catalog.quote_ident(cn.nspname) || '.' || pg_catalog.quote_ident(c.relname)
         FROM pg_catalog.pg_inherits AS i
         JOIN pg_catalog.pg_class AS p ON p.oid = i.inhparent
         JOIN own AS n ON n.oid = p.relnamespace
         JOIN pg_catalog.pg_class AS c ON c.oid = i.inhrelid
         JOIN pg_catalog.pg_namespace AS cn ON cn.oid = c.relnamespace
        WHERE i.inhseqno > 1 AND c.relkind IN ('r', 'f') AND $1::pg_catalog.oid IS NOT NULL
       UNION ALL
       SELECT 'relation', c.oid, n.name, c.relname, 'statistics', s.stxname,
              CASE WHEN COALESCE(c.oid <> ALL (held.list), true)
                   THEN pg_catalog.pg_get_statisticsobjdef(s.oid) END
         FROM pg_catalog.pg_statistic_ext AS s
         JOIN pg_catalog.pg_class AS c ON c.oid = s.stxrelid
         JOIN own AS n ON n.oid = c.relnamespace
        CROSS JOIN held
       UNION ALL
       SELECT 'relation', c.oid, n.name, c.relname, 'server', NULL,
              pg_catalog.concat_ws(' ', pg_catalog.quote_ident(s.srvname),
                                   pg_catalog.array_to_string(f.ftoptions, ', '))
         FROM pg_catalog.pg_foreign_table AS f
         JOIN pg_catalog.pg_foreign_server AS s ON s.oid = f.ftserver
         JOIN pg_catalog.pg_class AS c ON c.oid = f.ftrelid
         JOIN own AS n ON n.oid = c.relnamespace
       UNION ALL
       SELECT 'function', p.oid, n.name, p.proname, 'body', NULL,
              CASE WHEN p.prokind <> 'a'
                   THEN COALESCE(pg_catalog.pg_get_function_sqlbody(p.oid), p.prosrc) END
         FROM pg_catalog.pg_proc AS p
         JOIN own AS n ON n.oid = p.pronamespace
       UNION ALL
       SELECT 'function', p.oid, n.name, p.proname, 'attributes', NULL,
              pg_catalog.concat_ws(' ',
                  'owner ' || pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(p.proowner)),
                  CASE p.prokind WHEN 'a' THEN 'aggregate' WHEN 'p' THEN 'procedure'
                                 WHEN 'w' THEN 'window' END,
                  CASE WHEN p.proisstrict THEN 'strict' END,
                  CASE p.proparallel WHEN 's' THEN 'parallel safe'
                                     WHEN 'r' THEN 'parallel restricted' END,
                  'cost ' || p.procost,
                  CASE WHEN p.proretset THEN 'rows ' || p.prorows END)
         FROM pg_catalog.pg_proc AS p
         JOIN own AS n ON n.oid = p.pronamespace
       UNION ALL
       SELECT 'function', p.oid, n.name, p.proname, 'arguments', NULL,
              pg_catalog.pg_get_function_arguments(p.oid)
         FROM pg_catalog.pg_proc AS p
         JOIN own AS n ON n.oid = p.pronamespace
        WHERE pg_catalog.pg_get_function_arguments(p.oid)
              <> pg_catalog.pg_get_function_identity_arguments(p.oid)
       UNION ALL
       SELECT 'function', p.oid, n.name, p.proname, 'comment', NULL,
              pg_catalog.obj_description(p.oid, 'pg_proc')
         FROM pg_catalog.pg_proc AS p
         JOIN own AS n ON n.oid = p.pronamespace
        WHERE pg_catalog.obj_description(p.oid, 'pg_proc') IS NOT NULL
       UNION ALL
       SELECT 'sequence', c.oid, n.name, c.relname, '', NULL,
              pg_catalog.concat_ws(' ',
                  'owner ' || pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(c.relowner)),
                  'as ' || pg_catalog.format_type(q.seqtypid, NULL),
                  'start ' || q.seqstart, 'increment ' || q.seqincrement,
                  'minimum ' || q.seqmin, 'maximum ' || q.seqmax, 'cache ' || q.seqcache,
                  CASE WHEN q.seqcycle THEN 'cycle' END,
                  CASE d.deptype WHEN 'i' THEN 'identity of ' ELSE 'owned by ' END
                  || pg_catalog.quote_ident(tn.nspname) || '.' || pg_catalog.quote_ident(t.relname)
                  || '.' || pg_catalog.quote_ident(a.attname))
         FROM pg_catalog.pg_sequence AS q
         JOIN pg_catalog.pg_class AS c ON c.oid = q.seqrelid
         JOIN own AS n ON n.oid = c.relnamespace
         LEFT JOIN pg_catalog.pg_depend AS d
           ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid
          AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
          AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0
         LEFT JOIN pg_catalog.pg_class AS t ON t.oid = d.refobjid
         LEFT JOIN pg_catalog.pg_namespace AS tn ON tn.oid = t.relnamespace
         LEFT JOIN pg_catalog.pg_attribute AS a
           ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
       UNION ALL
       SELECT CASE t.typtype WHEN 'd' THEN 'domain' ELSE 'type' END, t.oid, n.name, t.typname,
              '', NULL,
              pg_catalog.concat_ws(' ',
                  'owner ' || pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(t.typowner)),
                  CASE t.typtype
                  WHEN 'e' THEN
                       'enum (' || (SELECT pg_catalog.string_agg(pg_catalog.quote_literal(e.enumlabel), ', '
                                                                 ORDER BY e.enumsortorder)
                                      FROM pg_catalog.pg_enum AS e WHERE e.enumtypid = t.oid) || ')'
                  WHEN 'c' THEN
                       '(' || (SELECT pg_catalog.string_agg(
                                          pg_catalog.quote_ident(a.attname) || ' '
                                          || pg_catalog.format_type(a.atttypid, a.atttypmod), ', '
                                          ORDER BY a.attnum)
                                 FROM pg_catalog.pg_attribute AS a
                                WHERE a.attrelid = t.typrelid AND a.attnum > 0
                                  AND NOT a.attisdropped) || ')'
                  WHEN 'r' THEN
                       'range of ' || (SELECT pg_catalog.format_type(r.rngsubtype, NULL)
                                         FROM pg_catalog.pg_range AS r WHERE r.rngtypid = t.oid)
                  WHEN 'd' THEN
                       'as ' || pg_catalog.format_type(t.typbasetype, t.typtypmod) END,
                  CASE WHEN t.typtype = 'd' AND t.typnotnull THEN 'not null' END,
                  CASE WHEN t.typtype = 'd' THEN 'default ' || t.typdefault END)
         FROM pg_catalog.pg_type AS t
         JOIN own AS n ON n.oid = t.typnamespace
         LEFT JOIN pg_catalog.pg_class AS c ON c.oid = t.typrelid
        WHERE t.typtype IN ('e', 'r', 'd')
           OR t.typtype = 'c' AND c.relkind = 'c'
       UNION ALL
       SELECT 'domain', t.oid, n.name, t.typname, 'check', k.conname,
              pg_catalog.pg_get_constraintdef(k.oid)
         FROM pg_catalog.pg_constraint AS k
         JOIN pg_catalog.pg_type AS t ON t.oid = k.contypid
         JOIN own AS n ON n.oid = t.typnamespace
        WHERE k.contype = 'c')
SELECT x.kind, x.oid, x.schema, x.name, x.part, x.part_name, x.text
  FROM details AS x
 WHERE x.oid = $1::pg_catalog.oid AND x.kind IN ('relation', 'function')
    OR $1 IS NULL AND NOT EXISTS (
       SELECT FROM extended AS e
        WHERE e.objid = x.oid
          AND e.classid = CASE x.kind WHEN 'function' THEN 'pg_catalog.pg_proc'::pg_catalog.regclass
                                      WHEN 'relation' THEN 'pg_catalog.pg_class'::pg_catalog.regclass
                                      WHEN 'sequence' THEN 'pg_catalog.pg_class'::pg_catalog.regclass
                                      ELSE 'pg_catalog.pg_type'::pg_catalog.regclass END)
 ORDER BY x.kind COLLATE "C", x.schema COLLATE "C", x.name COLLATE "C", x.oid,
          x.part COLLATE "C", x.part_name COLLATE "C"
