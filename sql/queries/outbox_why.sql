-- summary: what keeps messages from leaving: locks, old transactions, relays, slots, vacuum, poison, consumers, clocks; "unknown from here" where the role or a standby cannot tell
-- columns: panel cause state detail next run
-- example: outbox=commerce.outbox_messages outbox_oid=0 outbox_tables={} activity=pg_catalog.pg_stat_activity activity_sees=true outbox_pending=true outbox_due=true
--   outbox_delayed=true outbox_due_time=m.available_at outbox_enqueued_at=m.occurred_at outbox_id=m.id outbox_attempts=m.attempts
--   outbox_error=m.last_error outbox_order= outbox_mark= outbox_leaves= outbox_marked=false outbox_cdc=false outbox_why_projection= outbox_lag=60 outbox_long=300 outbox_warn_age=60 outbox_crit_age=300
--   outbox_first_consumers=SELECT*FROM(VALUES(''))AS/**/a(consumer)CROSS/**/JOIN(VALUES(''))AS/**/b(event_type)CROSS/**/JOIN(VALUES(true))AS/**/h(looked)CROSS/**/JOIN(VALUES(''))AS/**/c(position)CROSS/**/JOIN(VALUES(0))AS/**/d(behind)CROSS/**/JOIN(VALUES(true))AS/**/i(more)CROSS/**/JOIN(VALUES(0.0::float8))AS/**/e(lag)CROSS/**/JOIN(VALUES(now()))AS/**/f(moved)
WITH me AS (
  SELECT pg_catalog.pg_is_in_recovery() AS standby, :activity_sees AS sees
), age AS (
  -- An interval in its two greatest units: to_char(i, form[width_bucket(i, least) + 1]).
  SELECT CAST('{0:01,1:00,24:00}' AS pg_catalog.interval[]) AS least,
         CAST('{"FMSS \"s\"","FMMI \"m\" FMSS \"s\"","FMHH24 \"h\" FMMI \"m\"","FMDD \"d\" FMHH24 \"h\""}' AS pg_catalog.text[]) AS form
), part AS (
  SELECT t.oid FROM pg_catalog.unnest(CAST(:'outbox_tables' AS pg_catalog.oid[])) AS t (oid)
   UNION SELECT :outbox_oid::pg_catalog.oid
), session AS MATERIALIZED (
  SELECT a.pid, a.usename, a.application_name, a.state, a.xact_start, a.state_change, a.backend_xmin, a.wait_event_type,
         pg_catalog.to_char(o.i, t.form[pg_catalog.width_bucket(o.i, t.least) + 1]) AS open_for
    FROM :activity AS a, age AS t, LATERAL (SELECT pg_catalog.clock_timestamp() - a.xact_start AS i) AS o WHERE a.pid <> pg_catalog.pg_backend_pid()
), held AS MATERIALIZED (
  SELECT l.pid, l.mode, l.granted
    FROM pg_catalog.pg_locks AS l
   WHERE l.locktype = 'relation' AND l.pid <> pg_catalog.pg_backend_pid()
     AND l.database = (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database())
     AND l.relation IN (SELECT p.oid FROM part AS p)
), waiting AS MATERIALIZED (
  -- Whoever touches the outbox and waits, for a row, a transaction or the table.
  SELECT DISTINCT l.pid, b.pid AS blocker
    FROM pg_catalog.pg_locks AS l, pg_catalog.unnest(pg_catalog.pg_blocking_pids(l.pid)) AS b (pid)
   WHERE NOT l.granted AND l.pid IN (SELECT h.pid FROM held AS h)
), strong AS (
  SELECT h.pid, pg_catalog.string_agg(DISTINCT h.mode, ', ') AS mode
    FROM held AS h LEFT JOIN session AS s ON s.pid = h.pid
   WHERE h.granted AND h.pid NOT IN (SELECT w.blocker FROM waiting AS w)
     AND (h.mode IN ('ExclusiveLock', 'AccessExclusiveLock', 'ShareLock', 'ShareRowExclusiveLock')
          OR s.state LIKE 'idle in transaction%' AND h.mode IN ('RowShareLock', 'RowExclusiveLock')
             AND s.state_change < pg_catalog.now() - INTERVAL '10 seconds')
   GROUP BY 1
), oldest AS (
  SELECT s.* FROM session AS s
   WHERE s.backend_xmin IS NOT NULL AND s.xact_start < pg_catalog.now() - pg_catalog.make_interval(secs => CASE WHEN :outbox_marked THEN LEAST(10, :outbox_long) ELSE :outbox_long END)
   ORDER BY s.xact_start LIMIT 1
), prepared AS (
  SELECT x.gid, x.owner, pg_catalog.to_char(o.i, t.form[pg_catalog.width_bucket(o.i, t.least) + 1]) AS age
    FROM pg_catalog.pg_prepared_xacts AS x, age AS t, LATERAL (SELECT pg_catalog.now() - x.prepared AS i) AS o
   WHERE x.database = pg_catalog.current_database() AND x.prepared < pg_catalog.now() - pg_catalog.make_interval(secs => :outbox_long) ORDER BY x.prepared LIMIT 1
), relay AS (
  SELECT pg_catalog.count(*) AS n, pg_catalog.count(*) FILTER (WHERE w.pid IS NOT NULL) AS waiting,
         pg_catalog.clock_timestamp() - pg_catalog.max(CASE WHEN s.state = 'active' THEN pg_catalog.clock_timestamp() ELSE s.state_change END) AS quiet
    FROM session AS s LEFT JOIN (SELECT DISTINCT x.pid FROM waiting AS x) AS w ON w.pid = s.pid
   WHERE s.usename ~* 'relay|outbox|worker|queue|publish|sidekiq|debezium|dispatch|consumer'
      OR s.application_name ~* 'relay|outbox|worker|queue|publish|debezium|dispatch'
), slot AS (
  SELECT s.slot_name, s.active, s.wal_status,
         CASE WHEN me.standby THEN NULL ELSE pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), COALESCE(s.confirmed_flush_lsn, s.restart_lsn)) END AS behind,
         CASE WHEN me.standby THEN NULL ELSE pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), s.restart_lsn) END AS kept
    FROM pg_catalog.pg_replication_slots AS s, me
   WHERE s.slot_type = 'logical' AND s.database = pg_catalog.current_database()
), published AS (
  SELECT pg_catalog.string_agg(DISTINCT p.pubname, ', ') AS names
    FROM pg_catalog.pg_publication AS p
    LEFT JOIN pg_catalog.pg_publication_rel AS r ON r.prpubid = p.oid AND r.prrelid IN (SELECT x.oid FROM part AS x)
   WHERE (p.puballtables OR r.oid IS NOT NULL) AND p.pubinsert
), counted AS (
  SELECT pg_catalog.sum(pg_catalog.pg_stat_get_dead_tuples(p.oid))::pg_catalog.int8 AS dead, pg_catalog.sum(pg_catalog.pg_stat_get_live_tuples(p.oid))::pg_catalog.int8 AS live,
         pg_catalog.max(GREATEST(pg_catalog.pg_stat_get_last_vacuum_time(p.oid), pg_catalog.pg_stat_get_last_autovacuum_time(p.oid))) AS vacuumed
    FROM part AS p
), dead AS (
  -- Many, or a look had to pass them at the head of the index.
  SELECT c.*, c.dead > 10000 AND (c.dead > c.live / 5 OR :outbox_marked) AS behind FROM counted AS c
), head AS (
  SELECT (:outbox_id)::pg_catalog.text AS id, (:outbox_attempts)::pg_catalog.int8 AS attempts,
         pg_catalog.regexp_replace(pg_catalog.left((:outbox_error)::pg_catalog.text, 2000), '\s+', ' ', 'g') AS error,
         EXTRACT(epoch FROM :outbox_due_time) - EXTRACT(epoch FROM pg_catalog.now()) AS late,
         EXTRACT(epoch FROM :outbox_enqueued_at) - EXTRACT(epoch FROM pg_catalog.now()) AS ahead
    FROM :outbox AS m WHERE (:outbox_due) :outbox_mark :outbox_order LIMIT 20
), late AS (
  SELECT pg_catalog.max(-h.late) AS seconds FROM head AS h WHERE h.late > '-Infinity'
), poison AS (
  SELECT h.* FROM head AS h WHERE h.attempts >= 3 ORDER BY h.attempts DESC, h.late LIMIT 1
), consumer AS MATERIALIZED (
  SELECT c.consumer, pg_catalog.max(c.lag) AS lag, pg_catalog.sum(c.behind) AS behind, pg_catalog.bool_or(c.more) AS more, pg_catalog.max(c.moved) AS moved,
         COALESCE(pg_catalog.bool_or(c.looked AND c.lag IS NULL), false) AS unsure, pg_catalog.count(*) AS places, pg_catalog.count(*) FILTER (WHERE c.looked) AS looked,
         CASE WHEN pg_catalog.max(c.lag) < 120 THEN pg_catalog.round(pg_catalog.max(c.lag)) || ' s'
              WHEN pg_catalog.max(c.lag) < 7200 THEN pg_catalog.round(pg_catalog.max(c.lag) / 60) || ' m'
              ELSE pg_catalog.round(pg_catalog.max(c.lag) / 3600) || ' h' END AS lag_text
    FROM (:outbox_first_consumers) AS c GROUP BY c.consumer
), later AS (
  SELECT pg_catalog.count(*) AS n, pg_catalog.min(l.t) AS next
    FROM (SELECT EXTRACT(epoch FROM :outbox_due_time) - EXTRACT(epoch FROM pg_catalog.now()) AS t
            FROM :outbox AS m WHERE (:outbox_delayed) :outbox_leaves :outbox_order LIMIT 20) AS l
)
SELECT w.panel, w.cause, w.state, w.detail, w.next, w.run
  FROM (
    SELECT 'why' AS panel, w.*
      FROM (
    SELECT 1 AS n, 'lock' AS cause, 'critical' AS state,
           pg_catalog.format('pid %s (%s, %s%s) blocks %s: %s', g.blocker, COALESCE(b.usename::pg_catalog.text, 'prepared or unseen'),
             COALESCE(b.state, 'state unknown from here'),
             ' ' || b.open_for,
             g.n, g.who) AS detail,
           'X on that session ends it' AS next,
           pg_catalog.format('open sessions pid=%s', g.blocker) AS run
      FROM (SELECT w.blocker, pg_catalog.count(*) AS n, pg_catalog.string_agg(DISTINCT COALESCE(v.usename::pg_catalog.text, w.pid::pg_catalog.text), ', ') AS who
              FROM waiting AS w LEFT JOIN session AS v ON v.pid = w.pid GROUP BY w.blocker) AS g
      LEFT JOIN session AS b ON b.pid = g.blocker
    UNION ALL
    SELECT 2, 'lock', CASE WHEN s.mode ~ 'AccessExclusive|^ExclusiveLock' THEN 'critical' ELSE 'warning' END,
           pg_catalog.format('pid %s (%s, %s%s) holds %s', s.pid, COALESCE(v.usename::pg_catalog.text, 'unseen'), COALESCE(v.state, 'state unknown from here'),
             ' ' || v.open_for, s.mode),
           'messages it has locked are skipped: X on that session ends it', pg_catalog.format('open sessions pid=%s', s.pid)
      FROM strong AS s LEFT JOIN session AS v ON v.pid = s.pid
    UNION ALL
    SELECT 3, 'poison', 'warning',
           pg_catalog.format('message %s at the head failed %s times%s', p.id, p.attempts,
             ': ' || CASE WHEN pg_catalog.length(p.error) > 200 THEN pg_catalog.left(p.error, 197) || '...' ELSE p.error END),
           'look at it; postpone it or mark it dead',
           CASE WHEN p.id ~ '^[0-9A-Za-z-]+$' THEN pg_catalog.format('open message id=%s', p.id) ELSE 'open outbox-messages' END
      FROM poison AS p
    UNION ALL
    SELECT 4, 'relay', CASE WHEN me.standby THEN 'unknown' WHEN r.n = 0 AND :outbox_cdc THEN 'ok'
                WHEN r.n = 0 AND l.seconds > :outbox_crit_age THEN 'critical'
                WHEN r.n = 0 AND EXISTS (SELECT FROM head) THEN 'warning'
                WHEN r.n = 0 AND :'outbox_due' = 'false' THEN 'unknown'
                WHEN r.n > 0 AND l.seconds > :outbox_warn_age AND r.quiet > pg_catalog.make_interval(secs => :outbox_warn_age) THEN 'warning' ELSE 'ok' END,
           CASE WHEN me.standby THEN 'unknown from here: relays work on the primary'
                WHEN r.n = 0 AND :outbox_cdc THEN 'a slot reads this outbox'
                WHEN r.n = 0 THEN 'no session is named like a relay'
                     || CASE WHEN :'outbox_due' = 'false' THEN '; the oldest due is unknown'
                             WHEN l.seconds > :outbox_warn_age THEN ', and what is due waits for ' || pg_catalog.to_char(o.i, t.form[pg_catalog.width_bucket(o.i, t.least) + 1]) ELSE '' END
                ELSE CASE r.n WHEN 1 THEN 'one session is' ELSE r.n || ' sessions are' END || ' named like a relay'
                     || CASE WHEN l.seconds > :outbox_warn_age AND r.quiet > pg_catalog.make_interval(secs => :outbox_warn_age)
                             THEN pg_catalog.format('; nothing was done for %s', pg_catalog.to_char(r.quiet, t.form[pg_catalog.width_bucket(r.quiet, t.least) + 1]))
                             WHEN r.waiting = 1 THEN '; one waits for a lock'
                             WHEN r.waiting > 0 THEN pg_catalog.format('; %s wait for a lock', r.waiting) ELSE '' END END,
           CASE WHEN me.standby OR r.n > 0 THEN 'see what they do'
                WHEN :outbox_cdc OR :'outbox_due' <> 'false' AND NOT EXISTS (SELECT FROM head) THEN 'see the sessions'
                ELSE 'is it running? start it' END,
           'open sessions'
      FROM relay AS r, late AS l, me, age AS t,
           LATERAL (SELECT pg_catalog.justify_hours(pg_catalog.make_interval(secs => LEAST(l.seconds, 3e9)::pg_catalog.float8)) AS i) AS o
    UNION ALL
    SELECT 5, 'slot', CASE WHEN s.wal_status = 'lost' OR NOT s.active AND :outbox_cdc THEN 'critical' WHEN NOT s.active THEN 'warning' WHEN s.behind > 1073741824 THEN 'warning' ELSE 'ok' END,
           pg_catalog.format('slot %s is %s%s, %s behind, keeps %s of WAL', s.slot_name, CASE WHEN s.active THEN 'read' ELSE 'not read by anybody' END,
                             CASE WHEN s.wal_status IN ('lost', 'unreserved') THEN ', its WAL is ' || s.wal_status ELSE '' END,
                             COALESCE(pg_catalog.pg_size_pretty(s.behind), 'unknown from here'), COALESCE(pg_catalog.pg_size_pretty(s.kept), 'unknown from here')),
           CASE WHEN s.active THEN 'see the slots' ELSE 'start its consumer, or drop the slot before the disk is full' END,
           pg_catalog.format('open slots name=%s', s.slot_name)
      FROM slot AS s
    UNION ALL
    SELECT 6, 'publication', CASE WHEN p.names IS NULL THEN 'warning' ELSE 'ok' END,
           COALESCE('published by ' || p.names, 'no publication of inserts covers this table'),
           CASE WHEN p.names IS NULL THEN 'a pgoutput relay needs one' ELSE 'see the slots' END, 'open slots'
      FROM published AS p
     WHERE :outbox_cdc AND (p.names IS NOT NULL OR EXISTS (SELECT FROM slot))
    UNION ALL
    SELECT 6, 'slot', 'warning', 'nothing in this table tells what was sent, and no logical slot reads this database',
           'is the change-data relay set up?', 'open slots'
     WHERE :outbox_cdc AND NOT EXISTS (SELECT FROM slot)
    UNION ALL
    SELECT 7, 'snapshot', 'warning',
           pg_catalog.format('pid %s (%s) is %s for %s: vacuum cannot clean what came after', o.pid, COALESCE(o.usename::pg_catalog.text, '?'), COALESCE(o.state, 'busy'), o.open_for),
           'end the transaction: X on that session', pg_catalog.format('open sessions pid=%s', o.pid)
      FROM oldest AS o
    UNION ALL
    SELECT 8, 'prepared', 'warning', pg_catalog.format('prepared transaction %s of %s, %s old, holds its locks and snapshot', x.gid, x.owner, x.age),
           'COMMIT or ROLLBACK PREPARED it', 'open horizon'
      FROM prepared AS x
    UNION ALL
    SELECT 9, 'vacuum', CASE WHEN me.standby THEN 'unknown' WHEN d.behind THEN 'warning' ELSE 'ok' END,
           CASE WHEN me.standby THEN 'unknown from here: the primary counts dead rows'
                ELSE CASE WHEN d.behind THEN 'vacuum is behind: ' ELSE '' END
                     || CASE WHEN COALESCE(d.dead, 0) = 0 THEN 'no dead rows'
                             ELSE pg_catalog.format('%s dead row%s beside %s live', d.dead, CASE WHEN d.dead > 1 THEN 's' ELSE '' END, COALESCE(d.live, 0)) END
                     || COALESCE(', last vacuum ' || pg_catalog.to_char(o.i, t.form[pg_catalog.width_bucket(o.i, t.least) + 1]) || ' ago', ', never vacuumed') END,
           CASE WHEN d.behind THEN 'who holds the horizon back?' ELSE 'see the tables' END,
           CASE WHEN d.behind THEN 'open horizon' ELSE 'open vacuum' END
      FROM dead AS d, me, age AS t, LATERAL (SELECT pg_catalog.now() - d.vacuumed AS i) AS o
    UNION ALL
    SELECT 10, 'clock', 'warning', pg_catalog.format('the newest of the first ones was written %s s in the future: a writer''s clock is ahead', pg_catalog.round(h.ahead)),
           'ages of these are too small; check that machine''s clock', 'open outbox-messages'
      FROM (SELECT pg_catalog.max(x.ahead) AS ahead FROM head AS x) AS h WHERE h.ahead > 5 AND h.ahead < 'Infinity'
    UNION ALL
    SELECT 11, 'schedule', 'ok', pg_catalog.format('nothing is due; the first of those that wait comes %s',
             CASE WHEN l.next = 'Infinity' THEN 'never (infinity)'
                  WHEN l.next > 172800 THEN 'on ' || pg_catalog.to_timestamp(EXTRACT(epoch FROM pg_catalog.now())::pg_catalog.float8 + l.next::pg_catalog.float8)::pg_catalog.date ELSE 'in ' || pg_catalog.to_char(o.i, t.form[pg_catalog.width_bucket(o.i, t.least) + 1]) END),
           'retry it now if that is too late', 'open outbox-messages state=delayed'
      FROM later AS l, age AS t, LATERAL (SELECT pg_catalog.justify_hours(pg_catalog.make_interval(secs => LEAST(l.next, 172801)::pg_catalog.float8)) AS i) AS o
     WHERE l.n > 0 AND NOT EXISTS (SELECT FROM head)
    UNION ALL
    SELECT 12, 'locks and snapshots', 'unknown',
           CASE WHEN me.standby THEN 'unknown from here: sessions of the primary are not seen on a standby'
                ELSE 'unknown from here: what others do is seen with pg_read_all_stats' END,
           CASE WHEN me.standby THEN 'look at the primary' ELSE 'ask for pg_read_all_stats' END, 'open sessions'
      FROM me WHERE me.standby OR NOT me.sees
    UNION ALL
    SELECT 13, 'consumer', 'warning', pg_catalog.format('%s is %s behind%s', c.consumer, c.lag_text, ', moved last ' || pg_catalog.to_char(o.i, t.form[pg_catalog.width_bucket(o.i, t.least) + 1]) || ' ago'),
           'is it running? see its offsets', pg_catalog.format('open consumers consumer=%s', pg_catalog.quote_literal(c.consumer))
      FROM consumer AS c, age AS t, LATERAL (SELECT pg_catalog.now() - c.moved AS i) AS o WHERE c.lag > :outbox_lag
    :outbox_why_projection
      ) AS w
    UNION ALL
    SELECT 'consumers', 0, c.consumer, CASE WHEN c.lag > :outbox_lag THEN 'warning' WHEN c.unsure OR c.looked = 0 THEN 'unknown' ELSE 'ok' END,
           CASE WHEN c.looked = 0 THEN 'not looked at here' WHEN c.unsure AND COALESCE(c.lag, 0) <= :outbox_lag
                THEN 'lag unknown: too much behind its place is not delivered yet'
                ELSE pg_catalog.format('lag %s%s', c.lag_text, ', ' || CASE WHEN c.more THEN '> ' ELSE '' END || c.behind || ' behind') END
           || CASE WHEN c.looked BETWEEN 1 AND c.places - 1 THEN pg_catalog.format('; %s of its %s event types looked at', c.looked, c.places) ELSE '' END, NULL,
           pg_catalog.format('open consumers consumer=%s', pg_catalog.quote_literal(c.consumer))
      FROM consumer AS c
  ) AS w
 ORDER BY CASE w.state WHEN 'critical' THEN 1 WHEN 'warning' THEN 2 WHEN 'unknown' THEN 3 ELSE 4 END, w.n, w.detail
