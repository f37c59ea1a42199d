-- SPDX-License-Identifier: MIT
-- A forum in the manner of Discourse (public documentation of discourse.org, in our own words).  Multisite means a
-- database for each site, so nothing in here names one; Rails' habits, timestamps without a zone, a
-- schema of its own for backups.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
CREATE SCHEMA discourse_functions;
CREATE TABLE schema_migrations (version varchar PRIMARY KEY);
CREATE TABLE ar_internal_metadata (key varchar PRIMARY KEY, value varchar, created_at timestamp NOT NULL, updated_at timestamp NOT NULL);
CREATE TABLE users (
	id serial PRIMARY KEY, username varchar(60) NOT NULL, username_lower varchar(60) NOT NULL UNIQUE, name varchar,
	seen_notification_id bigint NOT NULL DEFAULT 0, last_posted_at timestamp, active boolean NOT NULL DEFAULT false,
	admin boolean NOT NULL DEFAULT false, trust_level integer NOT NULL DEFAULT 0, ip_address inet,
	created_at timestamp NOT NULL DEFAULT now(), updated_at timestamp NOT NULL DEFAULT now()
);
CREATE TABLE user_emails (
	id serial PRIMARY KEY, user_id integer NOT NULL, email varchar(513) NOT NULL, "primary" boolean NOT NULL DEFAULT false,
	created_at timestamp NOT NULL DEFAULT now()
);
CREATE TABLE categories (
	id serial PRIMARY KEY, name varchar(50) NOT NULL, color varchar(6) NOT NULL DEFAULT '0088CC', topic_id integer,
	slug varchar NOT NULL, parent_category_id integer, read_restricted boolean NOT NULL DEFAULT false
);
CREATE TABLE topics (
	id serial PRIMARY KEY, title varchar NOT NULL, user_id integer, category_id integer, posts_count integer NOT NULL DEFAULT 0,
	views integer NOT NULL DEFAULT 0, archetype varchar NOT NULL DEFAULT 'regular', closed boolean NOT NULL DEFAULT false,
	created_at timestamp NOT NULL DEFAULT now(), bumped_at timestamp NOT NULL DEFAULT now(), deleted_at timestamp
);
CREATE TABLE posts (
	id serial PRIMARY KEY, user_id integer, topic_id integer NOT NULL, post_number integer NOT NULL, raw text NOT NULL,
	cooked text NOT NULL, version integer NOT NULL DEFAULT 1, reply_count integer NOT NULL DEFAULT 0,
	created_at timestamp NOT NULL DEFAULT now(), deleted_at timestamp
);
CREATE UNIQUE INDEX index_posts_on_topic_id_and_post_number ON posts (topic_id, post_number);
CREATE TABLE topic_users (
	user_id integer NOT NULL, topic_id integer NOT NULL, posted boolean NOT NULL DEFAULT false, last_read_post_number integer,
	id serial PRIMARY KEY
);
CREATE TABLE site_settings (
	id serial PRIMARY KEY, name varchar NOT NULL UNIQUE, data_type integer NOT NULL, value text,
	created_at timestamp NOT NULL DEFAULT now(), updated_at timestamp NOT NULL DEFAULT now()
);
CREATE TABLE plugin_store_rows (
	id serial PRIMARY KEY, plugin_name varchar NOT NULL, key varchar NOT NULL, type_name varchar NOT NULL, value text
);
CREATE TABLE user_auth_tokens (
	id serial PRIMARY KEY, user_id integer NOT NULL, auth_token varchar NOT NULL UNIQUE, prev_auth_token varchar NOT NULL,
	client_ip inet, created_at timestamp NOT NULL DEFAULT now()
);
CREATE TABLE category_groups (id serial PRIMARY KEY, category_id integer NOT NULL, group_id integer NOT NULL);
CREATE VIEW badge_posts AS SELECT id, user_id, topic_id FROM posts WHERE deleted_at IS NULL;
INSERT INTO users (username, username_lower) SELECT 'user' || n, 'user' || n FROM generate_series(1, 30) AS n;
INSERT INTO categories (name, slug) VALUES ('General', 'general'), ('Staff', 'staff');
INSERT INTO topics (title, user_id, category_id) SELECT 'Topic ' || n, 1, 1 FROM generate_series(1, 60) AS n;
INSERT INTO posts (user_id, topic_id, post_number, raw, cooked)
	SELECT 1, n, 1, 'Hello', '<p>Hello</p>' FROM generate_series(1, 60) AS n;
