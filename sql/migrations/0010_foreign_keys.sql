-- Foreign keys, in a file of their own: a distributed engine wants its tables distributed first.
--
-- Between tenant tables each key is the pair (tenant_id, id), so a reference into another tenant
-- is refused by the server. ON DELETE is always said: RESTRICT for money, stock and history,
-- CASCADE only for what belongs to its parent. A statement adds one: Citus takes no two at once.
SELECT pg_catalog.set_config('role', 'commerce_owner', true),
       pg_catalog.set_config('search_path', 'commerce', true);

ALTER TABLE tenancy_tenants ADD CONSTRAINT tenancy_tenants_region_fkey
	FOREIGN KEY (region) REFERENCES tenancy_regions (code) ON DELETE RESTRICT;

ALTER TABLE operator_grants ADD CONSTRAINT operator_grants_operator_fkey
	FOREIGN KEY (operator) REFERENCES operators (login) ON DELETE RESTRICT;
ALTER TABLE operator_grants ADD CONSTRAINT operator_grants_tenant_fkey
	FOREIGN KEY (tenant_id) REFERENCES tenancy_tenants (id) ON DELETE RESTRICT;

ALTER TABLE customers_customers ADD CONSTRAINT customers_customers_region_fkey
	FOREIGN KEY (region) REFERENCES tenancy_regions (code) ON DELETE RESTRICT;
ALTER TABLE customers_customers ADD CONSTRAINT customers_customers_tenant_fkey
	FOREIGN KEY (tenant_id) REFERENCES tenancy_tenants (id) ON DELETE RESTRICT;

ALTER TABLE inventory_warehouses ADD CONSTRAINT inventory_warehouses_region_fkey
	FOREIGN KEY (region) REFERENCES tenancy_regions (code) ON DELETE RESTRICT;
ALTER TABLE inventory_warehouses ADD CONSTRAINT inventory_warehouses_tenant_fkey
	FOREIGN KEY (tenant_id) REFERENCES tenancy_tenants (id) ON DELETE RESTRICT;

ALTER TABLE sales_orders ADD CONSTRAINT sales_orders_region_fkey
	FOREIGN KEY (region) REFERENCES tenancy_regions (code) ON DELETE RESTRICT;
ALTER TABLE sales_orders ADD CONSTRAINT sales_orders_tenant_fkey
	FOREIGN KEY (tenant_id) REFERENCES tenancy_tenants (id) ON DELETE RESTRICT;
ALTER TABLE sales_orders ADD CONSTRAINT sales_orders_customer_fkey
	FOREIGN KEY (tenant_id, customer_id) REFERENCES customers_customers (tenant_id, id) ON DELETE RESTRICT;

ALTER TABLE outbox_messages ADD CONSTRAINT outbox_messages_event_fkey
	FOREIGN KEY (event_type, event_version) REFERENCES event_types (event_type, event_version) ON DELETE RESTRICT;
ALTER TABLE outbox_messages ADD CONSTRAINT outbox_messages_tenant_fkey
	FOREIGN KEY (tenant_id) REFERENCES tenancy_tenants (id) ON DELETE RESTRICT;

ALTER TABLE consumer_offsets ADD CONSTRAINT consumer_offsets_consumer_fkey
	FOREIGN KEY (consumer) REFERENCES consumers (name) ON DELETE RESTRICT;

ALTER TABLE graph_projection_status ADD CONSTRAINT graph_projection_status_consumer_fkey
	FOREIGN KEY (consumer) REFERENCES consumers (name) ON DELETE RESTRICT;
ALTER TABLE graph_projection_status ADD CONSTRAINT graph_projection_status_tenant_fkey
	FOREIGN KEY (tenant_id) REFERENCES tenancy_tenants (id) ON DELETE RESTRICT;

ALTER TABLE tenancy_settings ADD CONSTRAINT tenancy_settings_tenant_fkey
	FOREIGN KEY (tenant_id) REFERENCES tenancy_tenants (id) ON DELETE RESTRICT;

ALTER TABLE catalog_brands ADD CONSTRAINT catalog_brands_tenant_fkey
	FOREIGN KEY (tenant_id) REFERENCES tenancy_tenants (id) ON DELETE RESTRICT;

