-- SPDX-License-Identifier: MIT
-- A help desk that sells, in the manner of Rails with acts_as_tenant (public documentation of the gem, in our own
-- words): account_id on every model, the scope only in the application, lock_version where people edit,
-- polymorphic comments, Devise's users.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
CREATE TABLE schema_migrations (version varchar PRIMARY KEY);
CREATE TABLE ar_internal_metadata (key varchar PRIMARY KEY, value varchar, created_at timestamp NOT NULL, updated_at timestamp NOT NULL);
CREATE TABLE accounts (
	id bigserial PRIMARY KEY, name varchar NOT NULL, subdomain varchar NOT NULL UNIQUE, plan varchar DEFAULT 'free',
	created_at timestamp(6) NOT NULL DEFAULT now(), updated_at timestamp(6) NOT NULL DEFAULT now()
);
CREATE TABLE users (
	id bigserial PRIMARY KEY, account_id bigint NOT NULL REFERENCES accounts (id), email varchar NOT NULL DEFAULT '',
	encrypted_password varchar NOT NULL DEFAULT '', reset_password_token varchar, sign_in_count integer NOT NULL DEFAULT 0,
	created_at timestamp(6) NOT NULL DEFAULT now(), updated_at timestamp(6) NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX index_users_on_account_id_and_email ON users (account_id, email);
CREATE TABLE projects (
	id bigserial PRIMARY KEY, account_id bigint NOT NULL REFERENCES accounts (id), name varchar NOT NULL,
	lock_version integer NOT NULL DEFAULT 0, archived_at timestamp(6), updated_at timestamp(6) NOT NULL DEFAULT now()
);
CREATE INDEX index_projects_on_account_id ON projects (account_id);
CREATE TABLE tickets (
	id bigserial PRIMARY KEY, account_id bigint NOT NULL REFERENCES accounts (id),
	project_id bigint NOT NULL REFERENCES projects (id), subject varchar NOT NULL, status integer NOT NULL DEFAULT 0,
	lock_version integer NOT NULL DEFAULT 0, updated_at timestamp(6) NOT NULL DEFAULT now()
);
CREATE TABLE comments (
	id bigserial PRIMARY KEY, account_id bigint NOT NULL, commentable_type varchar NOT NULL, commentable_id bigint NOT NULL,
	user_id bigint REFERENCES users (id), body text, created_at timestamp(6) NOT NULL DEFAULT now()
);
CREATE TABLE ticket_tags (
	ticket_id bigint NOT NULL REFERENCES tickets (id), tag varchar NOT NULL, PRIMARY KEY (ticket_id, tag)
);
CREATE TABLE countries (id bigserial PRIMARY KEY, iso varchar(2) NOT NULL UNIQUE, name varchar NOT NULL);
INSERT INTO accounts (name, subdomain) VALUES ('Acme', 'acme'), ('Globex', 'globex');
INSERT INTO users (account_id, email) SELECT n % 2 + 1, 'u' || n || '@example.com' FROM generate_series(1, 10) AS n;
INSERT INTO projects (account_id, name) SELECT n % 2 + 1, 'Project ' || n FROM generate_series(1, 20) AS n;
INSERT INTO tickets (account_id, project_id, subject) SELECT n % 2 + 1, n, 'Ticket ' || n FROM generate_series(1, 20) AS n;
INSERT INTO countries (iso, name) VALUES ('NL', 'Nederland');
