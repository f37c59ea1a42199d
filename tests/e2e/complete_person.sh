#!/bin/sh
# SPDX-License-Identifier: MIT
# :as ROLE offers the people of the tenant, where policies ask who one is.
# database: empty
. tests/support/tmux.sh
psql -q <<'SQL'
CREATE TABLE orgs (id bigint PRIMARY KEY, name text NOT NULL);
CREATE TABLE members (user_id text NOT NULL, org_id bigint NOT NULL REFERENCES orgs, PRIMARY KEY (user_id, org_id));
CREATE TABLE invoices (id bigint PRIMARY KEY, org_id bigint NOT NULL REFERENCES orgs, total int NOT NULL);
CREATE TABLE payments (id bigint PRIMARY KEY, org_id bigint NOT NULL REFERENCES orgs, total int NOT NULL);
INSERT INTO orgs VALUES (1, 'north'), (2, 'south');
INSERT INTO members VALUES ('ann', 1), ('anton', 1), ('angus', 2), ('bert', 1);
INSERT INTO invoices SELECT i, 1 + i % 2, i FROM generate_series(1, 20) AS i;
ALTER TABLE invoices ENABLE ROW LEVEL SECURITY;
ALTER TABLE payments ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON invoices USING (org_id IN
	(SELECT m.org_id FROM members m WHERE m.user_id = current_setting('app.user_id', true)));
CREATE POLICY own ON payments USING (org_id IN
	(SELECT m.org_id FROM members m WHERE m.user_id = current_setting('app.user_id', true)));
SQL
terminal 100x30
type_line 'souk --tenant 1 --open invoices'
wait_for 'TOTAL'
type_text ':as pg_monitor an'
wait_for 'anton'
expect 'public.members'
refuse 'angus'
keys Escape
wait_gone ':as pg_monitor'
type_line ':q!'
