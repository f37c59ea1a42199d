-- SPDX-License-Identifier: MIT
-- Yet more that looks like an outbox and is none: no table here may be taken for one with certainty.
CREATE SCHEMA near;
SET search_path = near;
-- results, batches and schedules of workers
CREATE TABLE celery_taskmeta (id bigserial PRIMARY KEY, task_id varchar(155) UNIQUE, status varchar(50), result bytea, date_done timestamp, traceback text, name varchar(155), args bytea, kwargs bytea, worker varchar(155), retries int, queue varchar(155));
CREATE TABLE django_celery_results_taskresult (id serial PRIMARY KEY, task_id varchar(255) UNIQUE NOT NULL, status varchar(50) NOT NULL DEFAULT 'PENDING', content_type varchar(128) NOT NULL, content_encoding varchar(64) NOT NULL, result text, date_done timestamptz NOT NULL,
	traceback text, meta text, task_args text, task_kwargs text, task_name varchar(255), worker varchar(100), date_created timestamptz NOT NULL DEFAULT now(), periodic_task_name varchar(255), date_started timestamptz);
CREATE TABLE django_celery_beat_periodictask (id serial PRIMARY KEY, name varchar(200) UNIQUE NOT NULL, task varchar(200) NOT NULL, args text NOT NULL, kwargs text NOT NULL, queue varchar(200), exchange varchar(200), routing_key varchar(200), expires timestamptz,
	enabled boolean NOT NULL, last_run_at timestamptz, total_run_count int NOT NULL DEFAULT 0, date_changed timestamptz NOT NULL DEFAULT now(), description text NOT NULL DEFAULT '', one_off boolean NOT NULL DEFAULT false, start_time timestamptz);
CREATE TABLE job_batches (id varchar(255) PRIMARY KEY, name varchar(255) NOT NULL, total_jobs int NOT NULL, pending_jobs int NOT NULL, failed_jobs int NOT NULL, failed_job_ids text NOT NULL, options text, cancelled_at int, created_at int NOT NULL, finished_at int);
CREATE TABLE background_task_completedtask (id serial PRIMARY KEY, task_name varchar(190) NOT NULL, task_params text NOT NULL, task_hash varchar(40) NOT NULL, priority int NOT NULL, run_at timestamptz NOT NULL, attempts int NOT NULL, failed_at timestamptz, last_error text NOT NULL, locked_by varchar(64), locked_at timestamptz);
CREATE TABLE cron_job (jobid bigserial PRIMARY KEY, schedule text NOT NULL, command text NOT NULL, nodename text NOT NULL DEFAULT 'localhost', nodeport int NOT NULL DEFAULT 5432, database text NOT NULL, username text NOT NULL, active boolean NOT NULL DEFAULT true, jobname text);
CREATE TABLE jobs_progress (id uuid PRIMARY KEY, job_name text NOT NULL, percent int NOT NULL DEFAULT 0, started_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz, message text);
-- what was seen, broadcast and cached
CREATE TABLE telescope_entries (sequence bigserial PRIMARY KEY, uuid uuid UNIQUE NOT NULL, batch_id uuid NOT NULL, family_hash varchar(255), should_display_on_index boolean NOT NULL DEFAULT true, type varchar(20) NOT NULL, content text NOT NULL, created_at timestamp);
CREATE TABLE solid_cable_messages (id bigserial PRIMARY KEY, channel bytea NOT NULL, payload bytea NOT NULL, created_at timestamp NOT NULL, channel_hash bigint NOT NULL);
CREATE TABLE solid_cache_entries (id bigserial PRIMARY KEY, key bytea NOT NULL, value bytea NOT NULL, created_at timestamp NOT NULL, key_hash bigint NOT NULL, byte_size int NOT NULL);
CREATE TABLE ahoy_messages (id bigserial PRIMARY KEY, user_type varchar, user_id bigint, "to" text, mailer varchar, subject text, sent_at timestamp, token varchar, opened_at timestamp, clicked_at timestamp);
CREATE TABLE noticed_notifications (id bigserial PRIMARY KEY, type varchar, event_id bigint NOT NULL, recipient_type varchar NOT NULL, recipient_id bigint NOT NULL, read_at timestamp, seen_at timestamp, created_at timestamp NOT NULL);
CREATE TABLE debezium_signal (id varchar(42) PRIMARY KEY, type varchar(32) NOT NULL, data varchar(2048));
CREATE TABLE execution_entity (id serial PRIMARY KEY, finished boolean NOT NULL, mode varchar NOT NULL, "retryOf" varchar, "retrySuccessId" varchar, "startedAt" timestamptz NOT NULL, "stoppedAt" timestamptz, "waitTill" timestamptz, status varchar NOT NULL, "workflowId" varchar(36) NOT NULL, "deletedAt" timestamptz);
-- the business itself
CREATE TABLE payment_intents (id uuid PRIMARY KEY, status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'processing', 'succeeded', 'failed', 'canceled')), amount bigint NOT NULL, currency char(3) NOT NULL, metadata jsonb NOT NULL DEFAULT '{}', error text, created_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE import_jobs (id uuid PRIMARY KEY, file_name text NOT NULL, status text NOT NULL DEFAULT 'pending', total_rows int, processed_rows int NOT NULL DEFAULT 0, error_message text, uploaded_by uuid, created_at timestamptz NOT NULL DEFAULT now(), completed_at timestamptz);
CREATE TABLE data_change_log (id bigserial PRIMARY KEY, table_name text NOT NULL, operation text NOT NULL, payload jsonb NOT NULL, changed_at timestamptz NOT NULL DEFAULT now(), changed_by text, processed boolean NOT NULL DEFAULT false);
CREATE TABLE conversation_messages (id bigserial PRIMARY KEY, conversation_id bigint NOT NULL, sender_id bigint NOT NULL, body text NOT NULL, status text NOT NULL DEFAULT 'sent' CHECK (status IN ('sending', 'sent', 'delivered', 'failed')), created_at timestamptz NOT NULL DEFAULT now(), delivered_at timestamptz);
CREATE TABLE work_orders (id bigserial PRIMARY KEY, type text NOT NULL, status text NOT NULL DEFAULT 'new', scheduled_at timestamptz, completed_at timestamptz, technician_id bigint, notes text, data jsonb, created_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE device_commands (id bigserial PRIMARY KEY, device_id bigint NOT NULL, serial text NOT NULL, firmware text, online boolean NOT NULL DEFAULT true, last_seen_at timestamptz);
