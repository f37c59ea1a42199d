-- SPDX-License-Identifier: MIT
-- How a text is judged before it is saved; src/command/validate.c chooses.

-- fragment: assigned
SELECT r.value::pg_catalog.text AS canonical
  FROM pg_catalog.jsonb_to_record(pg_catalog.jsonb_build_object('value', $1::pg_catalog.text))
       AS r (value :type)

-- fragment: cast
SELECT CAST($1::pg_catalog.text AS :type)::pg_catalog.text AS canonical
