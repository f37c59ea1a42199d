-- SPDX-License-Identifier: MIT
-- Messages of any outbox in the same words; src/domain/outbox_rows.c puts the pieces together. m is a message.

-- fragment: column
m.:"column"

-- fragment: text
m.:"column"::pg_catalog.text

-- fragment: both
pg_catalog.concat_ws(' ', m.:"type", m.:"column")

-- fragment: empty
''::pg_catalog.text

-- fragment: no_text
NULL::pg_catalog.text

-- fragment: no_time
NULL::pg_catalog.timestamptz

-- A message whose time is not set is due since it came.
-- fragment: due_since
COALESCE(:due, :enqueued)

-- fragment: no_number
NULL::pg_catalog.int4

-- fragment: state
CASE WHEN :dead THEN 'dead' WHEN :failed THEN 'failed' WHEN :claimed THEN 'claimed'
            WHEN (:pending) AND (:later) THEN 'delayed' WHEN :retrying THEN 'retrying'
            WHEN :pending THEN 'due' WHEN :done THEN 'processed' ELSE 'unknown' END

-- fragment: now
(:pending) AND :time <= (SELECT pg_catalog.now())

-- fragment: now_or_unset
(:pending) AND (:time <= (SELECT pg_catalog.now()) OR :time IS NULL)

-- fragment: later
:time > (SELECT pg_catalog.now())

-- fragment: delayed
(:pending) AND (:later)

-- fragment: never
false

-- fragment: order
ORDER BY m.:"column"

-- fragment: list
SELECT :id AS id, :event_type AS event_type, :aggregate AS aggregate, :tenant AS tenant, :state AS state,
       :enqueued_at AS enqueued_at, :due_at AS due_at, :attempts AS attempts, :error AS error
  FROM :relation AS m
 WHERE (:condition):filters
 ORDER BY :first :id
 LIMIT :limit

-- The oldest first, where an index leads there: by id alone what was done long ago would be walked through.
-- fragment: first
m.:"column",

-- Behind a message in that order; where it is gone meanwhile, by id.
-- fragment: after_first
   AND m.:"column" >= COALESCE((SELECT pg_catalog.min(a.:"column") FROM :relation AS a WHERE :is), '-infinity')
   AND (m.:"column" > (SELECT pg_catalog.min(a.:"column") FROM :relation AS a WHERE :is) OR m.:"id" :later :value)

-- fragment: choose
SELECT :id AS id, :tenant AS tenant:key
  FROM :relation AS m
 WHERE (:condition):filters
 ORDER BY :whole
 LIMIT :limit

-- fragment: whole
, (:row)::pg_catalog.text

-- fragment: filter
   AND :left :sign :value

-- fragment: among
   AND :left :sign ANY (:value)

-- Sessions as far as this role may see them: of others' a role without statistics sees the names, not the kind.
-- fragment: activity
(SELECT a.pid, a.usename, a.application_name, a.state, a.xact_start, a.state_change, a.backend_xmin, a.wait_event_type
            FROM pg_catalog.pg_stat_activity AS a WHERE a.datname = pg_catalog.current_database() AND COALESCE(a.backend_type, 'client backend') = 'client backend')

-- fragment: activity_view
:relation

-- A consumer's place in the stream, and the first things behind it: looked at once where several stand at one place.
-- Where what is not delivered yet fills the look, what was delivered behind that is not known. The places themselves
-- are read once, page by page: as a sample that is all of them, for sequential scans are refused here.
-- fragment: consumers
WITH kept AS MATERIALIZED (
  SELECT :columns FROM :offsets AS o TABLESAMPLE pg_catalog.system (100)
), place AS MATERIALIZED (
  :places
), behind AS (
  SELECT o.place, CASE WHEN x.n <= :depth OR x.n = x.done THEN LEAST(x.done, :depth) END AS behind, x.n = x.done AND x.n > :depth AS more,
         CASE WHEN x.done > 0 THEN EXTRACT(epoch FROM pg_catalog.now()) - EXTRACT(epoch FROM x.first)
              WHEN x.n <= :depth THEN 0 END::pg_catalog.float8 AS seconds
    FROM place AS o
   CROSS JOIN LATERAL (
         SELECT pg_catalog.count(*) AS n, pg_catalog.count(*) FILTER (WHERE y.done) AS done, pg_catalog.min(y.t) FILTER (WHERE y.done) AS first
           FROM (SELECT :time AS t, (:done) AS done FROM :outbox AS m WHERE m.:"id" > o.:"position":of_type:since ORDER BY m.:"id" LIMIT :depth + 1) AS y) AS x
)
SELECT o.:"consumer"::pg_catalog.text AS consumer, :type AS event_type, o.:"position"::pg_catalog.text AS position,
       b.place IS NOT NULL AS looked, b.behind, b.more, b.seconds AS lag, :moved AS moved, :gaps AS gaps
  FROM kept AS o LEFT JOIN behind AS b ON b.place = :place

-- fragment: places
SELECT DISTINCT :place AS place, o.* FROM (SELECT :own FROM kept AS o) AS o

