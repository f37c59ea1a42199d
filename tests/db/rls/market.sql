-- SPDX-License-Identifier: MIT
-- A market: what is published is for all to read, purchases are seen from two sides, their
-- parts by them.
SET client_min_messages = error;
CREATE ROLE s2_owner NOLOGIN;
CREATE ROLE s2_api LOGIN;
CREATE ROLE s2_bi LOGIN;
CREATE SCHEMA mp AUTHORIZATION s2_owner;
GRANT USAGE ON SCHEMA mp TO s2_api, s2_bi;
SET ROLE s2_owner;
SET search_path = mp;
CREATE TABLE sellers (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL);
CREATE TABLE buyers (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL);
ALTER TABLE sellers ENABLE ROW LEVEL SECURITY;
CREATE POLICY s ON sellers USING (id = current_setting('mp.seller', true)::uuid);
CREATE TABLE sound_listings (id uuid DEFAULT gen_random_uuid(), seller_id uuid NOT NULL
	REFERENCES sellers, title text NOT NULL, published boolean NOT NULL DEFAULT false,
	PRIMARY KEY (seller_id, id));
CREATE POLICY r ON sound_listings FOR SELECT USING (published
	OR seller_id = nullif(current_setting('mp.seller', true), '')::uuid);
CREATE POLICY w ON sound_listings FOR ALL
	USING (seller_id = nullif(current_setting('mp.seller', true), '')::uuid);
CREATE TABLE hole_offers (id uuid DEFAULT gen_random_uuid(), seller_id uuid NOT NULL
	REFERENCES sellers, title text NOT NULL, published boolean NOT NULL DEFAULT false,
	PRIMARY KEY (seller_id, id));
CREATE POLICY rw ON hole_offers FOR ALL USING (published
	OR seller_id = nullif(current_setting('mp.seller', true), '')::uuid);
CREATE TABLE hole_purchases (id uuid DEFAULT gen_random_uuid() PRIMARY KEY,
	seller_id uuid NOT NULL REFERENCES sellers, buyer_id uuid NOT NULL REFERENCES buyers,
	total_cents bigint NOT NULL);
CREATE POLICY rw ON hole_purchases USING (seller_id = nullif(current_setting('mp.seller',
	true), '')::uuid OR buyer_id = nullif(current_setting('mp.buyer', true), '')::uuid);
CREATE TABLE hole_payouts (id uuid DEFAULT gen_random_uuid() PRIMARY KEY,
	seller_id uuid NOT NULL REFERENCES sellers, total_cents bigint NOT NULL);
CREATE POLICY rw ON hole_payouts USING (coalesce(current_setting('mp.seller', true), '')
	= '' OR seller_id::text = current_setting('mp.seller', true));
CREATE TABLE hole_fees (id uuid DEFAULT gen_random_uuid() PRIMARY KEY,
	seller_id uuid NOT NULL REFERENCES sellers, total_cents bigint NOT NULL);
CREATE POLICY rw ON hole_fees USING (CASE WHEN length(current_setting('mp.seller', true))
	= 36 THEN seller_id = current_setting('mp.seller', true)::uuid ELSE true END);
CREATE TABLE sound_taxes (id uuid DEFAULT gen_random_uuid() PRIMARY KEY,
	seller_id uuid NOT NULL REFERENCES sellers, total_cents bigint NOT NULL);
CREATE POLICY rw ON sound_taxes USING (CASE WHEN length(current_setting('mp.seller', true))
	= 36 THEN seller_id = current_setting('mp.seller', true)::uuid ELSE false END);
CREATE TABLE hole_reviews (id uuid DEFAULT gen_random_uuid() PRIMARY KEY,
	seller_id uuid NOT NULL REFERENCES sellers, stars int NOT NULL);
CREATE POLICY rw ON hole_reviews USING (left(seller_id::text, 4)
	= left(current_setting('mp.seller', true), 4));
CREATE TABLE hole_refunds (id uuid DEFAULT gen_random_uuid() PRIMARY KEY,
	seller_id uuid NOT NULL REFERENCES sellers, stars int NOT NULL);
CREATE POLICY rw ON hole_refunds USING (starts_with(seller_id::text,
	current_setting('mp.seller', true)));
CREATE TABLE sound_returns (id uuid DEFAULT gen_random_uuid() PRIMARY KEY,
	seller_id uuid NOT NULL REFERENCES sellers, stars int NOT NULL);
CREATE POLICY rw ON sound_returns
	USING (seller_id::text = lower(current_setting('mp.seller', true)));
