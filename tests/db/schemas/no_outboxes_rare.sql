-- SPDX-License-Identifier: MIT
-- Rarer look-alikes: no table here may be taken for an outbox with certainty.
CREATE SCHEMA rare;
SET search_path = rare;
-- approvals, moderation and reviews wait for people
CREATE TABLE approval_requests (id bigserial PRIMARY KEY, request_type text NOT NULL, payload jsonb NOT NULL, status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'approved', 'rejected', 'expired')), requested_by bigint NOT NULL, created_at timestamptz NOT NULL DEFAULT now(), decided_at timestamptz);
CREATE INDEX ON approval_requests (created_at) WHERE status = 'pending';
CREATE TABLE content_flags (id bigserial PRIMARY KEY, kind text NOT NULL, content jsonb, reason text, created_at timestamptz NOT NULL DEFAULT now(), resolved_at timestamptz, resolved_by bigint);
CREATE INDEX ON content_flags (created_at) WHERE resolved_at IS NULL;
-- incidents and alerts
CREATE TABLE alerts (id bigserial PRIMARY KEY, alert_type text NOT NULL, severity text NOT NULL, details jsonb NOT NULL, fired_at timestamptz NOT NULL DEFAULT now(), acknowledged_at timestamptz, resolved_at timestamptz);
CREATE INDEX ON alerts (fired_at) WHERE resolved_at IS NULL;
CREATE TABLE incidents (id bigserial PRIMARY KEY, title text NOT NULL, status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'investigating', 'resolved')), data jsonb, created_at timestamptz DEFAULT now(), closed_at timestamptz);
-- uploads and their parts
CREATE TABLE multipart_uploads (id uuid PRIMARY KEY, object_key text NOT NULL, metadata jsonb, status text NOT NULL DEFAULT 'initiated', created_at timestamptz NOT NULL DEFAULT now(), completed_at timestamptz, aborted_at timestamptz);
CREATE INDEX ON multipart_uploads (created_at) WHERE completed_at IS NULL;
-- money
CREATE TABLE payouts (id uuid PRIMARY KEY, recipient text NOT NULL, amount_cents bigint NOT NULL, currency text NOT NULL, status text NOT NULL CHECK (status IN ('pending', 'processing', 'paid', 'failed')), failure_reason text, attempts int NOT NULL DEFAULT 0, created_at timestamptz NOT NULL DEFAULT now(), paid_at timestamptz);
CREATE TABLE ledger_entries (id bigserial PRIMARY KEY, event_type text NOT NULL, payload jsonb NOT NULL, posted_at timestamptz, created_at timestamptz NOT NULL DEFAULT now(), amount numeric NOT NULL);
CREATE INDEX ON ledger_entries (created_at) WHERE posted_at IS NULL;
-- analytics
CREATE TABLE page_views (id bigserial PRIMARY KEY, event_type text NOT NULL, properties jsonb, occurred_at timestamptz NOT NULL DEFAULT now(), session_id uuid);
CREATE TABLE analytics_events (id uuid PRIMARY KEY, name text NOT NULL, payload jsonb NOT NULL, created_at timestamptz NOT NULL DEFAULT now(), received_at timestamptz NOT NULL DEFAULT now());
-- surveys, letters of confirmation
CREATE TABLE survey_responses (id bigserial PRIMARY KEY, survey_type text NOT NULL, answers jsonb NOT NULL, started_at timestamptz NOT NULL, completed_at timestamptz);
CREATE INDEX ON survey_responses (started_at) WHERE completed_at IS NULL;
CREATE TABLE email_confirmations (id bigserial PRIMARY KEY, user_id bigint NOT NULL, email text NOT NULL, token text NOT NULL, sent_at timestamptz, confirmed_at timestamptz, expires_at timestamptz NOT NULL);
-- schedulers that keep what recurs
CREATE TABLE recurring_jobs (id bigserial PRIMARY KEY, job_class text NOT NULL, arguments jsonb, cron text NOT NULL, next_run_at timestamptz, last_run_at timestamptz, enabled boolean NOT NULL DEFAULT true);
CREATE TABLE scheduled_task_definitions (id bigserial PRIMARY KEY, task_type text NOT NULL, payload jsonb, interval_seconds int NOT NULL, next_run_at timestamptz NOT NULL, is_active boolean NOT NULL DEFAULT true);
-- workflows and instances of processes
CREATE TABLE workflow_instances (id uuid PRIMARY KEY, workflow_type text NOT NULL, state jsonb NOT NULL, status text NOT NULL CHECK (status IN ('running', 'suspended', 'completed', 'terminated')), created_at timestamptz NOT NULL DEFAULT now(), completed_at timestamptz);
CREATE TABLE transfer_tasks (shard_id int NOT NULL, task_id bigint NOT NULL, data bytea NOT NULL, data_encoding varchar(16) NOT NULL, PRIMARY KEY (shard_id, task_id));
-- devices, sensors, feeds
CREATE TABLE sensor_readings (id bigserial PRIMARY KEY, sensor_type text NOT NULL, reading jsonb NOT NULL, recorded_at timestamptz NOT NULL DEFAULT now(), processed boolean NOT NULL DEFAULT false);
CREATE INDEX ON sensor_readings (recorded_at) WHERE NOT processed;
CREATE TABLE feed_items (id bigserial PRIMARY KEY, item_type text NOT NULL, body jsonb NOT NULL, published_at timestamptz, created_at timestamptz NOT NULL DEFAULT now(), slug text NOT NULL);
CREATE INDEX ON feed_items (created_at) WHERE published_at IS NULL;
-- what people do in steps
CREATE TABLE onboarding_steps (id bigserial PRIMARY KEY, user_id bigint NOT NULL, step_type text NOT NULL, data jsonb, completed_at timestamptz, created_at timestamptz NOT NULL DEFAULT now());
CREATE INDEX ON onboarding_steps (user_id) WHERE completed_at IS NULL;
CREATE TABLE deliveries_route (id bigserial PRIMARY KEY, driver_id bigint, address jsonb NOT NULL, scheduled_at timestamptz NOT NULL, delivered_at timestamptz, status text NOT NULL CHECK (status IN ('pending', 'in_transit', 'delivered', 'failed')));
CREATE TABLE pick_tasks (id bigserial PRIMARY KEY, warehouse_id bigint NOT NULL, sku text NOT NULL, quantity int NOT NULL, status text NOT NULL CHECK (status IN ('queued', 'assigned', 'picked', 'cancelled')), assigned_to text, created_at timestamptz NOT NULL DEFAULT now(), picked_at timestamptz);
