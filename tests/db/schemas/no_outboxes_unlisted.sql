-- SPDX-License-Identifier: MIT
-- More that looks like an outbox and is none, after what is in the wild: no table here may be taken for one with certainty.
CREATE SCHEMA wild;
SET search_path = wild;
-- schedulers and engines: triggers, histories, details of jobs
CREATE TABLE qrtz_triggers (sched_name text NOT NULL, trigger_name text NOT NULL, trigger_group text NOT NULL, job_name text NOT NULL, job_group text NOT NULL, description text, next_fire_time bigint, prev_fire_time bigint,
	priority int, trigger_state text NOT NULL, trigger_type text NOT NULL, start_time bigint NOT NULL, end_time bigint, calendar_name text, misfire_instr smallint, job_data bytea, PRIMARY KEY (sched_name, trigger_name, trigger_group));
CREATE TABLE qrtz_job_details (sched_name text NOT NULL, job_name text NOT NULL, job_group text NOT NULL, description text, job_class_name text NOT NULL, is_durable bool NOT NULL, is_nonconcurrent bool NOT NULL, is_update_data bool NOT NULL,
	requests_recovery bool NOT NULL, job_data bytea, PRIMARY KEY (sched_name, job_name, job_group));
CREATE TABLE qrtz_fired_triggers (sched_name text NOT NULL, entry_id text NOT NULL, trigger_name text NOT NULL, instance_name text NOT NULL, fired_time bigint NOT NULL, sched_time bigint NOT NULL, priority int NOT NULL, state text NOT NULL,
	job_name text, job_group text, PRIMARY KEY (sched_name, entry_id));
CREATE TABLE job_run_details (jobid bigint, runid bigserial PRIMARY KEY, job_pid int, database text, username text, command text, status text, return_message text, start_time timestamptz, end_time timestamptz);
CREATE TABLE task_instance (task_id varchar(250), dag_id varchar(250), run_id varchar(250), start_date timestamptz, end_date timestamptz, state varchar(20), try_number int, max_tries int DEFAULT -1, hostname varchar(1000), job_id int, queue varchar(256),
	priority_weight int, operator varchar(1000), queued_dttm timestamptz, executor_config bytea, PRIMARY KEY (task_id, dag_id, run_id));
CREATE TABLE ci_builds (id bigserial PRIMARY KEY, status varchar, finished_at timestamp, created_at timestamp, updated_at timestamp, started_at timestamp, runner_id int, coverage float, name varchar, options text, allow_failure boolean NOT NULL DEFAULT false,
	stage varchar, ref varchar, type varchar, artifacts_expire_at timestamp, queued_at timestamp, scheduled_at timestamptz, failure_reason int);
CREATE INDEX ON ci_builds (type, ref) WHERE status = 'pending';
CREATE TABLE executions_visibility (namespace_id char(64) NOT NULL, run_id char(64) NOT NULL, start_time timestamp NOT NULL, execution_time timestamp NOT NULL, workflow_id varchar(255) NOT NULL, workflow_type_name varchar(255) NOT NULL,
	status int NOT NULL, close_time timestamp, history_length bigint, memo bytea, encoding varchar(64) NOT NULL, task_queue varchar(255) NOT NULL DEFAULT '', PRIMARY KEY (namespace_id, run_id));
CREATE TABLE history_node (shard_id int NOT NULL, tree_id bytea NOT NULL, branch_id bytea NOT NULL, node_id bigint NOT NULL, txn_id bigint NOT NULL, data bytea NOT NULL, data_encoding varchar(16) NOT NULL, PRIMARY KEY (shard_id, tree_id, branch_id, node_id, txn_id));
-- event stores, journals, logs of admins
CREATE TABLE mt_events (seq_id bigint PRIMARY KEY, id uuid NOT NULL, stream_id uuid, version bigint NOT NULL, data jsonb NOT NULL, type varchar(500) NOT NULL, "timestamp" timestamptz NOT NULL DEFAULT now(), tenant_id varchar DEFAULT '*DEFAULT*',
	mt_dotnet_type varchar, is_archived bool DEFAULT false);
