-- summary: the domain event of a save, in the same transaction, through the platform's own function
-- params: aggregate_type:text aggregate_id:text event_type:text payload:text version:text
-- example: schema=commerce
SELECT :"schema".outbox_enqueue($1, $2::pg_catalog.int8, $3, $4::pg_catalog.jsonb, $5::pg_catalog.int8)
