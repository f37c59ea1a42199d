-- summary: spread the tables over a Citus cluster: after the tables, before their foreign keys
-- columns: name how
-- What all tenants share is copied to every node; the rest lies where its tenant lies.
SELECT t.name,
       CASE WHEN t.shared
            THEN 'reference' || pg_catalog.create_reference_table(t.relation)::text
            ELSE 'distributed' || pg_catalog.create_distributed_table(t.relation, 'tenant_id',
                 colocate_with => CASE WHEN t.name = 'tenancy_settings' THEN 'none'
                                  ELSE 'commerce.tenancy_settings' END)::text
            END AS how
  FROM (SELECT pg_catalog.set_config('role', 'commerce_owner', true),
               pg_catalog.set_config('citus.multi_shard_modify_mode', 'sequential', true)
        OFFSET 0) AS owner
 CROSS JOIN LATERAL (
       SELECT c.relname AS name, c.oid::pg_catalog.regclass AS relation,
              NOT EXISTS (SELECT FROM pg_catalog.pg_attribute AS a
                           WHERE a.attrelid = c.oid AND a.attname = 'tenant_id') AS shared
         FROM pg_catalog.pg_class AS c
         JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        WHERE n.nspname = 'commerce'
          AND c.relkind IN ('r', 'p') AND NOT c.relispartition
          AND c.relname NOT IN ('schema_migrations', 'break_glass_log')
        ORDER BY 3 DESC, c.relname <> 'tenancy_settings', c.relname
       OFFSET 0) AS t
