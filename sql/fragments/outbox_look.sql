-- SPDX-License-Identifier: MIT
-- One cheap look at one outbox; src/command/outbox_probe.c puts it together. Nothing here takes a lock, and nothing
-- walks further than its bound: what was not seen is said by "seen".

-- fragment: and
(:left) AND (:right)

-- :now is (SELECT now()) where the statement runs, so that the planner does not go and read both ends of the index each
-- time; and now() where only its estimate is asked for.
-- fragment: due
:time <= :now

-- fragment: due_or_unset
(:time <= :now OR :time IS NULL)

-- fragment: not_due
:time > :now

-- fragment: now
(SELECT pg_catalog.now())

-- In a sub-query for the same reason.
-- fragment: mark
 AND m.:"column" >= (SELECT LEAST(CAST(:'head' AS pg_catalog.timestamptz), CAST(:'floor' AS pg_catalog.timestamptz)))

-- The same where many have one time: of those from the id on.
-- fragment: mark_row
 AND (m.:"column", m.:"id") >= ((SELECT LEAST(CAST(:'head' AS pg_catalog.timestamptz), CAST(:'floor' AS pg_catalog.timestamptz))),
      (SELECT CASE WHEN CAST(:'head' AS pg_catalog.timestamptz) <= CAST(:'floor' AS pg_catalog.timestamptz) THEN CAST(:'head_id' AS :type) END))

-- fragment: order
ORDER BY m.:"column"

-- Rows of the base up to the bound, and how many of them are it.
-- fragment: count
SELECT pg_catalog.count(*) FILTER (WHERE b.hit) AS n, pg_catalog.count(*) AS seen
  FROM (SELECT (:hit) AS hit FROM :relation AS m WHERE :base LIMIT :bound) AS b

-- fragment: delayed
SELECT pg_catalog.count(*) FILTER (WHERE b.hit) AS n, pg_catalog.count(*) AS seen,
       (EXTRACT(epoch FROM pg_catalog.min(b.t) FILTER (WHERE b.hit)) - EXTRACT(epoch FROM pg_catalog.now()))::pg_catalog.float8 AS next
  FROM (SELECT (:hit) AS hit, :time AS t FROM :relation AS m WHERE :base :order LIMIT :bound) AS b

-- fragment: oldest
SELECT (EXTRACT(epoch FROM pg_catalog.now()) - EXTRACT(epoch FROM :time))::pg_catalog.float8 AS seconds,
       m.:"column"::pg_catalog.text AS head, :head_id AS head_id
  FROM :relation AS m WHERE :base AND (:hit) ORDER BY m.:"column" LIMIT 1

-- fragment: head_id
m.:"id"::pg_catalog.text

-- fragment: no_head_id
NULL::pg_catalog.text

-- No index leads there: of the rows that come first.
-- fragment: oldest_seen
SELECT (EXTRACT(epoch FROM pg_catalog.now()) - EXTRACT(epoch FROM pg_catalog.min(b.t) FILTER (WHERE b.hit)))::pg_catalog.float8 AS seconds,
       NULL::pg_catalog.text AS head, pg_catalog.count(*) AS seen
  FROM (SELECT (:hit) AS hit, :time AS t FROM :relation AS m WHERE :base LIMIT :bound) AS b

-- What was given no time to wait for is due since it is there.
-- fragment: sample
SELECT (EXTRACT(epoch FROM pg_catalog.now()) - EXTRACT(epoch FROM pg_catalog.min(b.t) FILTER (WHERE b.due)))::pg_catalog.float8 AS age,
       (EXTRACT(epoch FROM pg_catalog.now()) - EXTRACT(epoch FROM pg_catalog.min(b.t) FILTER (WHERE b.due AND b.unset)))::pg_catalog.float8 AS unset_age,
       pg_catalog.count(*) FILTER (WHERE b.retrying) AS retrying, pg_catalog.count(*) FILTER (WHERE b.claimed) AS claimed,
       pg_catalog.count(*) AS seen
  FROM (SELECT :time AS t, (:due) AS due, (:unset) AS unset, (:retrying) AS retrying, (:claimed) AS claimed
          FROM :relation AS m WHERE :base :order LIMIT :bound) AS b

-- fragment: unset
m.:"column" IS NULL

-- fragment: none
NULL::pg_catalog.timestamptz

-- fragment: no_activity
NULL::pg_catalog.int8

-- fragment: nothing
NULL::pg_catalog.bool

-- How far a mark may go: not past the oldest open transaction, whose messages may still come to lie below it; where that
-- cannot be seen it trails.
-- fragment: floor
COALESCE(CASE WHEN pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE') AND NOT pg_catalog.pg_is_in_recovery() THEN
         (SELECT pg_catalog.min(a.xact_start) FROM pg_catalog.pg_stat_activity AS a WHERE a.backend_xid IS NOT NULL)
         ELSE pg_catalog.now() - INTERVAL '15 minutes' END, pg_catalog.now())::pg_catalog.text

-- So little happened to its rows since the last look that what may be dead by now is walked through; where it was more,
-- nothing is, and it is asked first where to begin.
-- fragment: quiet
(SELECT COALESCE(pg_catalog.sum(pg_catalog.pg_stat_get_tuples_updated(t.oid) + pg_catalog.pg_stat_get_tuples_deleted(t.oid)), 0) <= :most
   FROM pg_catalog.unnest(CAST(:'tables' AS pg_catalog.oid[])) AS t (oid))

-- fragment: and_quiet
 AND :quiet

