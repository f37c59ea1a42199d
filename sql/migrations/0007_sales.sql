-- Carts, orders, payments, refunds.
SELECT pg_catalog.set_config('role', 'commerce_owner', true),
       pg_catalog.set_config('search_path', 'commerce', true);

CREATE TABLE sales_carts (
	id          bigint      GENERATED ALWAYS AS IDENTITY,
	public_id   uuid        NOT NULL DEFAULT gen_random_uuid(),
	tenant_id   bigint      NOT NULL,
	customer_id bigint,
	session_id  text,
	channel     text        NOT NULL DEFAULT 'web',
	currency    text        NOT NULL,
	expires_at  timestamptz NOT NULL DEFAULT (now() + INTERVAL '30 days'),
	version     bigint      NOT NULL DEFAULT 0,
	created_at  timestamptz NOT NULL DEFAULT now(),
	updated_at  timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (tenant_id, id),
	CONSTRAINT sales_carts_public_id_key UNIQUE (tenant_id, public_id),
	CONSTRAINT sales_carts_owner_check CHECK (customer_id IS NOT NULL OR session_id IS NOT NULL),
	CONSTRAINT sales_carts_session_check CHECK (length(session_id) <= 255),
	CONSTRAINT sales_carts_channel_check CHECK (channel IN ('web', 'app', 'store', 'wholesale')),
	CONSTRAINT sales_carts_currency_check CHECK (currency ~ '^[A-Z]{3}$')
);
CREATE INDEX sales_carts_customer_idx ON sales_carts (tenant_id, customer_id);
CREATE INDEX sales_carts_expiry_idx ON sales_carts (tenant_id, expires_at, id);
CREATE INDEX sales_carts_updated_idx ON sales_carts (tenant_id, updated_at, id);
COMMENT ON TABLE sales_carts IS 'Shopping carts of customers and of guests';

CREATE TABLE sales_cart_items (
	id               bigint        GENERATED ALWAYS AS IDENTITY,
	tenant_id        bigint        NOT NULL,
	cart_id          bigint        NOT NULL,
	product_id       bigint        NOT NULL,
	variant_id       bigint,
	quantity         integer       NOT NULL,
	unit_price       numeric(12,2),
	price_updated_at timestamptz,
	added_at         timestamptz   NOT NULL DEFAULT now(),
	PRIMARY KEY (tenant_id, id),
	CONSTRAINT sales_cart_items_quantity_check CHECK (quantity > 0),
	CONSTRAINT sales_cart_items_price_check CHECK (unit_price >= 0)
);
CREATE UNIQUE INDEX sales_cart_items_once_key
	ON sales_cart_items (tenant_id, cart_id, product_id, COALESCE(variant_id, 0));
CREATE INDEX sales_cart_items_product_idx ON sales_cart_items (tenant_id, product_id, variant_id);
CREATE INDEX sales_cart_items_stale_idx ON sales_cart_items (tenant_id, price_updated_at);
COMMENT ON TABLE sales_cart_items IS 'What lies in a cart, with the price it was last shown at';

CREATE TABLE sales_order_counters (
	tenant_id   bigint      NOT NULL,
	last_number bigint      NOT NULL DEFAULT 0,
	updated_at  timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (tenant_id)
);
COMMENT ON TABLE sales_order_counters IS 'The last order number of each tenant; taken under its row lock, so without gaps';

CREATE TABLE sales_orders (
	id                 bigint        GENERATED ALWAYS AS IDENTITY,
	public_id          uuid          NOT NULL DEFAULT gen_random_uuid(),
	tenant_id          bigint        NOT NULL,
	order_number       text          NOT NULL,
	customer_id        bigint        NOT NULL,
	channel            text          NOT NULL DEFAULT 'web',
	status             text          NOT NULL DEFAULT 'pending',
	payment_status     text          NOT NULL DEFAULT 'pending',
	fulfillment_status text          NOT NULL DEFAULT 'unfulfilled',
	currency           text          NOT NULL,
	subtotal           numeric(12,2) NOT NULL,
	tax_amount         numeric(12,2) NOT NULL DEFAULT 0,
	shipping_amount    numeric(12,2) NOT NULL DEFAULT 0,
	discount_amount    numeric(12,2) NOT NULL DEFAULT 0,
	total_amount       numeric(12,2) NOT NULL,
	shipping_address   jsonb         NOT NULL,
	billing_address    jsonb         NOT NULL,
	notes              text,
	region             text          NOT NULL,
	confirmed_at       timestamptz,
	version            bigint        NOT NULL DEFAULT 0,
	created_at         timestamptz   NOT NULL DEFAULT now(),
	updated_at         timestamptz   NOT NULL DEFAULT now(),
	total_cents        bigint        NOT NULL GENERATED ALWAYS AS ((total_amount * 100)::bigint) STORED,
	PRIMARY KEY (tenant_id, id),
	CONSTRAINT sales_orders_public_id_key UNIQUE (tenant_id, public_id),
	CONSTRAINT sales_orders_number_key UNIQUE (tenant_id, order_number),
	CONSTRAINT sales_orders_number_check CHECK (length(order_number) BETWEEN 1 AND 50),
	CONSTRAINT sales_orders_channel_check CHECK (channel IN ('web', 'app', 'store', 'wholesale')),
	CONSTRAINT sales_orders_status_check CHECK (status IN ('pending', 'confirmed', 'processing', 'shipped',
		'delivered', 'cancelled', 'refunded')),
	CONSTRAINT sales_orders_payment_check CHECK (payment_status IN ('pending', 'paid', 'failed', 'refunded', 'partial')),
	CONSTRAINT sales_orders_fulfillment_check CHECK (fulfillment_status IN ('unfulfilled', 'partial', 'fulfilled')),
	CONSTRAINT sales_orders_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
	CONSTRAINT sales_orders_amounts_check CHECK (subtotal >= 0 AND tax_amount >= 0 AND shipping_amount >= 0
		AND discount_amount >= 0 AND total_amount >= 0),
	CONSTRAINT sales_orders_total_check
		CHECK (total_amount = subtotal + tax_amount + shipping_amount - discount_amount)
);
CREATE INDEX sales_orders_created_idx ON sales_orders (tenant_id, created_at, id);
CREATE INDEX sales_orders_customer_idx ON sales_orders (tenant_id, customer_id, created_at DESC);
CREATE INDEX sales_orders_status_idx ON sales_orders (tenant_id, status, created_at DESC);
CREATE INDEX sales_orders_region_idx ON sales_orders (tenant_id, region, created_at DESC);
CREATE INDEX sales_orders_total_idx ON sales_orders (tenant_id, total_cents, id);
COMMENT ON TABLE sales_orders IS 'Orders; every change of status leaves a line in sales_order_status_history';
COMMENT ON COLUMN sales_orders.shipping_address IS 'personal: a frozen copy of the address';
COMMENT ON COLUMN sales_orders.billing_address IS 'personal: a frozen copy of the address';
COMMENT ON COLUMN sales_orders.total_cents IS 'total_amount in hundredths, leakproof to compare';

