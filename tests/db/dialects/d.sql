-- SPDX-License-Identifier: MIT
-- Dialect D: a shop without tenants, as its document writes it: uuid keys, decimal(10,2), global
-- uniqueness, no row-level security, a region column only, no outbox, no version columns.
-- Run by a superuser in an empty database. Roles belong to the cluster: made when they are missing.
\set ON_ERROR_STOP on
\set QUIET on
SET client_min_messages = warning;
DO $$
BEGIN
	IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'd_app') THEN
		CREATE ROLE d_app LOGIN;
	END IF;
END $$;
BEGIN;
CREATE TABLE users (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	email varchar(255) UNIQUE NOT NULL,
	username varchar(100) UNIQUE NOT NULL,
	password_hash varchar(255) NOT NULL,
	first_name varchar(100),
	last_name varchar(100),
	phone varchar(20),
	status varchar(20) DEFAULT 'active' CHECK (status IN ('active', 'inactive', 'suspended')),
	created_at timestamptz DEFAULT now(),
	updated_at timestamptz DEFAULT now(),
	region varchar(10) NOT NULL
);
CREATE TABLE user_addresses (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	address_type varchar(20) DEFAULT 'shipping' CHECK (address_type IN ('shipping', 'billing')),
	street_address varchar(255) NOT NULL,
	city varchar(100) NOT NULL,
	state varchar(100),
	postal_code varchar(20),
	country varchar(100) NOT NULL,
	is_default boolean DEFAULT false,
	created_at timestamptz DEFAULT now()
);
CREATE TABLE categories (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	parent_id uuid REFERENCES categories (id),
	name varchar(255) NOT NULL,
	slug varchar(255) UNIQUE NOT NULL,
	description text,
	image_url varchar(500),
	sort_order integer DEFAULT 0,
	is_active boolean DEFAULT true,
	created_at timestamptz DEFAULT now()
);
CREATE TABLE products (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	sku varchar(100) UNIQUE NOT NULL,
	name varchar(255) NOT NULL,
	slug varchar(255) UNIQUE NOT NULL,
	description text,
	short_description text,
	price decimal(10,2) NOT NULL CHECK (price >= 0),
	compare_price decimal(10,2) CHECK (compare_price >= 0),
	cost_price decimal(10,2) CHECK (cost_price >= 0),
	weight decimal(8,2) DEFAULT 0,
	dimensions jsonb,
	category_id uuid REFERENCES categories (id),
	brand varchar(100),
	status varchar(20) DEFAULT 'active' CHECK (status IN ('active', 'inactive', 'discontinued')),
	is_digital boolean DEFAULT false,
	requires_shipping boolean DEFAULT true,
	tags varchar(255)[],
	metadata jsonb,
	created_at timestamptz DEFAULT now(),
	updated_at timestamptz DEFAULT now()
);
CREATE TABLE product_variants (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	product_id uuid NOT NULL REFERENCES products (id) ON DELETE CASCADE,
	sku varchar(100) UNIQUE NOT NULL,
	name varchar(255) NOT NULL,
	price decimal(10,2) CHECK (price >= 0),
	compare_price decimal(10,2) CHECK (compare_price >= 0),
	attributes jsonb NOT NULL,
	image_url varchar(500),
	sort_order integer DEFAULT 0,
	is_active boolean DEFAULT true,
	created_at timestamptz DEFAULT now()
);
CREATE TABLE inventory (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	product_id uuid REFERENCES products (id) ON DELETE CASCADE,
	variant_id uuid REFERENCES product_variants (id) ON DELETE CASCADE,
	warehouse_id uuid NOT NULL,
	quantity_available integer NOT NULL DEFAULT 0 CHECK (quantity_available >= 0),
	quantity_reserved integer NOT NULL DEFAULT 0 CHECK (quantity_reserved >= 0),
	quantity_incoming integer NOT NULL DEFAULT 0 CHECK (quantity_incoming >= 0),
	reorder_point integer DEFAULT 10,
	reorder_quantity integer DEFAULT 50,
	last_updated timestamptz DEFAULT now(),
	UNIQUE (product_id, variant_id, warehouse_id)
);
CREATE TABLE inventory_movements (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	inventory_id uuid NOT NULL REFERENCES inventory (id),
	movement_type varchar(20) NOT NULL
		CHECK (movement_type IN ('in', 'out', 'adjustment', 'reserved', 'released')),
	quantity integer NOT NULL,
	reference_type varchar(50),
	reference_id uuid,
	reason text,
	created_at timestamptz DEFAULT now(),
	created_by uuid REFERENCES users (id)
);
CREATE TABLE orders (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	order_number varchar(50) UNIQUE NOT NULL,
	user_id uuid NOT NULL REFERENCES users (id),
	status varchar(20) DEFAULT 'pending' CHECK (status IN
		('pending', 'confirmed', 'processing', 'shipped', 'delivered', 'cancelled', 'refunded')),
	currency varchar(3) DEFAULT 'USD',
	subtotal decimal(10,2) NOT NULL CHECK (subtotal >= 0),
	tax_amount decimal(10,2) DEFAULT 0 CHECK (tax_amount >= 0),
	shipping_amount decimal(10,2) DEFAULT 0 CHECK (shipping_amount >= 0),
	discount_amount decimal(10,2) DEFAULT 0 CHECK (discount_amount >= 0),
	total_amount decimal(10,2) NOT NULL CHECK (total_amount >= 0),
	shipping_address jsonb NOT NULL,
	billing_address jsonb NOT NULL,
	payment_status varchar(20) DEFAULT 'pending'
		CHECK (payment_status IN ('pending', 'paid', 'failed', 'refunded', 'partial')),
	fulfillment_status varchar(20) DEFAULT 'unfulfilled'
		CHECK (fulfillment_status IN ('unfulfilled', 'partial', 'fulfilled')),
	notes text,
	created_at timestamptz DEFAULT now(),
	updated_at timestamptz DEFAULT now(),
	region varchar(10) NOT NULL
);
CREATE TABLE order_items (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	order_id uuid NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
	product_id uuid NOT NULL REFERENCES products (id),
	variant_id uuid REFERENCES product_variants (id),
	quantity integer NOT NULL CHECK (quantity > 0),
	unit_price decimal(10,2) NOT NULL CHECK (unit_price >= 0),
	total_price decimal(10,2) NOT NULL CHECK (total_price >= 0),
	product_snapshot jsonb NOT NULL
);
CREATE TABLE shopping_carts (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	user_id uuid REFERENCES users (id) ON DELETE CASCADE,
	session_id varchar(255),
	created_at timestamptz DEFAULT now(),
	updated_at timestamptz DEFAULT now(),
	expires_at timestamptz DEFAULT now() + interval '30 days',
	CHECK (user_id IS NOT NULL OR session_id IS NOT NULL)
);
CREATE TABLE cart_items (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	cart_id uuid NOT NULL REFERENCES shopping_carts (id) ON DELETE CASCADE,
	product_id uuid NOT NULL REFERENCES products (id),
	variant_id uuid REFERENCES product_variants (id),
	quantity integer NOT NULL CHECK (quantity > 0),
	added_at timestamptz DEFAULT now(),
	unit_price decimal(10,2),
	price_updated_at timestamptz,
	UNIQUE (cart_id, product_id, variant_id)
);
CREATE TABLE coupons (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	code varchar(50) UNIQUE NOT NULL,
	type varchar(20) NOT NULL CHECK (type IN ('percentage', 'fixed', 'free_shipping')),
	value decimal(10,2) NOT NULL CHECK (value >= 0),
	minimum_amount decimal(10,2) DEFAULT 0,
	maximum_discount decimal(10,2),
	usage_limit integer,
	usage_count integer DEFAULT 0,
	valid_from timestamptz NOT NULL,
	valid_until timestamptz NOT NULL,
	is_active boolean DEFAULT true,
	created_at timestamptz DEFAULT now()
);
CREATE TABLE coupon_usages (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	coupon_id uuid NOT NULL REFERENCES coupons (id),
	order_id uuid NOT NULL REFERENCES orders (id),
	user_id uuid NOT NULL REFERENCES users (id),
	discount_amount decimal(10,2) NOT NULL,
	used_at timestamptz DEFAULT now(),
	UNIQUE (coupon_id, order_id)
);
CREATE TABLE product_reviews (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	product_id uuid NOT NULL REFERENCES products (id) ON DELETE CASCADE,
	user_id uuid NOT NULL REFERENCES users (id),
	order_id uuid REFERENCES orders (id),
	rating integer NOT NULL CHECK (rating BETWEEN 1 AND 5),
	title varchar(255),
	review_text text,
	is_verified boolean DEFAULT false,
	is_approved boolean DEFAULT false,
	helpful_count integer DEFAULT 0,
	created_at timestamptz DEFAULT now(),
	updated_at timestamptz DEFAULT now(),
	UNIQUE (product_id, user_id, order_id)
);
CREATE INDEX idx_products_category_status ON products (category_id, status) WHERE status = 'active';
CREATE INDEX idx_products_price_range ON products (price) WHERE status = 'active';
CREATE INDEX idx_products_brand_status ON products (brand, status) WHERE status = 'active';
CREATE INDEX idx_products_tags ON products USING gin (tags) WHERE status = 'active';
CREATE INDEX idx_products_search ON products
	USING gin (to_tsvector('english', name || ' ' || COALESCE(description, '')));
