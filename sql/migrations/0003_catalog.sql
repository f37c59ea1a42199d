-- Brands, categories, products, variants, reviews.
SELECT pg_catalog.set_config('role', 'commerce_owner', true),
       pg_catalog.set_config('search_path', 'commerce', true);

CREATE TABLE catalog_brands (
	id         bigint      GENERATED ALWAYS AS IDENTITY,
	public_id  uuid        NOT NULL DEFAULT gen_random_uuid(),
	tenant_id  bigint      NOT NULL,
	name       text        NOT NULL,
	slug       text        NOT NULL,
	version    bigint      NOT NULL DEFAULT 0,
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (tenant_id, id),
	CONSTRAINT catalog_brands_public_id_key UNIQUE (tenant_id, public_id),
	CONSTRAINT catalog_brands_slug_key UNIQUE (tenant_id, slug),
	CONSTRAINT catalog_brands_name_check CHECK (length(name) BETWEEN 1 AND 100 AND length(slug) BETWEEN 1 AND 255)
);
COMMENT ON TABLE catalog_brands IS 'Makers, per tenant';

CREATE TABLE catalog_categories (
	id          bigint      GENERATED ALWAYS AS IDENTITY,
	public_id   uuid        NOT NULL DEFAULT gen_random_uuid(),
	tenant_id   bigint      NOT NULL,
	parent_id   bigint,
	name        text        NOT NULL,
	slug        text        NOT NULL,
	description text,
	image_url   text,
	sort_order  integer     NOT NULL DEFAULT 0,
	is_active   boolean     NOT NULL DEFAULT true,
	version     bigint      NOT NULL DEFAULT 0,
	created_at  timestamptz NOT NULL DEFAULT now(),
	updated_at  timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (tenant_id, id),
	CONSTRAINT catalog_categories_public_id_key UNIQUE (tenant_id, public_id),
	CONSTRAINT catalog_categories_slug_key UNIQUE (tenant_id, slug),
	CONSTRAINT catalog_categories_name_check CHECK (length(name) BETWEEN 1 AND 255),
	CONSTRAINT catalog_categories_length_check CHECK (length(slug) BETWEEN 1 AND 255 AND length(image_url) <= 500),
	CONSTRAINT catalog_categories_parent_check CHECK (parent_id <> id)
);
CREATE INDEX catalog_categories_parent_idx ON catalog_categories (tenant_id, parent_id, sort_order);
COMMENT ON TABLE catalog_categories IS 'A tree per tenant; a trigger refuses a circle';

CREATE TABLE catalog_products (
	id                bigint        GENERATED ALWAYS AS IDENTITY,
	public_id         uuid          NOT NULL DEFAULT gen_random_uuid(),
	tenant_id         bigint        NOT NULL,
	sku               text          NOT NULL,
	name              text          NOT NULL,
	slug              text          NOT NULL,
	description       text,
	short_description text,
	brand_id          bigint,
	category_id       bigint,
	price             numeric(12,2) NOT NULL,
	compare_at_price  numeric(12,2),
	cost              numeric(12,2),
	currency          text          NOT NULL,
	status            text          NOT NULL DEFAULT 'active',
	is_digital        boolean       NOT NULL DEFAULT false,
	requires_shipping boolean       NOT NULL DEFAULT true,
	weight            numeric(8,2)  NOT NULL DEFAULT 0,
	dimensions        jsonb,
	tags              text[]        NOT NULL DEFAULT '{}',
	metadata          jsonb         NOT NULL DEFAULT '{}',
	version           bigint        NOT NULL DEFAULT 0,
	created_at        timestamptz   NOT NULL DEFAULT now(),
	updated_at        timestamptz   NOT NULL DEFAULT now(),
	deleted_at        timestamptz,
	price_cents       bigint        NOT NULL GENERATED ALWAYS AS ((price * 100)::bigint) STORED,
	PRIMARY KEY (tenant_id, id),
	CONSTRAINT catalog_products_public_id_key UNIQUE (tenant_id, public_id),
	CONSTRAINT catalog_products_sku_check CHECK (length(sku) BETWEEN 1 AND 100),
	CONSTRAINT catalog_products_name_check CHECK (length(name) BETWEEN 1 AND 255),
	CONSTRAINT catalog_products_slug_check CHECK (length(slug) BETWEEN 1 AND 255),
	CONSTRAINT catalog_products_price_check CHECK (price >= 0),
	CONSTRAINT catalog_products_compare_at_price_check CHECK (compare_at_price >= 0),
	CONSTRAINT catalog_products_cost_check CHECK (cost >= 0),
	CONSTRAINT catalog_products_weight_check CHECK (weight >= 0),
	CONSTRAINT catalog_products_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
	CONSTRAINT catalog_products_status_check CHECK (status IN ('active', 'inactive', 'discontinued')),
	CONSTRAINT catalog_products_digital_check CHECK (NOT (is_digital AND requires_shipping))
);
-- A deleted product gives its SKU and its address back.
CREATE UNIQUE INDEX catalog_products_sku_key ON catalog_products (tenant_id, sku) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX catalog_products_slug_key ON catalog_products (tenant_id, slug) WHERE deleted_at IS NULL;
CREATE INDEX catalog_products_name_idx ON catalog_products (tenant_id, name, id);
CREATE INDEX catalog_products_price_idx ON catalog_products (tenant_id, price_cents, id);
CREATE INDEX catalog_products_updated_idx ON catalog_products (tenant_id, updated_at, id);
CREATE INDEX catalog_products_status_price_idx ON catalog_products (tenant_id, status, price_cents);
CREATE INDEX catalog_products_category_idx ON catalog_products (tenant_id, category_id, status);
CREATE INDEX catalog_products_brand_idx ON catalog_products (tenant_id, brand_id, status);
-- Arrays and text search have no leakproof operators, so a bound role reaches these two
-- through catalog_search() only.
CREATE INDEX catalog_products_tags_idx ON catalog_products USING gin (tags) WHERE status = 'active';
CREATE INDEX catalog_products_search_idx ON catalog_products
	USING gin (to_tsvector('english', name || ' ' || COALESCE(description, '')));
