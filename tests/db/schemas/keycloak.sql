-- SPDX-License-Identifier: MIT
-- Keycloak, from its public schema documents: realms in columns of two lengths.
CREATE TABLE realm (id varchar(36) PRIMARY KEY, access_code_lifespan int,
	enabled boolean NOT NULL DEFAULT false, name varchar(255) UNIQUE, not_before int,
	registration_allowed boolean NOT NULL DEFAULT false, ssl_required varchar(255), login_theme varchar(255),
	master_admin_client varchar(36), default_role varchar(255));
CREATE TABLE client (id varchar(36) PRIMARY KEY, enabled boolean NOT NULL DEFAULT false,
	client_id varchar(255), not_before int, public_client boolean NOT NULL DEFAULT false, secret varchar(255),
	base_url varchar(255), realm_id varchar(36), protocol varchar(255), name varchar(255),
	CONSTRAINT uk UNIQUE (realm_id, client_id));
CREATE TABLE user_entity (id varchar(36) PRIMARY KEY, email varchar(255), email_constraint varchar(255),
	email_verified boolean NOT NULL DEFAULT false, enabled boolean NOT NULL DEFAULT false,
	federation_link varchar(255), first_name varchar(255), last_name varchar(255), realm_id varchar(255),
	username varchar(255), created_timestamp bigint, service_account_client_link varchar(255),
	not_before int NOT NULL DEFAULT 0, UNIQUE (realm_id, username));
CREATE TABLE credential (id varchar(36) PRIMARY KEY, salt bytea, type varchar(255),
	user_id varchar(36) REFERENCES user_entity, created_date bigint, user_label varchar(255),
	secret_data text, credential_data text, priority int, version int DEFAULT 0);
CREATE TABLE keycloak_role (id varchar(36) PRIMARY KEY, client_realm_constraint varchar(255),
	client_role boolean NOT NULL DEFAULT false, description varchar(255), name varchar(255),
	realm_id varchar(255), client varchar(36) REFERENCES client, realm varchar(36) REFERENCES realm);
CREATE TABLE keycloak_group (id varchar(36) PRIMARY KEY, name varchar(255),
	parent_group varchar(36) NOT NULL, realm_id varchar(36), type int NOT NULL DEFAULT 0);
CREATE TABLE user_role_mapping (role_id varchar(255) NOT NULL,
	user_id varchar(36) NOT NULL REFERENCES user_entity, PRIMARY KEY (role_id, user_id));
CREATE TABLE authentication_flow (id varchar(36) PRIMARY KEY, alias varchar(255), description varchar(255),
	realm_id varchar(36) REFERENCES realm, provider_id varchar(36) NOT NULL DEFAULT 'basic-flow',
	top_level boolean NOT NULL DEFAULT false);
CREATE TABLE authentication_execution (id varchar(36) PRIMARY KEY, alias varchar(255),
	authenticator varchar(36), realm_id varchar(36) REFERENCES realm,
	flow_id varchar(36) REFERENCES authentication_flow, requirement int, priority int);
CREATE TABLE component (id varchar(36) PRIMARY KEY, name varchar(255), parent_id varchar(36),
	provider_id varchar(36), provider_type varchar(255), realm_id varchar(36) REFERENCES realm,
	sub_type varchar(255));
CREATE TABLE identity_provider (internal_id varchar(36) PRIMARY KEY,
	enabled boolean NOT NULL DEFAULT false, provider_alias varchar(255), provider_id varchar(255),
	realm_id varchar(36) REFERENCES realm, UNIQUE (provider_alias, realm_id));
CREATE TABLE realm_attribute (name varchar(255) NOT NULL, realm_id varchar(36) NOT NULL REFERENCES realm,
	value text, PRIMARY KEY (name, realm_id));
CREATE TABLE event_entity (id varchar(36) PRIMARY KEY, client_id varchar(255), details_json varchar(2550),
	error varchar(255), ip_address varchar(255), realm_id varchar(255), session_id varchar(255),
	event_time bigint, type varchar(255), user_id varchar(255));
CREATE TABLE admin_event_entity (id varchar(36) PRIMARY KEY, admin_event_time bigint,
	realm_id varchar(255), operation_type varchar(255), auth_realm_id varchar(255),
	auth_client_id varchar(255), auth_user_id varchar(255), ip_address varchar(255),
	resource_path varchar(2550), representation text, error varchar(255), resource_type varchar(64));
CREATE TABLE offline_user_session (user_session_id varchar(36) NOT NULL, user_id varchar(255) NOT NULL,
	realm_id varchar(36) NOT NULL, created_on int NOT NULL, offline_flag varchar(4) NOT NULL, data text,
	last_session_refresh int NOT NULL DEFAULT 0, broker_session_id varchar(1024), version int DEFAULT 0,
	PRIMARY KEY (user_session_id, offline_flag));
CREATE TABLE databasechangelog (id varchar(255) NOT NULL, author varchar(255) NOT NULL,
	filename varchar(255) NOT NULL, dateexecuted timestamp NOT NULL, orderexecuted int NOT NULL,
	exectype varchar(10) NOT NULL, md5sum varchar(35));
CREATE TABLE org (id varchar(255) PRIMARY KEY, enabled boolean NOT NULL, realm_id varchar(255) NOT NULL,
	group_id varchar(255) NOT NULL, name varchar(255) NOT NULL, description varchar(4000),
	alias varchar(255) NOT NULL, UNIQUE (realm_id, name));
CREATE TABLE org_domain (id varchar(36) NOT NULL, name varchar(255) NOT NULL, verified boolean NOT NULL,
	org_id varchar(255) NOT NULL REFERENCES org, PRIMARY KEY (id, name));
INSERT INTO realm (id, name) VALUES ('r1', 'bakery'), ('r2', 'flowers');
INSERT INTO client (id, client_id, realm_id, name) VALUES ('c1', 'shop', 'r1', 'The shop'), ('c2', 'shop', 'r2', 'The shop');
INSERT INTO user_entity (id, username, realm_id) VALUES ('u1', 'anna', 'r1'), ('u2', 'ben', 'r2');
INSERT INTO component (id, name, realm_id) VALUES ('k1', 'keys', 'r1');
INSERT INTO keycloak_group (id, name, parent_group, realm_id) VALUES ('g1', 'staff', ' ', 'r1');
