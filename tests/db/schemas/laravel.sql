-- SPDX-License-Identifier: MIT
-- Projects of teams, in the manner of Laravel with Jetstream (public documentation, in our own words): team_id on
-- what a team owns, children that only reach it by keys, one of which may be NULL; the scope is the application's.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
CREATE TABLE migrations (id serial PRIMARY KEY, migration varchar(255) NOT NULL, batch integer NOT NULL);
CREATE TABLE users (id bigserial PRIMARY KEY, name varchar(255) NOT NULL, email varchar(255) NOT NULL UNIQUE,
	email_verified_at timestamp(0), password varchar(255) NOT NULL, remember_token varchar(100),
	current_team_id bigint, created_at timestamp(0), updated_at timestamp(0));
CREATE TABLE teams (id bigserial PRIMARY KEY, user_id bigint NOT NULL, name varchar(255) NOT NULL,
	personal_team boolean NOT NULL, created_at timestamp(0), updated_at timestamp(0));
CREATE TABLE team_user (id bigserial PRIMARY KEY, team_id bigint NOT NULL, user_id bigint NOT NULL,
	role varchar(255), UNIQUE(team_id, user_id));
CREATE TABLE team_invitations (id bigserial PRIMARY KEY, team_id bigint NOT NULL
	REFERENCES teams ON DELETE CASCADE, email varchar(255) NOT NULL, role varchar(255));
CREATE TABLE projects (id bigserial PRIMARY KEY, team_id bigint NOT NULL REFERENCES teams ON DELETE CASCADE,
	name varchar(255) NOT NULL, status varchar(20) NOT NULL DEFAULT 'open' CHECK (status IN ('open','closed')),
	deleted_at timestamp(0), created_at timestamp(0), updated_at timestamp(0));
CREATE TABLE tasks (id bigserial PRIMARY KEY, project_id bigint NOT NULL REFERENCES projects ON DELETE CASCADE,
	assignee_id bigint REFERENCES users, title varchar(255) NOT NULL, done boolean NOT NULL DEFAULT false,
	created_at timestamp(0), updated_at timestamp(0));
CREATE TABLE task_comments (id bigserial PRIMARY KEY, task_id bigint NOT NULL REFERENCES tasks ON DELETE CASCADE,
	user_id bigint NOT NULL REFERENCES users, body text NOT NULL, created_at timestamp(0));
CREATE TABLE attachments (id bigserial PRIMARY KEY, task_id bigint REFERENCES tasks, name varchar(255) NOT NULL,
	path varchar(255) NOT NULL);
CREATE TABLE invoices (id bigserial PRIMARY KEY, team_id bigint NOT NULL REFERENCES teams,
	total_cents integer NOT NULL, paid_at timestamp(0));
CREATE TABLE jobs (id bigserial PRIMARY KEY, queue varchar(255) NOT NULL, payload text NOT NULL,
	attempts smallint NOT NULL, reserved_at integer, available_at integer NOT NULL, created_at integer NOT NULL);
CREATE TABLE failed_jobs (id bigserial PRIMARY KEY, uuid varchar(255) NOT NULL UNIQUE, connection text NOT NULL,
	queue text NOT NULL, payload text NOT NULL, exception text NOT NULL, failed_at timestamp(0) NOT NULL DEFAULT now());
CREATE TABLE personal_access_tokens (id bigserial PRIMARY KEY, tokenable_type varchar(255) NOT NULL,
	tokenable_id bigint NOT NULL, name varchar(255) NOT NULL, token varchar(64) NOT NULL UNIQUE, abilities text);
INSERT INTO users(name,email,password) SELECT 'U'||n,'u'||n||'@x.org','x' FROM generate_series(1,6) n;
INSERT INTO teams(user_id,name,personal_team) VALUES (1,'Acme',false),(2,'Globex',false),(3,'Initech',false);
INSERT INTO team_user(team_id,user_id) SELECT n%3+1,n FROM generate_series(1,6) n;
INSERT INTO projects(team_id,name) SELECT n%3+1,'P'||n FROM generate_series(1,9) n;
INSERT INTO tasks(project_id,title) SELECT n%9+1,'T'||n FROM generate_series(1,90) n;
INSERT INTO task_comments(task_id,user_id,body) SELECT n%90+1,n%6+1,'C'||n FROM generate_series(1,180) n;
INSERT INTO attachments(task_id,name,path) SELECT nullif(n%10,0),'A'||n,'/a' FROM generate_series(1,30) n;
