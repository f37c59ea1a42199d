-- summary: who wrote this version of a record, when and why: the audit row of the same transaction
-- params: entity_type:text entity_id:text xmin:text
-- columns: who seconds reason
-- example: schema=commerce table=audit_log
SELECT a.actor_id AS who,
       EXTRACT(epoch FROM pg_catalog.clock_timestamp() - a.occurred_at)::pg_catalog.float8 AS seconds,
       a.reason
  FROM :"schema".:"table" AS a
 WHERE a.entity_type = $1 AND a.entity_id = $2 AND a.xmin = $3::pg_catalog.xid
 ORDER BY a.occurred_at DESC
 LIMIT 1