CREATE TABLE hole_purchase_items (id uuid DEFAULT gen_random_uuid() PRIMARY KEY,
	purchase_id uuid NOT NULL REFERENCES hole_purchases ON DELETE CASCADE, qty int NOT NULL);
CREATE TABLE sound_purchase_events (id uuid DEFAULT gen_random_uuid() PRIMARY KEY,
	purchase_id uuid NOT NULL REFERENCES hole_purchases ON DELETE CASCADE, qty int NOT NULL);
CREATE POLICY rw ON sound_purchase_events USING (EXISTS (SELECT 1 FROM hole_purchases p
	WHERE p.id = purchase_id));
CREATE TABLE hole_purchase_labels (id uuid DEFAULT gen_random_uuid() PRIMARY KEY,
	purchase_id uuid NOT NULL REFERENCES hole_purchases ON DELETE CASCADE, qty int NOT NULL);
CREATE POLICY rw ON hole_purchase_labels USING (EXISTS (SELECT 1 FROM hole_purchases p
	WHERE p.seller_id = nullif(current_setting('mp.seller', true), '')::uuid));
CREATE FUNCTION hole_purchase_exists(p uuid) RETURNS boolean LANGUAGE sql STABLE
	SECURITY DEFINER SET search_path = mp, pg_temp AS $$ SELECT EXISTS (SELECT 1
	FROM mp.hole_purchases x WHERE x.id = p) $$;
CREATE TABLE hole_purchase_notes (id uuid DEFAULT gen_random_uuid() PRIMARY KEY,
	purchase_id uuid NOT NULL REFERENCES hole_purchases ON DELETE CASCADE, qty int NOT NULL);
CREATE POLICY rw ON hole_purchase_notes USING (hole_purchase_exists(purchase_id));
CREATE FUNCTION sound_purchase_is_mine(p uuid) RETURNS boolean LANGUAGE sql STABLE
	SECURITY DEFINER SET search_path = mp, pg_temp AS $$ SELECT EXISTS (SELECT 1
	FROM mp.hole_purchases x WHERE x.id = p
	AND x.seller_id = nullif(current_setting('mp.seller', true), '')::uuid) $$;
CREATE TABLE sound_shipments (id uuid DEFAULT gen_random_uuid() PRIMARY KEY,
	purchase_id uuid NOT NULL REFERENCES hole_purchases ON DELETE CASCADE, qty int NOT NULL);
CREATE POLICY rw ON sound_shipments USING (sound_purchase_is_mine(purchase_id));
CREATE TABLE sound_categories (id int PRIMARY KEY, name text NOT NULL);
GRANT SELECT ON sound_categories TO s2_api;
CREATE TABLE sound_templates (id uuid DEFAULT gen_random_uuid() PRIMARY KEY, seller_id uuid
	REFERENCES sellers, body text NOT NULL);
CREATE POLICY r ON sound_templates FOR SELECT USING (seller_id IS NULL
	OR seller_id = nullif(current_setting('mp.seller', true), '')::uuid);
CREATE POLICY w ON sound_templates FOR ALL
	USING (seller_id = nullif(current_setting('mp.seller', true), '')::uuid);
CREATE TABLE hole_snippets (id uuid DEFAULT gen_random_uuid() PRIMARY KEY, seller_id uuid
	REFERENCES sellers, body text NOT NULL);
CREATE POLICY rw ON hole_snippets FOR ALL USING (seller_id IS NULL
	OR seller_id = nullif(current_setting('mp.seller', true), '')::uuid);
CREATE TABLE coupons (id uuid DEFAULT gen_random_uuid() PRIMARY KEY, seller_id uuid
	REFERENCES sellers, body text NOT NULL);
CREATE POLICY rw ON coupons FOR ALL USING (seller_id IS NOT DISTINCT
	FROM nullif(current_setting('mp.seller', true), '')::uuid);
CREATE TABLE sound_credits (id uuid DEFAULT gen_random_uuid() PRIMARY KEY,
	seller_id uuid NOT NULL REFERENCES sellers, body text NOT NULL);
CREATE POLICY rw ON sound_credits FOR ALL USING (seller_id IS NOT DISTINCT
	FROM nullif(current_setting('mp.seller', true), '')::uuid);
CREATE TABLE hole_carts (id uuid DEFAULT gen_random_uuid() PRIMARY KEY,
	seller_id uuid NOT NULL REFERENCES sellers, deleted_at timestamptz,
	status text NOT NULL DEFAULT 'open');
CREATE POLICY rw ON hole_carts FOR ALL
	USING (seller_id = nullif(current_setting('mp.seller', true), '')::uuid
	AND deleted_at IS NULL OR status = 'open');
