-- SPDX-License-Identifier: MIT
-- Messages of any outbox in the same words; src/domain/outbox_rows.c puts the pieces together. m is a message.

-- fragment: column
m.:"column"

-- fragment: text
m.:"column"::pg_catalog.text

-- fragment: both
pg_catalog.concat_ws(' ', m.:"type", m.:"column")

-- fragment: no_text
NULL::pg_catalog.text

-- fragment: no_time
NULL::pg_catalog.timestamptz

-- fragment: no_number
NULL::pg_catalog.int4

-- fragment: state
CASE WHEN :dead THEN 'dead' WHEN :failed THEN 'failed' WHEN :claimed THEN 'claimed'
            WHEN (:pending) AND (:later) THEN 'delayed' WHEN :retrying THEN 'retrying'
            WHEN :pending THEN 'due' WHEN :done THEN 'done' ELSE 'unknown' END

-- fragment: now
(:pending) AND :time <= pg_catalog.now()

-- fragment: now_or_unset
(:pending) AND (:time <= pg_catalog.now() OR :time IS NULL)

-- fragment: later
:time > pg_catalog.now()

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
 ORDER BY :id
 LIMIT :limit

-- fragment: choose
SELECT :id AS id, :tenant AS tenant
  FROM :relation AS m
 WHERE (:condition):filters
 ORDER BY :id
 LIMIT :limit

-- fragment: filter
   AND :left = :value

-- fragment: among
   AND :left = ANY (:value)

-- fragment: after
   AND :left > :value
