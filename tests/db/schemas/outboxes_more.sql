-- SPDX-License-Identifier: MIT
-- Yet other outboxes and queues, one schema each, after the public documentation of libraries that are not named elsewhere. Comments of tables
-- tell what must be seen, as in outboxes.sql:
--	certain | candidate: due delayed claimed failed dead done   (numbers of these rows; - is unknown)
\set ON_ERROR_STOP on
SET timezone = 'UTC';

-- ABP: an outbox whose rows go, an inbox with a flag, jobs with a flag for those given up.
CREATE SCHEMA abp;
CREATE TABLE abp."AbpEventOutbox" ("Id" uuid PRIMARY KEY DEFAULT gen_random_uuid(), "ExtraProperties" text, "EventName" varchar(256) NOT NULL, "EventData" bytea NOT NULL, "CreationTime" timestamp NOT NULL DEFAULT timezone('UTC', now()));
CREATE INDEX ON abp."AbpEventOutbox" ("CreationTime");
INSERT INTO abp."AbpEventOutbox" ("EventName", "EventData") VALUES ('Placed', 'x'), ('Placed', 'x');
COMMENT ON TABLE abp."AbpEventOutbox" IS 'certain: 2 - - - - -';
CREATE TABLE abp."AbpEventInbox" ("Id" uuid PRIMARY KEY DEFAULT gen_random_uuid(), "ExtraProperties" text, "MessageId" varchar(256) NOT NULL, "EventName" varchar(256) NOT NULL, "EventData" bytea NOT NULL,
	"CreationTime" timestamp NOT NULL DEFAULT timezone('UTC', now()), "Processed" boolean NOT NULL, "ProcessedTime" timestamp);
CREATE INDEX ON abp."AbpEventInbox" ("Processed", "CreationTime");
INSERT INTO abp."AbpEventInbox" ("MessageId", "EventName", "EventData", "Processed", "ProcessedTime") VALUES ('a', 'Placed', 'x', false, NULL), ('b', 'Placed', 'x', true, now()), ('c', 'Placed', 'x', true, now());
COMMENT ON TABLE abp."AbpEventInbox" IS 'certain: 1 - - - - 2';
CREATE TABLE abp."AbpBackgroundJobs" ("Id" uuid PRIMARY KEY DEFAULT gen_random_uuid(), "JobName" varchar(128) NOT NULL, "JobArgs" varchar(1048576) NOT NULL, "TryCount" smallint NOT NULL DEFAULT 0,
	"CreationTime" timestamp NOT NULL DEFAULT timezone('UTC', now()), "NextTryTime" timestamp NOT NULL, "LastTryTime" timestamp, "IsAbandoned" boolean NOT NULL DEFAULT false, "Priority" smallint NOT NULL DEFAULT 15);
CREATE INDEX ON abp."AbpBackgroundJobs" ("IsAbandoned", "NextTryTime");
INSERT INTO abp."AbpBackgroundJobs" ("JobName", "JobArgs", "TryCount", "NextTryTime", "IsAbandoned") VALUES ('mail', '{}', 0, timezone('UTC', now()) - interval '1 m', false), ('mail', '{}', 2, timezone('UTC', now()) + interval '1 h', false),
	('mail', '{}', 9, timezone('UTC', now()) - interval '1 m', true);
COMMENT ON TABLE abp."AbpBackgroundJobs" IS 'certain: 1 1 - - 1 -';

-- Sentry: rows go when they are done.
CREATE SCHEMA sentry;
CREATE TABLE sentry.sentry_regionoutbox (id bigserial PRIMARY KEY, shard_scope int NOT NULL, shard_identifier bigint NOT NULL, category int NOT NULL, object_identifier bigint NOT NULL, payload jsonb,
	scheduled_from timestamptz NOT NULL DEFAULT now(), scheduled_for timestamptz NOT NULL DEFAULT now(), date_added timestamptz NOT NULL DEFAULT now());
CREATE INDEX ON sentry.sentry_regionoutbox (shard_scope, shard_identifier, category, object_identifier);
CREATE INDEX ON sentry.sentry_regionoutbox (shard_scope, shard_identifier, scheduled_for);
INSERT INTO sentry.sentry_regionoutbox (shard_scope, shard_identifier, category, object_identifier, payload, scheduled_for) VALUES (0, 1, 2, 3, '{}', now() - interval '1 m'), (0, 1, 2, 4, '{}', now() + interval '1 h');
COMMENT ON TABLE sentry.sentry_regionoutbox IS 'certain: 1 1 - - - -';

