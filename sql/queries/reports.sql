-- summary: when each report was made anew, how long it took and by whom
-- columns: id report finished_at seconds row_count refreshed_by
SELECT r.id, r.report, r.finished_at, EXTRACT(epoch FROM r.finished_at - r.started_at) AS seconds,
       r.row_count, r.refreshed_by
  FROM commerce.report_refreshes AS r
