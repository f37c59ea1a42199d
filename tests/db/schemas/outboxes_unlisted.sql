-- SPDX-License-Identifier: MIT
-- Outboxes and queues that no list of ours names, one schema each: what people write by hand, and what other libraries'
-- public documentation describes, in our words. Comments of tables tell what must be seen, as in outboxes.sql:
--	certain | candidate: due delayed claimed failed dead done   (numbers of these rows; - is unknown)
\set ON_ERROR_STOP on
SET timezone = 'UTC';

-- queue_classic: rows go when they are done.
CREATE SCHEMA queue_classic;
CREATE TABLE queue_classic.queue_classic_jobs (id bigserial PRIMARY KEY, q_name text NOT NULL CHECK (length(q_name) > 0), method text NOT NULL CHECK (length(method) > 0),
	args jsonb NOT NULL, locked_at timestamptz, locked_by int, created_at timestamptz DEFAULT now(), scheduled_at timestamptz DEFAULT now());
CREATE INDEX ON queue_classic.queue_classic_jobs (q_name, id) WHERE locked_at IS NULL;
INSERT INTO queue_classic.queue_classic_jobs (q_name, method, args, locked_at, scheduled_at) VALUES ('q', 'Kernel.puts', '[]', NULL, now() - interval '1 m'),
	('q', 'Kernel.puts', '[]', NULL, now() + interval '1 h'), ('q', 'Kernel.puts', '[]', now(), now() - interval '1 m');
COMMENT ON TABLE queue_classic.queue_classic_jobs IS 'certain: 1 1 1 - - -';

-- Rails event store's outbox: "enqueued" is when it was handed on.
CREATE SCHEMA event_store;
CREATE TABLE event_store.event_store_outbox (id bigserial PRIMARY KEY, split_key varchar, format varchar NOT NULL, payload bytea NOT NULL,
	created_at timestamp NOT NULL DEFAULT timezone('UTC', now()), enqueued_at timestamp);
CREATE INDEX ON event_store.event_store_outbox (enqueued_at, split_key);
CREATE TABLE event_store.event_store_outbox_locks (id bigserial PRIMARY KEY, format varchar NOT NULL, split_key varchar, locked_at timestamp, locked_by varchar(36));
INSERT INTO event_store.event_store_outbox (format, payload, enqueued_at) VALUES ('sidekiq5', 'x', NULL), ('sidekiq5', 'x', NULL), ('sidekiq5', 'x', now());
COMMENT ON TABLE event_store.event_store_outbox IS 'certain: 2 - - - - 1';

-- Hasura's event triggers: a flag for delivered, one for given up, one for put aside.
CREATE SCHEMA hdb_catalog;
CREATE TABLE hdb_catalog.event_log (id text PRIMARY KEY DEFAULT gen_random_uuid()::text, schema_name text NOT NULL, table_name text NOT NULL, trigger_name text NOT NULL,
	payload jsonb NOT NULL, delivered boolean NOT NULL DEFAULT false, error boolean NOT NULL DEFAULT false, tries int NOT NULL DEFAULT 0, created_at timestamp DEFAULT now(),
	locked timestamptz, next_retry_at timestamp, archived boolean NOT NULL DEFAULT false);
CREATE INDEX event_log_fetch_events ON hdb_catalog.event_log (locked NULLS FIRST, next_retry_at NULLS FIRST, created_at) WHERE delivered = false AND error = false AND archived = false;
INSERT INTO hdb_catalog.event_log (schema_name, table_name, trigger_name, payload, delivered, error, tries, locked, next_retry_at, archived) VALUES
	('s', 't', 'n', '{}', false, false, 0, NULL, NULL, false), ('s', 't', 'n', '{}', false, false, 2, NULL, now() + interval '1 h', false),
	('s', 't', 'n', '{}', false, false, 0, now(), NULL, false), ('s', 't', 'n', '{}', false, true, 5, NULL, NULL, false),
	('s', 't', 'n', '{}', true, false, 1, NULL, NULL, false), ('s', 't', 'n', '{}', false, false, 0, NULL, NULL, true);
COMMENT ON TABLE hdb_catalog.event_log IS 'certain: 1 1 1 - 1 1';
CREATE TABLE hdb_catalog.hdb_scheduled_events (id text PRIMARY KEY DEFAULT gen_random_uuid()::text, webhook_conf json NOT NULL, scheduled_time timestamptz NOT NULL, retry_conf json, payload json,
	header_conf json, status text NOT NULL DEFAULT 'scheduled', tries int NOT NULL DEFAULT 0, created_at timestamptz DEFAULT now(), next_retry_at timestamptz, comment text,
	CONSTRAINT valid_status CHECK (status IN ('scheduled', 'locked', 'delivered', 'error', 'dead')));
INSERT INTO hdb_catalog.hdb_scheduled_events (webhook_conf, scheduled_time, status) SELECT '{}', now() + CASE n WHEN 1 THEN interval '1 h' ELSE interval '-1 h' END, s
	FROM unnest('{scheduled,scheduled,locked,delivered,delivered,dead}'::text[]) WITH ORDINALITY u (s, n);
COMMENT ON TABLE hdb_catalog.hdb_scheduled_events IS 'certain: 1 1 1 0 1 2';

-- Django's tasks in a database: words without a CHECK.
CREATE SCHEMA django_tasks;
CREATE TABLE django_tasks.django_tasks_database_dbtaskresult (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), status varchar(10) NOT NULL, enqueued_at timestamptz NOT NULL DEFAULT now(),
	started_at timestamptz, finished_at timestamptz, args_kwargs jsonb NOT NULL, priority int NOT NULL DEFAULT 0, task_path text NOT NULL, queue_name varchar(32) NOT NULL DEFAULT 'default',
	backend_name varchar(32) NOT NULL DEFAULT 'default', run_after timestamptz, return_value jsonb, exception_class_path text, traceback text);
