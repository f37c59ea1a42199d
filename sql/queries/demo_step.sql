-- summary: run one step of the plan, in one transaction (superuser of the demo's server)
-- params: step:int scale:int
-- columns: done
SELECT commerce_demo.run_step($1, $2)::text AS done
