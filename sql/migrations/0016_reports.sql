-- Reports: materialized, tenant first, each with a full unique index, read through filtered views.
--
-- A materialized view cannot have row-level security, so nobody may read it; the view over it asks
-- who is reading. The steward owns them and refreshes them concurrently: report_refresh(name).
SELECT pg_catalog.set_config('role', 'commerce_owner', true),
       pg_catalog.set_config('search_path', 'commerce', true);
-- On Citus these stay on the coordinator, where everybody connects: a worker would neither see what this
-- transaction grants to another role, nor the tables that stay here.
SELECT pg_catalog.set_config('citus.enable_ddl_propagation', 'off', true)
 WHERE EXISTS (SELECT FROM pg_catalog.pg_extension e WHERE e.extname = 'citus');

CREATE TABLE report_refreshes (
	id           bigint      GENERATED ALWAYS AS IDENTITY,
	report       text        NOT NULL,
	started_at   timestamptz NOT NULL,
	finished_at  timestamptz NOT NULL,
	row_count    bigint      NOT NULL,
	refreshed_by text        NOT NULL DEFAULT session_user,
	PRIMARY KEY (id),
	CONSTRAINT report_refreshes_report_check CHECK (report IN ('daily_sales', 'product_performance', 'product_ratings'))
);
CREATE INDEX report_refreshes_report_idx ON report_refreshes (report, finished_at);
COMMENT ON TABLE report_refreshes IS 'When each report was made, how long it took and by whom: PostgreSQL keeps no such time';
GRANT SELECT, INSERT ON report_refreshes TO commerce_steward;
GRANT SELECT ON report_refreshes TO commerce_app, souk_support, souk_dba, souk_oncall, platform_admin;

GRANT CREATE ON SCHEMA commerce TO commerce_steward;
SELECT pg_catalog.set_config('role', 'commerce_steward', true);

-- A day is a day of the tenant; money of cancelled orders is not revenue; currencies are not added.
CREATE MATERIALIZED VIEW daily_sales_data AS
SELECT o.tenant_id, (o.created_at AT TIME ZONE t.time_zone)::date AS sale_date, o.region, o.currency,
       count(*) FILTER (WHERE o.status NOT IN ('cancelled', 'refunded')) AS order_count,
       count(*) FILTER (WHERE o.status = 'cancelled') AS cancelled_count,
       COALESCE(sum(o.total_amount) FILTER (WHERE o.status NOT IN ('cancelled', 'refunded')), 0)::numeric(16,2) AS revenue,
       (avg(o.total_amount) FILTER (WHERE o.status NOT IN ('cancelled', 'refunded')))::numeric(12,2) AS average_order
  FROM commerce.sales_orders o
  JOIN commerce.tenancy_tenants t ON t.id = o.tenant_id
 GROUP BY o.tenant_id, (o.created_at AT TIME ZONE t.time_zone)::date, o.region, o.currency;
CREATE UNIQUE INDEX daily_sales_data_key ON daily_sales_data (tenant_id, sale_date, region, currency);

-- Every product has a row, the unsold too: the status is asked of the order inside the join.
CREATE MATERIALIZED VIEW product_performance_data AS
SELECT p.tenant_id, p.id AS product_id, p.name AS product_name, p.category_id, p.currency,
       count(s.order_id) AS times_ordered, COALESCE(sum(s.quantity), 0)::bigint AS units_sold,
       COALESCE(sum(s.total_price), 0)::numeric(16,2) AS revenue,
       avg(s.unit_price)::numeric(12,2) AS average_price
  FROM commerce.catalog_products p
  LEFT JOIN (
	SELECT i.tenant_id, i.product_id, i.order_id, i.quantity, i.total_price, i.unit_price
	  FROM commerce.sales_order_items i
	  JOIN commerce.sales_orders o ON o.tenant_id = i.tenant_id AND o.id = i.order_id
	 WHERE o.status NOT IN ('cancelled', 'refunded')) s
	ON s.tenant_id = p.tenant_id AND s.product_id = p.id
 WHERE p.deleted_at IS NULL
 GROUP BY p.tenant_id, p.id, p.name, p.category_id, p.currency;
CREATE UNIQUE INDEX product_performance_data_key ON product_performance_data (tenant_id, product_id);