-- fragment: is_quiet
SELECT :quiet AS quiet

-- What counters and catalogs tell.
-- fragment: facts
WITH leaf AS (
  SELECT t.relid FROM pg_catalog.unnest(CAST(:'tables' AS pg_catalog.oid[])) AS t (relid)
)
SELECT s.*, :activity AS activity, (SELECT pg_catalog.count(*) FROM pg_catalog.pg_inherits AS i WHERE i.inhparent = :oid) AS children, pg_catalog.to_regclass(:'relation')::pg_catalog.oid AS oid, pg_catalog.pg_is_in_recovery() AS standby,
       EXTRACT(epoch FROM pg_catalog.clock_timestamp())::pg_catalog.float8 AS now,
       :floor AS floor
  FROM (SELECT pg_catalog.sum(pg_catalog.pg_stat_get_tuples_inserted(l.relid))::pg_catalog.int8 AS inserted,
               pg_catalog.sum(pg_catalog.pg_stat_get_tuples_updated(l.relid))::pg_catalog.int8 AS updated,
               pg_catalog.sum(pg_catalog.pg_stat_get_tuples_deleted(l.relid))::pg_catalog.int8 AS deleted,
               pg_catalog.sum(pg_catalog.pg_stat_get_dead_tuples(l.relid))::pg_catalog.int8 AS dead_rows,
               pg_catalog.sum(pg_catalog.pg_stat_get_live_tuples(l.relid))::pg_catalog.int8 AS live_rows
          FROM leaf AS l) AS s

-- fragment: last_id
SELECT m.:"column" AS last_id FROM :relation AS m WHERE true:where ORDER BY m.:"column" DESC LIMIT 1

-- Buffers of the outbox and its indexes that this session has touched so far.
-- fragment: cost
SELECT pg_catalog.sum(pg_catalog.pg_stat_get_xact_blocks_fetched(x.oid))::pg_catalog.int8 AS buffers
  FROM pg_catalog.unnest(CAST(:'parts' AS pg_catalog.oid[])) AS x (oid)

-- What the table is made of, as the files are now; asked when plans are made, for each leaf costs a few buffers of the
-- catalogs.
-- fragment: size
WITH leaf AS (
  SELECT t.relid FROM pg_catalog.pg_partition_tree(:oid) AS t WHERE t.isleaf
   UNION
  SELECT :oid::pg_catalog.oid
)
SELECT pg_catalog.sum(pg_catalog.pg_relation_size(l.relid)) / 8192 AS pages,
       (SELECT pg_catalog.count(*) FROM pg_catalog.pg_partition_tree(:oid) AS t WHERE t.isleaf) AS leaves,
       (SELECT pg_catalog.count(*) FROM pg_catalog.pg_inherits AS i WHERE i.inhparent = :oid) AS children,
       (SELECT pg_catalog.sum(c.reltuples)::pg_catalog.int8 FROM pg_catalog.pg_class AS c
         WHERE c.oid = ANY (pg_catalog.array_agg(l.relid)) AND c.reltuples >= 0 AND c.relkind <> 'p') AS estimate
  FROM leaf AS l

-- Leaves of a table partitioned by time, which follow on one another: which holds something that is not done, or is the
-- present one, and how many dead ones up to the bound; and first whether anything lies outside of all of them.
-- fragment: leaves
SELECT NULL AS low, NULL AS high, :outside::pg_catalog.oid AS oid,
       EXISTS (SELECT FROM :relation AS m WHERE (:base) AND (m.:"column" < CAST(:'first' AS :type) OR m.:"column" >= CAST(:'last' AS :type))) AS wanted,
       (SELECT pg_catalog.count(*) FROM (SELECT FROM :relation AS m WHERE (:dead) AND (m.:"column" < CAST(:'first' AS :type) OR m.:"column" >= CAST(:'last' AS :type)) LIMIT :bound) AS d) AS dead,
       NULL::pg_catalog.timestamptz AS at
UNION ALL
SELECT v.low, v.high, v.oid, CAST(v.low AS :type) <= pg_catalog.now() + INTERVAL '5 minutes' AND CAST(v.high AS :type) > pg_catalog.now() - INTERVAL '5 minutes'
         OR EXISTS (SELECT FROM :relation AS m WHERE (:base) AND m.:"column" >= CAST(v.low AS :type) AND m.:"column" < CAST(v.high AS :type)),
       (SELECT pg_catalog.count(*) FROM (SELECT FROM :relation AS m WHERE (:dead) AND m.:"column" >= CAST(v.low AS :type) AND m.:"column" < CAST(v.high AS :type) LIMIT :bound) AS d),
       CAST(v.low AS :type)
  FROM (VALUES :leaves) AS v (oid, low, high)
 ORDER BY 6 NULLS FIRST

-- fragment: leaf
(:n, :'low', :'high')

-- fragment: range
m.:"column" >= CAST(:'low' AS :type) AND m.:"column" < CAST(:'high' AS :type)

-- fragment: or_range
 OR :range

-- fragment: in_leaves
 AND (:leaves)

-- fragment: activity
(SELECT pg_catalog.sum(pg_catalog.pg_stat_get_tuples_inserted(p.oid) + pg_catalog.pg_stat_get_tuples_updated(p.oid) + pg_catalog.pg_stat_get_tuples_deleted(p.oid))::pg_catalog.int8
          FROM pg_catalog.unnest(CAST(:'oids' AS pg_catalog.oid[])) AS p (oid))

-- fragment: plan
EXPLAIN (VERBOSE, FORMAT JSON) :statement
