-- summary: a sample of the messages that wait, by event type
-- columns: type messages
-- example: outbox=commerce.outbox_messages outbox_due=true outbox_event_type=m.event_type outbox_order=
SELECT COALESCE(s.v, '–') AS type, pg_catalog.count(*) AS messages
  FROM (SELECT :outbox_event_type::pg_catalog.text AS v FROM :outbox AS m WHERE :outbox_due :outbox_order LIMIT 10000) AS s
 GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 20
