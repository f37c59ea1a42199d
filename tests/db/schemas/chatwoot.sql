-- SPDX-License-Identifier: MIT
-- A help desk in the manner of Chatwoot (public schema, in our own words): account_id on everything, here integer,
-- there bigint, hardly a foreign key.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
CREATE TABLE accounts (id serial PRIMARY KEY, name varchar NOT NULL, locale integer DEFAULT 0, domain varchar(100),
	feature_flags bigint DEFAULT 0);
CREATE TABLE users (id serial PRIMARY KEY, email varchar, name varchar NOT NULL,
	encrypted_password varchar NOT NULL DEFAULT '');
CREATE TABLE account_users (id bigserial PRIMARY KEY, account_id bigint, user_id bigint, role integer DEFAULT 0);
CREATE TABLE inboxes (id serial PRIMARY KEY, channel_id integer NOT NULL, account_id integer NOT NULL,
	name varchar NOT NULL);
CREATE TABLE contacts (id serial PRIMARY KEY, account_id integer NOT NULL, name varchar DEFAULT '', email varchar,
	phone_number varchar);
CREATE TABLE conversations (id serial PRIMARY KEY, account_id integer NOT NULL, inbox_id integer NOT NULL,
	status integer NOT NULL DEFAULT 0, display_id integer NOT NULL);
CREATE TABLE messages (id serial PRIMARY KEY, content text, account_id integer NOT NULL, inbox_id integer NOT NULL,
	conversation_id integer NOT NULL, message_type integer NOT NULL);
CREATE TABLE labels (id bigserial PRIMARY KEY, title varchar, account_id bigint);
CREATE TABLE canned_responses (id serial PRIMARY KEY, account_id integer NOT NULL, short_code varchar, content text);
CREATE TABLE tags (id serial PRIMARY KEY, name varchar UNIQUE);
CREATE TABLE taggings (id serial PRIMARY KEY, tag_id integer REFERENCES tags, taggable_type varchar,
	taggable_id integer);
INSERT INTO accounts(name) VALUES ('Acme'),('Globex');
INSERT INTO labels(title,account_id) VALUES ('a',1),('b',2);
INSERT INTO contacts(account_id,name) VALUES (1,'x'),(2,'y');