ALTER TABLE catalog_categories ADD CONSTRAINT catalog_categories_tenant_fkey
	FOREIGN KEY (tenant_id) REFERENCES tenancy_tenants (id) ON DELETE RESTRICT;
ALTER TABLE catalog_categories ADD CONSTRAINT catalog_categories_parent_fkey
	FOREIGN KEY (tenant_id, parent_id) REFERENCES catalog_categories (tenant_id, id) ON DELETE RESTRICT;

ALTER TABLE catalog_products ADD CONSTRAINT catalog_products_tenant_fkey
	FOREIGN KEY (tenant_id) REFERENCES tenancy_tenants (id) ON DELETE RESTRICT;
ALTER TABLE catalog_products ADD CONSTRAINT catalog_products_brand_fkey
	FOREIGN KEY (tenant_id, brand_id) REFERENCES catalog_brands (tenant_id, id) ON DELETE RESTRICT;
ALTER TABLE catalog_products ADD CONSTRAINT catalog_products_category_fkey
	FOREIGN KEY (tenant_id, category_id) REFERENCES catalog_categories (tenant_id, id) ON DELETE RESTRICT;

ALTER TABLE catalog_variants ADD CONSTRAINT catalog_variants_tenant_fkey
	FOREIGN KEY (tenant_id) REFERENCES tenancy_tenants (id) ON DELETE RESTRICT;
ALTER TABLE catalog_variants ADD CONSTRAINT catalog_variants_product_fkey
	FOREIGN KEY (tenant_id, product_id) REFERENCES catalog_products (tenant_id, id) ON DELETE CASCADE;

ALTER TABLE catalog_reviews ADD CONSTRAINT catalog_reviews_tenant_fkey
	FOREIGN KEY (tenant_id) REFERENCES tenancy_tenants (id) ON DELETE RESTRICT;
ALTER TABLE catalog_reviews ADD CONSTRAINT catalog_reviews_product_fkey
	FOREIGN KEY (tenant_id, product_id) REFERENCES catalog_products (tenant_id, id) ON DELETE CASCADE;
ALTER TABLE catalog_reviews ADD CONSTRAINT catalog_reviews_customer_fkey
	FOREIGN KEY (tenant_id, customer_id) REFERENCES customers_customers (tenant_id, id) ON DELETE RESTRICT;
ALTER TABLE catalog_reviews ADD CONSTRAINT catalog_reviews_order_fkey
	FOREIGN KEY (tenant_id, order_id) REFERENCES sales_orders (tenant_id, id) ON DELETE RESTRICT;

ALTER TABLE pricing_rules ADD CONSTRAINT pricing_rules_tenant_fkey
	FOREIGN KEY (tenant_id) REFERENCES tenancy_tenants (id) ON DELETE RESTRICT;
ALTER TABLE pricing_rules ADD CONSTRAINT pricing_rules_product_fkey
	FOREIGN KEY (tenant_id, product_id) REFERENCES catalog_products (tenant_id, id) ON DELETE CASCADE;
ALTER TABLE pricing_rules ADD CONSTRAINT pricing_rules_variant_fkey
	FOREIGN KEY (tenant_id, product_id, variant_id) REFERENCES catalog_variants (tenant_id, product_id, id) ON DELETE CASCADE;
ALTER TABLE pricing_rules ADD CONSTRAINT pricing_rules_category_fkey
	FOREIGN KEY (tenant_id, category_id) REFERENCES catalog_categories (tenant_id, id) ON DELETE CASCADE;

ALTER TABLE pricing_coupons ADD CONSTRAINT pricing_coupons_tenant_fkey
	FOREIGN KEY (tenant_id) REFERENCES tenancy_tenants (id) ON DELETE RESTRICT;

ALTER TABLE pricing_coupon_redemptions ADD CONSTRAINT pricing_coupon_redemptions_tenant_fkey
	FOREIGN KEY (tenant_id) REFERENCES tenancy_tenants (id) ON DELETE RESTRICT;
ALTER TABLE pricing_coupon_redemptions ADD CONSTRAINT pricing_coupon_redemptions_coupon_fkey
	FOREIGN KEY (tenant_id, coupon_id) REFERENCES pricing_coupons (tenant_id, id) ON DELETE RESTRICT;
