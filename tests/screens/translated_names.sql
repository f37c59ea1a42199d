-- SPDX-License-Identifier: MIT
-- Names that are documents of all languages, with a code beside them and without.
CREATE TABLE product_template (
	id integer PRIMARY KEY,
	name jsonb NOT NULL,
	default_code text
);
CREATE TABLE groups (
	id integer PRIMARY KEY,
	name jsonb NOT NULL
);
CREATE TABLE stock (
	id integer PRIMARY KEY,
	product_id integer NOT NULL REFERENCES product_template,
	group_id integer REFERENCES groups,
	quantity numeric NOT NULL
);
INSERT INTO product_template VALUES (1, '{"en": "Chair", "fr": "Chaise"}', 'CH1');
INSERT INTO groups VALUES (1, '{"en": "Furniture", "fr": "Meubles"}');
INSERT INTO stock VALUES (1, 1, 1, 5);
