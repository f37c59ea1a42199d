-- Tenants, their settings, their regions, and the operators who may work for them.
SELECT pg_catalog.set_config('role', 'commerce_owner', true),
       pg_catalog.set_config('search_path', 'commerce', true);

CREATE TABLE tenancy_regions (
	code       text        NOT NULL,
	name       text        NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (code),
	CONSTRAINT tenancy_regions_code_check CHECK (code ~ '^[a-z]{2,8}(-[a-z]{2,8})?$')
);
COMMENT ON TABLE tenancy_regions IS 'Where data may live; the values of every region column';

INSERT INTO tenancy_regions (code, name) VALUES
	('us-east', 'United States, east'), ('us-west', 'United States, west'),
	('eu-west', 'Europe, west'), ('asia-pac', 'Asia and Pacific');

CREATE TABLE tenancy_tenants (
	id                    bigint      GENERATED ALWAYS AS IDENTITY,
	public_id             uuid        NOT NULL DEFAULT gen_random_uuid(),
	slug                  text        NOT NULL,
	name                  text        NOT NULL,
	kind                  text        NOT NULL DEFAULT 'retailer',
	plan                  text        NOT NULL DEFAULT 'standard',
	status                text        NOT NULL DEFAULT 'active',
	region                text        NOT NULL,
	currency              text        NOT NULL DEFAULT 'USD',
	time_zone             text        NOT NULL DEFAULT 'UTC',
	primary_contact_email text,
	version               bigint      NOT NULL DEFAULT 0,
	created_at            timestamptz NOT NULL DEFAULT now(),
	updated_at            timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (id),
	CONSTRAINT tenancy_tenants_public_id_key UNIQUE (public_id),
	CONSTRAINT tenancy_tenants_slug_key UNIQUE (slug),
	CONSTRAINT tenancy_tenants_slug_check CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length(slug) <= 100),
	CONSTRAINT tenancy_tenants_name_check CHECK (length(name) BETWEEN 1 AND 255),
	CONSTRAINT tenancy_tenants_kind_check CHECK (kind IN ('restaurant', 'boutique', 'drugstore', 'retailer',
		'distributor', 'grocer', 'hardware', 'appliances')),
	CONSTRAINT tenancy_tenants_plan_check CHECK (plan IN ('free', 'standard', 'premium', 'enterprise')),
	CONSTRAINT tenancy_tenants_status_check CHECK (status IN ('active', 'suspended', 'closed')),
	CONSTRAINT tenancy_tenants_currency_check CHECK (currency ~ '^[A-Z]{3}$')
);
CREATE INDEX tenancy_tenants_name_idx ON tenancy_tenants (name, id);
CREATE INDEX tenancy_tenants_region_idx ON tenancy_tenants (region, id);
COMMENT ON TABLE tenancy_tenants IS 'The directory of tenants: one row is one stall';
COMMENT ON COLUMN tenancy_tenants.slug IS 'Short name in addresses and on the command line';
COMMENT ON COLUMN tenancy_tenants.primary_contact_email IS 'personal: whom to ask';

CREATE TABLE tenancy_settings (
	tenant_id   bigint      NOT NULL,
	key         text        NOT NULL,
	value       jsonb       NOT NULL,
	description text,
	version     bigint      NOT NULL DEFAULT 0,
	created_at  timestamptz NOT NULL DEFAULT now(),
	updated_at  timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (tenant_id, key),
	CONSTRAINT tenancy_settings_key_check CHECK (key ~ '^[a-z][a-z0-9_.]*$' AND length(key) <= 100)
);
COMMENT ON TABLE tenancy_settings IS 'Settings of a tenant; edited by people, guarded by version';

CREATE TABLE operators (
	login        text        NOT NULL,
	display_name text        NOT NULL,
	team         text        NOT NULL DEFAULT 'support',
	is_active    boolean     NOT NULL DEFAULT true,
	version      bigint      NOT NULL DEFAULT 0,
	created_at   timestamptz NOT NULL DEFAULT now(),
	updated_at   timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (login),
	CONSTRAINT operators_team_check CHECK (team IN ('support', 'dba', 'oncall'))
);
COMMENT ON TABLE operators IS 'People at the console, by their database login';

CREATE TABLE operator_grants (
	tenant_id  bigint      NOT NULL,
	operator   text        NOT NULL,
	may_edit   boolean     NOT NULL DEFAULT false,
	reason     text        NOT NULL,
	granted_by text        NOT NULL DEFAULT session_user,
	expires_at timestamptz NOT NULL,
	version    bigint      NOT NULL DEFAULT 0,
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (tenant_id, operator),
	CONSTRAINT operator_grants_reason_check CHECK (length(reason) > 0)
);
-- Asked by the policies of souk_support as "which tenants may I see".
CREATE INDEX operator_grants_operator_idx ON operator_grants (operator, tenant_id);
COMMENT ON TABLE operator_grants IS 'Which operator may see, or edit, which tenant, until when and why';

CREATE TABLE break_glass_log (
	id         bigint      GENERATED ALWAYS AS IDENTITY,
	operator   text        NOT NULL DEFAULT session_user,
	reason     text        NOT NULL,
	opened_at  timestamptz NOT NULL DEFAULT now(),
	expires_at timestamptz NOT NULL,
	closed_at  timestamptz,
	PRIMARY KEY (id),
	CONSTRAINT break_glass_log_reason_check CHECK (length(reason) >= 8),
	CONSTRAINT break_glass_log_span_check CHECK (expires_at > opened_at AND expires_at <= opened_at + INTERVAL '4 hours')
);
CREATE INDEX break_glass_log_operator_idx ON break_glass_log (operator, expires_at);
COMMENT ON TABLE break_glass_log IS 'Who opened the data of all tenants, when, for how long and why';
