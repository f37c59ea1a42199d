-- SPDX-License-Identifier: MIT
-- Where a first look at a large outbox may begin, so that it does not walk through what is done; what stood there is
-- told by blocks that were touched though nothing was found. src/command/outbox_scout.c puts it together.

-- Halving the ids down to where messages begin to wait, two at each step: no more are read, whatever lies there. Then
-- what stands in the index for a few that went a while ago: more pages of the table than there are messages, and they
-- are still there, dead. What is deleted when it is done left no message, but pages all the same.
-- fragment: by_ids
WITH RECURSIVE last AS MATERIALIZED (
  SELECT m.:"id"::pg_catalog.int8 AS id FROM :relation AS m WHERE true:leaves ORDER BY m.:"id" DESC LIMIT 1
), halves (step, id, waits, gone) AS (
  SELECT 0, l.id, 0::pg_catalog.float8, pg_catalog.log(2, GREATEST(:rows, 2))::pg_catalog.float8 FROM last AS l
   UNION ALL
  SELECT h.step + 1, h.id, CASE WHEN w.some THEN h.half ELSE h.waits END, CASE WHEN w.some THEN h.gone ELSE h.half END
    FROM (SELECT s.*, (s.waits + s.gone) / 2 AS half FROM halves AS s WHERE s.step < 6) AS h,
         LATERAL (SELECT h.id - pg_catalog.power(2, h.half)::pg_catalog.int8 AS at) AS p,
         LATERAL (SELECT COALESCE(pg_catalog.bool_or(r.waits), false) AS some
                    FROM (SELECT (:waits) AS waits FROM :relation AS m WHERE m.:"id" >= p.at AND m.:"id" < p.at + 2:leaves ORDER BY m.:"id" LIMIT 2) AS r) AS w
), ends AS MATERIALIZED (
  SELECT h.id - pg_catalog.power(2, h.waits)::pg_catalog.int8 AS waits, h.id - pg_catalog.power(2, h.gone)::pg_catalog.int8 - 600 AS gone
    FROM halves AS h ORDER BY h.step DESC LIMIT 1
), head AS MATERIALIZED (
  SELECT r.at, r.id
    FROM ends AS e, LATERAL (SELECT m.:"column" AS at, m.:"id" AS id FROM :relation AS m
                              WHERE m.:"id" >= e.waits - 1 AND m.:"id" < e.waits + 4:leaves ORDER BY m.:"id" LIMIT 5) AS r
   WHERE r.at IS NOT NULL ORDER BY r.at, r.id OFFSET 1 LIMIT 1
), start AS MATERIALIZED (
  SELECT e.gone AS id, :blocks AS blocks FROM ends AS e
), gone AS MATERIALIZED (
  SELECT g.*, :blocks AS after
    FROM (SELECT s.blocks, pg_catalog.array_agg(r.at ORDER BY r.at, r.id) AS at, pg_catalog.array_agg(r.id ORDER BY r.at, r.id) AS id
            FROM start AS s LEFT JOIN LATERAL (SELECT m.:"column" AS at, m.:"id" AS id FROM :relation AS m
                                                WHERE m.:"id" >= s.id AND m.:"id" < s.id + 4:leaves ORDER BY m.:"id" LIMIT 4) AS r ON true
           GROUP BY s.blocks) AS g
), walked AS MATERIALIZED (
  SELECT g.*, w.n, :blocks AS ended FROM gone AS g, LATERAL (SELECT pg_catalog.count(*) AS n FROM :relation AS m WHERE (:base):between:leaves) AS w
)
SELECT h.at::pg_catalog.text AS head, h.id::pg_catalog.text AS head_id, :floor AS floor,
       COALESCE(CASE WHEN w.at[1] IS NULL THEN w.after > w.blocks ELSE w.ended > w.after + w.n END, false) AS jam
  FROM (SELECT) AS one LEFT JOIN walked AS w ON true LEFT JOIN head AS h ON true

-- fragment: blocks
(SELECT pg_catalog.sum(pg_catalog.pg_stat_get_xact_blocks_fetched(t.oid)) FROM pg_catalog.unnest(CAST(:'tables' AS pg_catalog.oid[])) AS t (oid))

