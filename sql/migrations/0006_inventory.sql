-- Warehouses, lots, balances, reservations. The ledger itself is in 0009.
SELECT pg_catalog.set_config('role', 'commerce_owner', true),
       pg_catalog.set_config('search_path', 'commerce', true);

CREATE TABLE inventory_warehouses (
	id         bigint      GENERATED ALWAYS AS IDENTITY,
	public_id  uuid        NOT NULL DEFAULT gen_random_uuid(),
	tenant_id  bigint      NOT NULL,
	code       text        NOT NULL,
	name       text        NOT NULL,
	region     text        NOT NULL,
	is_active  boolean     NOT NULL DEFAULT true,
	version    bigint      NOT NULL DEFAULT 0,
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (tenant_id, id),
	CONSTRAINT inventory_warehouses_public_id_key UNIQUE (tenant_id, public_id),
	CONSTRAINT inventory_warehouses_code_key UNIQUE (tenant_id, code),
	CONSTRAINT inventory_warehouses_code_check CHECK (length(code) BETWEEN 1 AND 50)
);
CREATE INDEX inventory_warehouses_region_idx ON inventory_warehouses (tenant_id, region);
COMMENT ON TABLE inventory_warehouses IS 'Where stock lies';

CREATE TABLE inventory_lots (
	id         bigint      GENERATED ALWAYS AS IDENTITY,
	public_id  uuid        NOT NULL DEFAULT gen_random_uuid(),
	tenant_id  bigint      NOT NULL,
	product_id bigint      NOT NULL,
	lot_code   text        NOT NULL,
	expires_on date,
	version    bigint      NOT NULL DEFAULT 0,
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (tenant_id, id),
	CONSTRAINT inventory_lots_public_id_key UNIQUE (tenant_id, public_id),
	CONSTRAINT inventory_lots_code_key UNIQUE (tenant_id, product_id, lot_code),
	CONSTRAINT inventory_lots_product_key UNIQUE (tenant_id, product_id, id)
);
CREATE INDEX inventory_lots_expiry_idx ON inventory_lots (tenant_id, expires_on);
COMMENT ON TABLE inventory_lots IS 'Batches of a product; the expiry date belongs to the lot';

CREATE TABLE inventory_balances (
	id               bigint      GENERATED ALWAYS AS IDENTITY,
	tenant_id        bigint      NOT NULL,
	warehouse_id     bigint      NOT NULL,
	product_id       bigint      NOT NULL,
	variant_id       bigint,
	lot_id           bigint,
	on_hand          integer     NOT NULL DEFAULT 0,
	reserved         integer     NOT NULL DEFAULT 0,
	available        integer     NOT NULL GENERATED ALWAYS AS (on_hand - reserved) STORED,
	incoming         integer     NOT NULL DEFAULT 0,
	reorder_point    integer     NOT NULL DEFAULT 10,
	reorder_quantity integer     NOT NULL DEFAULT 50,
	version          bigint      NOT NULL DEFAULT 0,
	created_at       timestamptz NOT NULL DEFAULT now(),
	updated_at       timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (tenant_id, id),
	CONSTRAINT inventory_balances_nonneg_on_hand CHECK (on_hand >= 0),
	CONSTRAINT inventory_balances_nonneg_reserved CHECK (reserved >= 0),
	CONSTRAINT inventory_balances_reserved_le_on_hand CHECK (reserved <= on_hand),
	CONSTRAINT inventory_balances_nonneg_incoming CHECK (incoming >= 0),
	CONSTRAINT inventory_balances_nonneg_reorder CHECK (reorder_point >= 0 AND reorder_quantity >= 0)
);
-- Nulls must collide: a simple product without lots has one balance per warehouse.
CREATE UNIQUE INDEX inventory_balances_unique_key ON inventory_balances
	(tenant_id, warehouse_id, product_id, COALESCE(variant_id, 0), COALESCE(lot_id, 0));
CREATE INDEX inventory_balances_product_idx ON inventory_balances (tenant_id, product_id, warehouse_id);
CREATE INDEX inventory_balances_variant_idx ON inventory_balances (tenant_id, product_id, variant_id);
CREATE INDEX inventory_balances_lot_idx ON inventory_balances (tenant_id, product_id, lot_id);
CREATE INDEX inventory_balances_low_stock_idx ON inventory_balances (tenant_id, available, id)
	WHERE available <= reorder_point;
COMMENT ON TABLE inventory_balances IS 'What lies where: kept by inserting movements, never edited';
COMMENT ON COLUMN inventory_balances.available IS 'on_hand - reserved';

CREATE TABLE inventory_reservations (
	id         bigint      GENERATED ALWAYS AS IDENTITY,
	public_id  uuid        NOT NULL DEFAULT gen_random_uuid(),
	tenant_id  bigint      NOT NULL,
	balance_id bigint      NOT NULL,
	order_ref  text        NOT NULL,
	quantity   integer     NOT NULL,
	state      text        NOT NULL DEFAULT 'active',
	expires_at timestamptz NOT NULL,
	version    bigint      NOT NULL DEFAULT 0,
	created_at timestamptz NOT NULL DEFAULT now(),
	updated_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (tenant_id, id),
	CONSTRAINT inventory_reservations_public_id_key UNIQUE (tenant_id, public_id),
	CONSTRAINT inventory_reservations_quantity_check CHECK (quantity > 0),
	CONSTRAINT inventory_reservations_state_check CHECK (state IN ('active', 'consumed', 'released', 'expired'))
);
-- An order or cart holds a balance once at a time.
CREATE UNIQUE INDEX inventory_reservations_active_key
	ON inventory_reservations (tenant_id, order_ref, balance_id) WHERE state = 'active';
CREATE INDEX inventory_reservations_expiry_idx
	ON inventory_reservations (tenant_id, expires_at) WHERE state = 'active';
CREATE INDEX inventory_reservations_balance_idx ON inventory_reservations (tenant_id, balance_id);
CREATE INDEX inventory_reservations_created_idx ON inventory_reservations (tenant_id, created_at, id);
COMMENT ON TABLE inventory_reservations IS 'Stock promised to a cart or an order until it is sold, released or expires';
