-- SPDX-License-Identifier: MIT
-- What hangs from records that are to be deleted; src/command/dependants.c puts the pieces together.
-- Every level calls its relation r, so that a condition reads the same inside a sub-query.

-- fragment: count
SELECT pg_catalog.count(*) AS n
  FROM (SELECT 1 FROM :relation AS r WHERE :condition LIMIT :limit) AS few

-- fragment: among
(:columns) :sign ANY (SELECT :keys FROM :relation AS r WHERE :condition)

-- fragment: column
r.:"column"

-- fragment: one
(:condition)

-- fragment: or
 OR 

-- fragment: and
 AND 

-- fragment: comma
, 