INSERT INTO django_tasks.django_tasks_database_dbtaskresult (status, args_kwargs, task_path, run_after) SELECT s, '{}', 'p', CASE n WHEN 2 THEN now() + interval '1 h' END
	FROM unnest('{READY,READY,RUNNING,FAILED,SUCCESSFUL,SUCCESSFUL}'::text[]) WITH ORDINALITY u (s, n);
COMMENT ON TABLE django_tasks.django_tasks_database_dbtaskresult IS 'certain: 1 1 1 - 1 2';

-- dramatiq-pg: "consumed" is in a worker's hands.
CREATE SCHEMA dramatiq;
CREATE TYPE dramatiq.state AS ENUM ('queued', 'consumed', 'rejected', 'done');
CREATE TABLE dramatiq.queue (message_id uuid PRIMARY KEY DEFAULT gen_random_uuid(), queue_name text NOT NULL DEFAULT 'default', state dramatiq.state NOT NULL DEFAULT 'queued',
	mtime timestamptz DEFAULT now(), message jsonb, result jsonb, result_ttl timestamptz);
INSERT INTO dramatiq.queue (state, message) SELECT s::dramatiq.state, '{}' FROM unnest('{queued,queued,consumed,rejected,done}'::text[]) s;
COMMENT ON TABLE dramatiq.queue IS 'certain: 2 - 1 - 1 1';

-- JobRunr: names glued together, everything in one text.
CREATE SCHEMA jobrunr;
CREATE TABLE jobrunr.jobrunr_jobs (id char(36) PRIMARY KEY, version int NOT NULL, jobasjson text NOT NULL, jobsignature varchar(512) NOT NULL, state varchar(36) NOT NULL,
	createdat timestamp NOT NULL, updatedat timestamp NOT NULL, scheduledat timestamp, recurringjobid varchar(128));
CREATE INDEX ON jobrunr.jobrunr_jobs (state);
INSERT INTO jobrunr.jobrunr_jobs SELECT n::text, 1, '{}', 's', s, now(), now(), CASE s WHEN 'SCHEDULED' THEN now() + interval '1 h' END, NULL
	FROM unnest('{ENQUEUED,ENQUEUED,SCHEDULED,PROCESSING,FAILED,SUCCEEDED,DELETED}'::text[]) WITH ORDINALITY u (s, n);
COMMENT ON TABLE jobrunr.jobrunr_jobs IS 'certain: 2 1 1 - 1 2';

-- Odoo's queue: dates come first in names; "eta" is when.
CREATE SCHEMA odoo;
CREATE TABLE odoo.queue_job (id serial PRIMARY KEY, uuid varchar NOT NULL, state varchar NOT NULL, model_name varchar, method_name varchar, records jsonb, args text, kwargs text, priority int DEFAULT 10,
	date_created timestamp, date_started timestamp, date_enqueued timestamp, date_done timestamp, eta timestamp, retry int DEFAULT 0, max_retries int DEFAULT 5, exc_info text, exc_message varchar,
	channel varchar, identity_key varchar);
CREATE INDEX queue_job_identity_key_state_partial_index ON odoo.queue_job (identity_key) WHERE state IN ('pending', 'enqueued') AND identity_key IS NOT NULL;
INSERT INTO odoo.queue_job (uuid, state, kwargs, eta, date_created, date_done) SELECT n::text, s, '{}', CASE n WHEN 2 THEN now() + interval '1 h' END, now(), CASE s WHEN 'done' THEN now() END
	FROM unnest('{pending,pending,enqueued,started,failed,done,done,wait_dependencies}'::text[]) WITH ORDINALITY u (s, n);
COMMENT ON TABLE odoo.queue_job IS 'certain: 2 1 1 - 1 2';

-- Mattermost's jobs: milliseconds, glued.
CREATE SCHEMA mattermost;
CREATE TABLE mattermost.jobs (id varchar(26) PRIMARY KEY, type varchar(32), priority bigint, createat bigint, startat bigint, lastactivityat bigint, status varchar(32), progress bigint, data jsonb);
INSERT INTO mattermost.jobs SELECT n::text, 'k', 0, extract(epoch FROM now()) * 1000, 0, 0, s, 0, '{}' FROM unnest('{pending,pending,in_progress,success,error}'::text[]) WITH ORDINALITY u (s, n);
COMMENT ON TABLE mattermost.jobs IS 'certain: 2 - 1 - 1 1';

-- Camunda: retries count down, 0 is an incident; the lease is an expiry.
CREATE SCHEMA camunda;
CREATE TABLE camunda.act_ru_job (id_ varchar(64) PRIMARY KEY, rev_ int, type_ varchar(255) NOT NULL, lock_exp_time_ timestamp, lock_owner_ varchar(255), exclusive_ boolean,
	execution_id_ varchar(64), retries_ int, exception_stack_id_ varchar(64), exception_msg_ varchar(4000), duedate_ timestamp, repeat_ varchar(255), handler_type_ varchar(255),
	handler_cfg_ varchar(4000), suspension_state_ int NOT NULL DEFAULT 1, create_time_ timestamp, tenant_id_ varchar(64));
