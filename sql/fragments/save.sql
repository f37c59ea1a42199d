-- SPDX-License-Identifier: MIT
-- The pieces of the save protocol; src/domain/record_sql.c puts them together.

-- fragment: load
SELECT :columns
  FROM :relation AS r
 WHERE :condition
 LIMIT 2

-- fragment: update
UPDATE :relation AS r
   SET :changes
 WHERE :condition
RETURNING :columns

-- fragment: insert
INSERT INTO :relation (:names)
VALUES (:values)
RETURNING :columns

-- fragment: insert_overriding
INSERT INTO :relation (:names)
OVERRIDING SYSTEM VALUE
VALUES (:values)
RETURNING :columns

-- fragment: insert_default
INSERT INTO :relation DEFAULT VALUES
RETURNING :columns

-- fragment: delete
DELETE FROM :relation AS r
 WHERE :condition
RETURNING :columns

-- fragment: column
r.:"column"::pg_catalog.text AS :"column"

-- fragment: returned
:"column"::pg_catalog.text AS :"column"

-- fragment: version
r.:"column"::pg_catalog.text AS "souk version"

-- fragment: xmin
r.xmin::pg_catalog.text AS "souk xmin"

-- fragment: nothing
1 AS "souk nothing"

-- fragment: is_null
r.:"column" IS NULL

-- fragment: is_xmin
r.xmin = :param::pg_catalog.xid

-- fragment: same_text
r.:"column"::pg_catalog.text IS NOT DISTINCT FROM :param::pg_catalog.text

-- fragment: and
 AND 

-- fragment: comma
, 

-- fragment: set
:"column" = :param

-- fragment: set_next
:"column" = r.:"column" + 1

-- fragment: default
DEFAULT
