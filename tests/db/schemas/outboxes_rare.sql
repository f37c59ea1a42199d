-- SPDX-License-Identifier: MIT
-- Rarer outboxes and queues, one schema each: what other libraries' public documentation describes, in our words. Comments
-- of tables tell what must be seen, as in outboxes.sql:
--	certain | candidate: due delayed claimed failed dead done   (numbers of these rows; - is unknown)
\set ON_ERROR_STOP on
SET timezone = 'UTC';

-- Vendure: words without a CHECK, what is over says so twice.
CREATE SCHEMA vendure;
CREATE TABLE vendure.job_record ("createdAt" timestamp(6) NOT NULL DEFAULT now(), "updatedAt" timestamp(6) NOT NULL DEFAULT now(), id serial PRIMARY KEY, "queueName" varchar NOT NULL, data text, state varchar NOT NULL,
	progress int NOT NULL, result text, error varchar, "startedAt" timestamp(6), "settledAt" timestamp(6), "isSettled" boolean NOT NULL, retries int NOT NULL, attempts int NOT NULL);
INSERT INTO vendure.job_record ("queueName", data, state, progress, "isSettled", retries, attempts) SELECT 'q', '{}', s, 0, s IN ('COMPLETED', 'FAILED', 'CANCELLED'), 3, 1
	FROM unnest('{PENDING,PENDING,RETRYING,RUNNING,COMPLETED,COMPLETED,FAILED,CANCELLED}'::text[]) s;
COMMENT ON TABLE vendure.job_record IS 'certain: 3 - 1 - 1 3';

-- Saleor: what is to be delivered, the attempts and the payload are elsewhere.
CREATE SCHEMA saleor;
CREATE TABLE saleor.core_eventpayload (id serial PRIMARY KEY, payload text NOT NULL, created_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE saleor.core_eventdelivery (id serial PRIMARY KEY, created_at timestamptz NOT NULL DEFAULT now(), status varchar(255) NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'success', 'failed')), event_type varchar(255) NOT NULL,
	payload_id int REFERENCES saleor.core_eventpayload, webhook_id int NOT NULL);
CREATE TABLE saleor.core_eventdeliveryattempt (id serial PRIMARY KEY, created_at timestamptz NOT NULL DEFAULT now(), task_id varchar(255), duration float, response text, request_headers text, status varchar(255) NOT NULL DEFAULT 'pending',
	delivery_id int REFERENCES saleor.core_eventdelivery);
INSERT INTO saleor.core_eventdelivery (status, event_type, webhook_id) SELECT s, 'order_created', 1 FROM unnest('{pending,pending,success,failed}'::text[]) s;
COMMENT ON TABLE saleor.core_eventdelivery IS 'certain: 2 - - - 1 1';

-- fang: no payload by name, so it is only listed; what failed and is tried again is a row of its own.
CREATE SCHEMA fang;
CREATE TYPE fang.fang_task_state AS ENUM ('new', 'in_progress', 'failed', 'finished', 'retried');
CREATE TABLE fang.fang_tasks (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), metadata jsonb NOT NULL, error_message text, state fang.fang_task_state NOT NULL DEFAULT 'new', task_type varchar NOT NULL DEFAULT 'common', uniq_hash char(64),
	retries int NOT NULL DEFAULT 0, scheduled_at timestamptz NOT NULL DEFAULT now(), created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now());
CREATE INDEX ON fang.fang_tasks (scheduled_at);
CREATE INDEX ON fang.fang_tasks (state);
INSERT INTO fang.fang_tasks (metadata, state, scheduled_at) SELECT '{}', s::fang.fang_task_state, now() + CASE n WHEN 2 THEN interval '1 h' ELSE interval '-1 m' END
	FROM unnest('{new,new,in_progress,failed,finished,finished}'::text[]) WITH ORDINALITY u (s, n);
COMMENT ON TABLE fang.fang_tasks IS 'candidate: 1 1 1 1 - 2';

-- A queue in Go, a table for each: everything is a time.
CREATE SCHEMA dataddo;
CREATE TABLE dataddo.order_queue (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), created_at timestamptz NOT NULL DEFAULT now(), started_at timestamptz, locked_until timestamptz, scheduled_for timestamptz, processed_at timestamptz,
	consumed_count int NOT NULL DEFAULT 0, error_detail text, payload jsonb NOT NULL, metadata jsonb NOT NULL);
CREATE INDEX ON dataddo.order_queue (created_at) WHERE processed_at IS NULL;
INSERT INTO dataddo.order_queue (payload, metadata, locked_until, scheduled_for, processed_at) VALUES ('{}', '{}', NULL, NULL, NULL), ('{}', '{}', NULL, now() + interval '1 h', NULL),
	('{}', '{}', now() + interval '1 m', NULL, NULL), ('{}', '{}', now() - interval '1 m', NULL, NULL), ('{}', '{}', NULL, NULL, now());
COMMENT ON TABLE dataddo.order_queue IS 'certain: 2 1 1 - 0 1';

-- SAQ: seconds since 1970, words without a CHECK.
CREATE SCHEMA saq;
CREATE TABLE saq.saq_jobs (key text PRIMARY KEY, job bytea NOT NULL, status text NOT NULL, queue text NOT NULL, priority smallint NOT NULL DEFAULT 0, group_key text, scheduled bigint NOT NULL DEFAULT extract(epoch FROM now()), expire_at bigint);
INSERT INTO saq.saq_jobs (key, job, status, queue, scheduled) SELECT n::text, 'x', s, 'default', extract(epoch FROM now())::bigint + CASE n WHEN 2 THEN 3600 ELSE -60 END
	FROM unnest('{queued,queued,active,failed,complete,complete,aborted}'::text[]) WITH ORDINALITY u (s, n);