INSERT INTO camunda.act_ru_job (id_, type_, retries_, duedate_, lock_exp_time_, lock_owner_, handler_cfg_, create_time_) VALUES ('1', 'message', 3, NULL, NULL, NULL, '{}', now()),
	('2', 'timer', 2, now() + interval '1 h', NULL, NULL, '{}', now()), ('3', 'message', 3, NULL, now() + interval '1 m', 'w', '{}', now()), ('4', 'message', 0, NULL, NULL, NULL, '{}', now());
COMMENT ON TABLE camunda.act_ru_job IS 'certain: 1 1 1 - 1 -';

-- Windmill's queue: started by a flag, gone when done.
CREATE SCHEMA windmill;
CREATE TABLE windmill.queue (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), workspace_id varchar(50), created_at timestamptz NOT NULL DEFAULT now(), scheduled_for timestamptz NOT NULL, running boolean NOT NULL DEFAULT false,
	script_path varchar(255), args jsonb, canceled boolean NOT NULL DEFAULT false, started_at timestamptz, last_ping timestamptz, tag varchar(50));
CREATE INDEX ON windmill.queue (scheduled_for) WHERE running = false;
INSERT INTO windmill.queue (scheduled_for, running, args) VALUES (now(), false, '{}'), (now() - interval '1 m', false, '{}'), (now() + interval '1 h', false, '{}'), (now() - interval '1 m', true, '{}');
COMMENT ON TABLE windmill.queue IS 'certain: 2 1 1 - - -';

-- PGQ's queue of what is tried again.
CREATE SCHEMA pgq;
CREATE TABLE pgq.retry_queue (ev_retry_after timestamptz NOT NULL, ev_queue int NOT NULL, ev_id bigint NOT NULL, ev_time timestamptz NOT NULL, ev_txid bigint, ev_owner int NOT NULL, ev_retry int,
	ev_type text, ev_data text, ev_extra1 text, PRIMARY KEY (ev_owner, ev_id));
INSERT INTO pgq.retry_queue SELECT now() + n * interval '1 h', 1, n, now() - interval '1 d', 1, 1, 1, 't', '{}' FROM generate_series(-1, 1) n;
COMMENT ON TABLE pgq.retry_queue IS 'certain: 2 1 - - - -';

-- Celery's outbox for Django: a name of its own for the time of the next try.
CREATE SCHEMA celery_outbox;
CREATE TABLE celery_outbox.django_celery_outbox_celeryoutbox (id bigserial PRIMARY KEY, created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz, retries smallint NOT NULL DEFAULT 0, retry_after timestamptz,
	task_id varchar(255) NOT NULL, task_name varchar(255) NOT NULL, args jsonb NOT NULL, kwargs jsonb NOT NULL, options jsonb);
INSERT INTO celery_outbox.django_celery_outbox_celeryoutbox (task_id, task_name, args, kwargs, retry_after) VALUES ('1', 't', '[]', '{}', NULL), ('2', 't', '[]', '{}', now() - interval '1 m'), ('3', 't', '[]', '{}', now() + interval '1 h');
COMMENT ON TABLE celery_outbox.django_celery_outbox_celeryoutbox IS 'certain: 2 1 - - - -';

-- Axon's letters that could not be handled.
CREATE SCHEMA axon;
CREATE TABLE axon.dead_letter_entry (dead_letter_id varchar(255) PRIMARY KEY, cause_message varchar(1023), cause_type varchar(255), diagnostics bytea, enqueued_at timestamptz NOT NULL, last_touched timestamptz,
	aggregate_identifier varchar(255), event_identifier varchar(255) NOT NULL, message_type varchar(255) NOT NULL, payload bytea NOT NULL, payload_type varchar(255) NOT NULL, time_stamp varchar(255) NOT NULL,
	processing_group varchar(255) NOT NULL, processing_started timestamptz, sequence_identifier varchar(255) NOT NULL, sequence_index bigint NOT NULL);
INSERT INTO axon.dead_letter_entry (dead_letter_id, enqueued_at, event_identifier, message_type, payload, payload_type, time_stamp, processing_group, sequence_identifier, sequence_index)
	SELECT n::text, now(), 'e', 'm', 'x', 'p', '', 'g', 's', n FROM generate_series(1, 2) n;
COMMENT ON TABLE axon.dead_letter_entry IS 'candidate: - - - - 2 -';
-- The tokens of its processors and the event store are no queues.
CREATE TABLE axon.token_entry (processor_name varchar(255) NOT NULL, segment int NOT NULL, owner varchar(255), "timestamp" varchar(255) NOT NULL, token bytea, token_type varchar(255), PRIMARY KEY (processor_name, segment));

-- Sequelize, camel case, an enum; "PROCESSED" alone tells what is done.
CREATE SCHEMA sequelize;
CREATE TYPE sequelize."enum_OutboxEvents_status" AS ENUM ('PENDING', 'PROCESSED');
CREATE TABLE sequelize."OutboxEvents" ("id" uuid PRIMARY KEY DEFAULT gen_random_uuid(), "eventType" varchar(255) NOT NULL, "payload" json NOT NULL, "status" sequelize."enum_OutboxEvents_status" NOT NULL DEFAULT 'PENDING',
	"createdAt" timestamptz NOT NULL DEFAULT now(), "updatedAt" timestamptz NOT NULL DEFAULT now());
INSERT INTO sequelize."OutboxEvents" ("eventType", "payload", "status") VALUES ('e', '{}', 'PENDING'), ('e', '{}', 'PROCESSED'), ('e', '{}', 'PROCESSED');
COMMENT ON TABLE sequelize."OutboxEvents" IS 'certain: 1 - - - - 2';

