-- summary: statistics and reports, once all steps are done (superuser of the demo's server)
-- columns: done
SELECT commerce_demo.finish()::text AS done