COMMENT ON TABLE catalog_products IS 'What a tenant sells; edited by people, guarded by version';
COMMENT ON COLUMN catalog_products.price_cents IS 'price in hundredths: leakproof to compare, so an index serves the sort under row-level security';
COMMENT ON COLUMN catalog_products.metadata IS 'Non-critical facts only: never a price, a stock figure or a key';

CREATE TABLE catalog_variants (
	id               bigint        GENERATED ALWAYS AS IDENTITY,
	public_id        uuid          NOT NULL DEFAULT gen_random_uuid(),
	tenant_id        bigint        NOT NULL,
	product_id       bigint        NOT NULL,
	sku              text          NOT NULL,
	name             text          NOT NULL,
	price            numeric(12,2),
	compare_at_price numeric(12,2),
	attributes       jsonb         NOT NULL DEFAULT '{}',
	image_url        text,
	sort_order       integer       NOT NULL DEFAULT 0,
	is_active        boolean       NOT NULL DEFAULT true,
	version          bigint        NOT NULL DEFAULT 0,
	created_at       timestamptz   NOT NULL DEFAULT now(),
	updated_at       timestamptz   NOT NULL DEFAULT now(),
	price_cents      bigint        GENERATED ALWAYS AS ((price * 100)::bigint) STORED,
	PRIMARY KEY (tenant_id, id),
	CONSTRAINT catalog_variants_public_id_key UNIQUE (tenant_id, public_id),
	CONSTRAINT catalog_variants_sku_key UNIQUE (tenant_id, sku),
	-- Lets others refer to a variant together with its product, so the two cannot disagree.
	CONSTRAINT catalog_variants_product_key UNIQUE (tenant_id, product_id, id),
	CONSTRAINT catalog_variants_sku_check CHECK (length(sku) BETWEEN 1 AND 100),
	CONSTRAINT catalog_variants_name_check CHECK (length(name) BETWEEN 1 AND 255),
	CONSTRAINT catalog_variants_image_check CHECK (length(image_url) <= 500),
	CONSTRAINT catalog_variants_price_check CHECK (price >= 0),
	CONSTRAINT catalog_variants_compare_at_price_check CHECK (compare_at_price >= 0)
);
COMMENT ON TABLE catalog_variants IS 'Sizes and colours; without a price of its own a variant costs what its product costs';

CREATE TABLE catalog_reviews (
	id            bigint      GENERATED ALWAYS AS IDENTITY,
	public_id     uuid        NOT NULL DEFAULT gen_random_uuid(),
	tenant_id     bigint      NOT NULL,
	product_id    bigint      NOT NULL,
	customer_id   bigint      NOT NULL,
	order_id      bigint,
	rating        smallint    NOT NULL,
	title         text,
	review_text   text,
	is_verified   boolean     NOT NULL DEFAULT false,
	is_approved   boolean     NOT NULL DEFAULT false,
	helpful_count integer     NOT NULL DEFAULT 0,
	version       bigint      NOT NULL DEFAULT 0,
	created_at    timestamptz NOT NULL DEFAULT now(),
	updated_at    timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (tenant_id, id),
	CONSTRAINT catalog_reviews_public_id_key UNIQUE (tenant_id, public_id),
	CONSTRAINT catalog_reviews_rating_check CHECK (rating BETWEEN 1 AND 5),
	CONSTRAINT catalog_reviews_title_check CHECK (length(title) <= 255),
	CONSTRAINT catalog_reviews_helpful_check CHECK (helpful_count >= 0),
	CONSTRAINT catalog_reviews_verified_check CHECK (order_id IS NOT NULL OR NOT is_verified)
);
-- One review per product, customer and order; one without an order too.
CREATE UNIQUE INDEX catalog_reviews_once_key
	ON catalog_reviews (tenant_id, product_id, customer_id, COALESCE(order_id, 0));
CREATE INDEX catalog_reviews_customer_idx ON catalog_reviews (tenant_id, customer_id);
CREATE INDEX catalog_reviews_order_idx ON catalog_reviews (tenant_id, order_id);
CREATE INDEX catalog_reviews_approval_idx ON catalog_reviews (tenant_id, is_approved, created_at);
CREATE INDEX catalog_reviews_created_idx ON catalog_reviews (tenant_id, created_at, id);
COMMENT ON TABLE catalog_reviews IS 'What customers say; shown in the shop once approved';
