-- summary: sequences of which half of the numbers are used up
-- columns: sequence percent last most
SELECT s.schemaname || '.' || s.sequencename AS sequence,
       (s.last_value::numeric * 100 / s.max_value)::integer AS percent,
       s.last_value::text AS last, s.max_value::text AS most
  FROM pg_catalog.pg_sequences AS s
 WHERE s.last_value IS NOT NULL AND s.increment_by > 0 AND NOT s.cycle
   AND s.last_value > s.max_value / 2
   AND s.schemaname !~ '^pg_'
 ORDER BY 1
