-- SPDX-License-Identifier: MIT
-- Mattermost, from its public schema documents: chat, names without lines, no foreign keys.
CREATE TYPE team_type AS ENUM ('I','O');
CREATE TYPE channel_type AS ENUM ('P','G','O','D');
CREATE TABLE teams (id varchar(26) PRIMARY KEY, createat bigint, updateat bigint, deleteat bigint,
	displayname varchar(64), name varchar(64) UNIQUE, description varchar(255), email varchar(128),
	type team_type, companyname varchar(64), alloweddomains varchar(1000), inviteid varchar(32),
	schemeid varchar(26), allowopeninvite boolean);
CREATE TABLE users (id varchar(26) PRIMARY KEY, createat bigint, updateat bigint, deleteat bigint,
	username varchar(64) UNIQUE, password varchar(128), authdata varchar(128), email varchar(128),
	nickname varchar(64), firstname varchar(64), lastname varchar(64), roles varchar(256), props jsonb,
	locale varchar(5), mfasecret varchar(128));
CREATE TABLE teammembers (teamid varchar(26) NOT NULL, userid varchar(26) NOT NULL, roles varchar(256),
	deleteat bigint, schemeuser boolean, createat bigint DEFAULT 0, PRIMARY KEY (teamid, userid));
CREATE TABLE channels (id varchar(26) PRIMARY KEY, createat bigint, updateat bigint, deleteat bigint,
	teamid varchar(26), type channel_type, displayname varchar(64), name varchar(64), header varchar(1024),
	purpose varchar(250), lastpostat bigint, totalmsgcount bigint, creatorid varchar(26), UNIQUE (name,
	teamid));
CREATE TABLE channelmembers (channelid varchar(26) NOT NULL, userid varchar(26) NOT NULL,
	roles varchar(256), lastviewedat bigint, msgcount bigint, notifyprops jsonb, PRIMARY KEY (channelid,
	userid));
CREATE TABLE posts (id varchar(26) PRIMARY KEY, createat bigint, updateat bigint, deleteat bigint,
	userid varchar(26), channelid varchar(26), rootid varchar(26), originalid varchar(26),
	message varchar(65535), type varchar(26), props jsonb, hashtags varchar(1000), filenames varchar(4000),
	ispinned boolean);
CREATE TABLE threads (postid varchar(26) PRIMARY KEY, replycount bigint, lastreplyat bigint,
	participants jsonb, channelid varchar(26), threadteamid varchar(26));
CREATE TABLE incomingwebhooks (id varchar(26) PRIMARY KEY, createat bigint, updateat bigint,
	deleteat bigint, userid varchar(26), channelid varchar(26), teamid varchar(26), displayname varchar(64),
	description varchar(500));
CREATE TABLE outgoingwebhooks (id varchar(26) PRIMARY KEY, token varchar(26), createat bigint,
	creatorid varchar(26), channelid varchar(26), teamid varchar(26), triggerwords varchar(1024),
	callbackurls varchar(1024), displayname varchar(64));
CREATE TABLE commands (id varchar(26) PRIMARY KEY, token varchar(26), createat bigint,
	creatorid varchar(26), teamid varchar(26), trigger varchar(128), method varchar(1), url varchar(1024));
CREATE TABLE emoji (id varchar(26) PRIMARY KEY, createat bigint, creatorid varchar(26), name varchar(64));
CREATE TABLE audits (id varchar(26) PRIMARY KEY, createat bigint, userid varchar(26), action varchar(512),
	extrainfo varchar(1024), ipaddress varchar(64), sessionid varchar(26));
CREATE TABLE jobs (id varchar(26) PRIMARY KEY, type varchar(32), priority bigint, createat bigint,
	startat bigint, lastactivityat bigint, status varchar(32), progress bigint, data jsonb);
CREATE TABLE sidebarcategories (id varchar(128) PRIMARY KEY, userid varchar(26), teamid varchar(26),
	sortorder bigint, sorting varchar(64), type varchar(64), displayname varchar(64));
CREATE TABLE preferences (userid varchar(26) NOT NULL, category varchar(32) NOT NULL,
	name varchar(32) NOT NULL, value text, PRIMARY KEY (userid, category, name));
CREATE TABLE db_migrations (version bigint PRIMARY KEY, name varchar NOT NULL);
INSERT INTO teams (id, name, displayname) VALUES ('t1', 'bakery', 'Bakery'), ('t2', 'flowers', 'Flowers');
INSERT INTO users (id, username, email) VALUES ('u1', 'anna', 'anna@example.com');
INSERT INTO channels (id, teamid, name, type) VALUES ('c1', 't1', 'town-square', 'O'), ('c2', 't2', 'town-square', 'O');
INSERT INTO posts (id, channelid, userid, message) VALUES ('p1', 'c1', 'u1', 'Rye is out');
INSERT INTO emoji (id, name) VALUES ('e1', 'loaf');
