-- SPDX-License-Identifier: MIT
-- A business suite in the manner of iDempiere (public documentation, in our own words): ad_client_id and
-- ad_org_id, numeric, on everything; organisations belong to clients.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
CREATE TABLE ad_client (ad_client_id numeric(10,0) PRIMARY KEY, value varchar(40) NOT NULL,
	name varchar(60) NOT NULL, isactive char(1) NOT NULL DEFAULT 'Y' CHECK (isactive IN ('Y','N')));
CREATE TABLE ad_org (ad_org_id numeric(10,0) PRIMARY KEY, ad_client_id numeric(10,0) NOT NULL REFERENCES ad_client,
	value varchar(40) NOT NULL, name varchar(60) NOT NULL);
CREATE TABLE m_product (m_product_id numeric(10,0) PRIMARY KEY, ad_client_id numeric(10,0) NOT NULL
	REFERENCES ad_client, ad_org_id numeric(10,0) NOT NULL REFERENCES ad_org, value varchar(40) NOT NULL,
	name varchar(255) NOT NULL, updated timestamp NOT NULL DEFAULT now(), updatedby numeric(10,0));
CREATE TABLE c_order (c_order_id numeric(10,0) PRIMARY KEY, ad_client_id numeric(10,0) NOT NULL,
	ad_org_id numeric(10,0) NOT NULL, documentno varchar(30) NOT NULL, docstatus char(2) NOT NULL,
	grandtotal numeric NOT NULL DEFAULT 0);
CREATE TABLE c_orderline (c_orderline_id numeric(10,0) PRIMARY KEY, ad_client_id numeric(10,0) NOT NULL,
	ad_org_id numeric(10,0) NOT NULL, c_order_id numeric(10,0) NOT NULL REFERENCES c_order, line numeric(10,0),
	qtyordered numeric NOT NULL DEFAULT 0);
CREATE TABLE c_bpartner (c_bpartner_id numeric(10,0) PRIMARY KEY, ad_client_id numeric(10,0) NOT NULL,
	ad_org_id numeric(10,0) NOT NULL, name varchar(120) NOT NULL);
INSERT INTO ad_client VALUES (0,'SYSTEM','System'),(11,'GardenWorld','GardenWorld Inc'),(12,'Acme','Acme Corp');
INSERT INTO ad_org SELECT n, 11+n%2, 'O'||n, 'Org '||n FROM generate_series(1,4) n;
INSERT INTO m_product SELECT n, 11+n%2, 1, 'V'||n, 'Prod '||n FROM generate_series(1,20) n;
INSERT INTO c_order SELECT n, 11+n%2, 1, 'D'||n, 'CO', n FROM generate_series(1,20) n;