CREATE TABLE event_journal (ordering bigserial, persistence_id varchar(255) NOT NULL, sequence_number bigint NOT NULL, deleted boolean NOT NULL DEFAULT false, writer varchar(255) NOT NULL, write_timestamp bigint, adapter_manifest varchar(255),
	event_ser_id int NOT NULL, event_ser_manifest varchar(255) NOT NULL, event_payload bytea NOT NULL, meta_payload bytea, PRIMARY KEY (persistence_id, sequence_number));
CREATE TABLE messages (id uuid NOT NULL DEFAULT gen_random_uuid(), stream_name text NOT NULL, type text NOT NULL, position bigint NOT NULL, global_position bigserial PRIMARY KEY, data jsonb, metadata jsonb, time timestamp NOT NULL DEFAULT now());
CREATE TABLE event_entity (id varchar(36) PRIMARY KEY, client_id varchar(255), details_json varchar(2550), error varchar(255), ip_address varchar(255), realm_id varchar(255), session_id varchar(255), event_time bigint, type varchar(255), user_id varchar(255));
CREATE TABLE event_invocation_logs (id text PRIMARY KEY DEFAULT gen_random_uuid()::text, event_id text, status int, request json, response json, created_at timestamp DEFAULT now());
CREATE TABLE activity_stream (id bigserial PRIMARY KEY, actor_id bigint, verb text NOT NULL, event_type text NOT NULL, object jsonb, published_at timestamptz NOT NULL DEFAULT now(), seen_at timestamptz);
CREATE TABLE record_changes (change_id bigserial PRIMARY KEY, table_name text NOT NULL, event text NOT NULL, old_data jsonb, new_data jsonb, changed_at timestamptz NOT NULL DEFAULT now(), changed_by text, reverted_at timestamptz);
-- histories of states, imports, runs
CREATE TABLE order_status_history (id bigserial PRIMARY KEY, order_id bigint NOT NULL, old_status text, new_status text NOT NULL CHECK (new_status IN ('pending', 'processing', 'completed', 'failed')), event_type text, comment text, data jsonb, created_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE import_queue_log (id bigserial PRIMARY KEY, file_name text, kind text NOT NULL, status text NOT NULL CHECK (status IN ('queued', 'running', 'done', 'failed')), payload jsonb, error text, attempts int NOT NULL DEFAULT 0, created_at timestamptz NOT NULL DEFAULT now(), finished_at timestamptz);
CREATE TABLE import_rows (id bigserial PRIMARY KEY, import_id bigint NOT NULL, line int NOT NULL, fields jsonb NOT NULL, status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'imported', 'failed')), error text, created_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE report_runs (id uuid PRIMARY KEY, report_type text NOT NULL, parameters jsonb, status text NOT NULL CHECK (status IN ('queued', 'running', 'done', 'failed')), error text, created_at timestamptz NOT NULL DEFAULT now(), finished_at timestamptz, result_url text);
-- people's mail, chat, notices
CREATE TABLE inbox (id bigserial PRIMARY KEY, mailbox text NOT NULL, sender text NOT NULL, subject text, body text NOT NULL, received_at timestamptz NOT NULL DEFAULT now(), read_at timestamptz, deleted_at timestamptz, starred boolean NOT NULL DEFAULT false);
CREATE INDEX ON inbox (mailbox) WHERE read_at IS NULL;
CREATE TABLE action_mailbox_inbound_emails (id bigserial PRIMARY KEY, status int NOT NULL DEFAULT 0, message_id varchar NOT NULL, message_checksum varchar NOT NULL, created_at timestamp NOT NULL, updated_at timestamp NOT NULL);
CREATE TABLE support_messages (id bigserial PRIMARY KEY, ticket_id bigint NOT NULL, channel text NOT NULL, author_id bigint, body text NOT NULL, sent_at timestamptz, delivered_at timestamptz, seen_at timestamptz, created_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE app_notifications (id uuid PRIMARY KEY, user_id bigint NOT NULL, type text NOT NULL, payload jsonb NOT NULL, delivered_at timestamptz, read_at timestamptz, created_at timestamptz NOT NULL DEFAULT now());
CREATE INDEX ON app_notifications (user_id, created_at) WHERE read_at IS NULL;
CREATE TABLE newsletter_campaigns (id bigserial PRIMARY KEY, subject text NOT NULL, body text NOT NULL, segment jsonb, scheduled_at timestamptz, sent_at timestamptz, created_at timestamptz NOT NULL DEFAULT now());
CREATE INDEX ON newsletter_campaigns (scheduled_at) WHERE sent_at IS NULL;
CREATE TABLE reminders (id bigserial PRIMARY KEY, user_id bigint NOT NULL, message text NOT NULL, remind_at timestamptz NOT NULL, sent_at timestamptz, created_at timestamptz NOT NULL DEFAULT now());
CREATE INDEX ON reminders (remind_at) WHERE sent_at IS NULL;
-- logs of deliveries: every row has been tried
CREATE TABLE webhook_deliveries (id bigserial PRIMARY KEY, webhook_id bigint NOT NULL, event_type text NOT NULL, payload jsonb NOT NULL, response_code int, response_body text, duration_ms int, attempt int NOT NULL DEFAULT 1, success boolean NOT NULL, created_at timestamptz NOT NULL DEFAULT now(), delivered_at timestamptz);
CREATE TABLE hook_task (id bigserial PRIMARY KEY, hook_id bigint, uuid text, payload_content text, event_type text, is_delivered boolean, delivered bigint, is_succeed boolean, request_content text, response_content text);
CREATE TABLE api_requests (id bigserial PRIMARY KEY, kind text, body jsonb, response_status int, error text, completed_at timestamptz, created_at timestamptz NOT NULL DEFAULT now());
-- business with times and states
CREATE TABLE invoices (id bigserial PRIMARY KEY, number text NOT NULL, type text NOT NULL DEFAULT 'invoice', data jsonb NOT NULL, due_at timestamptz, sent_at timestamptz, created_at timestamptz NOT NULL DEFAULT now(), total_amount numeric NOT NULL);
CREATE INDEX ON invoices (created_at) WHERE sent_at IS NULL;
CREATE TABLE quotes (id bigserial PRIMARY KEY, customer_id bigint, status text NOT NULL DEFAULT 'draft', document jsonb, valid_until timestamptz, sent_at timestamptz, accepted_at timestamptz, created_at timestamptz);
CREATE TABLE user_sessions (id text PRIMARY KEY, data jsonb NOT NULL, kind text, created_at timestamptz NOT NULL DEFAULT now(), expired_at timestamptz, locked_at timestamptz);
CREATE TABLE oauth_grants (id bigserial PRIMARY KEY, grant_type text NOT NULL, payload jsonb, token text, expires_at timestamptz, consumed_at timestamptz, created_at timestamptz);
CREATE INDEX ON oauth_grants (expires_at) WHERE consumed_at IS NULL;
CREATE TABLE documents (id bigserial PRIMARY KEY, kind text NOT NULL, content jsonb NOT NULL, created_at timestamptz NOT NULL DEFAULT now(), deleted_at timestamptz, archived_at timestamptz);
CREATE INDEX ON documents (created_at) WHERE deleted_at IS NULL;
CREATE TABLE form_submissions (id bigserial PRIMARY KEY, form_name text NOT NULL, data jsonb NOT NULL, submitted_at timestamptz NOT NULL DEFAULT now(), processed boolean NOT NULL DEFAULT false, email text);
CREATE TABLE appointments (id bigserial PRIMARY KEY, type text NOT NULL, scheduled_at timestamptz NOT NULL, status text NOT NULL CHECK (status IN ('scheduled', 'completed', 'cancelled', 'no_show')), completed_at timestamptz, data jsonb, created_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE shipments (id bigserial PRIMARY KEY, order_id bigint NOT NULL, kind text NOT NULL, label_data bytea, shipped_at timestamptz, delivered_at timestamptz, failed_at timestamptz, address text NOT NULL, created_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE received_messages (consumer_id varchar(1000) NOT NULL, message_id varchar(1000) NOT NULL, creation_time bigint, published smallint DEFAULT 0, PRIMARY KEY (consumer_id, message_id));
CREATE TABLE saga_state (saga_id uuid PRIMARY KEY, saga_type text NOT NULL, current_state text NOT NULL, data jsonb NOT NULL, created_at timestamptz NOT NULL, completed_at timestamptz, version int NOT NULL);
CREATE TABLE leases (name text PRIMARY KEY, owner text, token bigint, locked_until timestamptz, payload jsonb, created_at timestamptz);
RESET search_path;
-- business with states like those of a queue, feeds, forms, jobs for people
CREATE SCHEMA business;
SET search_path = business;
CREATE TABLE audit_events (id bigserial PRIMARY KEY, event_type text NOT NULL, payload jsonb NOT NULL, actor text, created_at timestamptz DEFAULT now());
CREATE TABLE user_notifications (id bigserial PRIMARY KEY, user_id bigint, type text, data jsonb, read_at timestamptz, sent_at timestamptz, created_at timestamptz DEFAULT now());
CREATE INDEX ON user_notifications (user_id) WHERE read_at IS NULL;
CREATE TABLE deleted_things (id bigserial PRIMARY KEY, kind text, payload jsonb, created_at timestamptz, deleted_at timestamptz);
CREATE TABLE email_inbox (id bigserial PRIMARY KEY, message_id text, from_addr text, subject text, body text, received_at timestamptz, processed_at timestamptz, folder text);
CREATE TABLE received_webhooks (id bigserial PRIMARY KEY, provider text, event_type text, payload jsonb, headers jsonb, received_at timestamptz DEFAULT now(), signature text);
CREATE TABLE idempotency_keys (key text PRIMARY KEY, request_hash text, response jsonb, status text CHECK (status IN ('processing','completed','failed')), locked_at timestamptz, expires_at timestamptz, created_at timestamptz);
CREATE TABLE sessions (id text PRIMARY KEY, payload text, user_id bigint, last_activity int, ip_address text, user_agent text);
CREATE TABLE carts (id uuid PRIMARY KEY, status text CHECK (status IN ('active','processing','completed','abandoned')), contents jsonb, created_at timestamptz, completed_at timestamptz, expires_at timestamptz);
CREATE TABLE invoices (id bigserial PRIMARY KEY, status text CHECK (status IN ('new','sent','failed','done')), sent_at timestamptz, due_at timestamptz, lines jsonb, created_at timestamptz, error text);
CREATE TABLE newsletters (id bigserial PRIMARY KEY, subject text, content text, type text, scheduled_at timestamptz, sent_at timestamptz, status text CHECK (status IN ('draft','scheduled','sending','sent')), created_at timestamptz);
CREATE TABLE support_tickets (id bigserial PRIMARY KEY, type text, body text, status text CHECK (status IN ('new','pending','in_progress','done')), created_at timestamptz, completed_at timestamptz);
CREATE TABLE events (sequence bigserial PRIMARY KEY, stream_id uuid, version int, type text, data jsonb, metadata jsonb, created_at timestamptz);
CREATE TABLE activity_feed (id bigserial PRIMARY KEY, actor text, verb text, object jsonb, published_at timestamptz, type text);
CREATE TABLE scheduled_reports (id bigserial PRIMARY KEY, report_type text, parameters jsonb, cron text, next_run_at timestamptz, last_run_at timestamptz, last_error text, enabled boolean, created_at timestamptz);
CREATE TABLE payments (id uuid PRIMARY KEY, type text, provider_payload jsonb, status text CHECK (status IN ('pending','processing','succeeded','failed')), retry_count int, last_error text, created_at timestamptz, completed_at timestamptz, amount numeric, currency text);
CREATE TABLE payment_attempts (id bigserial PRIMARY KEY, payment_id uuid, status text CHECK (status IN ('pending','succeeded','failed')), error text, payload jsonb, type text, created_at timestamptz);
CREATE TABLE import_jobs (id bigserial PRIMARY KEY, file_name text, type text, status text CHECK (status IN ('pending','running','completed','failed')), rows_total int, rows_done int, error text, created_at timestamptz, finished_at timestamptz, options jsonb);
CREATE TABLE messages (id bigserial PRIMARY KEY, channel_id bigint, author_id bigint, body text, type text, sent_at timestamptz DEFAULT now(), edited_at timestamptz, delivered_at timestamptz);
CREATE TABLE refunds (id uuid PRIMARY KEY, reason text, status text CHECK (status IN ('pending','processed','failed')), processed_at timestamptz, created_at timestamptz, data jsonb, type text);
CREATE TABLE kyc_checks (id uuid PRIMARY KEY, kind text, status text CHECK (status IN ('pending','running','passed','failed','error')), result jsonb, attempts int, created_at timestamptz, completed_at timestamptz);
CREATE TABLE exports (id uuid PRIMARY KEY, kind text, params jsonb, status text CHECK (status IN ('queued','running','done','failed')), url text, error text, created_at timestamptz, finished_at timestamptz);
CREATE TABLE uploads (id uuid PRIMARY KEY, content_type text, status text CHECK (status IN ('pending','processing','processed','failed')), data bytea, created_at timestamptz, processed_at timestamptz);
CREATE TABLE todos (id bigserial PRIMARY KEY, title text, body text, state text CHECK (state IN ('todo','doing','done')), due_at timestamptz, completed_at timestamptz, created_at timestamptz);
CREATE TABLE tasks (id bigserial PRIMARY KEY, type text, description text, assignee_id bigint, status text CHECK (status IN ('todo','in_progress','done','cancelled')), due_date timestamptz, completed_at timestamptz, created_at timestamptz);
CREATE TABLE orders (id uuid PRIMARY KEY, type text, payload jsonb, status text CHECK (status IN ('pending','processing','shipped','delivered','cancelled')), processed_at timestamptz, created_at timestamptz);
CREATE TABLE leads (id bigserial PRIMARY KEY, source text, type text, data jsonb, processed boolean DEFAULT false, created_at timestamptz);
CREATE TABLE sms_log (id bigserial PRIMARY KEY, recipient text, body text, status text CHECK (status IN ('queued','sent','delivered','failed')), sent_at timestamptz, error text, created_at timestamptz);
CREATE TABLE push_tokens (id bigserial PRIMARY KEY, kind text, token text, failed_at timestamptz, created_at timestamptz);
CREATE TABLE coupons_queue_settings (id bigserial PRIMARY KEY, name text, data jsonb, active boolean);
CREATE TABLE waiting_list (id bigserial PRIMARY KEY, event_id bigint, email text, status text CHECK (status IN ('waiting','invited','done')), created_at timestamptz, notified_at timestamptz);
CREATE TABLE moderation_queue (id bigserial PRIMARY KEY, content_type text, content text, reported_by bigint, status text CHECK (status IN ('pending','approved','rejected')), created_at timestamptz, resolved_at timestamptz);
CREATE TABLE print_jobs (id bigserial PRIMARY KEY, document bytea, printer text, status text CHECK (status IN ('queued','printing','printed','failed')), created_at timestamptz, printed_at timestamptz, attempts int);
CREATE TABLE bank_messages (id bigserial PRIMARY KEY, type text, raw xml, received_at timestamptz, booked_at timestamptz);
CREATE TABLE deliveries (id bigserial PRIMARY KEY, order_id bigint, courier text, status text CHECK (status IN ('pending','dispatched','delivered','failed')), address text, dispatched_at timestamptz, delivered_at timestamptz, notes text, type text, created_at timestamptz);
CREATE TABLE job_offers (id bigserial PRIMARY KEY, type text, body text, published_at timestamptz, expired_at timestamptz, created_at timestamptz);
CREATE TABLE blog_posts (id bigserial PRIMARY KEY, type text, body text, state text, published_at timestamptz, created_at timestamptz);
CREATE TABLE change_requests (id bigserial PRIMARY KEY, kind text, payload jsonb, status text CHECK (status IN ('pending','approved','rejected','failed','processed')), processed_at timestamptz, created_at timestamptz, error text);
RESET search_path;
RESET search_path;
-- event stores, journals and the places of their readers; tasks of people; each with old rows in it
CREATE SCHEMA axon;
CREATE TABLE axon.token_entry (processor_name varchar(255), segment int, token bytea, token_type varchar(255), timestamp varchar(255), owner varchar(255), PRIMARY KEY (processor_name, segment));
CREATE TABLE axon.domain_event_entry (global_index bigserial PRIMARY KEY, event_identifier varchar(255), aggregate_identifier varchar(255), sequence_number bigint, type varchar(255), time_stamp varchar(255), payload bytea, payload_type varchar(255), meta_data bytea);
INSERT INTO axon.domain_event_entry(event_identifier, aggregate_identifier, type) SELECT g,g,'t' FROM generate_series(1,50) g;
CREATE SCHEMA akka;
CREATE TABLE akka.akka_projection_offset_store (projection_name varchar(255), projection_key varchar(255), current_offset varchar(255), manifest varchar(32), mergeable boolean, last_updated bigint, PRIMARY KEY (projection_name, projection_key));
CREATE TABLE akka.event_journal (slice int, entity_type text, persistence_id text, seq_nr bigint, db_timestamp timestamptz, event_ser_id int, event_ser_manifest text, event_payload bytea, deleted boolean DEFAULT false, writer text, adapter_manifest text, tags text[], meta_ser_id int, meta_ser_manifest text, meta_payload bytea, PRIMARY KEY (persistence_id, seq_nr));
INSERT INTO akka.event_journal(slice,entity_type,persistence_id,seq_nr,db_timestamp,event_payload) SELECT 1,'t','p',g,now()-interval '2h','x' FROM generate_series(1,50) g;
CREATE TABLE akka.durable_state (slice int, entity_type text, persistence_id text PRIMARY KEY, revision bigint, db_timestamp timestamptz, state_ser_id int, state_ser_manifest text, state_payload bytea, tags text[]);
CREATE SCHEMA eventuous;
CREATE TABLE eventuous.messages (message_id uuid, message_type text, stream_id int, stream_position int, global_position bigserial PRIMARY KEY, json_data jsonb, json_metadata jsonb, created timestamp DEFAULT now());
INSERT INTO eventuous.messages(message_id,message_type,stream_id,stream_position,json_data) SELECT gen_random_uuid(),'t',1,g,'{}' FROM generate_series(1,50) g;
CREATE TABLE eventuous.checkpoints (id text PRIMARY KEY, position bigint);
CREATE TABLE eventuous.streams (stream_id serial PRIMARY KEY, stream_name text, version int);
CREATE SCHEMA marten;
CREATE TABLE marten.mt_events (seq_id bigint PRIMARY KEY, id uuid, stream_id uuid, version bigint, data jsonb, type varchar(500), timestamp timestamptz DEFAULT now(), tenant_id varchar, mt_dotnet_type varchar, is_archived bool DEFAULT false);
INSERT INTO marten.mt_events SELECT g,gen_random_uuid(),gen_random_uuid(),1,'{}','t' FROM generate_series(1,50) g;
CREATE TABLE marten.mt_event_progression (name varchar PRIMARY KEY, last_seq_id bigint, last_updated timestamptz DEFAULT now());
CREATE TABLE marten.mt_doc_deadletterevent (id uuid PRIMARY KEY, data jsonb NOT NULL, mt_last_modified timestamptz, mt_version uuid, mt_dotnet_type varchar);
CREATE SCHEMA spree;
CREATE TABLE spree.spree_webhooks_events (id bigserial PRIMARY KEY, execution_time int, name varchar NOT NULL, request_errors varchar, response_code varchar, subscriber_id bigint NOT NULL, success boolean, url varchar NOT NULL, preferences text, created_at timestamp, updated_at timestamp);
INSERT INTO spree.spree_webhooks_events(name,subscriber_id,url,created_at) SELECT 'x',1,'u',now()-interval '1h' FROM generate_series(1,9);
CREATE SCHEMA n;
CREATE TABLE n.login_attempts (id bigserial PRIMARY KEY, username text, success boolean, failed_at timestamptz, ip inet, created_at timestamptz);
INSERT INTO n.login_attempts(username,success,created_at) SELECT 'x',false,now()-interval '3h' FROM generate_series(1,50);
CREATE TABLE n.data_exports (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), kind text, payload jsonb, requested_at timestamptz, completed_at timestamptz, error text);
INSERT INTO n.data_exports(kind,payload,requested_at) SELECT 'x','{}',now()-interval '3h' FROM generate_series(1,50);
CREATE TABLE n.job_runs (id bigserial PRIMARY KEY, job_name text, status text CHECK (status IN ('running','succeeded','failed')), started_at timestamptz, finished_at timestamptz, output text, error text);
INSERT INTO n.job_runs(job_name,status,started_at) SELECT 'x','failed',now()-interval '3h' FROM generate_series(1,50);
CREATE TABLE n.mail_messages (id bigserial PRIMARY KEY, folder text, sender text, subject text, body text, received_at timestamptz, read_at timestamptz, archived_at timestamptz);
INSERT INTO n.mail_messages(folder,received_at) SELECT 'x',now()-interval '3h' FROM generate_series(1,50);
CREATE TABLE n.notifications (id bigserial PRIMARY KEY, type text, notifiable_type text, notifiable_id bigint, data text, read_at timestamp, created_at timestamp, updated_at timestamp);
INSERT INTO n.notifications(type,data,created_at) SELECT 'x','{}',now()-interval '3h' FROM generate_series(1,50);
CREATE TABLE n.webhook_logs (id bigserial PRIMARY KEY, event text, payload jsonb, status text, attempts int, response text, created_at timestamptz, delivered_at timestamptz);
INSERT INTO n.webhook_logs(event,payload,status,created_at) SELECT 'x','{}','failed',now()-interval '3h' FROM generate_series(1,50);
CREATE TABLE n.transactions (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), type text, metadata jsonb, status text CHECK (status IN ('pending','completed','failed')), completed_at timestamptz, created_at timestamptz, attempts int);
INSERT INTO n.transactions(type,metadata,status,created_at) SELECT 'x','{}','pending',now()-interval '3h' FROM generate_series(1,50);
CREATE TABLE n.subscriptions_events (id bigserial PRIMARY KEY, subscription_id bigint, event_type text, data jsonb, processed boolean DEFAULT false, occurred_at timestamptz);
INSERT INTO n.subscriptions_events(event_type,data,occurred_at) SELECT 'x','{}',now()-interval '3h' FROM generate_series(1,50);
CREATE TABLE n.stripe_events (id text PRIMARY KEY, type text, data jsonb, created_at timestamptz, processed_at timestamptz);
INSERT INTO n.stripe_events SELECT g,'x','{}',now()-interval '3h' FROM generate_series(1,50) g;
CREATE TABLE n.user_tasks (id bigserial PRIMARY KEY, kind text, data jsonb, due_at timestamptz, done_at timestamptz, assignee text, created_at timestamptz);
INSERT INTO n.user_tasks(kind,data,due_at,created_at) SELECT 'x','{}',now()-interval '3h',now() FROM generate_series(1,50);
CREATE SCHEMA consumed;
CREATE TABLE consumed.kafka_records (id bigserial PRIMARY KEY, topic text NOT NULL, partition int NOT NULL, "offset" bigint NOT NULL, key text, value bytea, headers jsonb, created_at timestamptz DEFAULT now());
CREATE TABLE consumed.router_rules (id bigserial PRIMARY KEY, exchange text NOT NULL, routing_key text NOT NULL, destination text, arguments jsonb, created_at timestamptz DEFAULT now());