COMMENT ON TABLE saq.saq_jobs IS 'certain: 1 1 1 - 2 2';

-- Enqueue: "published" is when it was put in, in numbers; rows go when they are done.
CREATE SCHEMA enqueue;
CREATE TABLE enqueue.enqueue (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), published_at bigint NOT NULL, body text, headers text, properties text, redelivered boolean, queue varchar(255) NOT NULL, priority smallint, delayed_until bigint,
	time_to_live bigint, delivery_id uuid, redeliver_after bigint);
CREATE INDEX ON enqueue.enqueue (priority, published_at, queue, delivery_id, delayed_until, id);
INSERT INTO enqueue.enqueue (published_at, body, queue, delayed_until, delivery_id) SELECT extract(epoch FROM now())::bigint - 60, 'x', 'q',
	CASE n WHEN 2 THEN extract(epoch FROM now())::bigint + 3600 END, CASE n WHEN 4 THEN gen_random_uuid() END FROM generate_series(1, 4) n;
COMMENT ON TABLE enqueue.enqueue IS 'certain: 2 1 1 - - -';

-- EventSauce: three columns.
CREATE SCHEMA eventsauce;
CREATE TABLE eventsauce.outbox_messages (id bigserial PRIMARY KEY, consumed boolean NOT NULL DEFAULT false, payload varchar(16001) NOT NULL);
CREATE INDEX ON eventsauce.outbox_messages (consumed, id);
INSERT INTO eventsauce.outbox_messages (consumed, payload) VALUES (false, '{}'), (false, '{}'), (true, '{}');
COMMENT ON TABLE eventsauce.outbox_messages IS 'certain: 2 - - - - 1';

-- Sequin's consumers: not visible for a while after each delivery.
CREATE SCHEMA sequin_streams;
CREATE TABLE sequin_streams.consumer_events (id bigserial PRIMARY KEY, consumer_id uuid NOT NULL, commit_lsn bigint NOT NULL, record_pks text[] NOT NULL, table_oid bigint NOT NULL, ack_id uuid NOT NULL DEFAULT gen_random_uuid(),
	deliver_count int NOT NULL DEFAULT 0, last_delivered_at timestamp, not_visible_until timestamp, data jsonb NOT NULL, inserted_at timestamp NOT NULL DEFAULT timezone('UTC', now()));
INSERT INTO sequin_streams.consumer_events (consumer_id, commit_lsn, record_pks, table_oid, data, not_visible_until) SELECT gen_random_uuid(), n, '{1}', 1, '{}', CASE n WHEN 3 THEN now() + interval '1 h' END FROM generate_series(1, 3) n;
COMMENT ON TABLE sequin_streams.consumer_events IS 'candidate: 2 1 - - - -';

-- Wolverine's transport: what is scheduled lies in a table of its own.
CREATE SCHEMA wolverine_queues;
CREATE TABLE wolverine_queues.wolverine_queue_orders (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), body bytea NOT NULL, message_type varchar NOT NULL, keep_until timestamptz, "timestamp" timestamptz DEFAULT now());
CREATE TABLE wolverine_queues.wolverine_queue_orders_scheduled (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), body bytea NOT NULL, message_type varchar NOT NULL, execution_time timestamptz NOT NULL, keep_until timestamptz, "timestamp" timestamptz DEFAULT now());
INSERT INTO wolverine_queues.wolverine_queue_orders (body, message_type) VALUES ('x', 'A'), ('x', 'B');
INSERT INTO wolverine_queues.wolverine_queue_orders_scheduled (body, message_type, execution_time) VALUES ('x', 'A', now() + interval '1 h');
COMMENT ON TABLE wolverine_queues.wolverine_queue_orders IS 'candidate: 2 - - - - -';
COMMENT ON TABLE wolverine_queues.wolverine_queue_orders_scheduled IS 'certain: 0 1 - - - -';

-- By hand, in camel case, with a flag and a reason.
CREATE SCHEMA camel;
CREATE TABLE camel."EventOutbox" ("eventId" uuid PRIMARY KEY DEFAULT gen_random_uuid(), "eventName" text NOT NULL, "eventBody" jsonb NOT NULL, "isPublished" boolean NOT NULL DEFAULT false, "retryCount" int NOT NULL DEFAULT 0, "maxRetries" int NOT NULL DEFAULT 5,
	"failedReason" text, "insertedAt" timestamptz NOT NULL DEFAULT now());
INSERT INTO camel."EventOutbox" ("eventName", "eventBody", "isPublished", "retryCount") VALUES ('A', '{}', false, 0), ('A', '{}', false, 2), ('A', '{}', false, 5), ('A', '{}', true, 1);
COMMENT ON TABLE camel."EventOutbox" IS 'certain: 2 - - - 1 1';

-- By hand, in the words of a warehouse: what was shipped to the bus.
CREATE SCHEMA words;
CREATE TABLE words.bus_outgoing (seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, subject text NOT NULL, doc jsonb NOT NULL, recorded_at timestamptz NOT NULL DEFAULT now(), relayed_at timestamptz, tries smallint NOT NULL DEFAULT 0, last_problem text);
CREATE INDEX ON words.bus_outgoing (seq) WHERE relayed_at IS NULL;
INSERT INTO words.bus_outgoing (subject, doc, relayed_at, tries) VALUES ('a', '{}', NULL, 0), ('a', '{}', NULL, 3), ('a', '{}', now(), 1);
COMMENT ON TABLE words.bus_outgoing IS 'certain: 2 - - - - 1';
