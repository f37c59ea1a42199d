-- Customers of a tenant: the people who buy. Their secrets lie in a table of their own.
SELECT pg_catalog.set_config('role', 'commerce_owner', true),
       pg_catalog.set_config('search_path', 'commerce', true);

CREATE TABLE customers_customers (
	id         bigint      GENERATED ALWAYS AS IDENTITY,
	public_id  uuid        NOT NULL DEFAULT gen_random_uuid(),
	tenant_id  bigint      NOT NULL,
	email      text        NOT NULL,
	username   text        NOT NULL,
	first_name text,
	last_name  text,
	phone      text,
	status     text        NOT NULL DEFAULT 'active',
	region     text        NOT NULL,
	notes      text,
	version    bigint      NOT NULL DEFAULT 0,
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (tenant_id, id),
	CONSTRAINT customers_customers_public_id_key UNIQUE (tenant_id, public_id),
	CONSTRAINT customers_customers_username_key UNIQUE (tenant_id, username),
	CONSTRAINT customers_customers_email_check CHECK (email LIKE '%_@_%' AND length(email) <= 255),
	CONSTRAINT customers_customers_username_check CHECK (length(username) BETWEEN 1 AND 100),
	CONSTRAINT customers_customers_length_check CHECK (length(first_name) <= 100 AND length(last_name) <= 100
		AND length(phone) <= 20),
	CONSTRAINT customers_customers_status_check CHECK (status IN ('active', 'inactive', 'suspended'))
);
-- One account per address, however it is written.
CREATE UNIQUE INDEX customers_customers_email_key ON customers_customers (tenant_id, lower(email));
CREATE INDEX customers_customers_email_idx ON customers_customers (tenant_id, email, id);
CREATE INDEX customers_customers_name_idx ON customers_customers (tenant_id, last_name, first_name, id);
CREATE INDEX customers_customers_created_idx ON customers_customers (tenant_id, created_at, id);
CREATE INDEX customers_customers_region_idx ON customers_customers (tenant_id, region);
COMMENT ON TABLE customers_customers IS 'People who buy from a tenant';
COMMENT ON COLUMN customers_customers.email IS 'personal: address of mail';
COMMENT ON COLUMN customers_customers.username IS 'personal: name of the account';
COMMENT ON COLUMN customers_customers.first_name IS 'personal: given name';
COMMENT ON COLUMN customers_customers.last_name IS 'personal: family name';
COMMENT ON COLUMN customers_customers.phone IS 'personal: telephone';
COMMENT ON COLUMN customers_customers.notes IS 'personal: what support wrote about the customer';

CREATE TABLE customers_credentials (
	tenant_id       bigint      NOT NULL,
	customer_id     bigint      NOT NULL,
	password_hash   text        NOT NULL,
	failed_attempts smallint    NOT NULL DEFAULT 0,
	created_at      timestamptz NOT NULL DEFAULT now(),
	updated_at      timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (tenant_id, customer_id),
	CONSTRAINT customers_credentials_hash_check CHECK (password_hash ~ '^\$(2[aby]|argon2id|scrypt)\$')
);
COMMENT ON TABLE customers_credentials IS 'Hashes of passwords: the application reads them, no operator does';
COMMENT ON COLUMN customers_credentials.password_hash IS 'secret: bcrypt, argon2id or scrypt, never the password';

CREATE TABLE customers_addresses (
	id             bigint      GENERATED ALWAYS AS IDENTITY,
	public_id      uuid        NOT NULL DEFAULT gen_random_uuid(),
	tenant_id      bigint      NOT NULL,
	customer_id    bigint      NOT NULL,
	address_type   text        NOT NULL DEFAULT 'shipping',
	street_address text        NOT NULL,
	city           text        NOT NULL,
	state          text,
	postal_code    text,
	country        text        NOT NULL,
	is_default     boolean     NOT NULL DEFAULT false,
	version        bigint      NOT NULL DEFAULT 0,
	created_at     timestamptz NOT NULL DEFAULT now(),
	updated_at     timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (tenant_id, id),
	CONSTRAINT customers_addresses_public_id_key UNIQUE (tenant_id, public_id),
	CONSTRAINT customers_addresses_type_check CHECK (address_type IN ('shipping', 'billing')),
	CONSTRAINT customers_addresses_length_check CHECK (length(street_address) <= 255 AND length(city) <= 100
		AND length(state) <= 100 AND length(postal_code) <= 20 AND length(country) <= 100)
);
CREATE UNIQUE INDEX customers_addresses_default_key
	ON customers_addresses (tenant_id, customer_id, address_type) WHERE is_default;
CREATE INDEX customers_addresses_customer_idx ON customers_addresses (tenant_id, customer_id);
COMMENT ON TABLE customers_addresses IS 'Addresses of customers; at most one default of each type';
COMMENT ON COLUMN customers_addresses.street_address IS 'personal: street and house';
COMMENT ON COLUMN customers_addresses.postal_code IS 'personal: postal code';