CREATE INDEX idx_orders_user_created ON orders (user_id, created_at DESC);
CREATE INDEX idx_orders_status_created ON orders (status, created_at DESC);
CREATE INDEX idx_orders_region_created ON orders (region, created_at DESC);
CREATE INDEX idx_inventory_product_warehouse ON inventory (product_id, warehouse_id);
CREATE INDEX idx_inventory_low_stock ON inventory (quantity_available)
	WHERE quantity_available <= reorder_point;
CREATE MATERIALIZED VIEW daily_sales_summary AS
	SELECT date_trunc('day', created_at) AS day, region, count(*) AS orders,
		sum(total_amount) AS revenue, avg(total_amount) AS average_order,
		count(*) FILTER (WHERE status = 'cancelled') AS cancelled
	FROM orders WHERE created_at >= now() - interval '90 days' GROUP BY 1, 2;
CREATE MATERIALIZED VIEW product_ratings AS
	SELECT p.id AS product_id, count(r.id) AS reviews, avg(r.rating) AS average
	FROM products p JOIN product_reviews r ON r.product_id = p.id AND r.is_approved GROUP BY p.id;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO d_app;

INSERT INTO users (email, username, password_hash, region) VALUES
	('ann@example.org', 'ann', 'x', 'eu-west'), ('ben@example.org', 'ben', 'x', 'us-east');
INSERT INTO categories (name, slug) VALUES ('Lamps', 'lamps');
INSERT INTO products (sku, name, slug, price, category_id)
	SELECT 'L' || n, 'Lamp ' || n, 'lamp-' || n, 10 + n, c.id FROM categories c, generate_series(1, 5) n;
INSERT INTO inventory (product_id, warehouse_id, quantity_available)
	SELECT id, gen_random_uuid(), 12 FROM products;
INSERT INTO orders (order_number, user_id, subtotal, total_amount, shipping_address, billing_address, region)
	SELECT 'ORD-' || username, id, 11, 11, '{}', '{}', region FROM users;
INSERT INTO order_items (order_id, product_id, quantity, unit_price, total_price, product_snapshot)
	SELECT o.id, p.id, 1, p.price, p.price, '{}' FROM orders o, products p WHERE p.sku = 'L1';
REFRESH MATERIALIZED VIEW daily_sales_summary;
REFRESH MATERIALIZED VIEW product_ratings;
COMMIT;
ANALYZE;
