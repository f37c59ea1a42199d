-- SPDX-License-Identifier: MIT
-- Vendure, from its public documents: a shop whose rows stand in many channels.
CREATE TABLE seller (id serial PRIMARY KEY, "createdAt" timestamp(6) NOT NULL DEFAULT now(),
	"updatedAt" timestamp(6) NOT NULL DEFAULT now(), "deletedAt" timestamp, name varchar NOT NULL);
CREATE TABLE channel (id serial PRIMARY KEY, "createdAt" timestamp(6) NOT NULL DEFAULT now(),
	"updatedAt" timestamp(6) NOT NULL DEFAULT now(), code varchar NOT NULL UNIQUE,
	token varchar NOT NULL UNIQUE, description varchar DEFAULT '', "defaultLanguageCode" varchar NOT NULL,
	"defaultCurrencyCode" varchar NOT NULL, "sellerId" int REFERENCES seller);
CREATE TABLE product (id serial PRIMARY KEY, "createdAt" timestamp(6) NOT NULL DEFAULT now(),
	"updatedAt" timestamp(6) NOT NULL DEFAULT now(), "deletedAt" timestamp,
	enabled boolean NOT NULL DEFAULT true, "featuredAssetId" int);
CREATE TABLE product_translation (id serial PRIMARY KEY, "languageCode" varchar NOT NULL,
	name varchar NOT NULL, slug varchar NOT NULL, description text NOT NULL, "baseId" int REFERENCES product);
CREATE TABLE product_variant (id serial PRIMARY KEY, "deletedAt" timestamp,
	enabled boolean NOT NULL DEFAULT true, sku varchar NOT NULL, "productId" int REFERENCES product);
CREATE TABLE product_variant_price (id serial PRIMARY KEY, "currencyCode" varchar NOT NULL,
	"channelId" int, price int NOT NULL, "variantId" int REFERENCES product_variant);
CREATE TABLE product_channels_channel ("productId" int NOT NULL REFERENCES product,
	"channelId" int NOT NULL REFERENCES channel, PRIMARY KEY ("productId","channelId"));
CREATE TABLE product_variant_channels_channel ("productVariantId" int NOT NULL REFERENCES product_variant,
	"channelId" int NOT NULL REFERENCES channel, PRIMARY KEY ("productVariantId","channelId"));
CREATE TABLE customer (id serial PRIMARY KEY, "createdAt" timestamp(6) NOT NULL DEFAULT now(),
	"deletedAt" timestamp, "firstName" varchar NOT NULL, "lastName" varchar NOT NULL,
	"emailAddress" varchar NOT NULL);
CREATE TABLE customer_channels_channel ("customerId" int NOT NULL REFERENCES customer,
	"channelId" int NOT NULL REFERENCES channel, PRIMARY KEY ("customerId","channelId"));
CREATE TABLE "order" (id serial PRIMARY KEY, "createdAt" timestamp(6) NOT NULL DEFAULT now(),
	type varchar NOT NULL DEFAULT 'Regular', code varchar NOT NULL UNIQUE, state varchar NOT NULL,
	active boolean NOT NULL DEFAULT true, "customerId" int REFERENCES customer, "subTotal" int NOT NULL);
CREATE TABLE order_channels_channel ("orderId" int NOT NULL REFERENCES "order",
	"channelId" int NOT NULL REFERENCES channel, PRIMARY KEY ("orderId","channelId"));
CREATE TABLE order_line (id serial PRIMARY KEY, quantity int NOT NULL, "orderId" int REFERENCES "order",
	"productVariantId" int NOT NULL REFERENCES product_variant, "sellerChannelId" int REFERENCES channel);
CREATE TABLE job_record (id serial PRIMARY KEY, "createdAt" timestamp(6) NOT NULL DEFAULT now(),
	"updatedAt" timestamp(6) NOT NULL DEFAULT now(), "queueName" varchar NOT NULL, data text,
	state varchar NOT NULL, progress int NOT NULL, result text, error varchar, "startedAt" timestamp,
	"settledAt" timestamp, "isSettled" boolean NOT NULL, retries int NOT NULL, attempts int NOT NULL);
CREATE TABLE session (id serial PRIMARY KEY, token varchar NOT NULL, expires timestamp NOT NULL,
	invalidated boolean NOT NULL, "activeChannelId" int REFERENCES channel, type varchar NOT NULL);
CREATE TABLE stock_level (id serial PRIMARY KEY, "stockOnHand" int NOT NULL, "stockAllocated" int NOT NULL,
	"productVariantId" int NOT NULL REFERENCES product_variant);
CREATE TABLE migrations (id serial PRIMARY KEY, timestamp bigint NOT NULL, name varchar NOT NULL);
