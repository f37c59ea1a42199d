-- summary: what a relation is made from: the query of a view, rules, partitions with their bounds, inheritance, server
-- columns: relation schema table line part text
-- fragments: lock.held
-- Nothing here waits for a lock: of what somebody holds in ACCESS EXCLUSIVE mode the text is left out.
WITH held AS MATERIALIZED (:held)
SELECT c.oid AS relation,
       n.nspname AS schema,
       c.relname AS table,
       d.line,
       d.part,
       d.text
  FROM pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
 CROSS JOIN held
 CROSS JOIN LATERAL (
       SELECT pg_catalog.row_number() OVER (ORDER BY p.place, p.sub, t.line) AS line, p.part, t.text
         FROM (SELECT 1 AS place, '' AS sub, 'query' AS part,
                      CASE WHEN COALESCE(c.oid <> ALL (held.list), true)
                            AND NOT EXISTS (
                                SELECT FROM pg_catalog.pg_rewrite AS r
                                  JOIN pg_catalog.pg_depend AS d
                                    ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
                                   AND d.objid = r.oid
                                   AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
                                 WHERE r.ev_class = c.oid AND d.refobjid = ANY (held.list))
                           THEN pg_catalog.pg_get_viewdef(c.oid, true) END AS text
                WHERE c.relkind IN ('v', 'm')
               UNION ALL
               SELECT 2, r.rulename, 'rule',
                      pg_catalog.pg_get_ruledef(r.oid, true)
                      || CASE r.ev_enabled WHEN 'D' THEN E'\n  (disabled)' WHEN 'R' THEN E'\n  (on replicas)'
                                           WHEN 'A' THEN E'\n  (always)' ELSE '' END
                 FROM pg_catalog.pg_rewrite AS r
                WHERE r.ev_class = c.oid AND r.rulename <> '_RETURN'
                  AND COALESCE(c.oid <> ALL (held.list), true)
               UNION ALL
               SELECT 3, '', 'partition by', pg_catalog.pg_get_partkeydef(c.oid)
                WHERE c.relkind = 'p' AND COALESCE(c.oid <> ALL (held.list), true)
               UNION ALL
               SELECT 4, pg_catalog.to_char(i.inhseqno, '0000'),
                      CASE WHEN c.relispartition THEN 'partition of' ELSE 'inherits' END,
                      pg_catalog.concat_ws(' ',
                          pg_catalog.quote_ident(pn.nspname) || '.' || pg_catalog.quote_ident(p.relname),
                          pg_catalog.pg_get_expr(c.relpartbound, 0))
                 FROM pg_catalog.pg_inherits AS i
                 JOIN pg_catalog.pg_class AS p ON p.oid = i.inhparent
                 JOIN pg_catalog.pg_namespace AS pn ON pn.oid = p.relnamespace
                WHERE i.inhrelid = c.oid
               UNION ALL
               SELECT 5, p.relname,
                      CASE WHEN p.relispartition THEN 'partition' ELSE 'inherited by' END,
                      pg_catalog.concat_ws(' ',
                          pg_catalog.quote_ident(pn.nspname) || '.' || pg_catalog.quote_ident(p.relname),
                          pg_catalog.pg_get_expr(p.relpartbound, 0),
                          CASE WHEN i.inhdetachpending THEN '(being detached)' END)
                 FROM pg_catalog.pg_inherits AS i
                 JOIN pg_catalog.pg_class AS p ON p.oid = i.inhrelid
                 JOIN pg_catalog.pg_namespace AS pn ON pn.oid = p.relnamespace
                WHERE i.inhparent = c.oid
               UNION ALL
               SELECT 6, '', 'server',
                      pg_catalog.concat_ws(' ', pg_catalog.quote_ident(s.srvname),
                                           pg_catalog.array_to_string(f.ftoptions, ', '))
                 FROM pg_catalog.pg_foreign_table AS f
                 JOIN pg_catalog.pg_foreign_server AS s ON s.oid = f.ftserver
                WHERE f.ftrelid = c.oid
               UNION ALL
               SELECT 7, s.stxname, 'statistics', pg_catalog.pg_get_statisticsobjdef(s.oid)
                 FROM pg_catalog.pg_statistic_ext AS s
                WHERE s.stxrelid = c.oid AND COALESCE(c.oid <> ALL (held.list), true)
               UNION ALL
               SELECT 8, '', 'options', pg_catalog.array_to_string(c.reloptions, ', ')
                WHERE c.reloptions IS NOT NULL) AS p
        CROSS JOIN LATERAL pg_catalog.string_to_table(p.text, E'\n') WITH ORDINALITY AS t (text, line)) AS d
 WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
   AND n.nspname <> 'information_schema'
   AND n.nspname !~ '^pg_'