ALTER TABLE pricing_coupon_redemptions ADD CONSTRAINT pricing_coupon_redemptions_order_fkey
	FOREIGN KEY (tenant_id, order_id) REFERENCES sales_orders (tenant_id, id) ON DELETE RESTRICT;
ALTER TABLE pricing_coupon_redemptions ADD CONSTRAINT pricing_coupon_redemptions_customer_fkey
	FOREIGN KEY (tenant_id, customer_id) REFERENCES customers_customers (tenant_id, id) ON DELETE RESTRICT;

ALTER TABLE customers_credentials ADD CONSTRAINT customers_credentials_tenant_fkey
	FOREIGN KEY (tenant_id) REFERENCES tenancy_tenants (id) ON DELETE RESTRICT;
ALTER TABLE customers_credentials ADD CONSTRAINT customers_credentials_customer_fkey
	FOREIGN KEY (tenant_id, customer_id) REFERENCES customers_customers (tenant_id, id) ON DELETE CASCADE;

ALTER TABLE customers_addresses ADD CONSTRAINT customers_addresses_tenant_fkey
	FOREIGN KEY (tenant_id) REFERENCES tenancy_tenants (id) ON DELETE RESTRICT;
ALTER TABLE customers_addresses ADD CONSTRAINT customers_addresses_customer_fkey
	FOREIGN KEY (tenant_id, customer_id) REFERENCES customers_customers (tenant_id, id) ON DELETE CASCADE;

ALTER TABLE inventory_lots ADD CONSTRAINT inventory_lots_tenant_fkey
	FOREIGN KEY (tenant_id) REFERENCES tenancy_tenants (id) ON DELETE RESTRICT;
ALTER TABLE inventory_lots ADD CONSTRAINT inventory_lots_product_fkey
	FOREIGN KEY (tenant_id, product_id) REFERENCES catalog_products (tenant_id, id) ON DELETE RESTRICT;

ALTER TABLE inventory_balances ADD CONSTRAINT inventory_balances_tenant_fkey
	FOREIGN KEY (tenant_id) REFERENCES tenancy_tenants (id) ON DELETE RESTRICT;
ALTER TABLE inventory_balances ADD CONSTRAINT inventory_balances_warehouse_fkey
	FOREIGN KEY (tenant_id, warehouse_id) REFERENCES inventory_warehouses (tenant_id, id) ON DELETE RESTRICT;
ALTER TABLE inventory_balances ADD CONSTRAINT inventory_balances_product_fkey
	FOREIGN KEY (tenant_id, product_id) REFERENCES catalog_products (tenant_id, id) ON DELETE RESTRICT;
ALTER TABLE inventory_balances ADD CONSTRAINT inventory_balances_variant_fkey
	FOREIGN KEY (tenant_id, product_id, variant_id) REFERENCES catalog_variants (tenant_id, product_id, id) ON DELETE RESTRICT;
ALTER TABLE inventory_balances ADD CONSTRAINT inventory_balances_lot_fkey
	FOREIGN KEY (tenant_id, product_id, lot_id) REFERENCES inventory_lots (tenant_id, product_id, id) ON DELETE RESTRICT;

ALTER TABLE inventory_movements ADD CONSTRAINT inventory_movements_tenant_fkey
	FOREIGN KEY (tenant_id) REFERENCES tenancy_tenants (id) ON DELETE RESTRICT;
ALTER TABLE inventory_movements ADD CONSTRAINT inventory_movements_balance_fkey
	FOREIGN KEY (tenant_id, balance_id) REFERENCES inventory_balances (tenant_id, id) ON DELETE RESTRICT;

ALTER TABLE inventory_reservations ADD CONSTRAINT inventory_reservations_tenant_fkey
	FOREIGN KEY (tenant_id) REFERENCES tenancy_tenants (id) ON DELETE RESTRICT;
ALTER TABLE inventory_reservations ADD CONSTRAINT inventory_reservations_balance_fkey
	FOREIGN KEY (tenant_id, balance_id) REFERENCES inventory_balances (tenant_id, id) ON DELETE RESTRICT;

ALTER TABLE sales_carts ADD CONSTRAINT sales_carts_tenant_fkey
	FOREIGN KEY (tenant_id) REFERENCES tenancy_tenants (id) ON DELETE RESTRICT;