-- Those that another consumer has left behind first, then where most is likely to come.
-- fragment: first_places
SELECT p.* FROM (SELECT DISTINCT :place AS place, o.*, o.:"position" < pg_catalog.max(o.:"position") OVER (:of_each) AS left_behind
                   FROM (SELECT :own FROM kept AS o) AS o) AS p
   ORDER BY p.left_behind DESC, p.:"position" DESC LIMIT :most

-- fragment: place
pg_catalog.concat_ws(' ', :own)

-- fragment: own
o.:"column"

-- fragment: of_each
PARTITION BY o.:"of"

-- fragment: no_consumers
SELECT NULL::pg_catalog.text AS consumer, NULL::pg_catalog.text AS event_type, NULL::pg_catalog.text AS position,
       NULL::pg_catalog.bool AS looked, NULL::pg_catalog.int8 AS behind, NULL::pg_catalog.bool AS more, NULL::pg_catalog.float8 AS lag, NULL::pg_catalog.timestamptz AS moved,
       NULL::pg_catalog.int8 AS gaps WHERE false

-- fragment: no_count
NULL::pg_catalog.int8

-- Of the last fifty at or below its place those that it did not take in. What it took in is among the last fifty of
-- these, or not among those. Who never wrote anything down is not known.
-- fragment: consumer_gaps
CASE WHEN EXISTS (SELECT FROM :projection AS s WHERE s.consumer = o.:"consumer") THEN
         (SELECT pg_catalog.count(*)
            FROM (SELECT m.:"id" AS id FROM :outbox AS m
                   WHERE m.:"id" <= o.:"position" AND m.:"type" = o.:"of" AND (:done) ORDER BY m.:"id" DESC LIMIT 50) AS below
            LEFT JOIN (SELECT s.outbox_id AS id FROM :projection AS s
                        WHERE s.consumer = o.:"consumer" AND s.event_type = o.:"of" AND s.outbox_id <= o.:"position" AND s.status = 'ok'
                        ORDER BY s.outbox_id DESC LIMIT 50) AS taken ON taken.id = below.id
           WHERE taken.id IS NULL) END

-- fragment: gap_rows
SELECT o.:"consumer"::pg_catalog.text AS consumer, o.:"of"::pg_catalog.text AS event_type, below.id, below.t AS enqueued_at,
       COALESCE(s.status, 'never seen') AS status, s.last_error
  FROM :offsets AS o
 CROSS JOIN LATERAL (SELECT m.:"id" AS id, :time AS t FROM :outbox AS m
                      WHERE m.:"id" <= o.:"position" AND m.:"type" = o.:"of" AND (:done) ORDER BY m.:"id" DESC LIMIT 50) AS below
  LEFT JOIN :projection AS s ON s.consumer = o.:"consumer" AND s.event_type = o.:"of" AND s.outbox_id = below.id
 WHERE s.status IS DISTINCT FROM 'ok' AND EXISTS (SELECT FROM :projection AS s WHERE s.consumer = o.:"consumer")

-- fragment: no_gap_rows
SELECT NULL::pg_catalog.text AS consumer, NULL::pg_catalog.text AS event_type, NULL::pg_catalog.int8 AS id,
       NULL::pg_catalog.timestamptz AS enqueued_at, NULL::pg_catalog.text AS status, NULL::pg_catalog.text AS last_error WHERE false

-- fragment: gaps
SELECT pg_catalog.sum(c.gaps)::pg_catalog.int8 AS gaps FROM (SELECT :gaps AS gaps FROM :offsets AS o) AS c

-- Ids are handed out a little before their time is written; leaves far below are not entered.
-- fragment: consumer_since
 AND m.:"leaf" >= o.:"seen" - INTERVAL '1 day' AND m.:"leaf" <= pg_catalog.now() + INTERVAL '1 day'

-- fragment: consumer_type
o.:"type"::pg_catalog.text

-- fragment: consumer_moved
o.:"moved"::pg_catalog.timestamptz

-- fragment: consumer_of_type
 AND m.:"type" = o.:"of"

-- fragment: projection_why
UNION ALL
    SELECT 14, 'projection', 'warning',
           CASE WHEN p.seen > 40 THEN pg_catalog.format('more than 40 events failed or pending, one for %s', pg_catalog.to_char(p.age, t.form[pg_catalog.width_bucket(p.age, t.least) + 1]))
                ELSE pg_catalog.format('%s failed, %s pending, the oldest for %s', p.failed, p.pending, pg_catalog.to_char(p.age, t.form[pg_catalog.width_bucket(p.age, t.least) + 1])) END,
           'see what it did not take in', 'open projection'
      FROM (SELECT pg_catalog.count(*) AS seen, pg_catalog.count(*) FILTER (WHERE x.status = 'failed') AS failed,
                   pg_catalog.count(*) FILTER (WHERE x.status <> 'failed') AS pending, pg_catalog.now() - pg_catalog.min(x.occurred_at) AS age
              FROM (SELECT s.status, s.occurred_at FROM :relation AS s WHERE s.status <> 'ok' LIMIT 41) AS x) AS p, age AS t
     WHERE p.seen > 0 AND p.age > pg_catalog.make_interval(secs => :lag)
