-- summary: the server's settings that are not at their defaults, and all others
-- columns: name value unit category changed source boot pending_restart description
SELECT s.name,
       NULLIF(s.setting, '') AS value,
       s.unit,
       s.category,
       s.source NOT IN ('default', 'override', 'client', 'session')
           AND s.setting IS DISTINCT FROM s.boot_val AS changed,
       s.source,
       NULLIF(s.boot_val, '') AS boot,
       s.pending_restart,
       s.short_desc AS description
  FROM pg_catalog.pg_settings AS s