-- apalis: a word for what failed and is tried again, one for what is not.
CREATE SCHEMA apalis;
CREATE TABLE apalis.jobs (job jsonb NOT NULL, id text PRIMARY KEY DEFAULT gen_random_uuid()::text, job_type text NOT NULL, status text NOT NULL DEFAULT 'Pending', attempts int NOT NULL DEFAULT 0, max_attempts int NOT NULL DEFAULT 25,
	run_at timestamptz NOT NULL DEFAULT now(), last_error text, lock_at timestamptz, lock_by text, done_at timestamptz);
CREATE INDEX ON apalis.jobs (status);
INSERT INTO apalis.jobs (job, job_type, status, attempts, run_at, lock_at, lock_by, done_at) VALUES ('{}', 'mail', 'Pending', 0, now() - interval '1 m', NULL, NULL, NULL), ('{}', 'mail', 'Pending', 0, now() + interval '1 h', NULL, NULL, NULL),
	('{}', 'mail', 'Running', 1, now() - interval '1 m', now(), 'w1', NULL), ('{}', 'mail', 'Done', 1, now() - interval '1 m', now(), 'w1', now()), ('{}', 'mail', 'Done', 1, now() - interval '1 m', now(), 'w1', now()),
	('{}', 'mail', 'Killed', 25, now() - interval '1 m', now(), 'w1', now());
COMMENT ON TABLE apalis.jobs IS 'certain: 1 1 1 - 1 2';

-- neoq
CREATE SCHEMA neoq;
CREATE TYPE neoq.job_status AS ENUM ('new', 'processed', 'failed');
CREATE TABLE neoq.neoq_jobs (id bigserial PRIMARY KEY, fingerprint text NOT NULL, queue text NOT NULL, status neoq.job_status NOT NULL DEFAULT 'new', payload jsonb, retries int DEFAULT 0, max_retries int DEFAULT 23,
	created_at timestamptz DEFAULT now(), error text, run_after timestamptz DEFAULT now(), ran_at timestamptz, deadline timestamptz);
CREATE INDEX ON neoq.neoq_jobs (queue, status, run_after) WHERE status NOT IN ('processed');
INSERT INTO neoq.neoq_jobs (fingerprint, queue, status, payload, retries, run_after) VALUES ('a', 'q', 'new', '{}', 0, now() - interval '1 m'), ('b', 'q', 'new', '{}', 0, now() + interval '1 h'), ('c', 'q', 'processed', '{}', 0, now());
COMMENT ON TABLE neoq.neoq_jobs IS 'certain: 1 1 - - 0 1';

-- Minion (Perl): inactive is what waits.
CREATE SCHEMA minion;
CREATE TYPE minion.minion_state AS ENUM ('inactive', 'active', 'failed', 'finished');
CREATE TABLE minion.minion_jobs (id bigserial PRIMARY KEY, args jsonb NOT NULL CHECK (jsonb_typeof(args) = 'array'), attempts int NOT NULL DEFAULT 1, created timestamptz NOT NULL DEFAULT now(), delayed timestamptz NOT NULL, finished timestamptz,
	notes jsonb NOT NULL DEFAULT '{}', parents bigint[] NOT NULL DEFAULT '{}', priority int NOT NULL, queue text NOT NULL DEFAULT 'default', result jsonb, retried timestamptz, retries int NOT NULL DEFAULT 0, started timestamptz,
	state minion.minion_state NOT NULL DEFAULT 'inactive', task text NOT NULL, worker bigint);
CREATE INDEX ON minion.minion_jobs (state, priority DESC, id);
INSERT INTO minion.minion_jobs (args, delayed, priority, state, task, finished) VALUES ('[]', now() - interval '1 m', 0, 'inactive', 'mail', NULL), ('[]', now() + interval '1 h', 0, 'inactive', 'mail', NULL),
	('[]', now(), 0, 'active', 'mail', NULL), ('[]', now(), 0, 'failed', 'mail', now()), ('[]', now(), 0, 'finished', 'mail', now()), ('[]', now(), 0, 'finished', 'mail', now());
COMMENT ON TABLE minion.minion_jobs IS 'certain: 1 1 1 1 - 2';

-- EctoJob: rows go when they are done.
CREATE SCHEMA ecto_job;
CREATE TABLE ecto_job.jobs (id bigserial PRIMARY KEY, state varchar NOT NULL DEFAULT 'AVAILABLE', expires timestamptz, schedule timestamptz NOT NULL DEFAULT now(), attempt int NOT NULL DEFAULT 0, max_attempts int NOT NULL DEFAULT 5,
	params jsonb NOT NULL, notify varchar, priority int NOT NULL DEFAULT 0, inserted_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now());
