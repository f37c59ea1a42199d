-- SPDX-License-Identifier: MIT
-- The multi-tenant advertising example of the Citus documentation, in our own words: every key leads
-- with company_id, no row-level security, no foreign key from it in distributed children.
\set ON_ERROR_STOP on
CREATE TABLE companies (
	id bigint PRIMARY KEY, name text NOT NULL, image_url text,
	created_at timestamptz NOT NULL, updated_at timestamptz NOT NULL
);
CREATE TABLE campaigns (
	id bigint NOT NULL, company_id bigint NOT NULL REFERENCES companies (id), name text NOT NULL,
	cost_model text NOT NULL, state text NOT NULL, monthly_budget bigint,
	created_at timestamptz NOT NULL, updated_at timestamptz NOT NULL,
	PRIMARY KEY (company_id, id)
);
CREATE TABLE ads (
	id bigint NOT NULL, company_id bigint NOT NULL REFERENCES companies (id), campaign_id bigint NOT NULL,
	name text NOT NULL, image_url text, target_url text,
	PRIMARY KEY (company_id, id),
	FOREIGN KEY (company_id, campaign_id) REFERENCES campaigns (company_id, id)
);
CREATE TABLE clicks (
	id bigint NOT NULL, company_id bigint NOT NULL, ad_id bigint NOT NULL, clicked_at timestamp NOT NULL,
	user_ip inet NOT NULL,
	PRIMARY KEY (company_id, id),
	FOREIGN KEY (company_id, ad_id) REFERENCES ads (company_id, id)
);
CREATE TABLE geo_ips (addrs cidr PRIMARY KEY, latlon point NOT NULL);
