-- summary: make a report anew while it is being read (souk_dba)
-- params: report:text
-- columns: row_count
SELECT commerce.report_refresh($1) AS row_count
