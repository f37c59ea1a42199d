-- SPDX-License-Identifier: MIT
-- A stock with a function that moves it, and an audit as souk writes it.
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'saver') THEN CREATE ROLE saver LOGIN; END IF;
END $$;

CREATE TABLE stock (
	tenant_id bigint NOT NULL DEFAULT 1,
	id        bigint NOT NULL,
	on_hand   integer NOT NULL CHECK (on_hand >= 0),
	version   bigint NOT NULL DEFAULT 0,
	PRIMARY KEY (tenant_id, id)
);
INSERT INTO stock (id, on_hand) SELECT g, 10 FROM generate_series(1, 5) AS g;

CREATE FUNCTION move(p_id bigint, p_by integer, p_reason text DEFAULT NULL) RETURNS integer LANGUAGE sql AS $$
UPDATE stock SET on_hand = on_hand + p_by, version = version + 1 WHERE id = p_id RETURNING on_hand
$$;

CREATE TABLE audit_log (
	id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	tenant_id   bigint NOT NULL,
	actor_id    text NOT NULL DEFAULT session_user,
	occurred_at timestamptz NOT NULL DEFAULT now(),
	action      text NOT NULL,
	entity_type text NOT NULL,
	entity_id   text NOT NULL,
	before      jsonb,
	after       jsonb,
	reason      text,
	save_id     uuid
);
GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO saver;
