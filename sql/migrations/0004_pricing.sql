-- Pricing rules and coupons.
SELECT pg_catalog.set_config('role', 'commerce_owner', true),
       pg_catalog.set_config('search_path', 'commerce', true);

CREATE TABLE pricing_rules (
	id                 bigint        GENERATED ALWAYS AS IDENTITY,
	public_id          uuid          NOT NULL DEFAULT gen_random_uuid(),
	tenant_id          bigint        NOT NULL,
	name               text          NOT NULL,
	channel            text          NOT NULL DEFAULT 'web',
	product_id         bigint,
	variant_id         bigint,
	category_id        bigint,
	method             text          NOT NULL,
	desired_sell_price numeric(12,2),
	percent_off        numeric(5,2),
	amount_off         numeric(12,2),
	priority           integer       NOT NULL DEFAULT 0,
	starts_at          timestamptz   NOT NULL DEFAULT now(),
	ends_at            timestamptz,
	is_active          boolean       NOT NULL DEFAULT true,
	version            bigint        NOT NULL DEFAULT 0,
	created_at         timestamptz   NOT NULL DEFAULT now(),
	updated_at         timestamptz   NOT NULL DEFAULT now(),
	PRIMARY KEY (tenant_id, id),
	CONSTRAINT pricing_rules_public_id_key UNIQUE (tenant_id, public_id),
	CONSTRAINT pricing_rules_name_check CHECK (length(name) BETWEEN 1 AND 255),
	CONSTRAINT pricing_rules_channel_check CHECK (channel IN ('web', 'app', 'store', 'wholesale')),
	CONSTRAINT pricing_rules_method_check CHECK (
		(method = 'price' AND desired_sell_price IS NOT NULL AND percent_off IS NULL AND amount_off IS NULL)
		OR (method = 'percent' AND percent_off IS NOT NULL AND desired_sell_price IS NULL AND amount_off IS NULL)
		OR (method = 'amount' AND amount_off IS NOT NULL AND desired_sell_price IS NULL AND percent_off IS NULL)),
	CONSTRAINT pricing_rules_target_check CHECK (
		(product_id IS NOT NULL AND category_id IS NULL)
		OR (product_id IS NULL AND variant_id IS NULL)),
	CONSTRAINT pricing_rules_price_check CHECK (desired_sell_price >= 0),
	CONSTRAINT pricing_rules_percent_check CHECK (percent_off > 0 AND percent_off <= 100),
	CONSTRAINT pricing_rules_amount_check CHECK (amount_off > 0),
	CONSTRAINT pricing_rules_span_check CHECK (ends_at > starts_at)
);
CREATE INDEX pricing_rules_product_idx ON pricing_rules (tenant_id, product_id, variant_id);
CREATE INDEX pricing_rules_category_idx ON pricing_rules (tenant_id, category_id);
CREATE INDEX pricing_rules_name_idx ON pricing_rules (tenant_id, name, id);
COMMENT ON TABLE pricing_rules IS 'Overrides per channel for a product, a variant, a category or the whole shop; the most particular, then the highest priority, wins';

CREATE TABLE pricing_coupons (
	id               bigint        GENERATED ALWAYS AS IDENTITY,
	public_id        uuid          NOT NULL DEFAULT gen_random_uuid(),
	tenant_id        bigint        NOT NULL,
	code             text          NOT NULL,
	type             text          NOT NULL,
	value            numeric(12,2) NOT NULL,
	currency         text          NOT NULL,
	minimum_amount   numeric(12,2) NOT NULL DEFAULT 0,
	maximum_discount numeric(12,2),
	usage_limit      integer,
	usage_count      integer       NOT NULL DEFAULT 0,
	valid_from       timestamptz   NOT NULL,
	valid_until      timestamptz   NOT NULL,
	is_active        boolean       NOT NULL DEFAULT true,
	version          bigint        NOT NULL DEFAULT 0,
	created_at       timestamptz   NOT NULL DEFAULT now(),
	updated_at       timestamptz   NOT NULL DEFAULT now(),
	PRIMARY KEY (tenant_id, id),
	CONSTRAINT pricing_coupons_public_id_key UNIQUE (tenant_id, public_id),
	CONSTRAINT pricing_coupons_code_key UNIQUE (tenant_id, code),
	CONSTRAINT pricing_coupons_code_check CHECK (code = upper(code) AND length(code) BETWEEN 1 AND 50),
	CONSTRAINT pricing_coupons_type_check CHECK (type IN ('percentage', 'fixed', 'free_shipping')),
	CONSTRAINT pricing_coupons_value_check CHECK (value >= 0 AND (type <> 'percentage' OR value <= 100)),
	CONSTRAINT pricing_coupons_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
	CONSTRAINT pricing_coupons_amounts_check CHECK (minimum_amount >= 0 AND maximum_discount >= 0),
	CONSTRAINT pricing_coupons_usage_check CHECK (usage_count >= 0 AND usage_count <= usage_limit),
	CONSTRAINT pricing_coupons_span_check CHECK (valid_until > valid_from)
);
CREATE INDEX pricing_coupons_valid_idx ON pricing_coupons (tenant_id, valid_until, id);
COMMENT ON TABLE pricing_coupons IS 'Coupons; the limit is kept by redemptions under a row lock';

CREATE TABLE pricing_coupon_redemptions (
	id              bigint        GENERATED ALWAYS AS IDENTITY,
	tenant_id       bigint        NOT NULL,
	coupon_id       bigint        NOT NULL,
	order_id        bigint        NOT NULL,
	customer_id     bigint        NOT NULL,
	discount_amount numeric(12,2) NOT NULL,
	redeemed_at     timestamptz   NOT NULL DEFAULT now(),
	PRIMARY KEY (tenant_id, id),
	CONSTRAINT pricing_coupon_redemptions_once_key UNIQUE (tenant_id, coupon_id, order_id),
	CONSTRAINT pricing_coupon_redemptions_amount_check CHECK (discount_amount >= 0)
);
CREATE INDEX pricing_coupon_redemptions_order_idx ON pricing_coupon_redemptions (tenant_id, order_id);
CREATE INDEX pricing_coupon_redemptions_customer_idx ON pricing_coupon_redemptions (tenant_id, customer_id);
COMMENT ON TABLE pricing_coupon_redemptions IS 'Which order used which coupon; never changed';