CREATE TABLE sales_order_items (
	id               bigint        GENERATED ALWAYS AS IDENTITY,
	tenant_id        bigint        NOT NULL,
	order_id         bigint        NOT NULL,
	product_id       bigint        NOT NULL,
	variant_id       bigint,
	quantity         integer       NOT NULL,
	unit_price       numeric(12,2) NOT NULL,
	total_price      numeric(12,2) NOT NULL,
	product_snapshot jsonb         NOT NULL,
	PRIMARY KEY (tenant_id, id),
	CONSTRAINT sales_order_items_quantity_check CHECK (quantity > 0),
	CONSTRAINT sales_order_items_price_check CHECK (unit_price >= 0),
	CONSTRAINT sales_order_items_total_check CHECK (total_price = unit_price * quantity)
);
CREATE INDEX sales_order_items_order_idx ON sales_order_items (tenant_id, order_id, id);
CREATE INDEX sales_order_items_product_idx ON sales_order_items (tenant_id, product_id, variant_id);
COMMENT ON TABLE sales_order_items IS 'Lines of an order, with a frozen copy of the product';

CREATE TABLE payments_payments (
	id           bigint        GENERATED ALWAYS AS IDENTITY,
	public_id    uuid          NOT NULL DEFAULT gen_random_uuid(),
	tenant_id    bigint        NOT NULL,
	order_id     bigint        NOT NULL,
	provider     text          NOT NULL,
	provider_ref text          NOT NULL,
	method       text          NOT NULL DEFAULT 'card',
	status       text          NOT NULL DEFAULT 'pending',
	amount       numeric(12,2) NOT NULL,
	currency     text          NOT NULL,
	failure      text,
	captured_at  timestamptz,
	version      bigint        NOT NULL DEFAULT 0,
	created_at   timestamptz   NOT NULL DEFAULT now(),
	updated_at   timestamptz   NOT NULL DEFAULT now(),
	amount_cents bigint        NOT NULL GENERATED ALWAYS AS ((amount * 100)::bigint) STORED,
	PRIMARY KEY (tenant_id, id),
	CONSTRAINT payments_payments_public_id_key UNIQUE (tenant_id, public_id),
	CONSTRAINT payments_payments_ref_key UNIQUE (tenant_id, provider, provider_ref),
	CONSTRAINT payments_payments_method_check CHECK (method IN ('card', 'transfer', 'wallet', 'cash')),
	CONSTRAINT payments_payments_status_check CHECK (status IN ('pending', 'authorized', 'captured', 'failed', 'voided')),
	CONSTRAINT payments_payments_amount_check CHECK (amount > 0),
	CONSTRAINT payments_payments_currency_check CHECK (currency ~ '^[A-Z]{3}$')
);
CREATE INDEX payments_payments_order_idx ON payments_payments (tenant_id, order_id);
CREATE INDEX payments_payments_status_idx ON payments_payments (tenant_id, status, created_at);
CREATE INDEX payments_payments_created_idx ON payments_payments (tenant_id, created_at, id);
CREATE INDEX payments_payments_amount_idx ON payments_payments (tenant_id, amount_cents, id);
COMMENT ON TABLE payments_payments IS 'Money in; settled under a row lock';

CREATE TABLE payments_refunds (
	id         bigint        GENERATED ALWAYS AS IDENTITY,
	public_id  uuid          NOT NULL DEFAULT gen_random_uuid(),
	tenant_id  bigint        NOT NULL,
	payment_id bigint        NOT NULL,
	amount     numeric(12,2) NOT NULL,
	reason     text          NOT NULL,
	created_by text          NOT NULL DEFAULT session_user,
	created_at timestamptz   NOT NULL DEFAULT now(),
	PRIMARY KEY (tenant_id, id),
	CONSTRAINT payments_refunds_public_id_key UNIQUE (tenant_id, public_id),
	CONSTRAINT payments_refunds_amount_check CHECK (amount > 0)
);
CREATE INDEX payments_refunds_payment_idx ON payments_refunds (tenant_id, payment_id);
COMMENT ON TABLE payments_refunds IS 'Money back; never more than was captured, never changed';