-- TypeORM: a flag, quoted.
CREATE SCHEMA typeorm;
CREATE TABLE typeorm.outbox_message ("id" bigserial PRIMARY KEY, "eventName" varchar NOT NULL, "data" jsonb NOT NULL, "isPublished" boolean NOT NULL DEFAULT false, "createdAt" timestamptz NOT NULL DEFAULT now());
INSERT INTO typeorm.outbox_message ("eventName", "data", "isPublished") VALUES ('e', '{}', false), ('e', '{}', true);
COMMENT ON TABLE typeorm.outbox_message IS 'certain: 1 - - - - 1';

CREATE SCHEMA hand;
-- Tries that are left, and a time not to begin before.
CREATE TABLE hand.mail_outbox (mail_id uuid PRIMARY KEY DEFAULT gen_random_uuid(), template text NOT NULL, msg jsonb NOT NULL, not_before timestamptz NOT NULL DEFAULT now(), handed_over_at timestamptz, acknowledged_at timestamptz, attempts_left int NOT NULL DEFAULT 5);
CREATE INDEX ON hand.mail_outbox (not_before) WHERE acknowledged_at IS NULL AND attempts_left > 0;
INSERT INTO hand.mail_outbox (template, msg, not_before, acknowledged_at, attempts_left) VALUES ('t', '{}', now(), NULL, 5), ('t', '{}', now() + interval '1 h', NULL, 3), ('t', '{}', now(), NULL, 0), ('t', '{}', now(), now(), 5);
COMMENT ON TABLE hand.mail_outbox IS 'certain: 1 1 - - 1 1';
-- What was called off does not wait, and is not dead.
CREATE TABLE hand.outgoing_commands (id bigserial PRIMARY KEY, command_type text NOT NULL, body bytea NOT NULL, created_at timestamptz NOT NULL DEFAULT now(), deliver_after timestamptz, delivered_at timestamptz, cancelled_at timestamptz,
	delivery_count int NOT NULL DEFAULT 0, reserved_until timestamptz, failure_reason text);
CREATE INDEX ON hand.outgoing_commands (id) WHERE delivered_at IS NULL AND cancelled_at IS NULL;
INSERT INTO hand.outgoing_commands (command_type, body, deliver_after, delivered_at, cancelled_at, reserved_until) VALUES ('c', 'x', NULL, NULL, NULL, NULL), ('c', 'x', NULL, NULL, now(), NULL), ('c', 'x', NULL, now(), NULL, NULL),
	('c', 'x', NULL, NULL, NULL, now() + interval '1 m'), ('c', 'x', now() + interval '1 h', NULL, NULL, NULL), ('c', 'x', NULL, NULL, NULL, now() - interval '1 m');
COMMENT ON TABLE hand.outgoing_commands IS 'certain: 2 1 1 - - 1';
-- Numbers that a CHECK lists and nobody explains; an index says which of them wait.
CREATE TABLE hand.outbox_codes (id bigserial PRIMARY KEY, topic text NOT NULL, payload jsonb NOT NULL, status smallint NOT NULL DEFAULT 0 CHECK (status IN (0, 1, 2, 3)), created_at timestamptz NOT NULL DEFAULT now());
CREATE INDEX ON hand.outbox_codes (created_at) WHERE status = 0;
INSERT INTO hand.outbox_codes (topic, payload, status) SELECT 't', '{}', n % 4 FROM generate_series(0, 9) n;
COMMENT ON TABLE hand.outbox_codes IS 'certain: 3 - - - - -';
-- The same with letters, and no index: unknown.
CREATE TABLE hand.outbox_listed_letters (id bigserial PRIMARY KEY, topic text NOT NULL, payload jsonb NOT NULL, state char(1) NOT NULL CHECK (state IN ('N', 'P', 'E')), created_at timestamptz NOT NULL DEFAULT now());
INSERT INTO hand.outbox_listed_letters (topic, payload, state) SELECT 't', '{}', s FROM unnest('{N,N,P,E}'::text[]) s;
COMMENT ON TABLE hand.outbox_listed_letters IS 'certain: - - - - - -';
-- The states are in a table of their own: unknown too.
CREATE TABLE hand.outbox_states (id int PRIMARY KEY, label text NOT NULL, description text);
CREATE TABLE hand.outbox_of_states (id bigserial PRIMARY KEY, topic text NOT NULL, payload jsonb NOT NULL, state_id int NOT NULL REFERENCES hand.outbox_states, created_at timestamptz NOT NULL DEFAULT now());
INSERT INTO hand.outbox_states VALUES (1, 'new'), (2, 'sent');
INSERT INTO hand.outbox_of_states (topic, payload, state_id) VALUES ('t', '{}', 1), ('t', '{}', 2);
COMMENT ON TABLE hand.outbox_of_states IS 'certain: - - - - - -';
-- Never NULL: a time that stands for "not yet". Which one nobody says.
CREATE TABLE hand.outbox_never_null (id bigserial PRIMARY KEY, topic text NOT NULL, payload jsonb NOT NULL, created_at timestamptz NOT NULL DEFAULT now(), published_at timestamptz NOT NULL DEFAULT '1970-01-01');
INSERT INTO hand.outbox_never_null (topic, payload, published_at) VALUES ('t', '{}', '1970-01-01'), ('t', '{}', now());
COMMENT ON TABLE hand.outbox_never_null IS 'certain: - - - - - -';
-- No word of it in its name; partitioned; the index tells.
CREATE TABLE hand.integration_facts (fact_id uuid NOT NULL DEFAULT gen_random_uuid(), tenant_id bigint NOT NULL, kind text NOT NULL, contents jsonb NOT NULL, recorded_at timestamptz NOT NULL DEFAULT now(),
	relayed_at timestamptz, relay_attempts int NOT NULL DEFAULT 0, relay_error text, PRIMARY KEY (fact_id, recorded_at)) PARTITION BY RANGE (recorded_at);
