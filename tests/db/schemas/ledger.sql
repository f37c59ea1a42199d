-- SPDX-License-Identifier: MIT
-- A ledger with a number for each company and a text for its name: company_id leads the keys, one child has it
-- under another name in a key of two columns.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
CREATE TABLE companies (company_code varchar(10) PRIMARY KEY, company_id int NOT NULL UNIQUE, title text NOT NULL);
CREATE TABLE gl_accounts (company_id int NOT NULL REFERENCES companies(company_id),
	account_no varchar(20) NOT NULL, descr text, PRIMARY KEY (company_id, account_no));
CREATE TABLE gl_entries (company_id int NOT NULL, entry_no int NOT NULL, account_no varchar(20) NOT NULL,
	amount numeric(15,2) NOT NULL, PRIMARY KEY (company_id, entry_no), FOREIGN KEY (company_id, account_no)
	REFERENCES gl_accounts);
CREATE TABLE gl_entry_notes (id serial PRIMARY KEY, company_id int NOT NULL, entry_no int NOT NULL, note text,
	FOREIGN KEY (company_id, entry_no) REFERENCES gl_entries);
CREATE TABLE items (company_id int NOT NULL, item_no varchar(20) NOT NULL, descr text, PRIMARY KEY (company_id,
	item_no));
CREATE TABLE item_texts (id serial PRIMARY KEY, cno int NOT NULL, item_no varchar(20) NOT NULL, lang char(2),
	body text, FOREIGN KEY (cno, item_no) REFERENCES items);
CREATE TABLE currencies (code char(3) PRIMARY KEY, name text);
INSERT INTO companies VALUES ('NORTH',1,'North Ltd'),('SOUTH',2,'South Ltd');
INSERT INTO gl_accounts SELECT c, 'A'||n, 'acc' FROM generate_series(1,2) c, generate_series(1,3) n;
INSERT INTO gl_entries SELECT c, n, 'A1', n FROM generate_series(1,2) c, generate_series(1,5) n;
INSERT INTO items SELECT c, 'I'||n, 'it '||c FROM generate_series(1,2) c, generate_series(1,3) n;
INSERT INTO item_texts(cno,item_no,lang,body) SELECT company_id,item_no,'en','b' FROM items;
