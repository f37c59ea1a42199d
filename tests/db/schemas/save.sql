-- Tables that the save protocol meets: with and without a version, bumped by a trigger or by the writer,
-- partitioned, checked at COMMIT, hidden or protected by policies.
CREATE FUNCTION bump() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN NEW.version := OLD.version + 1; RETURN NEW; END $$;
CREATE FUNCTION add_one() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN NEW.version := NEW.version + 1; RETURN NEW; END $$;
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN IF NEW.name = 'forbidden' THEN RAISE EXCEPTION 'this name is not for sale'; END IF; RETURN NEW; END $$;
CREATE FUNCTION skip() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN IF NEW.name = 'skipped' THEN RETURN NULL; END IF; RETURN NEW; END $$;

CREATE TABLE triggered (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name varchar(12) NOT NULL, price numeric(12,2) CHECK (price >= 0), note text,
  version bigint NOT NULL DEFAULT 0);
CREATE TRIGGER triggered_bump BEFORE UPDATE ON triggered FOR EACH ROW EXECUTE FUNCTION bump();
CREATE TRIGGER triggered_refuse BEFORE UPDATE ON triggered FOR EACH ROW EXECUTE FUNCTION refuse();
CREATE TRIGGER triggered_skip BEFORE UPDATE ON triggered FOR EACH ROW EXECUTE FUNCTION skip();

CREATE TABLE counted (id int PRIMARY KEY, name text, version int NOT NULL DEFAULT 0);
-- A trigger that adds its own to whatever the writer sent.
CREATE TABLE doubled (id int PRIMARY KEY, name text, version int NOT NULL DEFAULT 0);
CREATE TRIGGER doubled_add BEFORE UPDATE ON doubled FOR EACH ROW EXECUTE FUNCTION add_one();
CREATE TABLE plain (id int PRIMARY KEY, name text UNIQUE, amount int);
CREATE VIEW plain_view AS SELECT id, name, amount FROM plain;
CREATE TABLE "odd ""name"" % ü" ("key %" text PRIMARY KEY, "select" jsonb, "a""b" text[]);
CREATE TABLE parted (id int, region text, name text, PRIMARY KEY (id, region)) PARTITION BY LIST (region);
CREATE TABLE parted_eu PARTITION OF parted FOR VALUES IN ('eu');
CREATE TABLE parted_us PARTITION OF parted FOR VALUES IN ('us');
CREATE TABLE parents (id int PRIMARY KEY);
CREATE TABLE deferred (id int PRIMARY KEY,
  parent int REFERENCES parents DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE uuids (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL);
-- Values that only the server can judge.
CREATE DOMAIN percent AS int CONSTRAINT percent_check CHECK (VALUE BETWEEN 0 AND 100);
CREATE FUNCTION judge() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
  IF NEW.name = 'raised' THEN RAISE EXCEPTION 'the trigger does not want it'; END IF;
  IF NEW.name = 'skipped' THEN RETURN NULL; END IF;
  RETURN NEW;
END $$;
CREATE TABLE judged (
  id int PRIMARY KEY, tenant int NOT NULL DEFAULT 1, name text, rate percent, during daterange,
  code varchar(4), amount numeric(12,2), twice numeric GENERATED ALWAYS AS (amount * 2) STORED,
  EXCLUDE USING gist (during WITH &&));
CREATE TRIGGER judged_judge BEFORE INSERT OR UPDATE ON judged FOR EACH ROW EXECUTE FUNCTION judge();
ALTER TABLE judged ENABLE ROW LEVEL SECURITY;
INSERT INTO judged (id, name, rate, during, code, amount) VALUES
  (1, 'one', 5, '[2026-02-01,2026-02-02)', 'A', 1), (2, 'two', 5, '[2026-01-01,2026-01-04)', 'B', 2);
CREATE TABLE looked (id int PRIMARY KEY, name text, version int NOT NULL DEFAULT 0);
ALTER TABLE looked ENABLE ROW LEVEL SECURITY;

INSERT INTO triggered (name, price, note) SELECT 'loaf ' || g, g, 'note' FROM generate_series(1, 20) AS g;
INSERT INTO counted SELECT g, 'n' || g FROM generate_series(1, 20) AS g;
INSERT INTO doubled SELECT g, 'n' || g FROM generate_series(1, 20) AS g;
INSERT INTO plain SELECT g, 'n' || g, g FROM generate_series(1, 20) AS g;
INSERT INTO parted VALUES (1, 'eu', 'one'), (2, 'us', 'two');
INSERT INTO parents VALUES (1);
INSERT INTO deferred VALUES (1, 1);
INSERT INTO looked SELECT g, 'n' || g FROM generate_series(1, 4) AS g;
INSERT INTO "odd ""name"" % ü" VALUES ('k 1', '{"a": 1}', '{x}');

DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'saver') THEN CREATE ROLE saver LOGIN; END IF;
END $$;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO saver;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO saver;
CREATE POLICY mine ON judged TO saver USING (true) WITH CHECK (tenant = 1);
CREATE POLICY see ON looked FOR SELECT TO saver USING (id < 4);
CREATE POLICY change ON looked FOR UPDATE TO saver USING (id = 1);
