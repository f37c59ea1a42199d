-- SPDX-License-Identifier: MIT
-- Lago, from its public documents: billing, organization_id almost everywhere, no policies.
CREATE TABLE ar_internal_metadata (key varchar PRIMARY KEY, value varchar, created_at timestamp NOT NULL,
	updated_at timestamp NOT NULL);
CREATE TABLE schema_migrations (version varchar PRIMARY KEY);
CREATE TABLE organizations (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name varchar NOT NULL,
	created_at timestamp NOT NULL, updated_at timestamp NOT NULL, webhook_url varchar,
	vat_rate float NOT NULL DEFAULT 0, country varchar, address_line1 varchar, email varchar,
	legal_name varchar, api_key varchar, invoice_grace_period int NOT NULL DEFAULT 0,
	timezone varchar NOT NULL DEFAULT 'UTC', document_numbering int NOT NULL DEFAULT 0, slug varchar,
	default_currency varchar NOT NULL DEFAULT 'USD', hmac_key varchar);
CREATE TABLE users (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), email varchar, password_digest varchar,
	created_at timestamp NOT NULL, updated_at timestamp NOT NULL);
CREATE TYPE mrole AS ENUM ('admin','manager','finance');
CREATE TABLE memberships (id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	organization_id uuid NOT NULL REFERENCES organizations, user_id uuid NOT NULL REFERENCES users,
	role int NOT NULL DEFAULT 0, status int NOT NULL DEFAULT 0, revoked_at timestamp,
	created_at timestamp NOT NULL, updated_at timestamp NOT NULL);
CREATE TABLE customers (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), external_id varchar NOT NULL,
	name varchar, organization_id uuid NOT NULL REFERENCES organizations, email varchar, slug varchar,
	sequential_id bigint, currency varchar, deleted_at timestamp, created_at timestamp NOT NULL,
	updated_at timestamp NOT NULL);
CREATE TABLE billable_metrics (id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	organization_id uuid NOT NULL REFERENCES organizations, name varchar NOT NULL, code varchar NOT NULL,
	aggregation_type int NOT NULL, properties jsonb DEFAULT '{}', deleted_at timestamp,
	created_at timestamp NOT NULL, updated_at timestamp NOT NULL);
CREATE TABLE plans (id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	organization_id uuid NOT NULL REFERENCES organizations, name varchar NOT NULL, code varchar NOT NULL,
	interval int NOT NULL, amount_cents bigint NOT NULL, amount_currency varchar NOT NULL,
	parent_id uuid REFERENCES plans, deleted_at timestamp, created_at timestamp NOT NULL,
	updated_at timestamp NOT NULL);
CREATE TABLE charges (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), plan_id uuid REFERENCES plans,
	billable_metric_id uuid REFERENCES billable_metrics, amount_currency varchar,
	charge_model int NOT NULL DEFAULT 0, properties jsonb NOT NULL DEFAULT '{}',
	created_at timestamp NOT NULL, updated_at timestamp NOT NULL);
CREATE TABLE subscriptions (id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	customer_id uuid NOT NULL REFERENCES customers, plan_id uuid NOT NULL REFERENCES plans,
	status int NOT NULL, external_id varchar NOT NULL, started_at timestamp, terminated_at timestamp,
	created_at timestamp NOT NULL, updated_at timestamp NOT NULL);
CREATE TABLE invoices (id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	organization_id uuid REFERENCES organizations, customer_id uuid REFERENCES customers,
	number varchar NOT NULL DEFAULT '', sequential_id int, status int NOT NULL DEFAULT 1,
	version_number int NOT NULL DEFAULT 4, issuing_date date, total_amount_cents bigint NOT NULL DEFAULT 0,
	file varchar, ready_for_payment_processing boolean NOT NULL DEFAULT false, created_at timestamp NOT NULL,
	updated_at timestamp NOT NULL);
CREATE TABLE fees (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), invoice_id uuid REFERENCES invoices,
	charge_id uuid REFERENCES charges, subscription_id uuid REFERENCES subscriptions,
	organization_id uuid REFERENCES organizations, amount_cents bigint NOT NULL,
	units numeric NOT NULL DEFAULT 0, created_at timestamp NOT NULL, updated_at timestamp NOT NULL);
CREATE TABLE wallets (id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	customer_id uuid NOT NULL REFERENCES customers, status int NOT NULL, name varchar,
	balance_cents bigint NOT NULL DEFAULT 0, lock_version int NOT NULL DEFAULT 0,
	created_at timestamp NOT NULL, updated_at timestamp NOT NULL);
CREATE TABLE coupons (id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	organization_id uuid NOT NULL REFERENCES organizations, name varchar NOT NULL, code varchar,
	status int NOT NULL DEFAULT 0, expiration int NOT NULL, created_at timestamp NOT NULL,
	updated_at timestamp NOT NULL);
CREATE TABLE events (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), organization_id uuid NOT NULL,
	customer_id uuid, transaction_id varchar NOT NULL, code varchar NOT NULL,
	properties jsonb NOT NULL DEFAULT '{}', timestamp timestamp, metadata jsonb NOT NULL DEFAULT '{}',
	subscription_id uuid, deleted_at timestamp, external_customer_id varchar,
	external_subscription_id varchar, created_at timestamp NOT NULL, updated_at timestamp NOT NULL);
CREATE TABLE webhooks (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), object_id uuid, object_type varchar,
	status int NOT NULL DEFAULT 0, retries int NOT NULL DEFAULT 0, http_status int, endpoint varchar,
	webhook_type varchar, payload json, response json, last_retried_at timestamp, webhook_endpoint_id uuid,
	created_at timestamp NOT NULL, updated_at timestamp NOT NULL);
CREATE TABLE versions (id bigserial PRIMARY KEY, item_type varchar NOT NULL, item_id varchar NOT NULL,
	event varchar NOT NULL, whodunnit varchar, object jsonb, object_changes jsonb, created_at timestamp,
	lago_version varchar);
CREATE TABLE invites (id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	organization_id uuid NOT NULL REFERENCES organizations, membership_id uuid REFERENCES memberships,
	email varchar NOT NULL, token varchar NOT NULL, status int NOT NULL DEFAULT 0,
	created_at timestamp NOT NULL, updated_at timestamp NOT NULL);
