-- SPDX-License-Identifier: MIT
-- When a row was written, as different makers of schemas keep it.
DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET timezone = %L', current_database(), 'America/Lima'); END $$;
-- Rails: no default, no trigger, UTC without a zone.
CREATE TABLE rails (id bigint PRIMARY KEY, name text, created_at timestamp NOT NULL, updated_at timestamp NOT NULL);
-- Prisma, with a name of its own; Laravel: NULL until it is written.
CREATE TABLE "Prisma" (id int PRIMARY KEY, name text, "createdAt" timestamptz NOT NULL DEFAULT now(), "updatedAt" timestamptz);
-- The default is the clock that this schema wants.
CREATE TABLE clocked (id int PRIMARY KEY, name text, updated_on date NOT NULL DEFAULT (clock_timestamp() + interval '1 year')::date);
-- A trigger keeps it: nobody else writes it.
CREATE TABLE kept (id int PRIMARY KEY, name text, updated_at timestamptz);
CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF NEW.updated_at IS DISTINCT FROM OLD.updated_at THEN RAISE 'updated_at is kept by a trigger'; END IF;
  NEW.updated_at := '2020-02-02 00:00+00'; RETURN NEW; END $$;
CREATE TRIGGER keep BEFORE UPDATE ON kept FOR EACH ROW EXECUTE FUNCTION keep();
-- No time of the row's own, and one whose default is no clock.
CREATE TABLE other (id int PRIMARY KEY, name text, price_updated_at timestamptz, modified timestamptz DEFAULT '2001-01-01 00:00+00');
INSERT INTO rails VALUES (1, 'a', '2020-01-01', '2020-01-01');
INSERT INTO "Prisma" VALUES (1, 'a', '2020-01-01 00:00+00', NULL);
INSERT INTO clocked VALUES (1, 'a', '2020-01-01');
INSERT INTO kept VALUES (1, 'a', '2020-01-01 00:00+00');
INSERT INTO other VALUES (1, 'a', '2020-01-01 00:00+00', '2020-01-01 00:00+00');
