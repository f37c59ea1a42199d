-- summary: the most common values of a column, from the statistics, without a scan
-- params: schema:text relation:text attname:text begins:text most:int
-- columns: value note
-- The server hides them where row-level security binds the role; long values are of no use to who types.
SELECT v.value,
       pg_catalog.round(100 * v.share::numeric, 1) || ' % of the rows' AS note
  FROM pg_catalog.pg_stats AS s
 CROSS JOIN LATERAL ROWS FROM (pg_catalog.unnest(s.most_common_vals::text::text[]),
                                pg_catalog.unnest(s.most_common_freqs)) AS v (value, share)
 WHERE s.schemaname = $1
   AND s.tablename = $2
   AND s.attname = $3
   AND pg_catalog.starts_with(pg_catalog.lower(v.value), pg_catalog.lower($4))
   AND pg_catalog.length(v.value) BETWEEN 1 AND 60
 ORDER BY s.inherited DESC, v.share DESC, v.value
 LIMIT $5