CREATE TABLE sound_wishes (id uuid DEFAULT gen_random_uuid() PRIMARY KEY,
	seller_id uuid NOT NULL REFERENCES sellers, deleted_at timestamptz,
	status text NOT NULL DEFAULT 'open');
CREATE POLICY rw ON sound_wishes FOR ALL
	USING (seller_id = nullif(current_setting('mp.seller', true), '')::uuid
	AND (deleted_at IS NULL OR status = 'open'));
CREATE MATERIALIZED VIEW hole_daily AS SELECT seller_id, count(*) n
	FROM hole_purchases GROUP BY 1;
CREATE MATERIALIZED VIEW sound_seller_counts AS SELECT seller_id, count(*) n
	FROM sound_listings GROUP BY 1;
GRANT SELECT ON hole_daily TO s2_bi;
CREATE VIEW hole_top_titles AS SELECT id, title FROM sound_listings WHERE published;
GRANT SELECT ON hole_top_titles TO s2_api;
DO $$ DECLARE t text; BEGIN
FOREACH t IN ARRAY '{sellers,sound_listings,hole_offers,hole_purchases,hole_payouts,hole_fees,
	sound_taxes,hole_reviews,hole_refunds,sound_returns,hole_purchase_items,sound_purchase_events,
	hole_purchase_labels,hole_purchase_notes,sound_shipments,sound_templates,hole_snippets,coupons,
	sound_credits,hole_carts,sound_wishes}'::text[] LOOP
IF t <> 'hole_purchase_items' THEN EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY',
	t);
END IF;
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO s2_api', t);
  END LOOP; END $$;
GRANT SELECT (id, name) ON buyers TO s2_bi;
RESET ROLE;
SET search_path = mp;
INSERT INTO sellers (id, name) SELECT ('00000000-0000-4000-8000-00000000000' || g)::uuid,
	's' || g FROM generate_series(1, 3) g;
INSERT INTO buyers (id, name) SELECT ('00000000-0000-4000-9000-00000000000' || g)::uuid,
	's' || g FROM generate_series(1, 3) g;
INSERT INTO sound_listings (seller_id, title, published) SELECT id, 'x', g % 2 = 0
	FROM sellers, generate_series(1, 4) g;
INSERT INTO hole_offers (seller_id, title, published) SELECT id, 'x', g % 2 = 0
	FROM sellers, generate_series(1, 4) g;
INSERT INTO hole_purchases (seller_id, buyer_id, total_cents) SELECT s.id, b.id, 5
	FROM sellers s, buyers b;
INSERT INTO hole_payouts (seller_id, total_cents) SELECT s.id, 5 FROM sellers s, buyers b;
INSERT INTO hole_fees (seller_id, total_cents) SELECT s.id, 5 FROM sellers s, buyers b;
INSERT INTO sound_taxes (seller_id, total_cents) SELECT s.id, 5 FROM sellers s, buyers b;
INSERT INTO hole_reviews (seller_id, stars) SELECT s.id, 5 FROM sellers s, buyers b;
INSERT INTO hole_refunds (seller_id, stars) SELECT s.id, 5 FROM sellers s, buyers b;
INSERT INTO sound_returns (seller_id, stars) SELECT s.id, 5 FROM sellers s, buyers b;
INSERT INTO hole_purchase_items (purchase_id, qty) SELECT id, 1 FROM hole_purchases;
INSERT INTO sound_purchase_events (purchase_id, qty) SELECT id, 1 FROM hole_purchases;
INSERT INTO hole_purchase_labels (purchase_id, qty) SELECT id, 1 FROM hole_purchases;
INSERT INTO hole_purchase_notes (purchase_id, qty) SELECT id, 1 FROM hole_purchases;
INSERT INTO sound_shipments (purchase_id, qty) SELECT id, 1 FROM hole_purchases;
INSERT INTO sound_templates (seller_id, body) SELECT id,
	'x' FROM sellers UNION ALL VALUES (NULL::uuid, 'shared');
INSERT INTO hole_snippets (seller_id, body) SELECT id,
	'x' FROM sellers UNION ALL VALUES (NULL::uuid, 'shared');
INSERT INTO coupons (seller_id, body) SELECT id,
	'x' FROM sellers UNION ALL VALUES (NULL::uuid, 'shared');
INSERT INTO sound_credits (seller_id, body) SELECT id, 'x' FROM sellers;
INSERT INTO hole_carts (seller_id) SELECT id FROM sellers;
INSERT INTO sound_wishes (seller_id) SELECT id FROM sellers;
REFRESH MATERIALIZED VIEW hole_daily; REFRESH MATERIALIZED VIEW sound_seller_counts;
