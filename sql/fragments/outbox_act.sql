-- SPDX-License-Identifier: MIT
-- What a person does to messages where the platform has no functions for it; src/command/outbox_change.c puts the
-- pieces together. Rows that a relay has locked are skipped, nothing is waited for, nothing is removed.

-- fragment: matched
SELECT pg_catalog.count(*) AS matched, 0 AS overtaking
  FROM :relation AS t
 WHERE :which

-- fragment: among
:alias.:"column" :sign ANY ($:n)

-- A key of several columns: each narrows by itself, so that an index serves, and all of them together.
-- fragment: whole
(:columns)::pg_catalog.text = ANY ($:n)

-- fragment: same
m.:"column" :sign f.k:n

-- fragment: column
:alias.:"column"

-- fragment: row
ROW(:columns)

-- Of each aggregate that is touched the outermost of the others, asked for once; one by one it would be a walk through
-- the table for each message where no index leads with the aggregate.
-- fragment: matched_in_order
WITH chosen AS MATERIALIZED (
  SELECT :chosen_keys, t.:"order" AS o FROM :relation AS t WHERE :which
), beside AS (
  SELECT :beside_keys, pg_catalog.:outermost(m.:"order") AS o FROM :relation AS m
   WHERE (:columns) :is ANY (SELECT :named FROM chosen AS c) AND m.:"order" :side (SELECT pg_catalog.:innermost(c.o) FROM chosen AS c)
     AND (:condition) AND NOT (:others)
   GROUP BY :groups
)
SELECT pg_catalog.count(*) AS matched, pg_catalog.count(*) FILTER (WHERE b.o :side c.o) AS overtaking
  FROM chosen AS c LEFT JOIN beside AS b ON :same

-- fragment: key_of
:alias.:"column" AS k:n

-- fragment: same_key
b.k:n :sign c.k:n

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

-- After so many seconds of the server's clock, or at a time; one that is past is now, for nothing is made older than it is.
-- fragment: until
GREATEST(pg_catalog.now(), COALESCE(pg_catalog.now() + pg_catalog.make_interval(secs => CAST($:seconds AS pg_catalog.float8)), CAST($:n AS pg_catalog.timestamptz)))

-- fragment: utc
(:instant AT TIME ZONE 'UTC')

-- fragment: local
(:instant)::pg_catalog.timestamp

-- fragment: epoch
EXTRACT(epoch FROM :instant)::pg_catalog.int8
