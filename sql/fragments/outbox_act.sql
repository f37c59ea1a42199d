-- SPDX-License-Identifier: MIT
-- What a person does to messages where the platform has no functions for it; src/command/outbox_change.c puts the
-- pieces together. Rows that a relay has locked are skipped, nothing is waited for, nothing is removed.

-- fragment: matched
SELECT pg_catalog.count(*) AS matched, pg_catalog.count(*) FILTER (WHERE :overtakes) AS overtaking
  FROM :relation AS t
 WHERE :which

-- fragment: among
:alias.:"column" = ANY ($:n)

-- A key of several columns: each narrows by itself, so that an index serves, and all of them together.
-- fragment: whole
(:columns)::pg_catalog.text = ANY ($:n)

-- fragment: key
m.:"column" AS k:n

-- fragment: same
m.:"column" = f.k:n

-- fragment: column
:alias.:"column"

-- fragment: row
ROW(:columns)

-- fragment: overtakes
EXISTS (SELECT FROM :relation AS m
         WHERE m.:"aggregate" = t.:"aggregate" AND m.:"order" :side t.:"order" AND (:condition))

-- fragment: earlier
<

-- fragment: later
>

-- fragment: change
WITH free AS (
  SELECT :keys FROM :relation AS m WHERE :which AND (:condition) FOR UPDATE SKIP LOCKED
), changed AS (
  UPDATE :relation AS m SET :sets FROM free AS f WHERE :same RETURNING 1
)
SELECT pg_catalog.count(*) AS changed FROM changed

-- fragment: set
:"column" = :value

-- fragment: null
NULL

-- fragment: zero
0

-- fragment: no
false

-- fragment: yes
true

-- fragment: now
pg_catalog.now()

-- fragment: until
CAST($:n AS pg_catalog.timestamptz)

-- fragment: utc
(:instant AT TIME ZONE 'UTC')

-- fragment: local
(:instant)::pg_catalog.timestamp

-- fragment: epoch
EXTRACT(epoch FROM :instant)::pg_catalog.int8
