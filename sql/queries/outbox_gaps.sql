-- summary: messages below a consumer's place that it did not take in, of the last fifty per event type
-- columns: consumer event_type id enqueued_at status last_error
-- example: outbox_gap_rows=SELECT*FROM(VALUES(''))AS/**/a(consumer)CROSS/**/JOIN(VALUES(''))AS/**/b(event_type)CROSS/**/JOIN(VALUES(1))AS/**/c(id)CROSS/**/JOIN(VALUES(now()))AS/**/d(enqueued_at)CROSS/**/JOIN(VALUES(''))AS/**/e(status)CROSS/**/JOIN(VALUES(''))AS/**/f(last_error)
SELECT g.consumer, g.event_type, g.id, g.enqueued_at, g.status, g.last_error FROM (:outbox_gap_rows) AS g