CREATE INDEX ON ecto_job.jobs (schedule, id);
INSERT INTO ecto_job.jobs (state, schedule, attempt, params) SELECT s, now() + CASE s WHEN 'SCHEDULED' THEN interval '1 h' ELSE interval '-1 m' END, 1, '{}' FROM unnest('{AVAILABLE,AVAILABLE,SCHEDULED,IN_PROGRESS,FAILED}'::text[]) s;
COMMENT ON TABLE ecto_job.jobs IS 'certain: 2 1 1 - 1 0';

-- Rihanna (Elixir)
CREATE SCHEMA rihanna;
CREATE TABLE rihanna.rihanna_jobs (id serial PRIMARY KEY, term bytea NOT NULL, priority int NOT NULL DEFAULT 50, enqueued_at timestamptz NOT NULL, due_at timestamptz, failed_at timestamptz, fail_reason text, rihanna_internal_meta jsonb NOT NULL DEFAULT '{}',
	CONSTRAINT failed_at_required_fail_reason CHECK ((failed_at IS NOT NULL AND fail_reason IS NOT NULL) OR (failed_at IS NULL AND fail_reason IS NULL)));
CREATE INDEX rihanna_jobs_priority_due_at_id ON rihanna.rihanna_jobs (priority, due_at, id);
INSERT INTO rihanna.rihanna_jobs (term, enqueued_at, due_at, failed_at, fail_reason) VALUES ('x', now(), NULL, NULL, NULL), ('x', now(), now() + interval '1 h', NULL, NULL), ('x', now(), NULL, now(), 'boom');
COMMENT ON TABLE rihanna.rihanna_jobs IS 'certain: 1 1 - - 1 -';

-- django-background-tasks
CREATE SCHEMA background_tasks;
CREATE TABLE background_tasks.background_task (id serial PRIMARY KEY, task_name varchar(190) NOT NULL, task_params text NOT NULL, task_hash varchar(40) NOT NULL, verbose_name varchar(255), priority int NOT NULL DEFAULT 0, run_at timestamptz NOT NULL,
	repeat bigint NOT NULL DEFAULT 0, repeat_until timestamptz, queue varchar(190), attempts int NOT NULL DEFAULT 0, failed_at timestamptz, last_error text NOT NULL DEFAULT '', locked_by varchar(64), locked_at timestamptz, creator_object_id int);
CREATE INDEX ON background_tasks.background_task (run_at);
INSERT INTO background_tasks.background_task (task_name, task_params, task_hash, run_at, failed_at, locked_at) VALUES ('n', '[]', 'h', now() - interval '1 m', NULL, NULL), ('n', '[]', 'h', now() + interval '1 h', NULL, NULL),
	('n', '[]', 'h', now() - interval '1 m', NULL, now()), ('n', '[]', 'h', now() - interval '1 m', now(), NULL);
COMMENT ON TABLE background_tasks.background_task IS 'certain: 1 1 1 - 1 -';

-- yii2-queue: seconds since 1970.
CREATE SCHEMA yii;
CREATE TABLE yii.queue (id serial PRIMARY KEY, channel varchar(255) NOT NULL, job bytea NOT NULL, pushed_at int NOT NULL, ttr int NOT NULL, delay int NOT NULL DEFAULT 0, priority int NOT NULL DEFAULT 1024, reserved_at int, attempt int, done_at int);
CREATE INDEX ON yii.queue (channel);
CREATE INDEX ON yii.queue (reserved_at);
INSERT INTO yii.queue (channel, job, pushed_at, ttr, reserved_at, done_at) SELECT 'q', 'x', EXTRACT(epoch FROM now()), 300, r, d FROM (VALUES (NULL::int, NULL::int), (NULL, NULL), (1700000000, NULL), (1700000000, 1700000001)) AS v (r, d);
COMMENT ON TABLE yii.queue IS 'certain: 2 - 1 - - 1';

-- CakePHP's queue
CREATE SCHEMA cake;
CREATE TABLE cake.queued_jobs (id serial PRIMARY KEY, job_task varchar(90) NOT NULL, data text, job_group varchar(255), reference varchar(255), created timestamp NOT NULL DEFAULT timezone('UTC', now()), notbefore timestamp, fetched timestamp, completed timestamp,
	progress float, attempts int DEFAULT 0, failure_message text, workerkey varchar(45), status varchar(255), priority int NOT NULL DEFAULT 5);
CREATE INDEX ON cake.queued_jobs (completed);
INSERT INTO cake.queued_jobs (job_task, data, notbefore, fetched, completed) VALUES ('mail', '{}', NULL, NULL, NULL), ('mail', '{}', timezone('UTC', now()) + interval '1 h', NULL, NULL), ('mail', '{}', NULL, timezone('UTC', now()), NULL),
	('mail', '{}', NULL, timezone('UTC', now()), timezone('UTC', now())), ('mail', '{}', NULL, timezone('UTC', now()), timezone('UTC', now()));
