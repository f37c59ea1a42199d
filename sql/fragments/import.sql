-- SPDX-License-Identifier: MIT
-- How a batch of records from a file is judged and compared with the rows that are there;
-- src/command/import_look.c puts the pieces together.

-- The texts become values as an assignment would make them: too long is refused, not cut.
-- fragment: look
SELECT f."souk row" AS "souk row", r."souk found" AS "souk found", :mine, :theirs
  FROM :source
  LEFT JOIN LATERAL (SELECT 1 AS "souk found", :columns
                       FROM :relation AS r
                      WHERE :condition
                      LIMIT 2) AS r ON true

-- Every record is new: there is nothing to compare with.
-- fragment: judge
SELECT f."souk row" AS "souk row", NULL AS "souk found", :mine
  FROM :source

-- The records of a batch are in a temporary table of texts, which goes with the transaction.
-- fragment: table
CREATE TABLE pg_temp."souk import" ("souk row" pg_catalog.text:columns) ON COMMIT DROP

-- fragment: table_column
, :field pg_catalog.text

-- fragment: copy
COPY pg_temp."souk import" FROM STDIN

-- fragment: staged
pg_temp."souk import" AS t
 CROSS JOIN LATERAL pg_catalog.jsonb_to_record(
	pg_catalog.jsonb_object(ARRAY['souk row', :names], ARRAY[t."souk row", :fields])) AS f ("souk row" pg_catalog.int4, :typed)

-- fragment: staged_name
:'column'

-- fragment: staged_field
t.:field

-- They are a parameter: without the right to make such a table, or read-only.
-- fragment: sent
pg_catalog.jsonb_to_recordset($1::pg_catalog.jsonb) AS f ("souk row" pg_catalog.int4, :typed)

-- fragment: typed
:"column" :type

-- fragment: value
f.:"column"

-- fragment: cast
CAST(f.:"column" AS :type)

-- fragment: mine
:value::pg_catalog.text AS :"name"

-- fragment: nothing
NULL AS "souk nothing"

-- fragment: theirs
r.:"name"

-- Of a partial unique index: only among these rows a key is one.
-- fragment: predicate
 AND (:predicate)

-- A dry run judges what the server would otherwise judge at COMMIT.
-- fragment: judge_now
SET CONSTRAINTS ALL IMMEDIATE