ALTER TABLE sales_carts ADD CONSTRAINT sales_carts_customer_fkey
	FOREIGN KEY (tenant_id, customer_id) REFERENCES customers_customers (tenant_id, id) ON DELETE CASCADE;

ALTER TABLE sales_cart_items ADD CONSTRAINT sales_cart_items_tenant_fkey
	FOREIGN KEY (tenant_id) REFERENCES tenancy_tenants (id) ON DELETE RESTRICT;
ALTER TABLE sales_cart_items ADD CONSTRAINT sales_cart_items_cart_fkey
	FOREIGN KEY (tenant_id, cart_id) REFERENCES sales_carts (tenant_id, id) ON DELETE CASCADE;
ALTER TABLE sales_cart_items ADD CONSTRAINT sales_cart_items_product_fkey
	FOREIGN KEY (tenant_id, product_id) REFERENCES catalog_products (tenant_id, id) ON DELETE RESTRICT;
ALTER TABLE sales_cart_items ADD CONSTRAINT sales_cart_items_variant_fkey
	FOREIGN KEY (tenant_id, product_id, variant_id) REFERENCES catalog_variants (tenant_id, product_id, id) ON DELETE RESTRICT;

ALTER TABLE sales_order_counters ADD CONSTRAINT sales_order_counters_tenant_fkey
	FOREIGN KEY (tenant_id) REFERENCES tenancy_tenants (id) ON DELETE RESTRICT;

ALTER TABLE sales_order_items ADD CONSTRAINT sales_order_items_tenant_fkey
	FOREIGN KEY (tenant_id) REFERENCES tenancy_tenants (id) ON DELETE RESTRICT;
ALTER TABLE sales_order_items ADD CONSTRAINT sales_order_items_order_fkey
	FOREIGN KEY (tenant_id, order_id) REFERENCES sales_orders (tenant_id, id) ON DELETE CASCADE;
ALTER TABLE sales_order_items ADD CONSTRAINT sales_order_items_product_fkey
	FOREIGN KEY (tenant_id, product_id) REFERENCES catalog_products (tenant_id, id) ON DELETE RESTRICT;
ALTER TABLE sales_order_items ADD CONSTRAINT sales_order_items_variant_fkey
	FOREIGN KEY (tenant_id, product_id, variant_id) REFERENCES catalog_variants (tenant_id, product_id, id) ON DELETE RESTRICT;

ALTER TABLE sales_order_status_history ADD CONSTRAINT sales_order_status_history_tenant_fkey
	FOREIGN KEY (tenant_id) REFERENCES tenancy_tenants (id) ON DELETE RESTRICT;
ALTER TABLE sales_order_status_history ADD CONSTRAINT sales_order_status_history_order_fkey
	FOREIGN KEY (tenant_id, order_id) REFERENCES sales_orders (tenant_id, id) ON DELETE RESTRICT;

ALTER TABLE payments_payments ADD CONSTRAINT payments_payments_tenant_fkey
	FOREIGN KEY (tenant_id) REFERENCES tenancy_tenants (id) ON DELETE RESTRICT;
ALTER TABLE payments_payments ADD CONSTRAINT payments_payments_order_fkey
	FOREIGN KEY (tenant_id, order_id) REFERENCES sales_orders (tenant_id, id) ON DELETE RESTRICT;

ALTER TABLE payments_refunds ADD CONSTRAINT payments_refunds_tenant_fkey
	FOREIGN KEY (tenant_id) REFERENCES tenancy_tenants (id) ON DELETE RESTRICT;
ALTER TABLE payments_refunds ADD CONSTRAINT payments_refunds_payment_fkey
	FOREIGN KEY (tenant_id, payment_id) REFERENCES payments_payments (tenant_id, id) ON DELETE RESTRICT;

ALTER TABLE idempotency_keys ADD CONSTRAINT idempotency_keys_tenant_fkey
	FOREIGN KEY (tenant_id) REFERENCES tenancy_tenants (id) ON DELETE RESTRICT;

ALTER TABLE audit_log ADD CONSTRAINT audit_log_tenant_fkey
	FOREIGN KEY (tenant_id) REFERENCES tenancy_tenants (id) ON DELETE RESTRICT;
