-- Somebody's outbox beside the records that it speaks of: event ids, aggregates, traces.
CREATE TABLE shop_orders (id bigint PRIMARY KEY, number text NOT NULL, state text NOT NULL);
INSERT INTO shop_orders SELECT i, 'A-' || i, 'paid' FROM generate_series(1, 5) AS i;
CREATE TABLE "EventOutbox" ("Id" bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "EventId" uuid NOT NULL, "EventType" text NOT NULL,
	"AggregateType" text NOT NULL, "AggregateId" bigint NOT NULL, "TraceId" text, "Payload" jsonb NOT NULL,
	"CreatedAt" timestamptz NOT NULL DEFAULT now(), "AvailableAt" timestamptz NOT NULL DEFAULT now(), "SentAt" timestamptz,
	"Attempts" int NOT NULL DEFAULT 0, "LastError" text);
CREATE INDEX ON "EventOutbox" ("AvailableAt") WHERE "SentAt" IS NULL;
INSERT INTO "EventOutbox" ("EventId", "EventType", "AggregateType", "AggregateId", "TraceId", "Payload", "CreatedAt",
	"AvailableAt", "SentAt", "Attempts", "LastError")
SELECT ('00000000-0000-4000-8000-' || lpad(i::text, 12, '0'))::uuid, (ARRAY['OrderPlaced', 'OrderPaid', 'OrderShipped'])[1 + i % 3],
       CASE WHEN i = 12 THEN 'Product' ELSE 'Order' END, 1 + i % 5, 'trace-' || i / 4, jsonb_build_object('n', i, 'lines', jsonb_build_array(1, 2)),
       timestamptz '2026-01-02 03:04:05Z' + i * interval '1 h', timestamptz '2026-01-02 03:04:05Z' + i * interval '1 h',
       CASE WHEN i < 8 THEN timestamptz '2026-01-03' END, CASE WHEN i = 9 THEN 4 ELSE 0 END, CASE WHEN i = 9 THEN 'no broker' END
  FROM generate_series(1, 12) AS i;