-- fragment: between_rows
 AND (m.:"column", m.:"id") >= (g.at[2], g.id[2]) AND (m.:"column", m.:"id") < (g.at[4], g.id[4])

-- fragment: between_times
 AND m.:"column" >= g.at[2] AND m.:"column" < g.at[4]

-- Halving the distribution of the times that ANALYZE saw, as deep as some 64 messages: at each place a range that holds
-- about 30 of them, done or not. Blocks of the table that are touched where nothing waits are of what is dead; as there
-- is no telling a last one that waits below, a few that were left behind may lie under the mark.
-- fragment: by_times
WITH RECURSIVE stats AS MATERIALIZED (
  SELECT s.histogram_bounds::pg_catalog.text AS bounds FROM pg_catalog.pg_stats AS s
   WHERE s.attname = :'column' AND (s.schemaname, s.tablename) IN (
           SELECT n.nspname, c.relname FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
            WHERE c.oid = ANY (CAST(:'tables' AS pg_catalog.oid[])))
), seen AS MATERIALIZED (
  SELECT pg_catalog.array_agg(b.at ORDER BY b.at) || pg_catalog.now() AS at, pg_catalog.count(*)::pg_catalog.int4 AS n,
         GREATEST(CAST(:rows AS pg_catalog.float8) / pg_catalog.count(*), 1) AS rows
    FROM stats AS s, LATERAL pg_catalog.unnest(CAST(s.bounds AS pg_catalog.timestamptz[])) AS b (at)
   WHERE pg_catalog.isfinite(b.at) AND b.at < pg_catalog.now()
  HAVING pg_catalog.count(*) > 1
), halves (step, gone, waits, dead, blocks) AS (
  SELECT 0, 0::pg_catalog.float8, s.n::pg_catalog.float8, NULL::pg_catalog.float8, :blocks FROM seen AS s
   UNION ALL
  SELECT h.step + 1, CASE WHEN r.some THEN h.gone ELSE h.half END, CASE WHEN r.some THEN h.half ELSE h.waits END,
         CASE WHEN r.some OR k.blocks = h.blocks THEN h.dead ELSE LEAST(h.half, h.dead) END, k.blocks
    FROM (SELECT b.*, CASE WHEN b.waits - b.gone >= 2 THEN pg_catalog.floor((b.waits + b.gone) / 2) ELSE (b.waits + b.gone) / 2 END AS half FROM halves AS b) AS h, seen AS s,
         LATERAL (SELECT pg_catalog.floor(h.half)::pg_catalog.int4 AS at) AS i,
         LATERAL (SELECT s.at[i.at + 1] + (s.at[i.at + 2] - s.at[i.at + 1]) * (h.half - i.at) AS low,
                         GREATEST((CASE WHEN i.at + 1 < s.n THEN s.at[i.at + 2] - s.at[i.at + 1] ELSE s.at[s.n] - s.at[s.n - 1] END) * LEAST(30 / s.rows, 1), INTERVAL '1 microsecond') AS wide) AS p,
         LATERAL (SELECT pg_catalog.count(*) > 0 AS some
                    FROM (SELECT FROM :relation AS m WHERE (:base) AND m.:"column" >= p.low AND m.:"column" < p.low + p.wide:leaves LIMIT 1) AS f) AS r,
         LATERAL (SELECT pg_catalog.sum(pg_catalog.pg_stat_get_xact_blocks_fetched(t.oid)) AS blocks
                    FROM pg_catalog.unnest(CAST(:'tables' AS pg_catalog.oid[])) AS t (oid) WHERE r.some IS NOT NULL) AS k
   WHERE h.step < 32 AND (h.waits - h.gone) * s.rows > 64
)
SELECT (CASE WHEN h.waits < s.n THEN s.at[i.at + 1] + (s.at[i.at + 2] - s.at[i.at + 1]) * (h.waits - i.at) ELSE s.at[s.n + 1] END)::pg_catalog.text AS head,
       NULL::pg_catalog.text AS head_id, :floor AS floor, COALESCE((h.waits - h.dead) * s.rows > 300, false) AS jam
  FROM halves AS h, seen AS s, LATERAL (SELECT pg_catalog.floor(h.waits)::pg_catalog.int4 AS at) AS i
 ORDER BY h.step DESC LIMIT 1
