-- The catalogue of events, consumers and their offsets, the projection, idempotency keys.
SELECT pg_catalog.set_config('role', 'commerce_owner', true),
       pg_catalog.set_config('search_path', 'commerce', true);

CREATE TABLE event_types (
	event_type     text        NOT NULL,
	event_version  smallint    NOT NULL DEFAULT 1,
	module         text        NOT NULL,
	aggregate_type text        NOT NULL,
	description    text        NOT NULL,
	retired_at     timestamptz,
	created_at     timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (event_type, event_version),
	CONSTRAINT event_types_version_check CHECK (event_version >= 1),
	-- An event tells what has happened: aggregate, then a verb in the past.
	CONSTRAINT event_types_name_check CHECK (event_type ~ '^[A-Z][A-Za-z]+(ed|Sent|Paid|Sold|Lost|Built)$'
		AND position(aggregate_type IN event_type) = 1)
);
COMMENT ON TABLE event_types IS 'Every event that may leave: its owner, its versions, what it means';

INSERT INTO event_types (event_type, module, aggregate_type, description) VALUES
	('TenantCreated', 'tenancy', 'Tenant', 'A tenant joined; the graph gets its node'),
	('TenantSettingChanged', 'tenancy', 'Tenant', 'A setting of a tenant has another value'),
	('ProductCreated', 'catalog', 'Product', 'A product is in the catalogue'),
	('ProductUpdated', 'catalog', 'Product', 'Facts of a product changed: changed{} and previous{}'),
	('ProductDeleted', 'catalog', 'Product', 'A product left the catalogue, softly'),
	('VariantCreated', 'catalog', 'Variant', 'A size or colour was added'),
	('VariantUpdated', 'catalog', 'Variant', 'Facts of a variant changed'),
	('ReviewApproved', 'catalog', 'Review', 'A review may be shown'),
	('PriceChanged', 'pricing', 'Price', 'What a product is sold for changed'),
	('CouponRedeemed', 'pricing', 'Coupon', 'An order used a coupon'),
	('CustomerRegistered', 'customers', 'Customer', 'A customer has an account'),
	('CustomerUpdated', 'customers', 'Customer', 'Facts of a customer changed'),
	('StockReceived', 'inventory', 'Stock', 'Goods came in'),
	('StockAdjusted', 'inventory', 'Stock', 'A count corrected the balance'),
	('StockTransferred', 'inventory', 'Stock', 'Goods moved between warehouses'),
	('StockReserved', 'inventory', 'Stock', 'Goods were promised'),
	('StockReleased', 'inventory', 'Stock', 'A promise was withdrawn or expired'),
	('StockSold', 'inventory', 'Stock', 'Goods left with an order'),
	('OrderPlaced', 'sales', 'Order', 'A customer ordered'),
	('OrderConfirmed', 'sales', 'Order', 'The shop accepted the order'),
	('OrderShipped', 'sales', 'Order', 'The parcel left'),
	('OrderDelivered', 'sales', 'Order', 'The parcel arrived'),
	('OrderCancelled', 'sales', 'Order', 'The order will not be served'),
	('OrderRefunded', 'sales', 'Order', 'The money went back'),
	('PaymentAuthorized', 'payments', 'Payment', 'The money is held'),
	('PaymentCaptured', 'payments', 'Payment', 'The money is ours'),
	('PaymentFailed', 'payments', 'Payment', 'The money did not come'),
	('RefundIssued', 'payments', 'Refund', 'Money was sent back');

CREATE TABLE consumers (
	name                text        NOT NULL,
	description         text        NOT NULL,
	lag_warning_seconds integer     NOT NULL DEFAULT 60,
	created_at          timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (name)
);
COMMENT ON TABLE consumers IS 'Who reads the messages';

INSERT INTO consumers (name, description) VALUES
	('neo4j-projection', 'Keeps the graph, for suggestions only'),
	('analytics', 'Feeds the warehouse');

CREATE TABLE consumer_offsets (
	consumer          text        NOT NULL,
	event_type        text        NOT NULL,
	last_processed_id bigint      NOT NULL DEFAULT 0,
	last_occurred_at  timestamptz,
	updated_at        timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (consumer, event_type)
);
COMMENT ON TABLE consumer_offsets IS 'How far each consumer has come, per event type; ids are not in commit order, see projection_gaps()';

CREATE TABLE graph_projection_status (
	tenant_id    bigint      NOT NULL,
	consumer     text        NOT NULL,
	outbox_id    bigint      NOT NULL,
	event_type   text        NOT NULL,
	status       text        NOT NULL DEFAULT 'pending',
	attempts     smallint    NOT NULL DEFAULT 0,
	last_error   text,
	occurred_at  timestamptz NOT NULL,
	projected_at timestamptz,
	PRIMARY KEY (tenant_id, consumer, outbox_id),
	CONSTRAINT graph_projection_status_check CHECK (status IN ('pending', 'ok', 'failed'))
);
CREATE INDEX graph_projection_status_open_idx
	ON graph_projection_status (consumer, occurred_at, outbox_id) WHERE status <> 'ok';
CREATE INDEX graph_projection_status_outbox_idx ON graph_projection_status (consumer, event_type, outbox_id);
COMMENT ON TABLE graph_projection_status IS 'Success and lag of the projection, event by event';

CREATE TABLE idempotency_keys (
	tenant_id    bigint      NOT NULL,
	scope        text        NOT NULL,
	key          text        NOT NULL,
	request_hash text        NOT NULL,
	response     jsonb,
	status_code  smallint,
	state        text        NOT NULL DEFAULT 'pending',
	created_at   timestamptz NOT NULL DEFAULT now(),
	completed_at timestamptz,
	expires_at   timestamptz NOT NULL DEFAULT (now() + INTERVAL '24 hours'),
	PRIMARY KEY (tenant_id, scope, key),
	CONSTRAINT idempotency_keys_state_check CHECK (state IN ('pending', 'completed', 'failed')),
	CONSTRAINT idempotency_keys_hash_check CHECK (request_hash ~ '^[0-9a-f]{64}$'),
	CONSTRAINT idempotency_keys_done_check CHECK ((state = 'pending') = (completed_at IS NULL))
);
CREATE INDEX idempotency_keys_expiration_idx ON idempotency_keys (expires_at);
CREATE INDEX idempotency_keys_created_idx ON idempotency_keys (tenant_id, created_at, scope, key);
CREATE INDEX idempotency_keys_pending_idx ON idempotency_keys (tenant_id, created_at) WHERE state = 'pending';
COMMENT ON TABLE idempotency_keys IS 'External writes that must happen once; a pending key answers 425 until its handler returns';