CREATE MATERIALIZED VIEW product_ratings_data AS
SELECT r.tenant_id, r.product_id, count(*) AS review_count, avg(r.rating)::numeric(3,2) AS average_rating,
       count(*) FILTER (WHERE r.rating = 5) AS five_stars, count(*) FILTER (WHERE r.rating = 4) AS four_stars,
       count(*) FILTER (WHERE r.rating = 3) AS three_stars, count(*) FILTER (WHERE r.rating = 2) AS two_stars,
       count(*) FILTER (WHERE r.rating = 1) AS one_star
  FROM commerce.catalog_reviews r
 WHERE r.is_approved
 GROUP BY r.tenant_id, r.product_id;
CREATE UNIQUE INDEX product_ratings_data_key ON product_ratings_data (tenant_id, product_id);

-- Two branches rather than OR: the first is found by the index, the other stands still for who reads one tenant.
CREATE VIEW daily_sales WITH (security_barrier = true) AS
SELECT d.tenant_id, d.sale_date, d.region, d.currency, d.order_count, d.cancelled_count, d.revenue, d.average_order
  FROM daily_sales_data d
 WHERE d.tenant_id = (SELECT commerce.reading_tenant())
UNION ALL
SELECT d.tenant_id, d.sale_date, d.region, d.currency, d.order_count, d.cancelled_count, d.revenue, d.average_order
  FROM daily_sales_data d
 WHERE (SELECT commerce.reads_all_tenants() AND commerce.reading_tenant() IS NULL);
CREATE VIEW product_performance WITH (security_barrier = true) AS
SELECT d.tenant_id, d.product_id, d.product_name, d.category_id, d.currency, d.times_ordered, d.units_sold, d.revenue,
       d.average_price
  FROM product_performance_data d
 WHERE d.tenant_id = (SELECT commerce.reading_tenant())
UNION ALL
SELECT d.tenant_id, d.product_id, d.product_name, d.category_id, d.currency, d.times_ordered, d.units_sold, d.revenue,
       d.average_price
  FROM product_performance_data d
 WHERE (SELECT commerce.reads_all_tenants() AND commerce.reading_tenant() IS NULL);
CREATE VIEW product_ratings WITH (security_barrier = true) AS
SELECT d.tenant_id, d.product_id, d.review_count, d.average_rating, d.five_stars, d.four_stars, d.three_stars,
       d.two_stars, d.one_star
  FROM product_ratings_data d
 WHERE d.tenant_id = (SELECT commerce.reading_tenant())
UNION ALL
SELECT d.tenant_id, d.product_id, d.review_count, d.average_rating, d.five_stars, d.four_stars, d.three_stars,
       d.two_stars, d.one_star
  FROM product_ratings_data d
 WHERE (SELECT commerce.reads_all_tenants() AND commerce.reading_tenant() IS NULL);
COMMENT ON VIEW daily_sales IS 'Orders and revenue per day of the tenant, region and currency, without cancelled orders';
COMMENT ON VIEW product_performance IS 'What each product sold, the unsold ones included';
COMMENT ON VIEW product_ratings IS 'Approved reviews per product';
GRANT SELECT ON daily_sales, product_performance, product_ratings
	TO commerce_app, souk_support, souk_dba, platform_admin;

CREATE FUNCTION report_refresh(p_report text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	started timestamptz := clock_timestamp();
	found_rows bigint;
BEGIN
	IF p_report NOT IN ('daily_sales', 'product_performance', 'product_ratings') THEN
		RAISE EXCEPTION 'there is no report %', p_report USING ERRCODE = 'undefined_object',
			HINT = 'daily_sales, product_performance or product_ratings';
	END IF;
	EXECUTE format('REFRESH MATERIALIZED VIEW CONCURRENTLY commerce.%I', p_report || '_data');
	EXECUTE format('SELECT count(*) FROM commerce.%I', p_report || '_data') INTO found_rows;
	INSERT INTO commerce.report_refreshes (report, started_at, finished_at, row_count)
	VALUES (p_report, started, clock_timestamp(), found_rows);
	RETURN found_rows;
END
$$;
COMMENT ON FUNCTION report_refresh(text) IS 'Makes one report anew while it is being read, and logs it';
GRANT EXECUTE ON FUNCTION report_refresh(text) TO souk_dba;

SELECT pg_catalog.set_config('role', 'commerce_owner', true);
REVOKE CREATE ON SCHEMA commerce FROM commerce_steward;