COMMENT ON TABLE cake.queued_jobs IS 'certain: 1 1 1 - - 2';

-- Payload CMS
CREATE SCHEMA payloadcms;
CREATE TABLE payloadcms.payload_jobs (id serial PRIMARY KEY, input jsonb, completed_at timestamptz, total_tried numeric DEFAULT 0, has_error boolean DEFAULT false, error jsonb, task_slug varchar, queue varchar DEFAULT 'default', wait_until timestamptz,
	processing boolean DEFAULT false, updated_at timestamptz NOT NULL DEFAULT now(), created_at timestamptz NOT NULL DEFAULT now());
CREATE INDEX ON payloadcms.payload_jobs (completed_at);
INSERT INTO payloadcms.payload_jobs (input, completed_at, has_error, wait_until, processing) VALUES ('{}', NULL, false, NULL, false), ('{}', NULL, false, now() + interval '1 h', false), ('{}', NULL, false, NULL, true),
	('{}', now(), false, NULL, false), ('{}', now(), false, NULL, false);
COMMENT ON TABLE payloadcms.payload_jobs IS 'certain: 1 1 1 - 0 2';

-- chancy (Python)
CREATE SCHEMA chancy;
CREATE TABLE chancy.chancy_jobs (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), queue text NOT NULL, func text NOT NULL, kwargs json NOT NULL DEFAULT '{}', limits json NOT NULL DEFAULT '[]', meta jsonb NOT NULL DEFAULT '{}', state varchar(25) NOT NULL DEFAULT 'pending',
	priority int NOT NULL DEFAULT 0, attempts int NOT NULL DEFAULT 0, max_attempts int NOT NULL DEFAULT 1, taken_by text, created_at timestamptz NOT NULL DEFAULT now(), started_at timestamptz, completed_at timestamptz, scheduled_at timestamptz NOT NULL DEFAULT now(),
	unique_key text, errors json NOT NULL DEFAULT '[]');
INSERT INTO chancy.chancy_jobs (queue, func, state, scheduled_at, completed_at) VALUES ('q', 'f', 'pending', now() - interval '1 m', NULL), ('q', 'f', 'pending', now() + interval '1 h', NULL), ('q', 'f', 'retrying', now() - interval '1 m', NULL),
	('q', 'f', 'running', now(), NULL), ('q', 'f', 'failed', now(), now()), ('q', 'f', 'succeeded', now(), now());
COMMENT ON TABLE chancy.chancy_jobs IS 'certain: 2 1 1 - 1 1';

-- WordPress' action scheduler, as it is moved to PostgreSQL
CREATE SCHEMA wp;
CREATE TABLE wp.wp_actionscheduler_actions (action_id bigserial PRIMARY KEY, hook varchar(191) NOT NULL, status varchar(20) NOT NULL, scheduled_date_gmt timestamp, scheduled_date_local timestamp, priority smallint NOT NULL DEFAULT 10, args varchar(191),
	schedule text, group_id bigint NOT NULL DEFAULT 0, attempts int NOT NULL DEFAULT 0, last_attempt_gmt timestamp, last_attempt_local timestamp, claim_id bigint NOT NULL DEFAULT 0, extended_args varchar(8000));
CREATE INDEX ON wp.wp_actionscheduler_actions (status, scheduled_date_gmt);
INSERT INTO wp.wp_actionscheduler_actions (hook, status, scheduled_date_gmt) SELECT 'h', s, timezone('UTC', now()) - interval '1 m' FROM unnest('{pending,pending,in-progress,complete,complete,complete,failed,canceled}'::text[]) s;
COMMENT ON TABLE wp.wp_actionscheduler_actions IS 'candidate';

-- eShop's log of integration events: it is the outbox, for all its name; the state is a number.
CREATE SCHEMA eshop;
CREATE TABLE eshop."IntegrationEventLog" ("EventId" uuid PRIMARY KEY DEFAULT gen_random_uuid(), "EventTypeName" text NOT NULL, "State" int NOT NULL, "TimesSent" int NOT NULL, "CreationTime" timestamptz NOT NULL DEFAULT now(), "Content" text NOT NULL, "TransactionId" uuid NOT NULL DEFAULT gen_random_uuid());
INSERT INTO eshop."IntegrationEventLog" ("EventTypeName", "State", "TimesSent", "Content") SELECT 'Placed', s, 1, '{}' FROM unnest('{0,0,2,2,2,3}'::int[]) s;
COMMENT ON TABLE eshop."IntegrationEventLog" IS 'certain: 2 - 0 1 - 3';
