-- summary: a copy of the row that was kept, for another tenant; the role need not see it
-- example: schema=commerce table=catalog_products columns=name values=t.name
INSERT INTO :"schema".:"table" (:columns)
SELECT :values
  FROM pg_catalog.jsonb_populate_record(CAST(NULL AS :"schema".:"table"),
	pg_catalog.current_setting('souk.row', true)::pg_catalog.jsonb) t
 WHERE pg_catalog.current_setting('souk.row', true) <> ''
