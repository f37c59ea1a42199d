-- A jam: what is due, one of it poison; the consumer is behind and a slot is not read.
INSERT INTO outbox_messages (event_type, aggregate_id, payload, occurred_at, available_at)
SELECT 'OrderPlaced', g, '{}', now() - interval '10 h', now() - interval '10 h' FROM generate_series(1, 40) AS g;
UPDATE outbox_messages SET attempts = 7, last_error = 'the broker refused it: the schema registry does not know version 3 of this event' WHERE id = 1;