CREATE TABLE hand.integration_facts_all PARTITION OF hand.integration_facts DEFAULT;
CREATE INDEX ON hand.integration_facts (recorded_at) WHERE relayed_at IS NULL;
INSERT INTO hand.integration_facts (tenant_id, kind, contents, relayed_at) VALUES (1, 'k', '{}', NULL), (1, 'k', '{}', NULL), (2, 'k', '{}', now());
COMMENT ON TABLE hand.integration_facts IS 'certain: 2 - - - - 1';
-- Three times and no state: begun, ended, failed.
CREATE TABLE hand.export_jobs (id bigserial PRIMARY KEY, kind text NOT NULL, params jsonb NOT NULL, requested_at timestamptz NOT NULL DEFAULT now(), started_at timestamptz, finished_at timestamptz, failed_at timestamptz, error text);
INSERT INTO hand.export_jobs (kind, params, started_at, finished_at, failed_at) VALUES ('k', '{}', NULL, NULL, NULL), ('k', '{}', now(), NULL, NULL), ('k', '{}', now(), now(), NULL), ('k', '{}', now(), NULL, now());
COMMENT ON TABLE hand.export_jobs IS 'certain: 1 - 1 - 1 1';

CREATE SCHEMA odd;
-- Flags as numbers, as letters, and as nothing at all.
CREATE TABLE odd.int_flag_outbox (id bigserial PRIMARY KEY, event_type text NOT NULL, payload text NOT NULL, processed int NOT NULL DEFAULT 0, created_at timestamptz NOT NULL DEFAULT now());
INSERT INTO odd.int_flag_outbox (event_type, payload, processed) VALUES ('e', '{}', 0), ('e', '{}', 1), ('e', '{}', 1);
COMMENT ON TABLE odd.int_flag_outbox IS 'certain: 1 - - - - 2';
CREATE TABLE odd.epoch_outbox (id bigserial PRIMARY KEY, event_type text NOT NULL, payload jsonb NOT NULL, created_at bigint NOT NULL, published_at bigint, backoff_until bigint);
INSERT INTO odd.epoch_outbox (event_type, payload, created_at, published_at, backoff_until) VALUES ('e', '{}', 1700000000000, NULL, 1700000000000), ('e', '{}', 1700000000000, NULL, 9700000000000), ('e', '{}', 1700000000000, 1700000000000, 0);
COMMENT ON TABLE odd.epoch_outbox IS 'certain: 1 1 - - - 1';
CREATE TABLE odd.letter_flag_outbox (id bigserial PRIMARY KEY, event_type text NOT NULL, payload text NOT NULL, sent char(1) NOT NULL DEFAULT 'N', created_at timestamptz NOT NULL DEFAULT now());
INSERT INTO odd.letter_flag_outbox (event_type, payload, sent) VALUES ('e', '{}', 'N'), ('e', '{}', 'Y');
COMMENT ON TABLE odd.letter_flag_outbox IS 'certain: - - - - - -';
CREATE TABLE odd.null_flag_outbox (id bigserial PRIMARY KEY, event_type text NOT NULL, payload jsonb NOT NULL, dispatched boolean);
INSERT INTO odd.null_flag_outbox (event_type, payload, dispatched) VALUES ('e', '{}', NULL), ('e', '{}', false), ('e', '{}', true);
COMMENT ON TABLE odd.null_flag_outbox IS 'certain: 2 - - - - 1';
-- Labels of a business in a table whose name says what it is.
CREATE TABLE odd.order_outbox (id bigserial PRIMARY KEY, event_type text NOT NULL, payload jsonb NOT NULL, status text NOT NULL DEFAULT 'ToSend' CHECK (status IN ('ToSend', 'In-Flight', 'Sent', 'Confirmed', 'Poison', 'WillRetry')),
	created_at timestamptz NOT NULL DEFAULT now(), retry_count int NOT NULL DEFAULT 0, retry_at timestamptz);
INSERT INTO odd.order_outbox (event_type, payload, status, retry_at) SELECT 'e', '{}', s, CASE n WHEN 3 THEN now() + interval '1 h' END FROM unnest('{ToSend,WillRetry,WillRetry,In-Flight,Sent,Confirmed,Poison}'::text[]) WITH ORDINALITY u (s, n);
COMMENT ON TABLE odd.order_outbox IS 'certain: 2 1 1 - 1 2';
-- A default says how words are spelled here; codes with a time beside them.
CREATE TABLE odd.jpa_outbox_event (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), aggregatetype varchar(255) NOT NULL, aggregateid varchar(255) NOT NULL, eventtype varchar(255) NOT NULL, payload text NOT NULL, status varchar(20) NOT NULL DEFAULT 'PENDING',
	retrycount int NOT NULL DEFAULT 0, createdat timestamp NOT NULL DEFAULT now(), processedat timestamp, errormessage text);
