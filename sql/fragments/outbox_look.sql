-- SPDX-License-Identifier: MIT
-- One cheap look at one outbox; src/command/outbox_look.c puts it together. Nothing here takes a lock.

-- fragment: look
SELECT :columns,
       pg_catalog.now()::pg_catalog.text AS now

-- fragment: unknown
NULL::pg_catalog.int8 AS :"name"

-- fragment: bounded
(SELECT pg_catalog.count(*) FROM (SELECT 1 FROM :relation AS m WHERE :condition LIMIT :bound) AS b) AS :"name"

-- fragment: and
(:left) AND (:right)

-- fragment: due
:time <= pg_catalog.now()

-- fragment: due_or_unset
(:time <= pg_catalog.now() OR :time IS NULL)

-- fragment: not_due
:time > pg_catalog.now()

-- fragment: all
true

-- fragment: oldest
(SELECT EXTRACT(epoch FROM pg_catalog.now() - :time)::pg_catalog.float8
   FROM :relation AS m WHERE :condition ORDER BY :column LIMIT 1) AS :"name"

-- fragment: oldest_sampled
(SELECT EXTRACT(epoch FROM pg_catalog.now() - pg_catalog.min(s.t))::pg_catalog.float8
   FROM (SELECT :time AS t FROM :relation AS m WHERE :condition LIMIT :bound) AS s) AS :"name"

-- fragment: age
(SELECT EXTRACT(epoch FROM pg_catalog.now() - pg_catalog.min(s.t))::pg_catalog.float8
   FROM (SELECT :time AS t FROM :relation AS m WHERE :condition ORDER BY :column LIMIT :bound) AS s) AS :"name"

-- fragment: inserted
pg_catalog.pg_stat_get_tuples_inserted(:oid)::pg_catalog.int8 AS :"name"

-- fragment: estimate
(SELECT c.reltuples::pg_catalog.int8 FROM pg_catalog.pg_class AS c WHERE c.oid = :oid) AS :"name"
