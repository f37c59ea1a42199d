-- summary: is there an audit row of this save?
-- params: save_id:text
-- columns: found
-- example: schema=commerce table=audit_log
SELECT pg_catalog.count(*) > 0 AS found
  FROM :"schema".:"table" AS a
 WHERE a.save_id = $1::pg_catalog.uuid