INSERT INTO odd.jpa_outbox_event (aggregatetype, aggregateid, eventtype, payload, status) SELECT 'a', '1', 'e', '{}', s FROM unnest('{PENDING,PENDING,PROCESSED,FAILED}'::text[]) s;
COMMENT ON TABLE odd.jpa_outbox_event IS 'certain: 2 - 0 1 - 1';
CREATE TABLE odd.code_and_time_outbox (id bigserial PRIMARY KEY, topic text NOT NULL, payload jsonb NOT NULL, state smallint NOT NULL, created_at timestamptz NOT NULL DEFAULT now(), processed_at timestamptz);
INSERT INTO odd.code_and_time_outbox (topic, payload, state, processed_at) VALUES ('t', '{}', 7, NULL), ('t', '{}', 9, now());
COMMENT ON TABLE odd.code_and_time_outbox IS 'certain: 1 - - - - 1';
-- Only the places of its readers tell, in another table.
CREATE SCHEMA places;
CREATE TABLE places.stream_outbox (seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, kind text NOT NULL, payload jsonb NOT NULL, created_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE places.reader_checkpoints (reader text PRIMARY KEY, last_seq bigint NOT NULL DEFAULT 0, updated_at timestamptz);
INSERT INTO places.stream_outbox (kind, payload) VALUES ('k', '{}'), ('k', '{}');
COMMENT ON TABLE places.stream_outbox IS 'certain: - - - - - -';
-- Lowest and highest that a name can be; a column of every name that needs quotes.
CREATE SCHEMA "we ird";
CREATE TABLE "we ird"."My ""Outbox"" Table" ("I D" bigserial PRIMARY KEY, "Event Type" text NOT NULL, "Pay""load" jsonb NOT NULL, "Sent At" timestamptz, "Created At" timestamptz NOT NULL DEFAULT now());
CREATE INDEX ON "we ird"."My ""Outbox"" Table" ("Created At") WHERE "Sent At" IS NULL;
INSERT INTO "we ird"."My ""Outbox"" Table" ("Event Type", "Pay""load", "Sent At") VALUES ('e', '{}', NULL), ('e', '{}', now());
COMMENT ON TABLE "we ird"."My ""Outbox"" Table" IS 'certain: 1 - - - - 1';

-- in other languages
CREATE SCHEMA sprachen;
SET search_path = sprachen;
CREATE TYPE status_wiadomosci AS ENUM ('oczekuje','w_trakcie','wyslane','blad');
CREATE TABLE skrzynka_nadawcza (id bigserial PRIMARY KEY, typ_zdarzenia text NOT NULL, tresc jsonb NOT NULL, status status_wiadomosci NOT NULL DEFAULT 'oczekuje', utworzono timestamptz NOT NULL DEFAULT now(), liczba_prob int NOT NULL DEFAULT 0, ostatni_blad text);
INSERT INTO skrzynka_nadawcza (typ_zdarzenia, tresc, status) VALUES ('a','{}','oczekuje'),('a','{}','oczekuje'),('b','{}','wyslane'),('b','{}','blad');
COMMENT ON TABLE skrzynka_nadawcza IS 'certain: 2 - 0 1 - 1';
CREATE TABLE postausgang (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), ereignis_typ varchar(100) NOT NULL, nutzlast jsonb NOT NULL, erstellt_am timestamptz NOT NULL DEFAULT now(), versendet_am timestamptz, versuche int NOT NULL DEFAULT 0, fehler text);
INSERT INTO postausgang (ereignis_typ, nutzlast, versendet_am) VALUES ('x','{}',NULL),('x','{}',now());
COMMENT ON TABLE postausgang IS 'certain: 1 - - - 0 1';
CREATE TABLE outbox_nachrichten (id bigserial PRIMARY KEY, typ text NOT NULL, payload jsonb NOT NULL, status text NOT NULL DEFAULT 'neu' CHECK (status IN ('neu','in_arbeit','erledigt','fehlgeschlagen')), created_at timestamptz DEFAULT now());
INSERT INTO outbox_nachrichten (typ,payload,status) VALUES ('a','{}','neu'),('a','{}','erledigt');
COMMENT ON TABLE outbox_nachrichten IS 'certain: 1 - 0 - 0 1';
CREATE TABLE boite_envoi (id bigserial PRIMARY KEY, type_evenement text NOT NULL, contenu jsonb NOT NULL, cree_le timestamptz NOT NULL DEFAULT now(), traite_le timestamptz, tentatives int DEFAULT 0, derniere_erreur text);
INSERT INTO boite_envoi (type_evenement,contenu) VALUES ('a','{}');
COMMENT ON TABLE boite_envoi IS 'certain: 1 - - - - 0';
CREATE TABLE bandeja_salida (id bigserial PRIMARY KEY, tipo text NOT NULL, datos jsonb NOT NULL, estado text NOT NULL DEFAULT 'pendiente' CHECK (estado IN ('pendiente','procesando','enviado','fallido')), creado_en timestamptz DEFAULT now(), intentos int DEFAULT 0);
INSERT INTO bandeja_salida (tipo,datos) VALUES ('a','{}');
COMMENT ON TABLE bandeja_salida IS 'certain: 1 - 0 0 - 0';
-- what nothing changes may stay for ever, or go when it is done
CREATE SCHEMA alone;
SET search_path = alone;
CREATE TABLE outbox_simple (id bigserial PRIMARY KEY, destination text NOT NULL, message jsonb NOT NULL, created_at timestamptz NOT NULL DEFAULT now());
INSERT INTO outbox_simple (destination,message) VALUES ('a','{}');
COMMENT ON TABLE outbox_simple IS 'candidate: 1 - - - - -';
CREATE TABLE "SilverbackOutbox" ("Id" bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, "MessageType" text, "Content" bytea, "Headers" text, "EndpointName" varchar(300), "DynamicEndpoint" text, "Created" timestamptz NOT NULL);
INSERT INTO "SilverbackOutbox" ("Content","Created") VALUES ('x',now());
COMMENT ON TABLE "SilverbackOutbox" IS 'certain: 1 - - - - -';
-- places of subscribers beside it
CREATE SCHEMA subscribed;
SET search_path = subscribed;
CREATE TABLE event_outbox (position bigserial PRIMARY KEY, event_type text NOT NULL, payload jsonb NOT NULL, created_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE outbox_subscribers (name text PRIMARY KEY, last_position bigint NOT NULL DEFAULT 0);
INSERT INTO event_outbox (event_type,payload) SELECT 'a','{}' FROM generate_series(1,10); INSERT INTO outbox_subscribers VALUES ('search', 7);
COMMENT ON TABLE event_outbox IS 'certain: - - - - - -';
-- claims that end, an aggregate of a kind; states of a domain; a flag
CREATE SCHEMA others;
SET search_path = others;
CREATE TABLE txn_outbox (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), aggregate_kind text NOT NULL, aggregate_ref text NOT NULL, event jsonb NOT NULL, enqueued_at timestamptz DEFAULT clock_timestamp(), claimed_by text, claim_expires_at timestamptz, delivered_at timestamptz, dead_lettered_at timestamptz, delivery_attempts smallint DEFAULT 0);
INSERT INTO txn_outbox (aggregate_kind,aggregate_ref,event) VALUES ('o','1','{}'),('o','1','{}');
UPDATE txn_outbox SET claim_expires_at = now() + interval '1 day', claimed_by='r' WHERE id = (SELECT id FROM txn_outbox LIMIT 1);
COMMENT ON TABLE txn_outbox IS 'certain: 1 - 1 - 0 0';
CREATE DOMAIN job_state AS text CHECK (VALUE IN ('QUEUED','RUNNING','DONE','ERROR'));
CREATE TABLE background_jobs (id bigserial PRIMARY KEY, job_type text NOT NULL, parameters jsonb NOT NULL, state job_state NOT NULL DEFAULT 'QUEUED', created_at timestamptz DEFAULT now(), started_at timestamptz, finished_at timestamptz, error_text text);
INSERT INTO background_jobs (job_type,parameters,state) VALUES ('a','{}','QUEUED'),('a','{}','DONE'),('a','{}','RUNNING'),('a','{}','ERROR');
COMMENT ON TABLE background_jobs IS 'certain: 1 - 1 - 1 1';
CREATE TABLE domain_events (id bigserial PRIMARY KEY, name text NOT NULL, payload jsonb NOT NULL, occurred_on timestamptz NOT NULL DEFAULT now(), published boolean NOT NULL DEFAULT false);
CREATE INDEX ON domain_events (id) WHERE NOT published;
INSERT INTO domain_events (name,payload,published) VALUES ('a','{}',false),('a','{}',true),('b','{}',false);
COMMENT ON TABLE domain_events IS 'candidate: 2 - - - - 1';
RESET search_path;
RESET search_path;
-- more of the same, each in its schema: quoted and camelCase names, times that may be unset, partitions
CREATE SCHEMA axon_more;
CREATE TABLE axon_more.dead_letter_entry (dead_letter_id varchar(255) PRIMARY KEY, processing_group varchar(255) NOT NULL, sequence_identifier varchar(255) NOT NULL, sequence_index bigint NOT NULL, message_type varchar(255) NOT NULL, event_identifier varchar(255) NOT NULL, type varchar(255), sequence_number bigint, payload bytea NOT NULL, payload_type varchar(255) NOT NULL, meta_data bytea, enqueued_at timestamptz NOT NULL, last_touched timestamptz, processing_started timestamptz, cause_type varchar(255), cause_message varchar(1023), diagnostics bytea);
INSERT INTO axon_more.dead_letter_entry VALUES ('a','g','s',0,'E','x','t',1,'x','p',NULL,now()-interval '1h',NULL,NULL,'c','m',NULL);
CREATE SCHEMA silverback;
CREATE TABLE silverback."SilverbackOutbox" ("Id" bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, "Content" bytea, "Headers" text, "EndpointName" varchar(500) NOT NULL, "DynamicEndpoint" text, "Created" timestamptz NOT NULL);
INSERT INTO silverback."SilverbackOutbox"("Content","EndpointName","Created") SELECT 'x','e',now()-interval '1 h' FROM generate_series(1,3);
CREATE SCHEMA solidus;
CREATE TABLE solidus.spree_events (id bigserial PRIMARY KEY, name varchar, payload jsonb, published_at timestamp, created_at timestamp NOT NULL, updated_at timestamp NOT NULL);
INSERT INTO solidus.spree_events(name,payload,created_at,updated_at) SELECT 'order_finalized','{}',now()-interval '1 h',now() FROM generate_series(1,4);
CREATE SCHEMA camel;
CREATE TABLE camel."DomainEvents" ("eventId" uuid PRIMARY KEY DEFAULT gen_random_uuid(), "eventName" text NOT NULL, "eventPayload" jsonb NOT NULL, "raisedAt" timestamptz NOT NULL, "publishedAt" timestamptz, "publishAttempts" int NOT NULL DEFAULT 0, "lastPublishError" text);
INSERT INTO camel."DomainEvents"("eventName","eventPayload","raisedAt","publishedAt") SELECT 'x','{}',now()-interval '1h',CASE WHEN g>5 THEN now() END FROM generate_series(1,9) g;
CREATE SCHEMA part;
CREATE TABLE part."Outbox Events" (id bigserial, "Event Type" text NOT NULL, payload jsonb NOT NULL, created_at timestamptz NOT NULL, sent_at timestamptz, PRIMARY KEY (id, created_at)) PARTITION BY RANGE (created_at);
CREATE TABLE part.oe_old PARTITION OF part."Outbox Events" FOR VALUES FROM ('2000-01-01') TO ('2026-01-01');
CREATE TABLE part.oe_now PARTITION OF part."Outbox Events" FOR VALUES FROM ('2026-01-01') TO ('2100-01-01');
INSERT INTO part."Outbox Events"("Event Type",payload,created_at,sent_at) SELECT 'x','{}',now()-interval '1h',CASE WHEN g>5 THEN now() END FROM generate_series(1,9) g;
CREATE SCHEMA resque;
CREATE TABLE resque.outbox_transactional (id bigserial PRIMARY KEY, handler_class varchar NOT NULL, args jsonb, retry_count int DEFAULT 0, retry_at timestamp, last_retry_error text, processed_at timestamp, failed_at timestamp, created_at timestamp NOT NULL, context jsonb);
INSERT INTO resque.outbox_transactional(handler_class,args,created_at) SELECT 'H','{}',now()-interval '1h' FROM generate_series(1,6);
CREATE SCHEMA rails_to;
CREATE TABLE rails_to.outboxes (id bigserial PRIMARY KEY, identifier uuid NOT NULL, event varchar NOT NULL, payload jsonb, aggregate varchar NOT NULL, aggregate_identifier uuid NOT NULL, created_at timestamp NOT NULL, updated_at timestamp NOT NULL);
INSERT INTO rails_to.outboxes(identifier,event,aggregate,aggregate_identifier,created_at,updated_at) SELECT gen_random_uuid(),'e','a',gen_random_uuid(),now(),now() FROM generate_series(1,6);
CREATE SCHEMA djoutbox;
CREATE TABLE djoutbox.outbox_outboxmessage (id bigserial PRIMARY KEY, uuid uuid NOT NULL, topic varchar(255), key varchar(255), value bytea, headers jsonb, created timestamptz NOT NULL, relayed timestamptz, attempt smallint NOT NULL DEFAULT 0);
INSERT INTO djoutbox.outbox_outboxmessage(uuid,topic,created) SELECT gen_random_uuid(),'t',now()-interval '1h' FROM generate_series(1,6);
CREATE SCHEMA cqrs;
CREATE TABLE cqrs.jobs (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), job_type varchar NOT NULL, body jsonb, state varchar NOT NULL CHECK (state IN ('Scheduled','Enqueued','Processing','Succeeded','Failed','Deleted')), created_at timestamptz NOT NULL, scheduled_for timestamptz, retries int DEFAULT 0);
INSERT INTO cqrs.jobs(job_type,body,state,created_at) SELECT 't','{}','Enqueued',now()-interval '1h' FROM generate_series(1,6);
CREATE SCHEMA gueland;
CREATE TABLE gueland.gue_jobs (job_id text PRIMARY KEY, priority smallint, run_at timestamptz NOT NULL, job_type text NOT NULL, args bytea, error_count int DEFAULT 0, last_error text, queue text NOT NULL, created_at timestamptz, updated_at timestamptz);
INSERT INTO gueland.gue_jobs SELECT g,1,now()-interval '1h','t','x',0,NULL,'q',now(),now() FROM generate_series(1,3) g;
COMMENT ON TABLE axon_more.dead_letter_entry IS 'candidate: - - - - 1 -';
COMMENT ON TABLE silverback."SilverbackOutbox" IS 'certain: 3 - - - - -';
COMMENT ON TABLE solidus.spree_events IS 'candidate: 4 - - - - 0';
COMMENT ON TABLE camel."DomainEvents" IS 'certain: 5 - - - - 4';
COMMENT ON TABLE part."Outbox Events" IS 'certain: 5 - - - - 4';
COMMENT ON TABLE resque.outbox_transactional IS 'certain: 6 0 - - 0 0';
COMMENT ON TABLE rails_to.outboxes IS 'certain: - - - - - -';
COMMENT ON TABLE djoutbox.outbox_outboxmessage IS 'certain: 6 - - - - 0';
COMMENT ON TABLE cqrs.jobs IS 'certain: 6 0 0 0 - 0';
COMMENT ON TABLE gueland.gue_jobs IS 'certain: 3 0 - - - -';
CREATE SCHEMA letters;
CREATE TABLE letters.job_outbox (id bigint GENERATED ALWAYS AS IDENTITY, status text NOT NULL, payload json NOT NULL, event_type text, created_at timestamptz NOT NULL DEFAULT now(), tries int NOT NULL DEFAULT 0, PRIMARY KEY (status, id)) PARTITION BY LIST (status);
CREATE TABLE letters.waits PARTITION OF letters.job_outbox FOR VALUES IN ('NEW', 'RETRY');
CREATE TABLE letters.ended PARTITION OF letters.job_outbox FOR VALUES IN ('DONE', 'DLQ');
INSERT INTO letters.job_outbox(status,payload,created_at) SELECT s,'{}',now()-interval '1h' FROM unnest(ARRAY['NEW','RETRY','NEW','DONE','DLQ','DLQ']) s;
COMMENT ON TABLE letters.job_outbox IS 'certain: 3 - 0 2 - 1';
CREATE SCHEMA told;
CREATE TABLE told.to_kafka (seq bigserial PRIMARY KEY, kafka_topic text NOT NULL, kafka_key text, kafka_value bytea, headers jsonb, created_at timestamptz DEFAULT now());
INSERT INTO told.to_kafka(kafka_topic,kafka_value,created_at) SELECT 't','x',now()-interval '1h' FROM generate_series(1,4);
COMMENT ON TABLE told.to_kafka IS 'candidate: 4 - - - - -';
